//! The settings of the plugin that finds volumes for claims.

use kubeforge_derive::ApiSource;

use super::UtilizationShapePoint;

/// The settings of the `VolumeBinding` plugin, which finds volumes for claims.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct VolumeBindingArgs {
    /// How many seconds to wait until volumes are bound; 600 if unset.
    pub bind_timeout_seconds: Option<i64>,
    /// How the use of storage turns into a rating of nodes.
    #[api(list = atomic, gate = "StorageCapacityScoring")]
    pub shape: Vec<UtilizationShapePoint>,
}
