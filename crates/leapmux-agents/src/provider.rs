//! The port a provider implements, and what it says of itself. Everything here is data: nothing is started.

use std::collections::BTreeMap;

use crate::codec::AgentCodec;

/// One kind of agent: how to find it, launch it and talk to it.
pub trait AgentProvider: Send + Sync {
    /// A slug: on the wire, in the database, on the command line.
    fn id(&self) -> &'static str;
    /// As people know it.
    fn label(&self) -> &'static str;
    /// Names of its program, the usual one first.
    fn programs(&self) -> &'static [&'static str];
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// How to launch it for this start.
    fn launch(&self, start: &SessionStart) -> Launch;
    /// The codec for a process launched with `launch(start)`.
    fn codec(&self, start: &SessionStart) -> Box<dyn AgentCodec>;
    /// Whether a change of this option can only reach a new process.
    fn option_needs_restart(&self, _option: &str, _value: &str) -> bool {
        false
    }
}

/// What a provider can do beyond what all can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// A message may be sent while a turn runs: the agent queues it or takes it into the turn.
    pub mid_turn_input: bool,
    /// Option with the value `plan`, in which it plans and changes nothing.
    pub plan: Option<&'static str>,
    /// Option and value that stop all permission requests.
    pub bypass: Option<(&'static str, &'static str)>,
    pub accepts: Accepts,
}

/// Kinds of files that may be sent with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accepts {
    pub text: bool,
    pub image: bool,
    pub pdf: bool,
    pub other: bool,
}

/// What a start is to achieve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionStart {
    pub working_dir: String,
    pub session: Session,
    /// Values of option groups by group id; those that are missing are the provider's defaults.
    pub options: BTreeMap<String, String>,
    /// The agent may be started with its safety off: not as root, unless in a sandbox.
    pub may_bypass: bool,
}

impl SessionStart {
    /// The wanted value of an option, unless it is the automatic one.
    pub fn option(&self, id: &str) -> Option<&str> {
        self.options.get(id).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Which conversation of the agent's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// A new one; `id` is a fresh UUID for providers that let us choose.
    New { id: String },
    /// The one it calls `id`.
    Resume { id: String },
}

/// How to launch a process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Launch {
    pub args: Vec<String>,
    /// Set, whatever the user's environment says.
    pub env: Vec<(&'static str, String)>,
    /// Set where the user's environment says nothing.
    pub env_defaults: Vec<(&'static str, String)>,
}

impl Launch {
    /// A launch with these arguments.
    pub fn new<const N: usize>(args: [&str; N]) -> Self {
        Self { args: args.map(str::to_owned).to_vec(), ..Self::default() }
    }
    /// Adds arguments.
    pub fn args<const N: usize>(mut self, args: [&str; N]) -> Self {
        self.args.extend(args.map(str::to_owned));
        self
    }
    /// Adds a variable the user may set otherwise.
    pub fn env_default(mut self, name: &'static str, value: &str) -> Self {
        self.env_defaults.push((name, value.to_owned()));
        self
    }
}
