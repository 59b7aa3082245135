//! The smaller groups, each in a file.

mod rbac;
mod scheduling;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    rbac::register(all);
    scheduling::register(all);
}
