//! `system.WatchDevices`: the devices the caller has come with, and new ones as they come.

use std::sync::Arc;

use leapmux_channel::noise::device_fingerprint;
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::watch_devices_event::Event;
use tokio::sync::broadcast::error::RecvError;

use super::Services;
use crate::rpc::{Call, Caller, RpcError};
use crate::store::device::KnownDevice;

/// The list, then every device that is new. A watcher that fell behind gets the list again.
pub(crate) async fn watch(services: Arc<Services>, caller: Caller, mut call: Call) {
    if let Err(error) = call.request::<pb::WatchDevicesRequest>().await {
        return call.responder.fail(error);
    }
    let mut news = services.devices.watch();
    let mut event = snapshot(&services, &caller).await;
    loop {
        match event {
            Ok(event) => {
                let event = pb::WatchDevicesEvent { event: Some(event), ..Default::default() };
                // The caller being gone is the normal end of a watch.
                if call.responder.message(&event).await.is_err() {
                    return;
                }
            }
            Err(error) => return call.responder.fail(error),
        }
        event = loop {
            let new = tokio::select! {
                () = call.cancelled.cancelled() => return,
                new = news.recv() => new,
            };
            match new {
                Ok((user, device)) if user == caller.user_id => {
                    break Ok(Event::Appeared(Box::new(wire_device(&caller, &device))));
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break snapshot(&services, &caller).await,
                Err(RecvError::Closed) => return,
            }
        };
    }
}

async fn snapshot(services: &Services, caller: &Caller) -> Result<Event, RpcError> {
    let devices = services.devices.of_user(&caller.user_id).await?;
    let devices = devices.iter().map(|device| wire_device(caller, device)).collect();
    Ok(Event::Snapshot(Box::new(pb::DevicesSnapshot { devices, ..Default::default() })))
}

fn wire_device(caller: &Caller, device: &KnownDevice) -> pb::Device {
    pb::Device {
        public_key: device.public.as_bytes().to_vec(),
        words: device_fingerprint(&device.public).to_string(),
        first_seen_ms: device.first_seen_ms,
        last_seen_ms: device.last_seen_ms,
        own: caller.device == Some(device.public),
        ..Default::default()
    }
}
