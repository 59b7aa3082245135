//! The smaller groups, each in a file.

mod admissionregistration;
mod apiregistration;
mod certificates;
mod coordination;
mod flowcontrol;
mod node;
mod node_labels;
mod rbac;
mod resource;
mod scheduling;

pub use certificates::requested_organizations;
pub(crate) use node_labels::deprecation;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    admissionregistration::register(all);
    apiregistration::register(all);
    certificates::register(all);
    coordination::register(all);
    flowcontrol::register(all);
    node::register(all);
    rbac::register(all);
    resource::register(all);
    scheduling::register(all);
}
