//! Defaults that the markers cannot say.

use super::EndpointPort;
use crate::core::v1::Protocol;

/// An unnamed TCP port.
pub fn default_endpoint_port(port: &mut EndpointPort) {
    port.name.get_or_insert_default();
    port.protocol.get_or_insert(Protocol::TCP);
}
