//! A new Worker's first call: a key for a credential.

use std::time::Duration;

use connectrpc::client::ClientConfig;
use connectrpc::{CompressionRegistry, ConnectError, ErrorCode, Protocol};
use leapmux_channel::noise::AuthProof;
use leapmux_net::Dialer;
use leapmux_proto_hub::leapmux::relay::v1 as pb;
use leapmux_runtime::{Backoff, Secret, random_bytes};
use leapmux_types::IdError;

use super::{RETRY, connection};
use crate::identity::Registration;

/// A Hub that has not answered by then is asked again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Asks until the Hub answers; also what the owner's device says of itself. What the Hub refuses for good is an error: its sentence.
pub(crate) async fn register(
    dialer: &Dialer,
    hub_part: &str,
    worker_proof: Option<AuthProof>,
) -> Result<(Registration, Vec<u8>), String> {
    let request = pb::RegisterWorkerRequest {
        registration_key: hub_part.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        worker_proof: worker_proof.map(|proof| proof.0.to_vec()).unwrap_or_default(),
        ..Default::default()
    };
    let mut backoff = Backoff::new(RETRY.0, RETRY.1);
    loop {
        let asked = tokio::time::timeout(ANSWER_TIMEOUT, ask(dialer, request.clone())).await;
        let late = |_| ConnectError::deadline_exceeded("the Hub does not answer");
        match asked.map_err(late).and_then(|answer| answer) {
            Ok(answer) => return read(answer).map_err(|error| error.to_string()),
            Err(error) if is_final(error.code) => {
                return Err(error.message.clone().unwrap_or_else(|| error.to_string()));
            }
            Err(error) => {
                let wait = backoff.next_delay(u32::from_be_bytes(random_bytes()));
                tracing::warn!(reason = %error, ?wait, hub = dialer.url(), "cannot register with the Hub yet");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Trying again changes nothing (WRK-35); a Hub in solo mode takes no Workers at all.
fn is_final(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Unauthenticated
            | ErrorCode::InvalidArgument
            | ErrorCode::PermissionDenied
            | ErrorCode::FailedPrecondition
    )
}

async fn ask(
    dialer: &Dialer,
    request: pb::RegisterWorkerRequest,
) -> Result<pb::RegisterWorkerResponse, ConnectError> {
    let (http, uri) = connection(dialer).await?;
    let config =
        ClientConfig::new(uri).with_protocol(Protocol::Grpc).with_compression(CompressionRegistry::new());
    let client = pb::WorkerRegistrationServiceClient::new(http.shared(1), config);
    Ok(client.register_worker(request).await?.into_owned())
}

fn read(answer: pb::RegisterWorkerResponse) -> Result<(Registration, Vec<u8>), IdError> {
    let registration = Registration {
        worker: answer.worker_id.parse()?,
        credential: Secret::new(answer.credential),
        owner: answer.owner_user_id.parse()?,
    };
    Ok((registration, answer.owner_proof))
}
