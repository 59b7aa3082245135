//! Version v1 of the `shop.example.com` group: gadgets.

mod gadget;

#[rustfmt::skip]
pub mod generated;

pub use gadget::{Gadget, GadgetList, GadgetSpec, GadgetStatus};
