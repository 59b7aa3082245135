//! Roles and bindings: any text that fits into a path is a name.

use kubeforge_machinery::validation::{Checks, NameRule};

use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    for plural in ["roles", "rolebindings", "clusterroles", "clusterrolebindings"] {
        all.add("rbac.authorization.k8s.io", plural, Checks::default().names(NameRule::PathSegment));
    }
}
