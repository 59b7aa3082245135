//! To and from v1, the hub, and autoscaling/v1 for scales: what the generated conversion leaves to us.
//!
//! Follows pkg/apis/apps/v1beta1/conversion.go. Two things are lost, as they are there: a status without an observed
//! generation gets 0, and a scale's labels are what its query says.

use kubeforge_machinery::ConversionError;

use super::{Deployment, DeploymentSpec, RollbackConfig, ScaleStatus, StatefulSetStatus};
use crate::apps::{rollback, scale_selector, v1};
use crate::autoscaling;

/// Writes the annotation with the revision to go back to.
pub(super) fn deployment_to_hub(from: &Deployment, to: &mut v1::Deployment) -> Result<(), ConversionError> {
    let revision = from.spec.rollback_to.as_ref().map(|rollback| rollback.revision);
    rollback::write(&mut to.metadata.annotations, revision);
    Ok(())
}

/// Takes what the annotation says.
pub(super) fn deployment_from_hub(_from: &v1::Deployment, to: &mut Deployment) -> Result<(), ConversionError> {
    let revision = rollback::take(&mut to.metadata.annotations)?;
    to.spec.rollback_to = revision.map(|revision| Box::new(RollbackConfig { revision }));
    Ok(())
}

/// Nothing is left to do: only the deployment itself has annotations.
pub(super) fn deployment_spec_to_hub(
    _from: &DeploymentSpec,
    _to: &mut v1::DeploymentSpec,
) -> Result<(), ConversionError> {
    Ok(())
}

/// Nothing is left to do, as on the way to the hub.
pub(super) fn deployment_spec_from_hub(
    _from: &v1::DeploymentSpec,
    _to: &mut DeploymentSpec,
) -> Result<(), ConversionError> {
    Ok(())
}

/// Not yet observed is 0 in the hub.
pub(super) fn stateful_set_status_to_hub(
    from: &StatefulSetStatus,
    to: &mut v1::StatefulSetStatus,
) -> Result<(), ConversionError> {
    to.observed_generation = from.observed_generation.unwrap_or_default();
    Ok(())
}

/// The generation is always given.
pub(super) fn stateful_set_status_from_hub(
    from: &v1::StatefulSetStatus,
    to: &mut StatefulSetStatus,
) -> Result<(), ConversionError> {
    to.observed_generation = Some(from.observed_generation);
    Ok(())
}

/// Makes one query of the two selectors.
pub(super) fn scale_status_to_hub(
    from: &ScaleStatus,
    to: &mut autoscaling::v1::ScaleStatus,
) -> Result<(), ConversionError> {
    to.selector = scale_selector::query(&from.selector, &from.target_selector);
    Ok(())
}

/// Reads labels out of the query, where it is that simple.
pub(super) fn scale_status_from_hub(
    from: &autoscaling::v1::ScaleStatus,
    to: &mut ScaleStatus,
) -> Result<(), ConversionError> {
    to.target_selector.clone_from(&from.selector);
    to.selector = scale_selector::labels(&from.selector)?;
    Ok(())
}

#[cfg(test)]
mod tests;
