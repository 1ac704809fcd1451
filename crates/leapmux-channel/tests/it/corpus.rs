//! Replays `fuzz/corpus`: what a fuzzer found once is run with every test.

use std::fs;
use std::path::Path;

use leapmux_channel::fuzz;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 8] = [
    ("auth", fuzz::auth),
    ("bundle", fuzz::bundle),
    ("frame", fuzz::frame),
    ("handshake_msg1", fuzz::handshake_msg1),
    ("handshake_msg2", fuzz::handshake_msg2),
    ("pins", fuzz::pins),
    ("record", fuzz::record),
    ("relay_frame", fuzz::relay_frame),
];

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().into_string().expect("ASCII")).collect();
    names.sort();
    names
}

#[test]
fn no_saved_input_panics() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    assert_eq!(
        names(&corpus),
        TARGETS.map(|(name, _)| name),
        "each target has a corpus, and each corpus a target"
    );
    for (name, target) in TARGETS {
        let files = names(&corpus.join(name));
        assert!(files.len() >= 3, "{name}");
        for file in files {
            target(&fs::read(corpus.join(name).join(file)).expect("readable"));
        }
    }
}
