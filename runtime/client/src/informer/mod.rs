//! Informers: one reflector and one store for everybody who is interested in a resource, with handlers that are called
//! for each change.
//!
//! An [`InformerFactory`] makes sure that there is one [`SharedInformer`] per kind. A handler has a queue and a task of its
//! own, so a slow one delays nobody else. Handlers see every change in order, and never a state older than the store's.

mod deliver;
mod distribute;
mod factory;
mod handler;
mod shared;

pub use factory::{FactoryOptions, InformerFactory};
pub use handler::{Added, EventHandler, Filtered, FinalState, HandlerFns};
pub use shared::{HandlerRegistration, InformerOptions, SharedInformer};
