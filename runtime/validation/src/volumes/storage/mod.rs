//! Kinds of storage.k8s.io, each in a file.

mod attributes_class;
mod capacity;
mod class;
mod csi_driver;
mod csi_node;
mod parameters;
mod volume_attachment;

use crate::BuiltIn;

const GROUP: &str = "storage.k8s.io";

pub(super) fn register(all: &mut BuiltIn) {
    class::register(all);
    volume_attachment::register(all);
    csi_node::register(all);
    csi_driver::register(all);
    capacity::register(all);
    attributes_class::register(all);
}
