//! The one sentence of the Hub's that a program acts on.

/// Said, as an unauthenticated call's message, to a Worker the Hub does not know, and by nothing else that may stand between the two.
pub const CREDENTIAL_REFUSED: &str = "this worker's credential is not valid";
