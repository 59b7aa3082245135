//! Kinds of the core group but pods, volumes and replication controllers.

mod namespace;
mod service;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    namespace::register(all);
    service::register(all);
}
