//! Events of this group to and from those of the core group, which the server holds: the same facts under other names
//! (pkg/apis/events/v1/conversion.go).

use kubeforge_machinery::ConversionError;

use super::{Event, EventSeries};
use crate::core::v1;

/// The core form of an event.
///
/// # Errors
/// None today; the signature is that of every conversion.
pub fn event_to_hub(spoke: &Event) -> Result<v1::Event, ConversionError> {
    let event = spoke.clone();
    Ok(v1::Event {
        metadata: event.metadata,
        involved_object: event.regarding,
        reason: event.reason,
        message: event.note,
        source: event.deprecated_source,
        first_timestamp: event.deprecated_first_timestamp,
        last_timestamp: event.deprecated_last_timestamp,
        count: event.deprecated_count,
        type_: event.type_,
        event_time: event.event_time,
        series: event
            .series
            .map(|EventSeries { count, last_observed_time }| v1::EventSeries { count, last_observed_time }),
        action: event.action,
        related: event.related,
        reporting_controller: event.reporting_controller,
        reporting_instance: event.reporting_instance,
    })
}

/// The form of a core event in this group.
///
/// # Errors
/// None today; the signature is that of every conversion.
pub fn event_from_hub(hub: &v1::Event) -> Result<Event, ConversionError> {
    let event = hub.clone();
    Ok(Event {
        metadata: event.metadata,
        event_time: event.event_time,
        series: event
            .series
            .map(|v1::EventSeries { count, last_observed_time }| EventSeries { count, last_observed_time }),
        reporting_controller: event.reporting_controller,
        reporting_instance: event.reporting_instance,
        action: event.action,
        reason: event.reason,
        regarding: event.involved_object,
        related: event.related,
        note: event.message,
        type_: event.type_,
        deprecated_source: event.source,
        deprecated_first_timestamp: event.first_timestamp,
        deprecated_last_timestamp: event.last_timestamp,
        deprecated_count: event.count,
    })
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::from_json_slice;

    use super::*;

    #[test]
    fn an_event_says_the_same_in_both_groups() {
        let core: v1::Event = from_json_slice(
            br#"{"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"R","message":"m",
                "source":{"component":"c","host":"h"},"firstTimestamp":"2020-01-01T00:00:00Z",
                "lastTimestamp":"2020-01-02T00:00:00Z","count":3,"type":"Normal","eventTime":"2020-01-03T00:00:00.000001Z",
                "series":{"count":2,"lastObservedTime":"2020-01-04T00:00:00.000001Z"},"action":"A",
                "related":{"kind":"Node","name":"n"},"reportingComponent":"rc","reportingInstance":"ri"}"#,
        )
        .unwrap();
        let spoke = event_from_hub(&core).unwrap();
        assert_eq!((spoke.regarding.name.as_str(), spoke.note.as_str(), spoke.deprecated_count), ("p", "m", 3));
        assert_eq!(event_to_hub(&spoke).unwrap(), core);
    }
}
