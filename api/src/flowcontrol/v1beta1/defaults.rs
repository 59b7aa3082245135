//! Defaults that the markers cannot say.

use super::{
    ExemptPriorityLevelConfiguration, FlowSchemaSpec, LimitedPriorityLevelConfiguration, QueuingConfiguration,
};
use crate::flowcontrol::defaults;

/// Neither among the first nor among the last.
pub fn default_flow_schema_spec(spec: &mut FlowSchemaSpec) {
    defaults::precedence(&mut spec.matching_precedence);
}

/// The usual share, and nothing lent.
pub fn default_limited_priority_level_configuration(limited: &mut LimitedPriorityLevelConfiguration) {
    defaults::set(&mut limited.assured_concurrency_shares, defaults::SHARES);
    limited.lendable_percent.get_or_insert(0);
}

/// A level without limits that lends nothing.
pub fn default_exempt_priority_level_configuration(exempt: &mut ExemptPriorityLevelConfiguration) {
    defaults::exempt(&mut exempt.nominal_concurrency_shares, &mut exempt.lendable_percent);
}

/// Queues of a moderate number and size.
pub fn default_queuing_configuration(queuing: &mut QueuingConfiguration) {
    defaults::queues(&mut queuing.queues, &mut queuing.hand_size, &mut queuing.queue_length_limit);
}
