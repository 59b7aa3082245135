//! Defaults that the markers cannot say.

use super::PriorityClass;
use crate::core::v1::PreemptionPolicy;

/// Pods of the class may push out those of lower priority.
pub fn default_priority_class(class: &mut PriorityClass) {
    class.preemption_policy.get_or_insert(PreemptionPolicy::PreemptLowerPriority);
}
