//! Conditions under which a webhook is called or a policy applies.

use std::collections::BTreeSet;

use kubeforge_api::admissionregistration::v1::MatchCondition;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_qualified_name,
};

use super::expression::{self, Context};
use crate::common::invalid_each;

const COUNT_MAX: usize = 64;

/// What is wrong with conditions: with their expressions and names.
pub(super) fn match_conditions(
    conditions: &[MatchCondition],
    context: &Context,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if conditions.len() > COUNT_MAX {
        errors.push(Error::too_many(path, conditions.len(), COUNT_MAX));
    }
    let mut seen = BTreeSet::new();
    for (at, condition) in conditions.iter().enumerate() {
        let path = path.index(at);
        let own = path.child("expression");
        match condition.expression.trim() {
            "" => errors.push(Error::required(&own, "")),
            text => {
                expression::check(text, text, context, &["bool"], &own, errors);
            }
        }
        let name = path.child("name");
        if condition.name.is_empty() {
            errors.push(Error::required(&name, ""));
            continue;
        }
        invalid_each(&name, &condition.name, is_qualified_name(&condition.name), errors);
        if !seen.insert(&condition.name) {
            errors.push(Error::duplicate(&name, &condition.name));
        }
    }
}
