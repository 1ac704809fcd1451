//! A laboratory with a real program and a model for it, and what is read from its view.

use std::path::{Path, PathBuf};

use leapmux_transcript::{Body, Role, ToolCall, ToolKind, TurnEnd};

use super::kit::Kit;
use crate::lab::{Lab, View};
use crate::model::Model;

/// Where the program is: in `LEAPMUX_AGENT_CACHE`, or `.cache/agents` of the repository. None: the test is skipped, and says so.
/// `LEAPMUX_REQUIRE_AGENTS=1` makes a missing program a failure; `LEAPMUX_ALL_AGENTS=1` with it means the slow ones too.
pub fn program(kit: &Kit) -> Option<PathBuf> {
    let is_set = |name: &str| std::env::var(name).is_ok_and(|value| value == "1");
    let (required, all) = (is_set("LEAPMUX_REQUIRE_AGENTS"), is_set("LEAPMUX_ALL_AGENTS"));
    if required && kit.slow && !all {
        println!("skipped: {} runs with LEAPMUX_ALL_AGENTS=1 only", kit.id);
        return None;
    }
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.cache/agents");
    let cache = std::env::var_os("LEAPMUX_AGENT_CACHE").map_or_else(default, PathBuf::from);
    let program = cache.join(format!("{}-{}", kit.id, kit.version)).join("bin").join(kit.id);
    if program.exists() {
        return Some(program.canonicalize().expect("it exists"));
    }
    assert!(!required, "{} {} is not installed in {}", kit.id, kit.version, cache.display());
    println!("skipped: {} {} is not installed in {}", kit.id, kit.version, cache.display());
    None
}

/// A laboratory with the program and a model for it.
pub struct Bench {
    pub lab: Lab,
    pub model: Model,
}

impl Bench {
    pub fn new(kit: &Kit, program: &Path, model_arguments: &[&str]) -> Self {
        let mut lab = Lab::new(kit.id);
        let model = Model::start(model_arguments);
        (kit.prepare)(&mut lab, &model);
        // Anything but loopback goes nowhere.
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
            lab.set(name, "http://127.0.0.1:9");
        }
        for name in ["no_proxy", "NO_PROXY"] {
            lab.set(name, "127.0.0.1,localhost");
        }
        lab.install(kit.id, program);
        lab.profile.options =
            kit.asks.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect();
        Self { lab, model }
    }

    pub async fn open(&self) -> View {
        let mut view = self.lab.open().await;
        view.ready().await;
        view
    }

    pub async fn done(mut self, view: View) {
        view.agent.close().await;
        self.lab.shut_down().await;
        let open = self.lab.journal.items().into_iter().filter(|item| item.open).count();
        assert_eq!(open, 0, "rows stay open\n{}", view.draw());
        let seqs: Vec<u64> = self.lab.journal.events().iter().map(|event| event.record.seq).collect();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "numbers have gaps");
    }
}

pub fn tool(view: &View, kind: ToolKind) -> ToolCall {
    let found = view.last(|body| match body {
        Body::Tool(call) if call.kind == kind => Some(&**call),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no {kind:?} call\n{}", view.draw())).clone()
}

pub fn turn_end(view: &View) -> &TurnEnd {
    view.last(|body| if let Body::TurnEnd(end) = body { Some(end) } else { None }).expect("a turn has ended")
}

pub fn option_with(permission: &leapmux_transcript::Permission, role: Role) -> String {
    let option = permission.options.iter().find(|option| option.role == role);
    option.unwrap_or_else(|| panic!("no {role:?} in {:?}", permission.options)).id.clone()
}
