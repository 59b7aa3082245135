//! Version v1 of the `apps` group: deployments, replica sets, stateful sets and daemon sets.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod controller_revision;
mod daemon_set;
pub mod defaults;
mod deployment;
mod replica_set;
mod stateful_set;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use controller_revision::{ControllerRevision, ControllerRevisionList};
pub use daemon_set::{
    DaemonSet, DaemonSetCondition, DaemonSetList, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy,
    DaemonSetUpdateStrategyType, RollingUpdateDaemonSet,
};
pub use deployment::{
    DEPLOYMENT_AVAILABLE, DEPLOYMENT_PROGRESSING, DEPLOYMENT_REPLICA_FAILURE, Deployment, DeploymentCondition,
    DeploymentList, DeploymentSpec, DeploymentStatus, DeploymentStrategy, DeploymentStrategyType,
    RollingUpdateDeployment,
};
pub use replica_set::{
    REPLICA_SET_REPLICA_FAILURE, ReplicaSet, ReplicaSetCondition, ReplicaSetList, ReplicaSetSpec, ReplicaSetStatus,
};
pub use stateful_set::{
    PersistentVolumeClaimRetentionPolicyType, PodManagementPolicyType, RollingUpdateStatefulSetStrategy, StatefulSet,
    StatefulSetCondition, StatefulSetList, StatefulSetOrdinals, StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec, StatefulSetStatus, StatefulSetUpdateStrategy, StatefulSetUpdateStrategyType,
};
pub use well_known::{
    CONTROLLER_REVISION_HASH_LABEL_KEY, DEFAULT_DAEMON_SET_UNIQUE_LABEL_KEY, DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY,
    DEPRECATED_ROLLBACK_TO, DEPRECATED_TEMPLATE_GENERATION, POD_INDEX_LABEL, STATEFUL_SET_POD_NAME_LABEL,
    STATEFUL_SET_REVISION_LABEL,
};
