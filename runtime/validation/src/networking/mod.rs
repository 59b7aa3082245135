//! Kinds of networking.k8s.io and discovery.k8s.io.

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    let _none_yet = all;
}
