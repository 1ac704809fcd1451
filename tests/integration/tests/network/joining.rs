//! A machine becomes a Worker once, with a key; what is wrong is said in the words of the manual, with exit code 1.

use std::os::unix::fs::PermissionsExt;

use leapmux_channel::KeyBundle;
use leapmux_channel::noise::AuthProof;
use leapmux_proto_hub::leapmux::hub::v1 as hub;

use crate::rig::{Machine, Site, home, open_terminal, spawn, type_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_joins_with_a_key_proves_itself_and_knows_its_owners_device() {
    let site = Site::set().await;
    let (key, url, home) = (site.key().await, site.url(), home());
    let words = ["worker", "--hub", &url, "--registration-key", &key.text];
    let program = spawn(&home, &words, &[]);
    let machine = Machine::joined(home, program).await;
    let request =
        hub::GetRegistrationKeyRequest { registration_key_id: key.id.clone(), ..Default::default() };
    let known = site.hub().workers.get_registration_key(request).await.expect("ours").into_owned();
    let known = known.key.as_option().expect("a key").clone();
    assert_eq!(known.worker_id, machine.worker.to_string());
    // As the dialog does it: the identity in the bundle is the one that was given the secret half.
    let request = hub::GetWorkerBundleRequest { worker_id: known.worker_id.clone(), ..Default::default() };
    let bundle = site.hub().workers.get_worker_bundle(request).await.expect("connected").into_owned().bundle;
    let identity = KeyBundle::parse(&bundle).expect("a bundle").verify().expect("signed").identity;
    let proof: [u8; 32] = known.worker_proof.as_slice().try_into().expect("32 bytes");
    assert_eq!(AuthProof(proof), key.secret.worker_proof(&identity));
    // Its credentials are for its owner alone, and no half of the key is among them.
    let state = machine.home.path().join("data/state.json");
    assert_eq!(std::fs::metadata(&state).expect("there").permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read_to_string(&state).expect("read");
    let (hub_part, secret) = key.text.split_once('.').expect("two halves");
    assert!(!kept.contains(hub_part) && !kept.contains(secret), "the key is not kept");
    // The fingerprint people compare, and the device that was vouched for.
    let said = command(&machine, &["worker", "fingerprint"]);
    assert_eq!(said.lines().next().map(|words| words.split('-').count()), Some(4), "{said}");
    let said = command(&machine, &["worker", "devices", "list"]);
    assert!(said.starts_with("approved"), "{said}");
    // And it is a Worker: a terminal on it.
    let (_leg, channel) = site.channel(&machine.worker).await;
    let mut terminal = open_terminal(&channel, "tab_one").await;
    type_in(&channel, "tab_one", "echo $((6*7))-there\r").await;
    terminal.until("42-there").await;
    machine.program.stop().await;
    site.program.stop().await;
}

/// What a command beside the Worker says.
fn command(machine: &Machine, words: &[&str]) -> String {
    let data = machine.home.path().join("data");
    let output = std::process::Command::new(leapmux_integration::binary())
        .args(words)
        .arg("--data-dir")
        .arg(data)
        .env("HOME", machine.home.path())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn with_known_devices_only_the_one_the_key_was_made_on_comes_in() {
    let mut site = Site::set().await;
    let machine = site.join_with(&["--client-trust", "known-devices"], &[]).await;
    let (_leg, channel) = site.channel(&machine.worker).await;
    open_terminal(&channel, "tab_one").await;
    let device = leapmux_channel::DeviceKey::from_seed(leapmux_channel::Secret32::new([8; 32]));
    site.options.device = Some(device);
    let (hub, options) = (site.hub(), site.options.clone());
    let leg = hub.leg().await.expect("the relay answers");
    let refused = leapmux_client::Channel::open_on(&hub, &leg, &machine.worker, &options).await;
    let said = refused.expect_err("nobody knows this device").to_string();
    assert!(said.contains("not approved"), "{said}");
    machine.program.logs("a device this Worker has not seen before", 1).await;
    let listed = command(&machine, &["worker", "devices", "list"]);
    let words = listed.lines().find(|line| line.starts_with("seen")).expect("it is listed");
    let words = words.rsplit(' ').next().expect("four words");
    assert!(command(&machine, &["worker", "devices", "approve", words]).contains("is approved"));
    site.channel(&machine.worker).await;
    machine.program.stop().await;
    site.program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrk_30_to_32_and_35_what_is_wrong_with_a_key_is_said() {
    let site = Site::set().await;
    let (url, key) = (site.url(), site.key().await);
    let fails = async |home: &leapmux_integration::Home, words: &[&str], variables: &[(&str, &str)]| {
        let (code, said) = spawn(home, words, variables).ends().await;
        assert_eq!(code, Some(1), "{said}");
        said
    };
    let (first, second) = (home(), home());
    let said = fails(&first, &["worker", "--hub", &url], &[]).await;
    assert!(
        said.contains("error: worker is unregistered: pass --registration-key <key> from the hub UI"),
        "{said}"
    );
    let with_key = ["worker", "--hub", &url, "--registration-key", &key.text];
    let machine = Machine::joined(first, spawn(&second, &with_key, &[])).await;
    let said = fails(&home(), &with_key, &[]).await;
    assert!(
        said.contains("error: registration rejected: registration key invalid or already consumed"),
        "{said}"
    );
    let said = fails(&second, &with_key, &[]).await;
    assert!(said.contains("error: data directory is in use by another worker"), "{said}");
    machine.program.stop().await;
    let said = fails(&second, &with_key, &[]).await;
    let told =
        "error: worker is already registered; remove --registration-key or wipe local state to re-register";
    assert!(said.contains(told), "{said}");
    // In a container's definition the variable stays: it is told of, and the Worker starts (WRK-32).
    let variables =
        [("LEAPMUX_WORKER_HUB", url.as_str()), ("LEAPMUX_WORKER_REGISTRATION_KEY", key.text.as_str())];
    let again = Machine::joined(home(), spawn(&second, &["worker"], &variables)).await;
    assert_eq!(again.worker, machine.worker);
    assert_eq!(again.program.logged("worker is already registered"), 1);
    again.program.stop().await;
    for (hub, told) in [
        ("", "error: hub URL is required"),
        ("ftp://hub", "expected http://host[:port], https://host[:port] or unix:<socket-path>"),
        ("npipe:leapmux", "named pipes exist on Windows only"),
    ] {
        let said = fails(&home(), &["worker", "--registration-key", "x", "--hub", hub], &[]).await;
        assert!(said.contains(told), "{hub}: {said}");
    }
    let damaged = home();
    std::fs::create_dir(damaged.path().join("data")).expect("made");
    std::fs::write(damaged.path().join("data/state.json"), "{\"v\": 1}").expect("written");
    let said = fails(&damaged, &["worker", "--hub", &url], &[]).await;
    assert!(said.contains("state.json is damaged"), "{said}");
    site.program.stop().await;
}
