//! What an agent's tab shows of it.

use leapmux_agents::actor::Observer;
use leapmux_transcript::AgentState;
use leapmux_types::TabId;

use crate::tabs::{TabState, Tabs};

/// Tells the registry of tabs.
pub(super) struct TabReport {
    pub(super) tabs: Tabs,
    pub(super) tab: TabId,
}

impl Observer for TabReport {
    fn changed(&self, state: AgentState, failure: &str, attention: bool) {
        self.tabs.update(&self.tab, |tab| {
            tab.state = tab_state(state);
            failure.clone_into(&mut tab.failure);
            tab.attention += u64::from(attention);
        });
    }
}

fn tab_state(state: AgentState) -> TabState {
    match state {
        AgentState::Starting => TabState::Starting,
        AgentState::Idle => TabState::Ready,
        AgentState::Running | AgentState::Compacting => TabState::Running,
        AgentState::Waiting => TabState::Waiting,
        AgentState::Inactive => TabState::Exited,
        AgentState::StartFailed => TabState::Failed,
    }
}
