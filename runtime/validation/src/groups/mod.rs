//! The smaller groups, each in a file.

mod apiregistration;
mod rbac;
mod scheduling;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    apiregistration::register(all);
    rbac::register(all);
    scheduling::register(all);
}
