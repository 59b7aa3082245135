//! The settings of the plugin that keeps pods together or apart.

use kubeforge_derive::ApiSource;

/// The settings of the `InterPodAffinity` plugin, which keeps pods together or apart.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct InterPodAffinityArgs {
    /// How much it counts that pods there demand such a pod near them, 0 to 100; 1 if unset.
    pub hard_pod_affinity_weight: Option<i32>,
    /// Whether wishes of pods there are left out when the new pod has none; saves time.
    #[api(required)]
    pub ignore_preferred_terms_of_existing_pods: bool,
}
