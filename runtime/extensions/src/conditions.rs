//! The state of a definition, as its status tells. Follows apiextensions pkg/apihelpers.

use kubeforge_api::apiextensions::v1::{
    ConditionStatus, CustomResourceDefinition, CustomResourceDefinitionCondition,
    KUBERNETES_API_APPROVAL_POLICY_CONFORMANT,
};
use kubeforge_machinery::Time;

use crate::check::approval::{Approval, approval, is_protected};

/// A condition without a time.
pub fn condition(
    type_: &str,
    status: ConditionStatus,
    reason: &str,
    message: &str,
) -> CustomResourceDefinitionCondition {
    CustomResourceDefinitionCondition {
        type_: type_.to_owned(),
        status,
        reason: reason.to_owned(),
        message: message.to_owned(),
        ..CustomResourceDefinitionCondition::default()
    }
}

/// The condition of that type.
pub fn find<'a>(
    definition: &'a CustomResourceDefinition,
    type_: &str,
) -> Option<&'a CustomResourceDefinitionCondition> {
    definition.status.conditions.iter().find(|condition| condition.type_ == type_)
}

/// Whether two conditions say the same, whenever they were noted.
pub fn equivalent(a: &CustomResourceDefinitionCondition, b: &CustomResourceDefinitionCondition) -> bool {
    (&a.type_, &a.status, &a.reason, &a.message) == (&b.type_, &b.status, &b.reason, &b.message)
}

/// Notes a condition; its time is `now` where its status is another than before.
pub fn set(definition: &mut CustomResourceDefinition, condition: CustomResourceDefinitionCondition, now: Time) {
    let conditions = &mut definition.status.conditions;
    match conditions.iter_mut().find(|known| known.type_ == condition.type_) {
        None => conditions.push(CustomResourceDefinitionCondition { last_transition_time: now, ..condition }),
        Some(known) => {
            let changed = known.status != condition.status || known.last_transition_time == Time::default();
            let time = if changed { now } else { known.last_transition_time };
            *known = CustomResourceDefinitionCondition { last_transition_time: time, ..condition };
        }
    }
}

/// What becomes of the definition's approval; `None` where its group needs none.
pub fn approval_condition(definition: &CustomResourceDefinition) -> Option<CustomResourceDefinitionCondition> {
    if !is_protected(&definition.spec.group) {
        return None;
    }
    let (state, message) = approval(definition);
    let (status, reason) = match state {
        Approval::Invalid => (ConditionStatus::False, "InvalidAnnotation"),
        Approval::Missing => (ConditionStatus::False, "MissingAnnotation"),
        Approval::Approved => (ConditionStatus::True, "ApprovedAnnotation"),
        Approval::Bypassed => (ConditionStatus::False, "UnapprovedAnnotation"),
    };
    Some(condition(KUBERNETES_API_APPROVAL_POLICY_CONFORMANT, status, reason, &message))
}
