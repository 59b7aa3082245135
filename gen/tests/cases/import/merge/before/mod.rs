//! The shop, as people keep it.

mod defaults;
mod gadget;
mod port;

#[rustfmt::skip]
pub mod generated;

pub use gadget::{Drawing, Gadget, GadgetList, GadgetSpec, GadgetStatus, Mode};
pub use port::Port;
