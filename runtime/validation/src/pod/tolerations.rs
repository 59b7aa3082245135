//! Tolerations of pods, and what may change of them.

use kubeforge_api::core::v1::Toleration;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::options::PodOptions;
use crate::common::tolerations::{Comparison, TolerationRules, check};

/// What is wrong with tolerations.
pub(super) fn tolerations(
    tolerations: &[Toleration],
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    for (at, it) in tolerations.iter().enumerate() {
        toleration(it, options, &path.index(at), errors);
    }
}

fn toleration(toleration: &Toleration, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let comparison = if options.compares_tolerations() { Comparison::On } else { Comparison::Off };
    let rules = TolerationRules { comparison, value_of_exists: |it| it.value.as_str().into() };
    check(toleration, rules, path, errors);
}

/// An update may add tolerations, and change for how long the old ones hold.
pub(super) fn only_added(
    new: &[Toleration],
    old: &[Toleration],
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let kept = |old: &Toleration| {
        new.iter().any(|new| Toleration { toleration_seconds: old.toleration_seconds, ..new.clone() } == *old)
    };
    if old.iter().all(kept) {
        return tolerations(new, options, path, errors);
    }
    errors.push(Error::forbidden(path, "existing toleration can not be modified except its tolerationSeconds"));
}
