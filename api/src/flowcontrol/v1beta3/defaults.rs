//! Defaults that the markers cannot say. Zero shares are unset ones here, unless an annotation says that they are meant.

use super::{
    ExemptPriorityLevelConfiguration, FlowSchemaSpec, LimitedPriorityLevelConfiguration,
    PRIORITY_LEVEL_PRESERVE_ZERO_CONCURRENCY_SHARES_KEY, PriorityLevelConfiguration, QueuingConfiguration,
};
use crate::flowcontrol::defaults;

/// Neither among the first nor among the last.
pub fn default_flow_schema_spec(spec: &mut FlowSchemaSpec) {
    defaults::precedence(&mut spec.matching_precedence);
}

/// The usual share, unless an annotation says that none is meant.
pub fn default_priority_level_configuration(level: &mut PriorityLevelConfiguration) {
    let zero_is_meant = level.metadata.annotations.contains_key(PRIORITY_LEVEL_PRESERVE_ZERO_CONCURRENCY_SHARES_KEY);
    if let Some(limited) = &mut level.spec.limited
        && !zero_is_meant
    {
        defaults::set(&mut limited.nominal_concurrency_shares, defaults::SHARES);
    }
}

/// Nothing lent.
pub fn default_limited_priority_level_configuration(limited: &mut LimitedPriorityLevelConfiguration) {
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

#[cfg(test)]
mod tests;
