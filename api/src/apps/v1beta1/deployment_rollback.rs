//! Rollbacks: a deployment goes back to an older revision.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

use super::RollbackConfig;

/// Asks a deployment to go back to an older revision.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.6", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.DeploymentRollback")]
pub struct DeploymentRollback {
    /// The deployment.
    #[api(tag = 1, required)]
    pub name: String,
    /// Annotations that the deployment gets with it.
    #[api(tag = 2)]
    pub updated_annotations: BTreeMap<String, String>,
    /// Which revision.
    #[api(tag = 3, required)]
    pub rollback_to: RollbackConfig,
}
