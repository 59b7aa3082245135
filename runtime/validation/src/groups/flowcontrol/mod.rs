//! Which requests the API server answers first: flow schemas sort them, priority levels have shares of its capacity.

mod mandatory;
mod priority_level;
mod rules;
mod schema;
mod shuffle;

use std::collections::BTreeSet;

use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::BuiltIn;

const GROUP: &str = "flowcontrol.apiserver.k8s.io";
/// The one level and schema that is never held back.
const EXEMPT: &str = "exempt";
/// The level and schema of requests that no other schema takes.
const CATCH_ALL: &str = "catch-all";

pub(super) fn register(all: &mut BuiltIn) {
    schema::register(all);
    priority_level::register(all);
}

/// Conditions have types, each once.
fn condition_types<'a>(types: impl Iterator<Item = &'a String>, path: &Path<'_>, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (at, type_) in types.enumerate() {
        let condition = path.index(at);
        let own = condition.child("type");
        if !seen.insert(type_) {
            errors.push(Error::duplicate(&own, type_));
        }
        if type_.is_empty() {
            errors.push(Error::required(&own, "must not be empty"));
        }
    }
}
