//! Priority and fairness.

use kubeforge_api::flowcontrol::v1::{FlowSchema, PriorityLevelConfiguration};
use kubeforge_apiserver::table::{Cell, Row};

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    // the first that matches counts, so they are shown in the order in which they are tried
    tables.add_sorted::<FlowSchema>(flow_schema, |it| (it.spec.matching_precedence.into(), it.metadata.name.clone()));
    tables.add::<PriorityLevelConfiguration>(priority_level);
}

fn flow_schema(schema: &FlowSchema) -> Row {
    let spec = &schema.spec;
    let method = spec.distinguisher_method.as_ref();
    let dangling = schema.status.conditions.iter().find(|condition| condition.type_ == "Dangling");
    vec![
        schema.metadata.name.clone().into(),
        spec.priority_level_configuration.name.clone().into(),
        i64::from(spec.matching_precedence).into(),
        method.map_or_else(|| text::NONE.into(), |method| method.type_.as_str().to_owned().into()),
        age_of(&schema.metadata),
        dangling.map_or_else(|| "?".into(), |condition| condition.status.as_str().to_owned().into()),
    ]
    .into()
}

fn priority_level(level: &PriorityLevelConfiguration) -> Row {
    let number = |value: Option<i32>| value.map_or_else(|| text::NONE.into(), |value| Cell::Integer(value.into()));
    let limited = level.spec.limited.as_ref();
    let queues = limited.and_then(|limited| limited.limit_response.queuing.as_ref());
    vec![
        level.metadata.name.clone().into(),
        level.spec.type_.as_str().to_owned().into(),
        number(limited.map(|limited| limited.nominal_concurrency_shares.unwrap_or_default())),
        number(queues.map(|queues| queues.queues)),
        number(queues.map(|queues| queues.hand_size)),
        number(queues.map(|queues| queues.queue_length_limit)),
        age_of(&level.metadata),
    ]
    .into()
}
