//! Version v1beta1 of the `policy` group: disruption budgets and evictions.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
mod eviction;
mod pod_disruption_budget;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use eviction::Eviction;
pub use pod_disruption_budget::{
    PodDisruptionBudget, PodDisruptionBudgetList, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus,
    UnhealthyPodEvictionPolicyType,
};
pub use well_known::{
    DISRUPTION_ALLOWED_CONDITION, INSUFFICIENT_PODS_REASON, SUFFICIENT_PODS_REASON, SYNC_FAILED_REASON,
};
