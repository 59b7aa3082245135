//! API services: named after version and group, and the core group's has no name.

use kubeforge_machinery::validation::{Checks, NameRule};

use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    all.add("apiregistration.k8s.io", "apiservices", Checks::default().names(NameRule::PathSegment));
}
