//! Horizontal pod autoscalers. Follows pkg/apis/autoscaling/validation and
//! pkg/registry/autoscaling/horizontalpodautoscaler.

mod behavior;
mod metric;
mod reference;

use kubeforge_api::autoscaling::v2::{HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSourceType};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, FeatureGates},
};

use super::status;
use crate::BuiltIn;
use reference::{ApiVersion, check_api_version};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|ctx: &CheckContext<'_>, autoscaler: &HorizontalPodAutoscaler| {
        validate_spec(&autoscaler.spec, &Options::new(ctx.gates, &autoscaler.spec, None))
    })
    .update(|ctx: &CheckContext<'_>, new: &HorizontalPodAutoscaler, old: &HorizontalPodAutoscaler| {
        validate_spec(&new.spec, &Options::new(ctx.gates, &new.spec, Some(&old.spec)))
    })
    .subresource("status", |_: &CheckContext<'_>, new: &HorizontalPodAutoscaler, _: &HorizontalPodAutoscaler| {
        let mut errors = ErrorList::new();
        let status = &new.status;
        status::non_negative_counters(
            &[("currentReplicas", status.current_replicas.into()), ("desiredReplicas", status.desired_replicas.into())],
            &mut errors,
        );
        errors
    });
    all.add("autoscaling", "horizontalpodautoscalers", checks);
}

/// How strictly a spec is checked.
struct Options {
    /// `minReplicas` is at least this.
    replicas_min: i32,
    /// What the target's `apiVersion` must be.
    target: ApiVersion,
    /// What that of objects which are measured must be.
    objects: ApiVersion,
}

impl Options {
    fn new(gates: &FeatureGates, new: &HorizontalPodAutoscalerSpec, old: Option<&HorizontalPodAutoscalerSpec>) -> Self {
        let was_zero = old.is_some_and(|old| old.min_replicas == Some(0));
        let may_be_zero = was_zero || gates.enabled("HPAScaleToZero");
        let target = match old {
            Some(old)
                if old.scale_target_ref.api_version == new.scale_target_ref.api_version
                    && old.scale_target_ref.kind == new.scale_target_ref.kind =>
            {
                ApiVersion::Any
            }
            // the only kind without a group that can be scaled
            _ if new.scale_target_ref.kind == "ReplicationController" => ApiVersion::Valid,
            _ => ApiVersion::WithGroup,
        };
        let mut measured = old.iter().flat_map(|old| &old.metrics).filter_map(|metric| match metric.type_ {
            MetricSourceType::Object => metric.object.as_deref(),
            _ => None,
        });
        let were_wrong = measured.any(|object| check_api_version(&object.described_object, ApiVersion::Valid).is_err());
        let objects = if were_wrong { ApiVersion::Any } else { ApiVersion::Valid };
        Self { replicas_min: if may_be_zero { 0 } else { 1 }, target, objects }
    }
}

fn validate_spec(spec: &HorizontalPodAutoscalerSpec, options: &Options) -> ErrorList {
    let mut errors = ErrorList::new();
    if let Some(min) = spec.min_replicas.filter(|min| *min < options.replicas_min) {
        let text = format!("must be greater than or equal to {}", options.replicas_min);
        errors.push(Error::invalid(&SPEC.child("minReplicas"), min, text).with_origin("minimum"));
    }
    let path = SPEC.child("maxReplicas");
    let max = spec.max_replicas;
    if max == 0 {
        errors.push(Error::required(&path, "must be set and greater than 0"));
    } else if max < 1 {
        errors.push(Error::invalid(&path, max, "must be greater than 0").with_origin("minimum"));
    }
    if spec.min_replicas.is_some_and(|min| max < min) {
        errors.push(Error::invalid(&path, max, "must be greater than or equal to `minReplicas`"));
    }
    reference::validate(&spec.scale_target_ref, options.target, &SPEC.child("scaleTargetRef"), &mut errors);
    metric::validate_all(spec, options.objects, &SPEC.child("metrics"), &mut errors);
    if let Some(behavior) = &spec.behavior {
        behavior::validate(behavior, &SPEC.child("behavior"), &mut errors);
    }
    errors
}
