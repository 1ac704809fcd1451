//! `kill -9` at random moments of scripted activity: what was acknowledged is there afterwards, once, and no child is left.
//! `LEAPMUX_CRASH_ROUNDS` sets how often (a few by default); `LEAPMUX_CRASH_SEED` repeats a run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use leapmux_client::{Channel, Hub, HubTarget, OpenOptions};
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::hub::v1 as hub;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use leapmux_types::WorkerId;

use crate::solo::Solo;

/// Longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Activity goes on for at most this long before the kill.
const ACTIVITY_MS: u64 = 250;

/// A small generator: the moments must differ, nothing more (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// What the program has acknowledged, and what it was asked last without an answer.
#[derive(Debug, Default)]
struct Ledger {
    workspaces: BTreeMap<String, String>,
    tabs: BTreeMap<String, String>,
    /// Asked, not acknowledged: may or may not have happened.
    open: Option<(String, String)>,
    made: u64,
}

/// A client of a running program.
struct Client {
    hub: Hub,
    channel: Channel,
    org_id: String,
}

impl Client {
    /// Connects, as soon as the Worker can be reached.
    async fn connect(url: &str, options: &OpenOptions) -> Self {
        let (host, port) = url.trim_start_matches("http://").rsplit_once(':').expect("host and port");
        let dialer = Dialer::Tcp { host: host.to_owned(), port: port.parse().expect("a port") };
        let hub = Hub::new(HubTarget::anonymous(dialer)).expect("a client");
        let org_id = hub.user().await.expect("the Hub answers").organizations[0].org_id.clone();
        let request = hub::ListWorkersRequest { org_id: org_id.clone(), ..Default::default() };
        let workers = hub.workers.list_workers(request).await.expect("listed").into_owned().workers;
        let worker: WorkerId = workers[0].worker_id.parse().expect("an id");
        let began = Instant::now();
        loop {
            let leg = hub.leg().await.expect("the relay answers");
            match Channel::open_on(&hub, &leg, &worker, options).await {
                Ok(channel) => return Self { hub, channel, org_id },
                Err(error) if began.elapsed() > PATIENCE => panic!("{error}"),
                // The Worker's link follows the page.
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// One thing after another, each entered as it is asked and acknowledged, until the program is gone.
    async fn work(&self, ledger: &mut Ledger, directory: &Path) {
        while self.step(ledger, directory).await.is_some() {}
    }

    async fn step(&self, ledger: &mut Ledger, directory: &Path) -> Option<()> {
        let number = ledger.made;
        ledger.made += 1;
        match (number % 4, ledger.workspaces.keys().next().cloned(), ledger.tabs.keys().last().cloned()) {
            (1, Some(workspace_id), _) => {
                let tab_id = format!("tab_n{number}");
                ledger.open = Some((tab_id.clone(), "opened".to_owned()));
                let request = pb::OpenTerminalRequest {
                    tab_id: tab_id.clone(),
                    workspace_id,
                    shell: "/bin/sh".to_owned(),
                    working_dir: directory.to_string_lossy().into_owned(),
                    title: "opened".to_owned(),
                    cols: 80,
                    rows: 24,
                    ..Default::default()
                };
                let opened: pb::OpenTerminalResponse =
                    self.channel.call("terminal.Open", &request).await.ok()?;
                ledger.tabs.insert(tab_id, opened.title);
            }
            (2 | 3, _, Some(tab_id)) => {
                let title = format!("renamed {number}");
                ledger.open = Some((tab_id.clone(), title.clone()));
                let request = pb::RenameTabRequest { tab_id: tab_id.clone(), title, ..Default::default() };
                let renamed: pb::RenameTabResponse = self.channel.call("tab.Rename", &request).await.ok()?;
                ledger.tabs.insert(tab_id, renamed.title);
            }
            _ => {
                let workspace_id = format!("ws_n{number}");
                let title = format!("workspace {number}");
                ledger.open = Some((workspace_id.clone(), title.clone()));
                let request = hub::CreateWorkspaceRequest {
                    org_id: self.org_id.clone(),
                    workspace_id: workspace_id.clone(),
                    title: title.clone(),
                    ..Default::default()
                };
                self.hub.workspaces.create_workspace(request).await.ok()?;
                ledger.workspaces.insert(workspace_id, title);
            }
        }
        ledger.open = None;
        Some(())
    }

    /// Everything acknowledged is there; nothing else is, but for what was open when the program died.
    async fn check(&self, ledger: &mut Ledger) {
        let request = hub::ListWorkspacesRequest { org_id: self.org_id.clone(), ..Default::default() };
        let listed =
            self.hub.workspaces.list_workspaces(request).await.expect("listed").into_owned().workspaces;
        let found: Vec<_> = listed.into_iter().map(|w| (w.workspace_id, w.title)).collect();
        if ledger.made == 0 {
            // The workspace a first start makes.
            ledger.workspaces.extend(found.iter().cloned());
        }
        settle("workspaces", &mut ledger.workspaces, found, ledger.open.as_ref());
        let mut watch =
            self.channel.watch("tab.Watch", &pb::WatchTabsRequest::default()).await.expect("watched");
        let event: pb::WatchTabsEvent = watch.next().await.expect("open").expect("a snapshot");
        let Some(pb::watch_tabs_event::Event::Snapshot(snapshot)) = event.event else { panic!("{event:?}") };
        let found = snapshot.tabs.into_iter().map(|tab| (tab.tab_id, tab.title)).collect();
        settle("tabs", &mut ledger.tabs, found, ledger.open.as_ref());
        ledger.open = None;
    }
}

fn settle(
    what: &str,
    acknowledged: &mut BTreeMap<String, String>,
    found: Vec<(String, String)>,
    open: Option<&(String, String)>,
) {
    let count = found.len();
    let found: BTreeMap<String, String> = found.into_iter().collect();
    assert_eq!(found.len(), count, "{what}: something is there twice");
    for (id, title) in acknowledged.iter() {
        let now = found.get(id).unwrap_or_else(|| panic!("{what}: {id} was acknowledged and is gone"));
        let expected = now == title || open.is_some_and(|(asked, wanted)| asked == id && wanted == now);
        assert!(expected, "{what}: {id} was acknowledged as {title:?} and is {now:?}; asked last: {open:?}");
    }
    for id in found.keys().filter(|id| !acknowledged.contains_key(*id)) {
        assert!(open.is_some_and(|(asked, _)| asked == id), "{what}: nobody asked for {id}");
    }
    *acknowledged = found;
}

/// Processes whose working directory is below `directory`.
fn processes_in(directory: &Path) -> usize {
    let cwds = std::fs::read_dir("/proc")
        .expect("Linux")
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path().join("cwd")).ok());
    cwds.filter(|cwd| cwd.starts_with(directory)).count()
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_acknowledged_is_lost_or_doubled_by_kill_9() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let rounds = number("LEAPMUX_CRASH_ROUNDS").unwrap_or(4);
    let seed = number("LEAPMUX_CRASH_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}");
    let mut random = Random(seed);
    let (data, work) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    let directory = work.path().canonicalize().expect("it exists");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (options, mut ledger) = (OpenOptions::local(), Ledger::default());
    for round in 0..=rounds {
        let solo = Solo::start(data.path());
        runtime.block_on(async {
            let client = Client::connect(solo.url(), &options).await;
            client.check(&mut ledger).await;
            if round < rounds {
                let moment = Duration::from_millis(random.below(ACTIVITY_MS));
                let killed = async {
                    tokio::time::sleep(moment).await;
                    solo.signal("-KILL");
                };
                tokio::join!(client.work(&mut ledger, &directory), killed);
            }
        });
        if round == rounds {
            solo.signal("-TERM");
            assert_eq!(solo.ends_with(), Some(0));
        } else {
            assert_eq!(solo.ends_with(), None, "killed");
        }
        let began = Instant::now();
        while processes_in(&directory) > 0 {
            assert!(began.elapsed() < PATIENCE, "round {round}: shells outlive the program");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    assert!(ledger.made > 0);
}
