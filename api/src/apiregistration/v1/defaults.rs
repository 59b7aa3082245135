//! Defaults that the markers cannot say.

use super::ServiceReference;

/// The port of HTTPS.
pub fn default_service_reference(service: &mut ServiceReference) {
    service.port.get_or_insert(443);
}
