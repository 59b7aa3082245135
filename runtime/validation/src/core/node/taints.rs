//! Taints: each pair of key and effect once.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{Taint, TaintEffect};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_label_value, is_qualified_name},
};

use crate::common::{invalid_each, shown_internal};

/// The effects there are, as errors list them.
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// What is wrong with taints.
pub(super) fn validate(taints: &[Taint], list: &Path<'_>, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (index, taint) in taints.iter().enumerate() {
        let path = list.index(index);
        invalid_each(&path.child("key"), &taint.key, is_qualified_name(&taint.key), errors);
        let wrong = is_label_value(&taint.value);
        if !wrong.is_empty() {
            errors.push(Error::invalid(&path.child("value"), &taint.value, wrong.join(";")));
        }
        match &taint.effect {
            TaintEffect::Other(none) if none.is_empty() => errors.push(Error::required(&path.child("effect"), "")),
            TaintEffect::Other(other) => errors.push(Error::not_supported(&path.child("effect"), other, &EFFECTS)),
            _ => {}
        }
        if !seen.insert((&taint.effect, &taint.key)) {
            let mut error = Error::duplicate(&path, shown_internal(taint));
            error.detail = "taints must be unique by key and effect pair".to_owned();
            errors.push(error);
        }
    }
}
