//! Floods: nothing is lost, memory stays bounded, a client that takes nothing holds the program back and nobody else.

use super::client::{Client, PATIENCE, Rig, tab};
use crate::rpc::{Role, STREAM_QUEUE};

const FLOOD: u64 = 200_000_000;

/// Lines of 100 bytes, then a mark.
fn flood(bytes: u64) -> String {
    format!("yes {} | head -c {bytes}; echo; echo flo''od is over\n", "x".repeat(99))
}

async fn ready(rig: &Rig) -> Client {
    rig.open(&tab(1)).await;
    let mut client = rig.attach(&tab(1)).await;
    client.until_prompt().await;
    client
}

fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("read");
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("a number") * 4096
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_gets_every_byte_of_200_megabytes_in_bounded_memory() {
    let rig = Rig::new().await;
    let mut client = ready(&rig).await;
    let (start, before) = (client.have, resident());
    client.type_text(&flood(FLOOD)).await;
    let all = async {
        // `step` checks that no byte is missing or doubled.
        while !client.raw.contains("flood is over\r\n") {
            assert!(client.step().await);
            let seen = client.raw.len().saturating_sub(100);
            client.raw.drain(..seen);
        }
    };
    tokio::time::timeout(10 * PATIENCE, all).await.expect("the flood ends");
    assert!(client.have - start > FLOOD);
    assert_eq!(client.redraws, 1, "a client that keeps up is never redrawn");
    let grown = resident().saturating_sub(before);
    assert!(grown < 40_000_000, "{grown} bytes for one screen here and one at the client");
    rig.close(&tab(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_nothing_holds_the_program_back_unless_another_does() {
    let rig = Rig::new().await;
    let mut slow = ready(&rig).await;
    slow.type_text(&flood(20_000_000)).await;
    slow.until_text("xxx\r\nxxx").await;
    let stopped = slow.have;
    // Alone it holds the flood back: more than its queue, a ring and what the kernel has cannot be on the way.
    let mut reader = rig.attach_as(&tab(1), None, Role::Reader).await;
    reader.until("a redraw", |reader| reader.redraws == 1).await;
    let mut last = reader.have;
    // Once the reader sees nothing new, the program waits.
    while let Ok(true) = tokio::time::timeout(std::time::Duration::from_millis(500), reader.step()).await {
        last = reader.have;
    }
    assert!(last - stopped < 4 * STREAM_QUEUE as u64, "{} bytes went on", last - stopped);
    // With another that types and takes, the flood goes on to its end, and the slow one is redrawn when it comes back.
    let mut fast = rig.attach(&tab(1)).await;
    fast.until_text("flood is over\r\n").await;
    slow.until_text("flood is over\r\n").await;
    assert!(slow.redraws >= 2, "it missed more than is kept");
    // A redraw may have taken the slow one past what the fast one has read.
    while slow.have != fast.have {
        let (behind, other) =
            if slow.have < fast.have { (&mut slow, fast.have) } else { (&mut fast, slow.have) };
        behind.until("what the other has", |client| client.have >= other).await;
    }
    assert_eq!(slow.drawn(), fast.drawn());
    rig.close(&tab(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_clients_a_program_runs_to_its_end() {
    let rig = Rig::new().await;
    let mut client = ready(&rig).await;
    client.type_text(&flood(5_000_000)).await;
    client.until_text("xxx\r\nxxx").await;
    drop(client);
    let mut client = rig.attach_as(&tab(1), None, Role::Reader).await;
    client.until_text("flood is over\r\n").await;
    rig.close(&tab(1)).await;
}
