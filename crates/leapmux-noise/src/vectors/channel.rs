//! `channel.json`: handshakes of two suites in two epochs, byte for byte, with the records after them.

use leapmux_types::ChannelUid;
use serde::Deserialize;

use super::{hex, hex_array, parse, same, to_hex};
use crate::bundle::KeyBundle;
use crate::cipher::RecordCipher;
use crate::fingerprint::{Fingerprint, fingerprint};
use crate::handshake::{Binding, EpochKeys, InitiatorHandshake, Previous, respond};
use crate::keys::ServingKeys;
use crate::proof::auth_proof;
use crate::secret::{Secret32, Secret64};
use crate::suite::{Suite, SuiteSet};

#[derive(Deserialize)]
struct Vectors {
    worker: Worker,
    auth: Auth,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Worker {
    x25519_sk: String,
    kem_seed: String,
    identity: String,
    bundle: String,
    bundle_id: String,
    fingerprint_bits: String,
}

#[derive(Deserialize)]
struct Auth {
    token: String,
    h: String,
    user: String,
    worker: String,
    proof: String,
}

#[derive(Deserialize)]
struct Case {
    suite: u8,
    channel_uid: String,
    init: Randomness,
    resp: Randomness,
    epochs: Vec<Epoch>,
}

#[derive(Deserialize)]
struct Randomness {
    e: String,
    #[serde(default)]
    kem_seed: String,
    m: String,
}

#[derive(Deserialize)]
struct Epoch {
    epoch: u32,
    prologue: String,
    msg1: String,
    msg2: String,
    h: String,
    k_i2r: String,
    k_r2i: String,
    xk: String,
    records_i2r: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    pt: String,
    ct: String,
}

/// The Worker of the vectors: its keys ready to serve, and its signed bundle.
pub fn worker(json: &str) -> Result<(ServingKeys, KeyBundle), String> {
    serving(&parse::<Vectors>(json)?.worker)
}

/// The same keys in a bundle that allows other suites. Its signatures no longer hold.
pub fn worker_offering(json: &str, suites: SuiteSet) -> Result<(ServingKeys, KeyBundle), String> {
    let mut worker = parse::<Vectors>(json)?.worker;
    worker.bundle.replace_range(10..12, &to_hex(&[suites.0]));
    serving(&worker)
}

fn serving(worker: &Worker) -> Result<(ServingKeys, KeyBundle), String> {
    let bundle = KeyBundle::parse(&hex(&worker.bundle)?).map_err(|error| error.to_string())?;
    let x25519 = Secret32::new(hex_array(&worker.x25519_sk)?);
    let mlkem = Secret64::new(hex_array(&worker.kem_seed)?);
    let keys = ServingKeys::new(&x25519, &mlkem, &bundle).map_err(|error| error.to_string())?;
    Ok((keys, bundle))
}

/// Replays the whole file.
pub fn channel(json: &str) -> Result<usize, String> {
    let vectors: Vectors = parse(json)?;
    let mut compared = identity_and_proof(&vectors)?;
    let (keys, bundle) = serving(&vectors.worker)?;
    let bundle = bundle.verify().map_err(|error| error.to_string())?;
    for case in &vectors.cases {
        let suite = Suite::from_id(case.suite).ok_or_else(|| format!("suite {}", case.suite))?;
        let channel_uid = ChannelUid(hex_array(&case.channel_uid)?);
        let init = [hex(&case.init.e)?, hex(&case.init.kem_seed)?, hex(&case.init.m)?].concat();
        let init = init.try_into().map_err(|_| "initiator randomness has the wrong length")?;
        let resp = [hex(&case.resp.e)?, hex(&case.resp.m)?].concat();
        let resp = resp.try_into().map_err(|_| "responder randomness has the wrong length")?;
        let mut last: Option<EpochKeys> = None;
        for epoch in &case.epochs {
            let previous = last.as_ref().map(|keys| Previous { h: &keys.h, xk: &keys.xk });
            let binding = Binding { suite, channel_uid, epoch: epoch.epoch, previous };
            let name = |what: &str| format!("suite {} epoch {} {what}", case.suite, epoch.epoch);
            same(&name("prologue"), &hex(&epoch.prologue)?, &binding.prologue(&bundle.bundle_id))?;
            let initiator = InitiatorHandshake::start(&binding, &bundle, &init);
            same(&name("msg1"), &hex(&epoch.msg1)?, initiator.msg1())?;
            let (theirs, msg2) = respond(&binding, &keys, initiator.msg1(), &resp)
                .map_err(|error| name(&error.to_string()))?;
            same(&name("msg2"), &hex(&epoch.msg2)?, &msg2)?;
            let ours = initiator.finish(&msg2).map_err(|error| name(&error.to_string()))?;
            for side in [&ours, &theirs] {
                compared += epoch_keys(epoch, side, &name)?;
            }
            compared += 3 + records(epoch, &ours, &name)?;
            last = Some(ours);
        }
    }
    Ok(compared)
}

fn identity_and_proof(vectors: &Vectors) -> Result<usize, String> {
    let worker = &vectors.worker;
    let (_, bundle) = serving(worker)?;
    same("identity", &hex(&worker.identity)?, bundle.claimed_identity().as_bytes())?;
    same("bundle id", &hex(&worker.bundle_id)?, &bundle.bundle_id())?;
    let words = fingerprint(&bundle.claimed_identity());
    same("fingerprint", &Fingerprint::from_bits(hex_array(&worker.fingerprint_bits)?).bits(), &words.bits())?;
    let auth = &vectors.auth;
    let token = Secret32::new(hex_array(&auth.token)?);
    let proof = auth_proof(&token, &hex_array(&auth.h)?, &auth.user, &auth.worker);
    same("proof", &hex(&auth.proof)?, &proof.0)?;
    Ok(4)
}

fn epoch_keys(epoch: &Epoch, keys: &EpochKeys, name: &impl Fn(&str) -> String) -> Result<usize, String> {
    same(&name("h"), &hex(&epoch.h)?, &keys.h)?;
    same(&name("k_i2r"), &hex(&epoch.k_i2r)?, keys.k_i2r.expose())?;
    same(&name("k_r2i"), &hex(&epoch.k_r2i)?, keys.k_r2i.expose())?;
    same(&name("xk"), &hex(&epoch.xk)?, keys.xk.expose())?;
    Ok(4)
}

fn records(epoch: &Epoch, keys: &EpochKeys, name: &impl Fn(&str) -> String) -> Result<usize, String> {
    let (mut sealing, mut opening) = (RecordCipher::new(&keys.k_i2r), RecordCipher::new(&keys.k_i2r));
    for record in &epoch.records_i2r {
        let (plain, sealed) = (hex(&record.pt)?, hex(&record.ct)?);
        same(&name("record"), &sealed, &sealing.seal(plain.clone()).map_err(|error| error.to_string())?)?;
        same(&name("opened record"), &plain, &opening.open(&sealed).map_err(|error| error.to_string())?)?;
    }
    Ok(2 * epoch.records_i2r.len())
}
