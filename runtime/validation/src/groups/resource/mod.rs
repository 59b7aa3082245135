//! Devices: what drivers offer, what pods claim, and what was allocated.

mod attribute;
mod capacity;
mod claim;
mod class;
mod configuration;
mod constraint;
mod device;
mod lists;
mod names;
mod request;
mod slice;
mod status;
mod taint;

use crate::BuiltIn;

const GROUP: &str = "resource.k8s.io";

pub(super) fn register(all: &mut BuiltIn) {
    claim::register(all);
    class::register(all);
    slice::register(all);
}
