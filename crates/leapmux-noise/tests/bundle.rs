//! Rule 4 with real signatures: one key generation and two signings, which is all the time this takes.

use leapmux_noise::pin::{PinDecision, PinRecord, PinRefusal, PinStore, Trust, decide};
use leapmux_noise::registration::RegistrationSecret;
use leapmux_noise::{
    BundleError, BundleTerms, KEY_RANDOM, KeyBundle, STATICS_RANDOM, Suite, SuiteSet, UtcSeconds, WorkerKeys,
    WorkerSeeds, fingerprint,
};

fn random<const N: usize>(start: u8) -> [u8; N] {
    std::array::from_fn(|at| start.wrapping_add(at as u8))
}

fn terms(suite: Suite, serial: u64) -> BundleTerms {
    BundleTerms { suites: SuiteSet::only(suite), serial, created: 1_763_632_800, expires: 0 }
}

#[test]
fn rule_4_a_worker_signs_rotates_and_is_recognised() {
    let mut keys = WorkerKeys::generate(&random::<KEY_RANDOM>(1));
    let bundle = keys.sign_bundle(&terms(Suite::PostQuantum, 10), &[7; 32]);
    assert_eq!(bundle.as_bytes().len(), 31_583);
    let first = KeyBundle::parse(bundle.as_bytes()).and_then(|bundle| bundle.verify()).expect("just signed");
    assert_eq!((first.identity, first.serial), (*keys.identity(), 10));
    assert_eq!(first.key_id, first.bundle_id[..8]);
    assert_eq!(bundle.terms(), terms(Suite::PostQuantum, 10));
    assert_eq!(keys.serving(&bundle).expect("its own").key_id(), first.key_id);

    // What is kept brings the same keys back, and names nothing secret when printed.
    let json = serde_json::to_string(keys.seeds()).expect("text");
    let seeds: WorkerSeeds = serde_json::from_str(&json).expect("just written");
    assert_eq!(WorkerKeys::from_seeds(seeds).identity(), keys.identity());
    let printed = format!("{:?} {keys:?} {bundle:?} {first:?}", keys.seeds());
    assert!(printed.starts_with(
        "WorkerSeeds { ed25519_seed: Secret(…), slh_seed: Secret(…), x25519: Secret(…), mlkem_seed: Secret(…) } WorkerKeys(Identity("
    ));
    assert!(serde_json::from_str::<WorkerSeeds>(&json.replacen("\":\"", "\":\"A", 1)).is_err());

    // Rotation: the identity stays, the old bundle is of other keys, a classic bundle is a downgrade.
    let now = UtcSeconds(1_763_632_800);
    let mut pin = PinRecord::new(&first, Suite::PostQuantum, Trust::Tofu, now);
    assert_eq!(pin.fingerprint, fingerprint(keys.identity()).to_string());
    keys.rotate_statics(&random::<STATICS_RANDOM>(99));
    assert_eq!(keys.serving(&bundle).err(), Some(BundleError::ForeignKeys));
    let rotated = keys.sign_bundle(&terms(Suite::Classic, 11), &[8; 32]);
    let second = rotated.verify().expect("just signed");
    assert_eq!(second.identity, first.identity);
    assert_ne!((second.x25519, second.bundle_id), (first.x25519, first.bundle_id));
    let downgrade = PinRefusal::Downgrade { floor: Suite::PostQuantum, offered: Suite::Classic };
    assert_eq!(decide(&second, Some(&pin), now), PinDecision::Refused(downgrade));

    // Accepting it lowers the floor and nothing else; then the old bundle is a rollback.
    let before = pin.clone();
    pin.accept_downgrade(Suite::Classic);
    assert_eq!(PinRecord { floor: Suite::PostQuantum, ..pin.clone() }, before);
    assert_eq!(decide(&second, Some(&pin), now), PinDecision::Pinned(Suite::Classic));
    pin.raise(&second, Suite::Classic, UtcSeconds(now.0 + 60));
    assert_eq!((pin.serial, pin.bundle_id, pin.last_seen), (11, second.bundle_id, UtcSeconds(now.0 + 60)));
    assert_eq!(pin.first_seen, now);
    let rollback = PinRefusal::Rollback { pinned: 11, offered: 10 };
    assert_eq!(decide(&first, Some(&pin), now), PinDecision::Refused(rollback));
    pin.raise(&first, Suite::PostQuantum, now);
    assert_eq!((pin.serial, pin.floor), (11, Suite::PostQuantum), "nothing goes down when a pin is raised");

    // A verified bundle need not be verified again, but only that one.
    assert_eq!(bundle.verified_before(&first.bundle_id), Ok(first.clone()));
    assert_eq!(rotated.verified_before(&first.bundle_id), Err(BundleError::NotTheSame));

    // First contact by the registration secret (rule 5.4).
    let secret = RegistrationSecret::new([3; 16]);
    assert_eq!(secret.worker_proof(&first.identity), secret.worker_proof(&second.identity));
}

#[test]
fn rule_4_signed_keys_nobody_can_use_are_refused() {
    let (_, bundle) =
        leapmux_noise::vectors::worker(include_str!("../../../tests/vectors/channel.json")).expect("vectors");
    for range in [127..159, 159..162] {
        let mut bytes = bundle.as_bytes().to_vec();
        bytes[range.clone()].fill(if range.len() == 32 { 0 } else { 0xff });
        let bundle = KeyBundle::parse(&bytes).expect("well formed");
        assert_eq!(bundle.unverified().err(), Some(BundleError::UnusableKey), "{range:?}");
        assert_eq!(bundle.verify().err(), Some(BundleError::Ed25519));
    }
}

#[test]
fn rule_4_serials_rise_even_when_the_clock_does_not() {
    assert_eq!(BundleTerms::next_serial(None, 500), 500);
    assert_eq!(BundleTerms::next_serial(Some(400), 500), 500);
    assert_eq!(BundleTerms::next_serial(Some(500), 500), 501);
    assert_eq!(BundleTerms::next_serial(Some(900), 500), 901);
}

#[test]
fn rule_5_1_a_browser_forgets_a_pin_after_a_year() {
    let json = include_str!("../../../tests/vectors/pins.json");
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let mut store = PinStore::parse(&json["store"].to_string()).expect("a store");
    let worker = "wrk_pinned".parse().expect("an id");
    let seen = store.get(&worker).expect("pinned").last_seen.0;
    assert_eq!(
        store.drop_lapsed(UtcSeconds(seen + 365 * 86_400 - 1), leapmux_noise::pin::BROWSER_PIN_LIFETIME),
        0
    );
    assert_eq!(
        store.drop_lapsed(UtcSeconds(seen + 365 * 86_400), leapmux_noise::pin::BROWSER_PIN_LIFETIME),
        2
    );
    assert_eq!(store.get(&worker), None);
}
