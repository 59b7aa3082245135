//! Disruption budgets: which pods should rather stay.

use std::sync::Arc;

use kubeforge_api::core::v1::Pod;
use kubeforge_api::policy::v1::PodDisruptionBudget;
use kubeforge_machinery::labels::Selector;

use crate::framework::PodInfo;

/// Pods in two groups, each in the order in which they came.
#[derive(Default)]
pub(super) struct Split {
    /// Those whose going would violate a budget, if all before them went too.
    pub(super) kept_by_budget: Vec<Arc<PodInfo>>,
    /// The others.
    pub(super) others: Vec<Arc<PodInfo>>,
}

/// Splits pods by whether a budget would keep them; each pod uses up what its budgets allow.
pub(super) fn split(pods: &[Arc<PodInfo>], budgets: &[Arc<PodDisruptionBudget>]) -> Split {
    let mut budgets: Vec<Budget<'_>> = budgets.iter().filter_map(|budget| Budget::new(budget)).collect();
    let mut split = Split::default();
    for pod in pods {
        let mut is_kept = false;
        for budget in budgets.iter_mut().filter(|budget| budget.covers(pod.pod())) {
            budget.allowed -= 1;
            is_kept |= budget.allowed < 0;
        }
        let group = if is_kept { &mut split.kept_by_budget } else { &mut split.others };
        group.push(Arc::clone(pod));
    }
    split
}

struct Budget<'a> {
    budget: &'a PodDisruptionBudget,
    selector: Selector,
    /// How many more pods may go; falls below zero.
    allowed: i64,
}

impl<'a> Budget<'a> {
    /// None for budgets whose selector is malformed, or selects nothing or everything: they keep no pod from going.
    fn new(budget: &'a PodDisruptionBudget) -> Option<Self> {
        let selector = Selector::from_label_selector(budget.spec.selector.as_deref()).ok()?;
        if selector.is_everything() || selector.is_nothing() {
            return None;
        }
        Some(Self { budget, selector, allowed: i64::from(budget.status.disruptions_allowed) })
    }

    /// Whether the pod counts against the budget: not if it was let go already.
    fn covers(&self, pod: &Pod) -> bool {
        self.budget.metadata.namespace == pod.metadata.namespace
            && !pod.metadata.labels.is_empty()
            && self.selector.matches(&pod.metadata.labels)
            && !self.budget.status.disrupted_pods.contains_key(&pod.metadata.name)
    }
}
