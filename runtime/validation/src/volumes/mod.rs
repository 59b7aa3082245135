//! Volumes, claims and storage.k8s.io.

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    let _none_yet = all;
}
