//! Events: through the core group nearly anything passes that ever did; events.k8s.io/v1 wants all of the new fields and
//! none of the old. Follows pkg/apis/core/validation/events.go.

use kubeforge_api::core::v1::Event;
use kubeforge_machinery::{
    codec::Json,
    field::{BadValue, Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::{
        CheckContext, Checks, MetadataOnUpdate, NameRule, annotations, is_dns1123_subdomain, is_qualified_name, labels,
    },
};

use crate::{
    BuiltIn,
    common::{IMMUTABLE, immutable, invalid_each, shown_internal},
};

/// Reporting instances, actions and reasons are no longer than this.
const SHORT_BYTES_MAX: usize = 128;
const NOTE_BYTES_MAX: usize = 1024;
const NAMESPACE_DEFAULT: &str = "default";
const NAMESPACE_SYSTEM: &str = "kube-system";
const UNSET: &str = "needs to be unset";

pub(super) fn register(all: &mut BuiltIn) {
    let core = Checks::new(|_: &CheckContext<'_>, event: &Event| legacy(event))
        .names(NameRule::Unchecked)
        .metadata_on_update(MetadataOnUpdate::Nothing);
    all.add("", "events", core);
    let strict = Checks::new(validate)
        .update(validate_update)
        .names(NameRule::Unchecked)
        .metadata_on_update(MetadataOnUpdate::Update);
    all.add("events.k8s.io", "events", strict);
}

/// Whether the request speaks a version that is as lenient as the core group's.
fn is_lenient(ctx: &CheckContext<'_>) -> bool {
    ctx.kind.version == "v1beta1"
}

fn validate(ctx: &CheckContext<'_>, event: &Event) -> ErrorList {
    let mut errors = legacy(event);
    if is_lenient(ctx) {
        return errors;
    }
    metadata(&event.metadata, &mut errors);
    series(event, &mut errors);
    if event.event_time.is_zero() {
        errors.push(Error::required(&Path::new("eventTime"), ""));
    }
    let mut refuse = |field: &'static str, text: &str| errors.push(Error::invalid(&Path::new(field), "", text));
    if !matches!(event.type_.as_str(), "Normal" | "Warning") {
        refuse("type", &format!("has invalid value: {}", event.type_));
    }
    if !event.first_timestamp.is_zero() {
        refuse("firstTimestamp", UNSET);
    }
    if !event.last_timestamp.is_zero() {
        refuse("lastTimestamp", UNSET);
    }
    if event.count != 0 {
        refuse("count", UNSET);
    }
    if !event.source.component.is_empty() || !event.source.host.is_empty() {
        refuse("source", UNSET);
    }
    errors
}

/// Names are checked here, as only this version checks them.
fn metadata(meta: &ObjectMeta, errors: &mut ErrorList) {
    let path = Path::new("metadata");
    if !meta.generate_name.is_empty() {
        let found = NameRule::Subdomain.check(&meta.generate_name, true);
        invalid_each(&path.child("generateName"), &meta.generate_name, found, errors);
    }
    if meta.name.is_empty() {
        errors.push(Error::required(&path.child("name"), "name or generateName is required"));
    } else {
        invalid_each(&path.child("name"), &meta.name, NameRule::Subdomain.check(&meta.name, false), errors);
    }
    labels(&meta.labels, &path.child("labels"), errors);
    annotations(&meta.annotations, &path.child("annotations"), errors);
}

fn series(event: &Event, errors: &mut ErrorList) {
    let Some(series) = &event.series else { return };
    if series.count < 2 {
        errors.push(Error::invalid(&Path::new("series.count"), "", "should be at least 2"));
    }
    if series.last_observed_time.is_zero() {
        errors.push(Error::required(&Path::new("series.lastObservedTime"), ""));
    }
}

/// What every version asks for. Events with a time are the new ones.
fn legacy(event: &Event) -> ErrorList {
    let mut errors = ErrorList::new();
    let (own, involved) = (event.metadata.namespace.as_str(), event.involved_object.namespace.as_str());
    let agrees = match (event.event_time.is_zero(), involved) {
        (true, "") => matches!(own, "" | NAMESPACE_DEFAULT),
        (true, involved) => own == involved,
        (false, "") => matches!(own, NAMESPACE_DEFAULT | NAMESPACE_SYSTEM),
        (false, _) => true,
    };
    if !agrees {
        let path = Path::new("involvedObject.namespace");
        errors.push(Error::invalid(&path, involved, "does not match event.namespace"));
    }
    if !event.event_time.is_zero() {
        reported(event, &mut errors);
    }
    invalid_each(&Path::new("namespace"), own, is_dns1123_subdomain(own), &mut errors);
    errors
}

/// Who saw what, in few words.
fn reported(event: &Event, errors: &mut ErrorList) {
    let controller = Path::new("reportingController");
    if event.reporting_controller.is_empty() {
        errors.push(Error::required(&controller, ""));
    }
    let found = is_qualified_name(&event.reporting_controller);
    invalid_each(&controller, &event.reporting_controller, found, errors);
    for (value, field) in
        [(&event.reporting_instance, "reportingInstance"), (&event.action, "action"), (&event.reason, "reason")]
    {
        if value.is_empty() {
            errors.push(Error::required(&Path::new(field), ""));
        }
        bounded(value, SHORT_BYTES_MAX, field, errors);
    }
    bounded(&event.message, NOTE_BYTES_MAX, "message", errors);
}

fn bounded(value: &str, bytes_max: usize, field: &'static str, errors: &mut ErrorList) {
    if value.len() > bytes_max {
        errors.push(Error::invalid(&Path::new(field), "", format!("can have at most {bytes_max} characters")));
    }
}

fn validate_update(ctx: &CheckContext<'_>, new: &Event, old: &Event) -> ErrorList {
    let mut errors = legacy(new);
    if is_lenient(ctx) {
        return errors;
    }
    if new.series != old.series {
        series(new, &mut errors);
    }
    let mut frozen = |field: &'static str, is_same: bool, shown: &dyn Fn() -> BadValue| {
        if !is_same {
            errors.push(Error::invalid(&Path::new(field), shown(), IMMUTABLE));
        }
    };
    frozen("involvedObject", new.involved_object == old.involved_object, &|| shown_internal(&new.involved_object));
    frozen("source", new.source == old.source, &|| shown_internal(&new.source));
    frozen("related", new.related == old.related, &|| match &new.related {
        Some(related) => shown_internal(related.as_ref()),
        None => BadValue::Null,
    });
    // the reason is compared twice
    for _ in 0..2 {
        fixed(&new.reason, &old.reason, "reason", &mut errors);
    }
    fixed(&new.message, &old.message, "message", &mut errors);
    fixed(&new.first_timestamp, &old.first_timestamp, "firstTimestamp", &mut errors);
    fixed(&new.last_timestamp, &old.last_timestamp, "lastTimestamp", &mut errors);
    fixed(&new.count, &old.count, "count", &mut errors);
    fixed(&new.type_, &old.type_, "type", &mut errors);
    fixed(&new.event_time, &old.event_time, "eventTime", &mut errors);
    fixed(&new.action, &old.action, "action", &mut errors);
    fixed(&new.reporting_controller, &old.reporting_controller, "reportingController", &mut errors);
    fixed(&new.reporting_instance, &old.reporting_instance, "reportingInstance", &mut errors);
    errors
}

fn fixed<T: PartialEq + Json>(new: &T, old: &T, field: &'static str, errors: &mut ErrorList) {
    immutable(new, old, &Path::new(field), errors);
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::MicroTime;

    use super::*;

    #[test]
    fn namespaces_agree_unless_the_object_has_none() {
        let time = MicroTime::now();
        for (own, involved, has_time, is_fine) in [
            ("a", "a", false, true),
            ("a", "b", false, false),
            ("default", "", false, true),
            ("kube-system", "", false, false),
            ("a", "b", true, true),
            ("kube-system", "", true, true),
            ("a", "", true, false),
        ] {
            let mut event = Event::default();
            event.metadata.namespace = own.to_owned();
            event.involved_object.namespace = involved.to_owned();
            if has_time {
                event.event_time = time;
            }
            let complains = legacy(&event).iter().any(|error| error.field == "involvedObject.namespace");
            assert_eq!(!complains, is_fine, "{own} {involved} {has_time}");
        }
    }
}
