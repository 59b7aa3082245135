//! The core group's other kinds, and events of both groups.

use kubeforge_api::{
    core::v1::{
        COMPONENT_HEALTHY, ComponentStatus, ConditionStatus, ConfigMap, Event, Namespace, ObjectReference,
        ResourceQuota, Secret, ServiceAccount,
    },
    events::v1,
};
use kubeforge_apiserver::table::{Cell, Row};
use kubeforge_machinery::{MicroTime, Time};

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Namespace>(|it| {
        vec![it.metadata.name.clone().into(), it.status.phase.as_str().to_owned().into(), age_of(&it.metadata)].into()
    });
    tables.add::<ConfigMap>(|it| {
        vec![it.metadata.name.clone().into(), text::count(it.data.len() + it.binary_data.len()), age_of(&it.metadata)]
            .into()
    });
    tables.add::<Secret>(|it| {
        vec![it.metadata.name.clone().into(), it.type_.clone().into(), text::count(it.data.len()), age_of(&it.metadata)]
            .into()
    });
    tables.add::<ServiceAccount>(|it| vec![it.metadata.name.clone().into(), age_of(&it.metadata)].into());
    tables.add::<ResourceQuota>(quota);
    tables.add::<ComponentStatus>(component_status);
    tables.add::<Event>(|it| {
        event(&EventView {
            name: &it.metadata.name,
            object: &it.involved_object,
            type_: &it.type_,
            reason: &it.reason,
            message: &it.message,
            component: &it.source.component,
            host: &it.source.host,
            reporting: (&it.reporting_controller, &it.reporting_instance),
            first: it.first_timestamp,
            last: it.last_timestamp,
            event_time: it.event_time,
            series: it.series.as_ref().map(|series| (series.count, series.last_observed_time)),
            count: it.count,
        })
    });
    tables.add::<v1::Event>(|it| {
        event(&EventView {
            name: &it.metadata.name,
            object: &it.regarding,
            type_: &it.type_,
            reason: &it.reason,
            message: &it.note,
            component: &it.deprecated_source.component,
            host: &it.deprecated_source.host,
            reporting: (&it.reporting_controller, &it.reporting_instance),
            first: it.deprecated_first_timestamp,
            last: it.deprecated_last_timestamp,
            event_time: it.event_time,
            series: it.series.as_ref().map(|series| (series.count, series.last_observed_time)),
            count: it.deprecated_count,
        })
    });
}

fn component_status(status: &ComponentStatus) -> Row {
    let health = status.conditions.iter().find(|condition| condition.type_ == COMPONENT_HEALTHY);
    let (word, message, error) = health.map_or(("Unknown", "", ""), |it| {
        let word = if it.status == ConditionStatus::True { "Healthy" } else { "Unhealthy" };
        (word, it.message.as_str(), it.error.as_str())
    });
    vec![status.metadata.name.clone().into(), word.into(), message.to_owned().into(), error.to_owned().into()].into()
}

/// What the two kinds of events have in common.
struct EventView<'a> {
    name: &'a str,
    object: &'a ObjectReference,
    type_: &'a str,
    reason: &'a str,
    message: &'a str,
    component: &'a str,
    host: &'a str,
    reporting: (&'a str, &'a str),
    first: Time,
    last: Time,
    event_time: MicroTime,
    series: Option<(i32, MicroTime)>,
    count: i32,
}

fn event(event: &EventView<'_>) -> Row {
    let happened = |time: Time| if time.is_zero() { Time::from(event.event_time) } else { time };
    let first = happened(event.first);
    let (mut last, mut count) = (if event.last.is_zero() { first } else { event.last }, event.count);
    if let Some((times, observed)) = event.series {
        (last, count) = (Time::from(observed), times);
    } else if count == 0 {
        count = 1;
    }
    let or = |given: &'_ str, otherwise: &'_ str| if given.is_empty() { otherwise } else { given }.to_owned();
    let (component, host) = (or(event.component, event.reporting.0), or(event.host, event.reporting.1));
    let source = if host.is_empty() { component } else { format!("{component}, {host}") };
    let target = match event.object.name.as_str() {
        "" => event.object.kind.to_lowercase(),
        name => format!("{}/{name}", event.object.kind.to_lowercase()),
    };
    vec![
        Cell::Age(last),
        event.type_.to_owned().into(),
        event.reason.to_owned().into(),
        target.into(),
        event.object.field_path.clone().into(),
        source.into(),
        event.message.trim().to_owned().into(),
        Cell::Age(first),
        i64::from(count).into(),
        event.name.to_owned().into(),
    ]
    .into()
}

fn quota(quota: &ResourceQuota) -> Row {
    let list = |limits: bool| {
        let mut parts = Vec::new();
        for (resource, hard) in &quota.status.hard {
            if resource.starts_with("limits.") == limits {
                let used = quota.status.used.get(resource).map_or_else(|| "0".to_owned(), ToString::to_string);
                parts.push(format!("{resource}: {used}/{hard}"));
            }
        }
        Cell::from(parts.join(", "))
    };
    vec![quota.metadata.name.clone().into(), list(false), list(true), age_of(&quota.metadata)].into()
}
