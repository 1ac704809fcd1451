//! Layout documents: one actor per organization owns the document in memory, stores every change before anybody hears of it, and
//! tells all readers in one order.

mod actor;
mod feed;
mod message;
mod service;

pub use feed::{FeedItem, LayoutFeed};
pub use service::{LayoutService, Submitted, WorkspaceObserver};
