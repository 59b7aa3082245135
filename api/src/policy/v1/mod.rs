//! Version v1 of the `policy` group: disruption budgets and evictions.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod eviction;
mod pod_disruption_budget;

#[rustfmt::skip]
pub mod generated;

pub use eviction::Eviction;
pub use pod_disruption_budget::{
    DISRUPTION_ALLOWED_CONDITION, INSUFFICIENT_PODS_REASON, PodDisruptionBudget, PodDisruptionBudgetList,
    PodDisruptionBudgetSpec, PodDisruptionBudgetStatus, SUFFICIENT_PODS_REASON, SYNC_FAILED_REASON,
    UnhealthyPodEvictionPolicyType,
};
