//! Version v1beta1 of the `extensions` group: where apps and networking began; kept to read old objects.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
mod daemon_set;
pub mod defaults;
mod deployment;
mod deployment_rollback;
mod ingress;
mod network_policy;
mod replica_set;
mod scale;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use daemon_set::{
    DaemonSet, DaemonSetCondition, DaemonSetList, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy,
    DaemonSetUpdateStrategyType, RollingUpdateDaemonSet,
};
pub use deployment::{
    DEPLOYMENT_AVAILABLE, DEPLOYMENT_PROGRESSING, DEPLOYMENT_REPLICA_FAILURE, Deployment, DeploymentCondition,
    DeploymentList, DeploymentSpec, DeploymentStatus, DeploymentStrategy, DeploymentStrategyType, RollbackConfig,
    RollingUpdateDeployment,
};
pub use deployment_rollback::DeploymentRollback;
pub use ingress::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressList, IngressLoadBalancerIngress,
    IngressLoadBalancerStatus, IngressPortStatus, IngressRule, IngressRuleValue, IngressSpec, IngressStatus,
    IngressTLS, PathType,
};
pub use network_policy::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyList, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec, PolicyType,
};
pub use replica_set::{
    REPLICA_SET_REPLICA_FAILURE, ReplicaSet, ReplicaSetCondition, ReplicaSetList, ReplicaSetSpec, ReplicaSetStatus,
};
pub use scale::{Scale, ScaleSpec, ScaleStatus};
pub use well_known::{
    DAEMON_SET_TEMPLATE_GENERATION_KEY, DEFAULT_DAEMON_SET_UNIQUE_LABEL_KEY, DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY,
};
