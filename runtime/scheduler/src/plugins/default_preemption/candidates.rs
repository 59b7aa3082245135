//! On which nodes room can be made, and what is said of the others that were tried.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    budgets::Budgets,
    choice::Candidate,
    kept::{Answers, DryRun},
    victims,
};
use crate::framework::{Code, PostFilterContext, Status};

/// What is said of nodes where fewer pods would not help.
const NOT_HELPFUL: &str = "Preemption is not helpful for scheduling";

/// How the search goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    /// The row to begin with.
    pub(super) start: usize,
    /// So many candidates are enough to choose from, if one of them violates no budget.
    pub(super) enough: usize,
}

/// The nodes on which room can be made, and what is said of the others that were tried.
#[derive(Default)]
pub(super) struct Found {
    /// Those that violate no budget come first.
    pub(super) candidates: Vec<Candidate>,
    refusals: Vec<DryRun>,
}

impl Found {
    /// Tries the nodes that may take the pod if other pods go. Candidates that violate budgets are not enough by
    /// themselves: the search goes on for one that does not, as in kube-scheduler.
    pub(super) fn search(context: &PostFilterContext<'_>, search: Search, mut kept: Option<&mut Answers>) -> Self {
        let Search { start, enough } = search;
        let budgets = Budgets::of(context.disruption_budgets);
        let (mut candidates, mut violating, mut refusals) = (Vec::new(), Vec::new(), Vec::new());
        for (row, node) in context.diagnosis.resolvable_from(context.nodes, start) {
            let dry_run = match &mut kept {
                Some(answers) => answers.dry_run(context, row, node, &budgets),
                None => Arc::new(victims::select(context, node, &budgets)),
            };
            let Ok(victims) = &*dry_run else {
                refusals.push(dry_run);
                continue;
            };
            let group = if victims.budget_violations == 0 { &mut candidates } else { &mut violating };
            if group.len() < enough {
                group.push(Candidate { row, loss: victims.loss, dry_run });
            }
            if !candidates.is_empty() && candidates.len() + violating.len() >= enough {
                break;
            }
        }
        candidates.append(&mut violating);
        Self { candidates, refusals }
    }

    fn refusals(&self) -> impl Iterator<Item = &Status> {
        self.refusals.iter().filter_map(|dry_run| dry_run.as_ref().as_ref().err())
    }

    /// Why there are no candidates: what failed, if something did; else what is said of the nodes.
    pub(super) fn refusal(&self, nodes: usize) -> Status {
        let failed = self.refusals().filter(|status| status.code() == Code::Error);
        let mut failures: Vec<String> = Vec::new();
        for failure in failed.map(Status::message) {
            if !failures.contains(&failure) {
                failures.push(failure);
            }
        }
        match failures.as_slice() {
            [] => Status::new(Code::Unschedulable, [format!("preemption: {}", self.message(nodes))]),
            [failure] => Status::error(format_args!("preemption: {failure}")),
            // as Go prints several errors in one
            failures => Status::error(format_args!("preemption: [{}]", failures.join(", "))),
        }
    }

    fn message(&self, nodes: usize) -> String {
        let mut counted = BTreeMap::<&str, usize>::new();
        for reason in self.refusals().flat_map(|status| status.reasons()) {
            *counted.entry(reason).or_default() += 1;
        }
        if nodes > self.refusals.len() {
            *counted.entry(NOT_HELPFUL).or_default() += nodes - self.refusals.len();
        }
        let mut reasons: Vec<String> = counted.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        reasons.sort();
        format!("0/{nodes} nodes are available: {}.", reasons.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(refusals: &[Status]) -> Found {
        let refusals = refusals.iter().map(|status| Arc::new(Err(status.clone()))).collect();
        Found { candidates: Vec::new(), refusals }
    }

    #[test]
    fn nodes_that_were_not_tried_are_not_helped() {
        let status = found(&[Status::unschedulable("Insufficient cpu")]).refusal(3);
        let want =
            "preemption: 0/3 nodes are available: 1 Insufficient cpu, 2 Preemption is not helpful for scheduling.";
        assert_eq!((status.code(), &*status.message()), (Code::Unschedulable, want));
    }

    #[test]
    fn what_failed_counts_more_than_what_was_refused() {
        let (first, second) = (Status::error("first"), Status::error("second"));
        let status = found(&[first.clone(), Status::unschedulable("Insufficient cpu")]).refusal(2);
        assert_eq!((status.code(), &*status.message()), (Code::Error, "preemption: first"));
        let several = found(&[first.clone(), second, first]).refusal(3);
        assert_eq!(several.message(), "preemption: [first, second]");
    }
}
