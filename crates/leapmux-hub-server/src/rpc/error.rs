//! The Hub's errors as Connect codes.

use connectrpc::ConnectError;
use leapmux_hub::HubError;

/// What the caller is told; what is nobody's business is logged with an incident's number instead.
pub(crate) fn refuse(error: HubError) -> ConnectError {
    let said = error.to_string();
    match error {
        HubError::NotFound(_) => ConnectError::not_found(said),
        HubError::PermissionDenied(_) => ConnectError::permission_denied(said),
        HubError::InvalidArgument(_) => ConnectError::invalid_argument(said),
        HubError::AlreadyExists(_) => ConnectError::already_exists(said),
        HubError::FailedPrecondition(_) => ConnectError::failed_precondition(said),
        HubError::Unauthenticated(_) => ConnectError::unauthenticated(said),
        HubError::TooMany { retry_after } => {
            let seconds = http::HeaderValue::from(retry_after.as_secs().max(1));
            ConnectError::resource_exhausted(said)
                .with_headers([(http::header::RETRY_AFTER, seconds)].into_iter().collect())
        }
        HubError::Unavailable(_) => ConnectError::unavailable(said),
        HubError::Store(cause) => {
            let incident = u32::from_be_bytes(leapmux_runtime::random_bytes());
            tracing::error!(incident = format!("{incident:08x}"), %cause, "the database failed");
            ConnectError::internal(format!("{said} (incident {incident:08x})"))
        }
    }
}
