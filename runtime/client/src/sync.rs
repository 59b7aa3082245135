//! What threads share things with, named in one place: `tests/shuttle` compiles the work queue, the store and the
//! informer's hub a second time, over shuttle's locks.

pub(crate) use parking_lot::{Mutex, RwLock};
pub(crate) use tokio::sync::Notify;
