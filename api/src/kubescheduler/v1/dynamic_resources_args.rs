//! The settings of the plugin that finds devices for claims.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Duration;

/// The settings of the `DynamicResources` plugin, which finds devices for claims.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct DynamicResourcesArgs {
    /// How long to search on one node before giving it up; 10 seconds if unset, 0 for no limit.
    #[api(required)]
    pub filter_timeout: Option<Duration>,
    /// How long to wait until devices are ready for binding; 10 minutes if unset.
    pub binding_timeout: Option<Duration>,
}
