//! When some successes are enough for a job.

use kubeforge_api::batch::v1::{SuccessPolicy, SuccessPolicyRule};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::indexes;
use crate::common::non_negative;

const RULES_MAX: usize = 20;
const INDEXES_BYTES_MAX: usize = 64 * 1024;

/// What is wrong with the policy of a job with so many completions.
pub(super) fn validate(policy: &SuccessPolicy, completions: i32, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("rules");
    if policy.rules.is_empty() {
        errors.push(Error::required(&path, "at least one rules must be specified when the successPolicy is specified"));
    }
    if policy.rules.len() > RULES_MAX {
        errors.push(Error::too_many(&path, policy.rules.len(), RULES_MAX));
    }
    for (at, rule) in policy.rules.iter().enumerate() {
        validate_rule(rule, completions, &path.index(at), errors);
    }
}

fn validate_rule(rule: &SuccessPolicyRule, completions: i32, path: &Path<'_>, errors: &mut ErrorList) {
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        errors.push(Error::required(path, "at least one of succeededCount or succeededIndexes must be specified"));
    }
    let mut indexes_count = None;
    if let Some(indexes) = &rule.succeeded_indexes {
        let path = path.child("succeededIndexes");
        if indexes.len() > INDEXES_BYTES_MAX {
            errors.push(Error::too_long(&path, INDEXES_BYTES_MAX));
        }
        indexes_count = Some(indexes::count(indexes, completions).unwrap_or_else(|wrong| {
            errors.push(Error::invalid(&path, indexes, format!("error parsing succeededIndexes: {wrong}")));
            0
        }));
    }
    let Some(count) = rule.succeeded_count else { return };
    let path = path.child("succeededCount");
    non_negative(count.into(), &path, errors);
    if count > completions {
        let text = format!("must be less than or equal to {completions} (the number of specified completions)");
        errors.push(Error::invalid(&path, count, text));
    }
    if let Some(indexes_count) = indexes_count.filter(|indexes_count| count > *indexes_count) {
        let text = format!(
            "must be less than or equal to {indexes_count} (the number of indexes in the specified succeededIndexes \
             field)"
        );
        errors.push(Error::invalid(&path, count, text));
    }
}
