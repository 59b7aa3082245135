//! Defaults that the markers cannot say.

use super::{HTTPIngressPath, PathType};

/// Paths are compared as the controller likes.
pub fn default_http_ingress_path(path: &mut HTTPIngressPath) {
    path.path_type.get_or_insert(PathType::ImplementationSpecific);
}
