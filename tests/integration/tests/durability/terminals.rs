//! A person who opens terminals, leaves jobs running in them, names them and closes them.

use std::collections::BTreeMap;

use leapmux_client::{CallError, Class};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_types::{TabId, WorkspaceId};
use pb::terminal_input::Input;

use crate::random::Random;
use leapmux_integration::Client;

/// What a shell is told to leave running: in the background, deaf to the hang-up, in a pipeline of a subshell.
const JOBS: &str = "sleep 1000 & nohup sleep 1000 >/dev/null 2>&1 & (sleep 1000 | cat) & disown -a\n";
/// The same, deaf to everything but the kill.
const STUBBORN: &str = "(trap '' HUP TERM; exec sleep 1000) &\n";
/// Open terminals beyond which one is closed.
const OPEN: usize = 3;

/// What is known of a tab. Doubt is between two acknowledged states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    /// It was opened, and that was acknowledged.
    opened: bool,
    /// Its close was asked for; it was acknowledged.
    closing: bool,
    closed: bool,
    /// Acknowledged; a newer one that was not.
    title: String,
    new_title: Option<String>,
}

/// The terminals.
pub struct Terminals {
    workspace: WorkspaceId,
    random: Random,
    known: BTreeMap<String, Known>,
    count: u64,
}

impl Terminals {
    pub fn new(workspace: WorkspaceId, random: Random) -> Self {
        Self { workspace, random, known: BTreeMap::new(), count: 0 }
    }

    /// Goes on until the program is gone.
    pub async fn act(&mut self, client: &Client, stubborn: bool) -> Result<(), CallError> {
        loop {
            let tab = TabId::from_bits(self.random.bits()).to_string();
            self.open(client, &tab).await?;
            let jobs = if stubborn { STUBBORN } else { JOBS };
            self.type_in(client, &tab, jobs).await?;
            self.rename(client, &tab).await?;
            let open: Vec<String> = self.open_tabs().cloned().collect();
            if open.len() > OPEN {
                let tab = self.random.pick(&open).clone();
                self.close(client, &tab).await?;
            }
        }
    }

    fn open_tabs(&self) -> impl Iterator<Item = &String> {
        self.known.iter().filter(|(_, known)| known.opened && !known.closing).map(|(tab, _)| tab)
    }

    fn known(&mut self, tab: &str) -> &mut Known {
        self.known.entry(tab.to_owned()).or_default()
    }

    async fn open(&mut self, client: &Client, tab: &str) -> Result<(), CallError> {
        self.known(tab);
        let request = pb::OpenTerminalRequest {
            tab_id: tab.to_owned(),
            workspace_id: self.workspace.to_string(),
            cols: 80,
            rows: 24,
            ..Default::default()
        };
        let opened: pb::OpenTerminalResponse = client.channel.call("terminal.Open", &request).await?;
        let known = self.known(tab);
        (known.opened, known.title) = (true, opened.title);
        Ok(())
    }

    async fn type_in(&self, client: &Client, tab: &str, text: &str) -> Result<(), CallError> {
        let mut keys = client.channel.stream(Class::Interactive, "terminal.Input").await?;
        let data = Some(Input::Data(text.as_bytes().to_vec()));
        keys.send(&pb::TerminalInput { tab_id: tab.to_owned(), input: data, ..Default::default() }).await?;
        keys.finish()?;
        // To the end: dropped earlier, it would be taken back.
        while keys.next_bytes().await?.is_some() {}
        Ok(())
    }

    async fn rename(&mut self, client: &Client, tab: &str) -> Result<(), CallError> {
        self.count += 1;
        let title = format!("Terminal {}", self.count);
        self.known(tab).new_title = Some(title.clone());
        let request = pb::RenameTabRequest { tab_id: tab.to_owned(), title, ..Default::default() };
        let renamed: pb::RenameTabResponse = client.channel.call("tab.Rename", &request).await?;
        let known = self.known(tab);
        (known.title, known.new_title) = (renamed.title, None);
        Ok(())
    }

    async fn close(&mut self, client: &Client, tab: &str) -> Result<(), CallError> {
        self.known(tab).closing = true;
        close(client, tab).await?;
        self.known(tab).closed = true;
        Ok(())
    }

    /// After a restart: every terminal that was opened is there once, under its name; every closed one is not. Then all are
    /// closed. How many they were.
    pub async fn check(&mut self, client: &Client) -> usize {
        let mut listed: BTreeMap<String, pb::Tab> = BTreeMap::new();
        for tab in tabs(client).await {
            if tab.kind == pb::TabKind::Terminal {
                let id = tab.tab_id.clone();
                assert!(listed.insert(id.clone(), tab).is_none(), "{id} is listed twice");
            }
        }
        for (tab, known) in &self.known {
            let found = listed.remove(tab);
            assert!(found.is_some() || !known.opened || known.closing, "{tab} is lost: {known:?}");
            assert!(found.is_none() || !known.closed, "{tab} is back: {known:?}");
            if let Some(found) = found {
                let titles = [Some(&known.title), known.new_title.as_ref()];
                let fits = titles.contains(&Some(&found.title)) || !known.opened;
                assert!(fits, "{tab} is called {:?}: {known:?}", found.title);
                close(client, tab).await.expect("closed");
            }
        }
        assert!(listed.is_empty(), "nobody opened {listed:?}");
        let left = tabs(client).await.into_iter().filter(|tab| tab.kind == pb::TabKind::Terminal).count();
        assert_eq!(left, 0, "closed is closed");
        std::mem::take(&mut self.known).values().filter(|known| known.opened).count()
    }
}

/// Closes a tab.
pub async fn close(client: &Client, tab: &str) -> Result<(), CallError> {
    let request = pb::CloseTabRequest { tab_id: tab.to_owned(), ..Default::default() };
    client.channel.call::<_, pb::CloseTabResponse>("tab.Close", &request).await.map(drop)
}

/// The Worker's tabs.
pub async fn tabs(client: &Client) -> Vec<pb::Tab> {
    let watch = client.channel.watch("tab.Watch", &pb::WatchTabsRequest::default()).await;
    let first: Option<pb::WatchTabsEvent> = watch.expect("a watch").next().await.expect("open");
    match first.and_then(|first| first.event) {
        Some(pb::watch_tabs_event::Event::Snapshot(snapshot)) => snapshot.tabs,
        other => panic!("{other:?}"),
    }
}
