//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! Follows pkg/apis/networking/v1beta1/conversion.go.

use kubeforge_machinery::ConversionError;

use super::IngressBackend;
use crate::networking::{ingress_backend, v1};

/// Makes a service of the two fields that name it.
pub(super) fn ingress_backend_to_hub(
    from: &IngressBackend,
    to: &mut v1::IngressBackend,
) -> Result<(), ConversionError> {
    to.service = ingress_backend::service(&from.service_name, &from.service_port);
    Ok(())
}

/// Names the service in two fields.
pub(super) fn ingress_backend_from_hub(
    from: &v1::IngressBackend,
    to: &mut IngressBackend,
) -> Result<(), ConversionError> {
    if let Some(service) = &from.service {
        to.service_name.clone_from(&service.name);
        to.service_port = ingress_backend::port(&service.port);
    }
    Ok(())
}
