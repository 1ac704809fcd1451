//! Every frame in every direction, every limit on both sides, and cutting a byte stream anywhere.

use super::*;
use crate::limits::MAX_RELAY_FRAME;

const UID: ChannelUid = ChannelUid([7; 16]);

fn open(suite: u8, msg1: &[u8]) -> Vec<u8> {
    let open = Open { suite, channel_uid: UID, key_id: [9; 8], worker_id: "wrk_1", msg1 };
    RelayFrame { channel: 3, body: Body::Open(open) }.encode()
}

#[test]
fn each_frame_is_read_back_in_its_own_directions_only() {
    use Direction::{ClientToHub, HubToClient, HubToWorker, WorkerToHub};
    let (msg1, msg2, record) = (vec![1; 3_224], vec![2; 1_640], vec![3; 24]);
    let open = Open { suite: 1, channel_uid: UID, key_id: [9; 8], worker_id: "wrk_1", msg1: &msg1 };
    let worker_open = WorkerOpen { suite: 1, channel_uid: UID, key_id: [9; 8], grant: b"grant", msg1: &msg1 };
    let ending = Ending { code: Code::TIMEOUT, reason: "späť" };
    let all = [ClientToHub, HubToClient, HubToWorker, WorkerToHub];
    let cases: Vec<(u32, Body<'_>, &[Direction])> = vec![
        (5, Body::Open(open), &[ClientToHub]),
        (5, Body::WorkerOpen(worker_open), &[HubToWorker]),
        (5, Body::Accept { msg2: &msg2 }, &[WorkerToHub]),
        (5, Body::Accepted { token: [4; 32], msg2: &msg2 }, &[HubToClient]),
        (5, Body::Reject(ending), &[WorkerToHub, HubToClient]),
        (5, Body::Data(&record), &all),
        (5, Body::Close(ending), &all),
        (0, Body::Ping(*b"8 bytes!"), &all),
        (0, Body::Pong(*b"8 bytes!"), &all),
        (0, Body::Event(b"event"), &[HubToClient]),
        (0, Body::GoAway { retry_after_ms: 1_500 }, &[HubToClient, HubToWorker]),
        (5, Body::Grant(b"grant"), &[HubToWorker]),
    ];
    for (channel, body, directions) in cases {
        let frame = RelayFrame { channel, body };
        let bytes = frame.encode();
        for direction in all {
            let read = RelayFrame::parse(direction, &bytes);
            if directions.contains(&direction) {
                assert_eq!(read.as_ref(), Ok(&frame), "{direction:?}");
            } else {
                assert_ne!(read.as_ref(), Ok(&frame), "{direction:?}");
            }
        }
        let mut other = bytes.clone();
        set_channel(&mut other, if channel == 0 { 1 } else { 0 });
        assert_eq!(RelayFrame::parse(directions[0], &other), Err(FrameError::Channel));
    }
}

#[test]
fn the_open_frame_is_laid_out_as_the_rules_say() {
    let bytes = open(2, &[0xcc; 56]);
    assert_eq!(bytes[..7], [0x01, 0, 0, 0, 3, 1, 2]);
    assert_eq!(bytes[7..23], [7; 16]);
    assert_eq!(bytes[23..31], [9; 8]);
    assert_eq!(&bytes[31..37], b"\x05wrk_1");
    assert_eq!(bytes[37..], [0xcc; 56]);
}

#[test]
fn only_the_sizes_of_the_suites_pass() {
    let parse = |bytes: &[u8]| RelayFrame::parse(Direction::ClientToHub, bytes).map(|_| ());
    for (suite, good, bad) in [(1, [3_224, 3_280], [3_223, 3_281]), (2, [56, 112], [55, 113])] {
        for len in good {
            assert_eq!(parse(&open(suite, &vec![0; len])), Ok(()), "{suite} {len}");
        }
        for len in bad {
            assert_eq!(parse(&open(suite, &vec![0; len])), Err(FrameError::Size), "{suite} {len}");
        }
    }
    assert_eq!(parse(&open(3, &[0; 56])), Err(FrameError::Suite(3)));
    for (len, good) in [(23, false), (24, true), (16_400, true), (16_401, false)] {
        let frame = RelayFrame { channel: 1, body: Body::Data(&vec![0; len]) }.encode();
        assert_eq!(parse(&frame).is_ok(), good, "{len}");
    }
    for (len, good) in
        [(55, false), (56, true), (112, true), (113, false), (1_640, true), (1_696, true), (1_697, false)]
    {
        let frame = RelayFrame { channel: 1, body: Body::Accept { msg2: &vec![0; len] } }.encode();
        assert_eq!(RelayFrame::parse(Direction::WorkerToHub, &frame).is_ok(), good, "{len}");
    }
}

#[test]
fn bad_versions_ids_grants_and_reasons_are_refused() {
    let mut other = open(2, &[0; 56]);
    other[5] = 2;
    assert_eq!(RelayFrame::parse(Direction::ClientToHub, &other), Err(FrameError::Version(2)));
    assert_eq!(FrameError::Version(2).code(), Code::UNSUPPORTED_VERSION);
    for worker_id in ["", "wrk 1", "wrké", &"w".repeat(65)] {
        let open = Open { suite: 2, channel_uid: UID, key_id: [0; 8], worker_id, msg1: &[0; 56] };
        let frame = RelayFrame { channel: 1, body: Body::Open(open) }.encode();
        assert_eq!(RelayFrame::parse(Direction::ClientToHub, &frame), Err(FrameError::Text), "{worker_id:?}");
    }
    for (len, good) in [(MAX_GRANT, true), (MAX_GRANT + 1, false)] {
        let grant = vec![0; len];
        let open = WorkerOpen { suite: 2, channel_uid: UID, key_id: [0; 8], grant: &grant, msg1: &[0; 56] };
        for body in [Body::WorkerOpen(open), Body::Grant(&grant)] {
            let frame = RelayFrame { channel: 1, body }.encode();
            assert_eq!(RelayFrame::parse(Direction::HubToWorker, &frame).is_ok(), good);
        }
    }
    let mut long = vec![0x05, 0, 0, 0, 1, 0, 18];
    long.extend(vec![b'x'; MAX_REASON + 1]);
    assert_eq!(RelayFrame::parse(Direction::ClientToHub, &long), Err(FrameError::Size));
    assert_eq!(
        RelayFrame::parse(Direction::ClientToHub, &[5, 0, 0, 0, 1, 0, 18, 0xff]),
        Err(FrameError::Text)
    );
    assert_eq!(
        RelayFrame::parse(Direction::HubToClient, &vec![8; MAX_RELAY_FRAME + 1]),
        Err(FrameError::Size)
    );
}

#[test]
fn long_reasons_are_cut_between_characters() {
    let reason = format!("x{}", "é".repeat(150));
    let frame =
        RelayFrame { channel: 1, body: Body::Close(Ending { code: Code::INTERNAL, reason: &reason }) };
    let bytes = frame.encode();
    let read = RelayFrame::parse(Direction::HubToClient, &bytes).expect("cut to size");
    assert_eq!(read.body, Body::Close(Ending { code: Code::INTERNAL, reason: &reason[..199] }));
}

#[test]
fn debug_says_nothing_of_tokens_and_contents() {
    let bodies = [
        Body::Accepted { token: *b"secretsecretsecretsecretsecretse", msg2: b"secret" },
        Body::Data(b"secret"),
        Body::Grant(b"secret"),
        Body::Event(b"secret"),
    ];
    assert_eq!(format!("{bodies:?}"), "[Accept, Data(6 bytes), Grant(6 bytes), Event(6 bytes)]");
}

#[test]
fn a_byte_stream_cut_anywhere_gives_the_same_frames() {
    let frames = [open(2, &[1; 56]), RelayFrame::leg(Body::Ping([5; 8])).encode(), open(1, &vec![2; 3_224])];
    let stream: Vec<u8> = frames.iter().flat_map(|frame| with_length(frame)).collect();
    for step in [1, 2, 3, 7, 64, 1_000, stream.len()] {
        let (mut deframer, mut read) = (Deframer::new(), Vec::new());
        for piece in stream.chunks(step) {
            deframer.push(piece);
            while let Some(frame) = deframer.next_frame().expect("well formed") {
                read.push(frame.to_vec());
            }
        }
        assert_eq!(read, frames, "in pieces of {step}");
    }
}

#[test]
fn a_length_no_frame_can_have_is_refused_before_it_is_awaited() {
    for length in [0, 4, MAX_RELAY_FRAME as u32 + 1, u32::MAX] {
        let mut deframer = Deframer::new();
        deframer.push(&length.to_be_bytes());
        assert_eq!(deframer.next_frame(), Err(FrameError::Size), "{length}");
    }
}

#[test]
fn every_prefix_and_noise_is_refused_without_a_panic() {
    let bytes = open(1, &vec![1; 3_224]);
    for len in 0..bytes.len() {
        assert!(RelayFrame::parse(Direction::ClientToHub, &bytes[..len]).is_err(), "{len}");
    }
    for kind in 0..=u8::MAX {
        for direction in [Direction::ClientToHub, Direction::HubToWorker] {
            let _ = RelayFrame::parse(direction, &[kind, 0, 0, 0, 1, 0xff, 0xff, 0xff]);
        }
    }
}
