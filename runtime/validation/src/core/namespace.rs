//! Namespaces: their names are labels.

use kubeforge_machinery::validation::{Checks, NameRule};

use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    all.add("", "namespaces", Checks::default().names(NameRule::Label));
}
