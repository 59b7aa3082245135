//! Version v1 of the `policy` group: disruption budgets and evictions.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

#[allow(missing_docs)] // field docs come with the toolchain issue
mod pod_disruption_budget;
mod eviction;

pub mod generated;

pub use pod_disruption_budget::{DISRUPTION_ALLOWED_CONDITION, INSUFFICIENT_PODS_REASON, SUFFICIENT_PODS_REASON, SYNC_FAILED_REASON, PodDisruptionBudget, PodDisruptionBudgetList, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus, UnhealthyPodEvictionPolicyType};
pub use eviction::Eviction;
