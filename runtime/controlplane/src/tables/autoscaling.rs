//! Horizontal pod autoscalers.

use kubeforge_api::autoscaling::v2::{
    HorizontalPodAutoscaler, MetricSourceType, MetricSpec, MetricStatus, MetricTarget, MetricTargetType,
    MetricValueStatus,
};
use kubeforge_apiserver::table::Cell;
use kubeforge_machinery::Quantity;

use super::{Tables, age_of, text};

const UNKNOWN: &str = "<unknown>";
/// So many metrics are shown; of others only their number.
const SHOWN: usize = 2;

pub(super) fn register(tables: &mut Tables) {
    tables.add::<HorizontalPodAutoscaler>(|it| {
        let target = &it.spec.scale_target_ref;
        vec![
            it.metadata.name.clone().into(),
            format!("{}/{}", target.kind, target.name).into(),
            targets(&it.spec.metrics, &it.status.current_metrics),
            it.spec.min_replicas.map_or_else(|| "<unset>".into(), |min| min.to_string().into()),
            i64::from(it.spec.max_replicas).into(),
            i64::from(it.status.current_replicas).into(),
            age_of(&it.metadata),
        ]
        .into()
    });
}

fn targets(specs: &[MetricSpec], statuses: &[MetricStatus]) -> Cell {
    if specs.is_empty() {
        return text::NONE.into();
    }
    let shown: Vec<String> =
        specs.iter().take(SHOWN).enumerate().map(|(index, spec)| metric(spec, statuses.get(index))).collect();
    let list = shown.join(", ");
    match specs.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{list} + {more} more...").into(),
        _ => list.into(),
    }
}

fn metric(spec: &MetricSpec, status: Option<&MetricStatus>) -> String {
    match &spec.type_ {
        MetricSourceType::External => {
            let current = status.and_then(|status| status.external.as_ref()).map(|it| &it.current);
            spec.external.as_ref().map_or_else(|| "<unknown type>".to_owned(), |it| averaged(&it.target, current))
        }
        MetricSourceType::Pods => {
            let current = status.and_then(|status| status.pods.as_ref()).map(|it| &it.current);
            spec.pods.as_ref().map_or_else(
                || "<unknown type>".to_owned(),
                |it| {
                    let current = current.and_then(|current| current.average_value.as_ref());
                    format!("{}/{}", quantity(current), quantity(it.target.average_value.as_ref()))
                },
            )
        }
        MetricSourceType::Object => {
            let current = status.and_then(|status| status.object.as_ref()).map(|it| &it.current);
            spec.object.as_ref().map_or_else(|| "<unknown type>".to_owned(), |it| averaged(&it.target, current))
        }
        MetricSourceType::Resource => {
            let current = status.and_then(|status| status.resource.as_ref()).map(|it| &it.current);
            spec.resource.as_ref().map_or_else(
                || "<unknown type>".to_owned(),
                |it| format!("{}: {}", it.name, utilised(&it.target, current)),
            )
        }
        MetricSourceType::ContainerResource => {
            let current = status.and_then(|status| status.container_resource.as_ref()).map(|it| &it.current);
            spec.container_resource.as_ref().map_or_else(
                || "<unknown type>".to_owned(),
                |it| format!("{}: {}", it.name, utilised(&it.target, current)),
            )
        }
        MetricSourceType::Other(_) => "<unknown type>".to_owned(),
    }
}

/// A metric with a target as a value, or as an average over pods.
fn averaged(target: &MetricTarget, current: Option<&MetricValueStatus>) -> String {
    match (&target.type_, &target.average_value) {
        (MetricTargetType::AverageValue, Some(average)) | (_, Some(average)) => {
            format!("{}/{average} (avg)", quantity(current.and_then(|current| current.average_value.as_ref())))
        }
        _ => format!(
            "{}/{}",
            quantity(current.and_then(|current| current.value.as_ref())),
            quantity(target.value.as_ref())
        ),
    }
}

/// A resource's metric: a share of the request, or an amount.
fn utilised(target: &MetricTarget, current: Option<&MetricValueStatus>) -> String {
    if let Some(average) = &target.average_value {
        return format!("{}/{average}", quantity(current.and_then(|current| current.average_value.as_ref())));
    }
    let now = current
        .and_then(|current| current.average_utilization)
        .map_or_else(|| UNKNOWN.to_owned(), |percent| format!("{percent}%"));
    let wanted = target.average_utilization.map_or_else(|| "<auto>".to_owned(), |percent| format!("{percent}%"));
    format!("{now}/{wanted}")
}

fn quantity(value: Option<&Quantity>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), Quantity::to_string)
}
