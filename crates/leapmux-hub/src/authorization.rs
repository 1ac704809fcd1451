//! Every RPC with who may call it, and why. The edge refuses what has no row here before any handler runs (I9); what only the
//! data can tell (member, owner) is checked by the service the row names.

/// The least a caller must be for the edge to pass the call on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody in particular: what the sign-in page needs.
    Anyone,
    /// An authenticated user.
    SignedIn,
    /// A Worker with its own credential.
    Worker,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// `package.Service/Method`.
    pub rpc: &'static str,
    pub who: Who,
    /// What else is asked, where, and the reason.
    pub why: &'static str,
}

const fn row(rpc: &'static str, who: Who, why: &'static str) -> Rule {
    Rule { rpc, who, why }
}

/// The table.
pub const AUTHORIZATION: &[Rule] = &[
    row(
        "leapmux.hub.v1.SystemService/GetSystemInfo",
        Who::Anyone,
        "The page must know where to go before anybody signs in; names a user only to that user.",
    ),
    row(
        "leapmux.hub.v1.WorkspaceService/ListWorkspaces",
        Who::SignedIn,
        "Members of the organization, and of its workspaces only those the caller may read (LayoutService).",
    ),
    row(
        "leapmux.hub.v1.WorkspaceService/CreateWorkspace",
        Who::SignedIn,
        "Members of the organization; the creator becomes the owner (LayoutService).",
    ),
    row(
        "leapmux.hub.v1.WorkspaceService/RenameWorkspace",
        Who::SignedIn,
        "The owner alone: WSP-2 (the layout's own check).",
    ),
    row(
        "leapmux.hub.v1.WorkspaceService/DeleteWorkspace",
        Who::SignedIn,
        "The owner alone: WSP-2 (the layout's own check).",
    ),
    row(
        "leapmux.hub.v1.LayoutService/GetLayout",
        Who::SignedIn,
        "Members of the organization, filtered to what the caller may read: WSP-3 (LayoutService).",
    ),
    row(
        "leapmux.hub.v1.LayoutService/SubmitBatch",
        Who::SignedIn,
        "The owner of every workspace the batch touches: LAY-15 (the layout's own check).",
    ),
    row(
        "leapmux.hub.v1.WorkerService/ListWorkers",
        Who::SignedIn,
        "Answers only Workers the caller owns or is routed to (WorkerRegistry).",
    ),
    row(
        "leapmux.hub.v1.WorkerService/GetWorkerBundle",
        Who::SignedIn,
        "Whoever may open a channel to the Worker needs its public keys (WorkerRegistry).",
    ),
    row(
        "leapmux.relay.v1.WorkerLinkService/Link",
        Who::Worker,
        "The bearer credential names the Worker; it can speak for no other.",
    ),
];

/// The row of an RPC, named `package.Service/Method`.
pub fn rule(rpc: &str) -> Option<&'static Rule> {
    AUTHORIZATION.iter().find(|row| row.rpc == rpc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_unique_and_say_why() {
        for (index, row) in AUTHORIZATION.iter().enumerate() {
            assert!(AUTHORIZATION[index + 1..].iter().all(|other| other.rpc != row.rpc), "{}", row.rpc);
            assert!(row.why.len() > 20, "{}", row.rpc);
        }
        assert!(rule("leapmux.hub.v1.SystemService/Nothing").is_none());
    }
}
