//! What of the informer threads share.

pub(crate) mod checks;
#[path = "../../src/informer/deletions.rs"]
mod deletions;
#[path = "../../src/informer/handler.rs"]
pub(crate) mod handler;
#[path = "../../src/informer/hub.rs"]
pub(crate) mod hub;
#[path = "../../src/informer/notification.rs"]
pub(crate) mod notification;
