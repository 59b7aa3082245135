//! What an autoscaler measures.

use kubeforge_api::autoscaling::v2::{
    ContainerResourceMetricSource, ExternalMetricSource, HorizontalPodAutoscalerSpec, MetricIdentifier,
    MetricSourceType, MetricSpec, MetricTarget, MetricTargetType, ObjectMetricSource, PodsMetricSource,
};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_label, is_path_segment_name},
};

use super::reference::{self, ApiVersion};
use crate::common::{invalid_each, resource_name::container_resource_name};

const TYPES: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];

/// What is wrong with metrics; a target may be scaled to nothing only where something else than its pods is measured.
pub(super) fn validate_all(
    spec: &HorizontalPodAutoscalerSpec,
    objects: ApiVersion,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    for (at, metric) in spec.metrics.iter().enumerate() {
        validate(metric, objects, &path.index(at), errors);
    }
    let is_outside =
        |metric: &MetricSpec| matches!(metric.type_, MetricSourceType::Object | MetricSourceType::External);
    if spec.min_replicas == Some(0) && !spec.metrics.iter().any(is_outside) {
        let text = "must specify at least one Object or External metric to support scaling to zero replicas";
        errors.push(Error::forbidden(path, text));
    }
}

fn validate(metric: &MetricSpec, objects: ApiVersion, path: &Path<'_>, errors: &mut ErrorList) {
    let type_path = path.child("type");
    let type_ = metric.type_.as_str();
    if type_.is_empty() {
        errors.push(Error::required(&type_path, "must specify a metric source type"));
    }
    let is_unknown = matches!(metric.type_, MetricSourceType::Other(_));
    if is_unknown {
        errors.push(Error::not_supported(&type_path, type_, &TYPES));
    }
    let sources = [
        ("object", metric.object.is_some()),
        ("external", metric.external.is_some()),
        ("pods", metric.pods.is_some()),
        ("resource", metric.resource.is_some()),
        ("containerResource", metric.container_resource.is_some()),
    ];
    let present: Vec<&str> = sources.iter().filter(|(_, is_present)| *is_present).map(|(field, _)| *field).collect();
    if let Some(first) = present.first() {
        validate_source(metric, first, objects, &path.child(first), errors);
    }
    let expected = match metric.type_ {
        MetricSourceType::Object => "object",
        MetricSourceType::Pods => "pods",
        MetricSourceType::Resource => "resource",
        MetricSourceType::External => "external",
        MetricSourceType::ContainerResource => "containerResource",
        MetricSourceType::Other(_) => "",
    };
    if is_unknown {
        // upstream tells of it once more
        errors.push(Error::not_supported(&type_path, type_, &TYPES));
    } else if !present.contains(&expected) {
        let text = "must populate information for the given metric source";
        errors.push(Error::required(&path.child(expected), text));
    }
    if present.len() > 1 {
        for field in present.iter().filter(|field| **field != expected) {
            errors.push(Error::forbidden(&path.child(field), "must populate the given metric source only"));
        }
    }
}

/// Checks the source in `field`, which is at `path`.
fn validate_source(metric: &MetricSpec, field: &str, objects: ApiVersion, path: &Path<'_>, errors: &mut ErrorList) {
    match field {
        "object" => metric.object.iter().for_each(|source| validate_object(source, objects, path, errors)),
        "external" => metric.external.iter().for_each(|source| validate_external(source, path, errors)),
        "pods" => metric.pods.iter().for_each(|source| validate_pods(source, path, errors)),
        "resource" => metric.resource.iter().for_each(|source| {
            if source.name.is_empty() {
                errors.push(Error::required(&path.child("name"), "must specify a resource name"));
            }
            validate_resource_target(&source.target, &path.child("target"), errors);
        }),
        _ => metric.container_resource.iter().for_each(|source| validate_container(source, path, errors)),
    }
}

fn validate_object(source: &ObjectMetricSource, objects: ApiVersion, path: &Path<'_>, errors: &mut ErrorList) {
    reference::validate(&source.described_object, objects, &path.child("describedObject"), errors);
    validate_identifier(&source.metric, &path.child("metric"), errors);
    let target = path.child("target");
    validate_target(&source.target, &target, errors);
    if source.target.value.is_none() && source.target.average_value.is_none() {
        let text = "must set either a target value or averageValue";
        errors.push(Error::required(&target.child("averageValue"), text));
    }
}

fn validate_external(source: &ExternalMetricSource, path: &Path<'_>, errors: &mut ErrorList) {
    validate_identifier(&source.metric, &path.child("metric"), errors);
    let target = path.child("target");
    validate_target(&source.target, &target, errors);
    match (&source.target.value, &source.target.average_value) {
        (None, None) => {
            let text = "must set either a target value for metric or a per-pod target";
            errors.push(Error::required(&target.child("averageValue"), text));
        }
        (Some(_), Some(_)) => {
            let text = "may not set both a target value for metric and a per-pod target";
            errors.push(Error::forbidden(&target.child("value"), text));
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
}

fn validate_pods(source: &PodsMetricSource, path: &Path<'_>, errors: &mut ErrorList) {
    validate_identifier(&source.metric, &path.child("metric"), errors);
    let target = path.child("target");
    validate_target(&source.target, &target, errors);
    if source.target.average_value.is_none() {
        errors.push(Error::required(&target.child("averageValue"), "must specify a positive target averageValue"));
    }
}

fn validate_container(source: &ContainerResourceMetricSource, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("name");
    if source.name.is_empty() {
        errors.push(Error::required(&name, "must specify a resource name"));
    } else {
        container_resource_name(&source.name, &name, errors);
    }
    let container = path.child("container");
    if source.container.is_empty() {
        errors.push(Error::required(&container, "must specify a container"));
    } else {
        invalid_each(&container, &source.container, is_dns1123_label(&source.container), errors);
    }
    validate_resource_target(&source.target, &path.child("target"), errors);
}

/// Resources have either a target for their use in percent or an amount.
fn validate_resource_target(target: &MetricTarget, path: &Path<'_>, errors: &mut ErrorList) {
    validate_target(target, path, errors);
    match (&target.average_utilization, &target.average_value) {
        (None, None) => {
            let text = "must set either a target raw value or a target utilization";
            errors.push(Error::required(&path.child("averageUtilization"), text));
        }
        (Some(_), Some(_)) => {
            let text = "may not set both a target raw value and a target utilization";
            errors.push(Error::forbidden(&path.child("averageValue"), text));
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
}

fn validate_target(target: &MetricTarget, path: &Path<'_>, errors: &mut ErrorList) {
    if let MetricTargetType::Other(type_) = &target.type_ {
        let path = path.child("type");
        if type_.is_empty() {
            errors.push(Error::required(&path, "must specify a metric target type"));
        }
        errors.push(Error::invalid(&path, type_, "must be either Utilization, Value, or AverageValue"));
    }
    for (amount, field) in [(&target.value, "value"), (&target.average_value, "averageValue")] {
        if let Some(amount) = amount.as_ref().filter(|amount| **amount <= Quantity::ZERO) {
            errors.push(Error::invalid(&path.child(field), amount.to_string(), "must be positive"));
        }
    }
    if let Some(percent) = target.average_utilization.filter(|percent| *percent < 1) {
        errors.push(Error::invalid(&path.child("averageUtilization"), percent, "must be greater than 0"));
    }
}

fn validate_identifier(metric: &MetricIdentifier, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("name");
    if metric.name.is_empty() {
        errors.push(Error::required(&path, "must specify a metric name"));
    } else {
        invalid_each(&path, &metric.name, is_path_segment_name(&metric.name), errors);
    }
}
