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
        "leapmux.hub.v1.AuthService/SignUp",
        Who::Anyone,
        "Who signs up has no account yet; refused unless it is the first one or signing up is enabled (AccountService).",
    ),
    row(
        "leapmux.hub.v1.AuthService/Login",
        Who::Anyone,
        "Who signs in has not signed in yet; refused without the password, and after too many tries (AccountService).",
    ),
    row(
        "leapmux.hub.v1.AuthService/Logout",
        Who::Anyone,
        "Ends the session of the cookie it comes with; an expired one must be able to go, too.",
    ),
    row("leapmux.hub.v1.UserService/GetCurrentUser", Who::SignedIn, "Answers the caller's own account."),
    row("leapmux.hub.v1.UserService/UpdateProfile", Who::SignedIn, "Changes the caller's own account."),
    row("leapmux.hub.v1.UserService/RequestEmailChange", Who::SignedIn, "Changes the caller's own account."),
    row(
        "leapmux.hub.v1.UserService/ChangePassword",
        Who::SignedIn,
        "Changes the caller's own account; the current password is asked for (AccountService).",
    ),
    row("leapmux.hub.v1.UserService/ListSessions", Who::SignedIn, "Answers the caller's own sessions."),
    row(
        "leapmux.hub.v1.UserService/RevokeSession",
        Who::SignedIn,
        "Ends one of the caller's own sessions; another's is not found (Sessions).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/ListOrganizations",
        Who::SignedIn,
        "Answers the caller's own memberships.",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/CreateOrganization",
        Who::SignedIn,
        "Any user may found one and owns it: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/RenameOrganization",
        Who::SignedIn,
        "Admins and owners of it; to strangers it does not exist: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/DeleteOrganization",
        Who::SignedIn,
        "Its owners and the Hub's administrator: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/ListMembers",
        Who::SignedIn,
        "Members of it; to strangers it does not exist: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/InviteMember",
        Who::SignedIn,
        "Admins and owners of it: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/ChangeMemberRole",
        Who::SignedIn,
        "Admins and owners of it, never the last owner: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.OrganizationService/RemoveMember",
        Who::SignedIn,
        "Admins and owners of it, never the last owner: ACC-141 (OrganizationService).",
    ),
    row(
        "leapmux.hub.v1.SharingService/GetSharing",
        Who::SignedIn,
        "The owner of the workspace; to who may not read it it does not exist: WSP-2 (SharingService).",
    ),
    row(
        "leapmux.hub.v1.SharingService/SetSharing",
        Who::SignedIn,
        "The owner of the workspace; to who may not read it it does not exist: WSP-2 (SharingService).",
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
        "leapmux.hub.v1.WorkerService/CreateRegistrationKey",
        Who::SignedIn,
        "Any user may bring a machine; it will be theirs alone: WRK-21 (RegistrationService).",
    ),
    row(
        "leapmux.hub.v1.WorkerService/GetRegistrationKey",
        Who::SignedIn,
        "The key's maker; to others it does not exist: WRK-25 (RegistrationService).",
    ),
    row(
        "leapmux.hub.v1.WorkerService/ExtendRegistrationKey",
        Who::SignedIn,
        "The key's maker; to others it does not exist: WRK-25 (RegistrationService).",
    ),
    row(
        "leapmux.hub.v1.WorkerService/DeleteRegistrationKey",
        Who::SignedIn,
        "The key's maker; nobody else's key is touched: WRK-25 (RegistrationService).",
    ),
    row(
        "leapmux.hub.v1.WorkerService/DeregisterWorker",
        Who::SignedIn,
        "The Worker's owner; to others it does not exist, and the bundled one stays: WRK-61 (WorkerRegistry).",
    ),
    row(
        "leapmux.relay.v1.WorkerRegistrationService/RegisterWorker",
        Who::Anyone,
        "A new Worker has no credential yet: an unused key is what it shows: WRK-20 (RegistrationService).",
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
