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

/// All budgets, with their selectors read.
pub(super) struct Budgets<'a>(Vec<Budget<'a>>);

impl<'a> Budgets<'a> {
    pub(super) fn of(budgets: &'a [Arc<PodDisruptionBudget>]) -> Self {
        Self(budgets.iter().filter_map(|budget| Budget::new(budget)).collect())
    }

    /// Splits pods by whether a budget would keep them; each pod uses up what its budgets allow.
    pub(super) fn split(&self, pods: Vec<Arc<PodInfo>>) -> Split {
        if self.0.is_empty() {
            return Split { kept_by_budget: Vec::new(), others: pods };
        }
        let mut allowed: Vec<i32> = self.0.iter().map(|it| it.budget.status.disruptions_allowed).collect();
        let mut split = Split::default();
        for pod in pods {
            let mut is_kept = false;
            let covering = self.0.iter().zip(&mut allowed).filter(|(budget, _)| budget.covers(pod.pod()));
            for (_, allowed) in covering {
                *allowed = allowed.saturating_sub(1);
                is_kept |= *allowed < 0;
            }
            let group = if is_kept { &mut split.kept_by_budget } else { &mut split.others };
            group.push(pod);
        }
        split
    }
}

struct Budget<'a> {
    budget: &'a PodDisruptionBudget,
    selector: Selector,
}

impl<'a> Budget<'a> {
    /// None for budgets whose selector is malformed, or selects nothing or everything: they keep no pod from going.
    fn new(budget: &'a PodDisruptionBudget) -> Option<Self> {
        let selector = Selector::from_label_selector(budget.spec.selector.as_deref()).ok()?;
        if selector.is_everything() || selector.is_nothing() {
            return None;
        }
        Some(Self { budget, selector })
    }

    /// Whether the pod counts against the budget: not if it was let go already.
    fn covers(&self, pod: &Pod) -> bool {
        self.budget.metadata.namespace == pod.metadata.namespace
            && !pod.metadata.labels.is_empty()
            && self.selector.matches(&pod.metadata.labels)
            && !self.budget.status.disrupted_pods.contains_key(&pod.metadata.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Row {
        name: &'static str,
        budgets: serde_json::Value,
        /// The names of those of the pods a, b and c that are kept.
        kept: &'static str,
    }

    fn budget(selector: serde_json::Value, status: serde_json::Value) -> serde_json::Value {
        json!({ "metadata": { "namespace": "ns", "name": "b" }, "spec": { "selector": selector }, "status": status })
    }

    #[test]
    fn budgets_keep_what_they_do_not_allow_to_go() {
        let app = json!({ "matchLabels": { "app": "x" } });
        let allowing = |number: i32| json!({ "disruptionsAllowed": number });
        let disrupted = json!({ "disruptionsAllowed": 1, "disruptedPods": { "a": "2026-01-01T00:00:00Z", "b": "2026-01-01T00:00:00Z" } });
        let elsewhere = json!({ "metadata": { "namespace": "other" }, "spec": { "selector": app }, "status": {} });
        let unreadable = json!({ "matchExpressions": [{ "key": "app", "operator": "In", "values": [] }] });
        let rows = [
            Row { name: "no budget", budgets: json!([]), kept: "" },
            Row { name: "none may go", budgets: json!([budget(app.clone(), allowing(0))]), kept: "abc" },
            Row { name: "the first may go", budgets: json!([budget(app.clone(), allowing(1))]), kept: "bc" },
            Row { name: "of another namespace", budgets: json!([elsewhere]), kept: "" },
            Row {
                name: "selects all, which counts as none",
                budgets: json!([budget(json!({}), allowing(0))]),
                kept: "",
            },
            Row { name: "without a selector", budgets: json!([budget(json!(null), allowing(0))]), kept: "" },
            Row { name: "malformed selector", budgets: json!([budget(unreadable, allowing(0))]), kept: "" },
            Row {
                name: "pods already let go use up nothing",
                budgets: json!([budget(app.clone(), disrupted)]),
                kept: "",
            },
            Row {
                name: "each of several counts",
                budgets: json!([budget(app.clone(), allowing(2)), budget(app, allowing(1))]),
                kept: "bc",
            },
        ];
        let pod = |name: &str, labels: serde_json::Value| {
            let pod = json!({ "metadata": { "namespace": "ns", "name": name, "labels": labels } });
            Arc::new(PodInfo::new(Arc::new(serde_json::from_value(pod).unwrap())))
        };
        for Row { name, budgets, kept } in rows {
            let budgets: Vec<PodDisruptionBudget> = serde_json::from_value(budgets).unwrap();
            let budgets: Vec<_> = budgets.into_iter().map(Arc::new).collect();
            let mut pods: Vec<_> = ["a", "b", "c"].map(|name| pod(name, json!({ "app": "x" }))).to_vec();
            pods.push(pod("without-labels", json!({})));
            let split = Budgets::of(&budgets).split(pods);
            let names: String = split.kept_by_budget.iter().map(|pod| pod.key().name()).collect();
            assert_eq!(names, kept, "{name}");
        }
    }
}
