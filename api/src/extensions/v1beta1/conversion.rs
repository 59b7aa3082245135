//! To and from apps/v1, networking.k8s.io/v1 and autoscaling/v1, the hubs: what the generated conversion leaves to us.
//!
//! Follows pkg/apis/extensions/v1beta1/conversion.go and pkg/apis/apps/v1/conversion.go. A scale's labels are lost where
//! its query says something else, as they are there.

use kubeforge_machinery::ConversionError;

use super::{DaemonSet, DaemonSetSpec, Deployment, DeploymentSpec, IngressBackend, RollbackConfig, ScaleStatus};
use crate::apps::v1::DEPRECATED_TEMPLATE_GENERATION;
use crate::apps::{self, rollback, scale_selector};
use crate::autoscaling;
use crate::networking::{self, ingress_backend};

/// Writes the annotation that counts the templates, also where the count is 0.
pub(super) fn daemon_set_to_hub(from: &DaemonSet, to: &mut apps::v1::DaemonSet) -> Result<(), ConversionError> {
    let generation = from.spec.template_generation.to_string();
    to.metadata.annotations.insert(DEPRECATED_TEMPLATE_GENERATION.to_owned(), generation);
    Ok(())
}

/// Takes what the annotation says; 0 where it is not there. One that is no number is an error.
pub(super) fn daemon_set_from_hub(_from: &apps::v1::DaemonSet, to: &mut DaemonSet) -> Result<(), ConversionError> {
    if let Some(text) = to.metadata.annotations.get(DEPRECATED_TEMPLATE_GENERATION) {
        to.spec.template_generation = rollback::parse_i64(text)?;
        to.metadata.annotations.remove(DEPRECATED_TEMPLATE_GENERATION);
    }
    Ok(())
}

/// Nothing is left to do: only the daemon set itself has annotations.
pub(super) fn daemon_set_spec_to_hub(
    _from: &DaemonSetSpec,
    _to: &mut apps::v1::DaemonSetSpec,
) -> Result<(), ConversionError> {
    Ok(())
}

/// Nothing is left to do, as on the way to the hub.
pub(super) fn daemon_set_spec_from_hub(
    _from: &apps::v1::DaemonSetSpec,
    _to: &mut DaemonSetSpec,
) -> Result<(), ConversionError> {
    Ok(())
}

/// Writes the annotation with the revision to go back to.
pub(super) fn deployment_to_hub(from: &Deployment, to: &mut apps::v1::Deployment) -> Result<(), ConversionError> {
    let revision = from.spec.rollback_to.as_ref().map(|rollback| rollback.revision);
    rollback::write(&mut to.metadata.annotations, revision);
    Ok(())
}

/// Takes what the annotation says.
pub(super) fn deployment_from_hub(_from: &apps::v1::Deployment, to: &mut Deployment) -> Result<(), ConversionError> {
    let revision = rollback::take(&mut to.metadata.annotations)?;
    to.spec.rollback_to = revision.map(|revision| Box::new(RollbackConfig { revision }));
    Ok(())
}

/// Nothing is left to do: only the deployment itself has annotations.
pub(super) fn deployment_spec_to_hub(
    _from: &DeploymentSpec,
    _to: &mut apps::v1::DeploymentSpec,
) -> Result<(), ConversionError> {
    Ok(())
}

/// Nothing is left to do, as on the way to the hub.
pub(super) fn deployment_spec_from_hub(
    _from: &apps::v1::DeploymentSpec,
    _to: &mut DeploymentSpec,
) -> Result<(), ConversionError> {
    Ok(())
}

/// Makes a service of the two fields that name it.
pub(super) fn ingress_backend_to_hub(
    from: &IngressBackend,
    to: &mut networking::v1::IngressBackend,
) -> Result<(), ConversionError> {
    to.service = ingress_backend::service(&from.service_name, &from.service_port);
    Ok(())
}

/// Names the service in two fields.
pub(super) fn ingress_backend_from_hub(
    from: &networking::v1::IngressBackend,
    to: &mut IngressBackend,
) -> Result<(), ConversionError> {
    if let Some(service) = &from.service {
        to.service_name.clone_from(&service.name);
        to.service_port = ingress_backend::port(&service.port);
    }
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
