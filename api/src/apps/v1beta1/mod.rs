//! Version v1beta1 of the `apps` group: deployments and stateful sets, in their first form.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod controller_revision;
mod conversion;
pub mod defaults;
mod deployment;
mod deployment_rollback;
mod scale;
mod stateful_set;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use controller_revision::{ControllerRevision, ControllerRevisionList};
pub use deployment::{
    DEPLOYMENT_AVAILABLE, DEPLOYMENT_PROGRESSING, DEPLOYMENT_REPLICA_FAILURE, Deployment, DeploymentCondition,
    DeploymentList, DeploymentSpec, DeploymentStatus, DeploymentStrategy, DeploymentStrategyType, RollbackConfig,
    RollingUpdateDeployment,
};
pub use deployment_rollback::DeploymentRollback;
pub use scale::{Scale, ScaleSpec, ScaleStatus};
pub use stateful_set::{
    PersistentVolumeClaimRetentionPolicyType, PodManagementPolicyType, RollingUpdateStatefulSetStrategy, StatefulSet,
    StatefulSetCondition, StatefulSetList, StatefulSetOrdinals, StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec, StatefulSetStatus, StatefulSetUpdateStrategy, StatefulSetUpdateStrategyType,
};
pub use well_known::{
    CONTROLLER_REVISION_HASH_LABEL_KEY, DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY, STATEFUL_SET_POD_NAME_LABEL,
    STATEFUL_SET_REVISION_LABEL,
};
