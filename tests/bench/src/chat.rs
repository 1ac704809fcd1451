//! A chat of 100,000 messages on the shipped page: how long until its last page is painted, and what the page holds of it.

use anyhow::Result;
use serde_json::json;

use crate::agent_program::Order;
use crate::browser;
use crate::leapmux::LeapMux;
use crate::report::Table;

const MESSAGES: u64 = 100_000;

/// Measures.
pub async fn run() -> Result<()> {
    let mut table = Table::new("A chat of 100,000 messages, shipped page", &["what", "found"]);
    let leapmux = LeapMux::start_at_home().await?;
    match browser::play("chat", &leapmux, json!({ "order": Order::Rows(MESSAGES).to_string() })).await {
        Ok(found) => {
            let opened = found.get("opened")?;
            let heap = found.get("heap")? / 1e6;
            table.row([
                "tab chosen until its last page is painted, median of fresh pages".into(),
                format!("{opened:.0} ms (longest {:.0})", found.get("openedLongest")?),
            ]);
            table.row([
                "the same on a page that had it open before".into(),
                format!("{:.0} ms", found.get("again")?),
            ]);
            table.row([
                "page load until painted, chat in front, median".into(),
                format!("{:.0} ms", found.get("loaded")?),
            ]);
            table.row(["heap with it open".into(), format!("{heap:.1} MB")]);
            table.row([
                "heap after 1,000 messages read upwards".into(),
                format!("{:.1} MB", found.get("heapAbove")? / 1e6),
            ]);
            table.row(["nodes of the document".into(), format!("{:.0}", found.get("nodes")?)]);
            table.aim("last page painted in 300 ms", opened <= 300.0, format!("{opened:.0} ms"));
            table.aim("heap of at most 80 MB", heap <= 80.0, format!("{heap:.1} MB"));
        }
        Err(error) => table.note(format!("Not measured: {error:#}")),
    }
    table.print();
    leapmux.stop().await?;
    Ok(())
}
