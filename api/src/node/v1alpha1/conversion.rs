//! To and from v1, the hub: what the generated conversion leaves to us. v1alpha1 has a spec around all fields.
//!
//! Follows pkg/apis/node/v1alpha1/conversion.go.

use kubeforge_machinery::ConversionError;

use super::generated::conversion as generated;
use super::{RuntimeClass, RuntimeClassSpec};
use crate::node::v1;

/// Takes the fields out of the spec.
pub(super) fn runtime_class_to_hub(from: &RuntimeClass, to: &mut v1::RuntimeClass) -> Result<(), ConversionError> {
    let RuntimeClassSpec { runtime_handler, overhead, scheduling } = from.spec.clone();
    to.handler = runtime_handler;
    to.overhead = overhead.map(|overhead| generated::overhead_to_hub(*overhead)).transpose()?.map(Box::new);
    to.scheduling = scheduling.map(|scheduling| generated::scheduling_to_hub(*scheduling)).transpose()?.map(Box::new);
    Ok(())
}

/// Puts the fields into the spec.
pub(super) fn runtime_class_from_hub(from: &v1::RuntimeClass, to: &mut RuntimeClass) -> Result<(), ConversionError> {
    let v1::RuntimeClass { handler, overhead, scheduling, .. } = from.clone();
    to.spec = RuntimeClassSpec {
        runtime_handler: handler,
        overhead: overhead.map(|overhead| generated::overhead_from_hub(*overhead)).transpose()?.map(Box::new),
        scheduling: scheduling.map(|scheduling| generated::scheduling_from_hub(*scheduling)).transpose()?.map(Box::new),
    };
    Ok(())
}
