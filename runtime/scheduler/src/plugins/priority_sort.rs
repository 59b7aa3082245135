//! PrioritySort: the most important pod first, and of those the one that came first.

use crate::framework::{Changes, Plugin, QueueSortPlugin, Scope, Waiting};

/// Sorts the queue by priority, then by arrival.
#[derive(Clone, Copy, Debug)]
pub struct PrioritySort;

impl PrioritySort {
    /// Its name.
    pub const NAME: &'static str = "PrioritySort";
}

impl Plugin for PrioritySort {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn queue_sort(&self) -> Option<&dyn QueueSortPlugin> {
        Some(self)
    }
}

impl QueueSortPlugin for PrioritySort {
    fn less(&self, first: Waiting<'_>, second: Waiting<'_>) -> bool {
        let (one, other) = (first.pod.priority(), second.pod.priority());
        one > other || (one == other && first.arrival < second.arrival)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plugins::testing::pod;

    #[test]
    fn priority_goes_before_arrival() {
        let (low, high) = (pod(json!({"priority": 1})), pod(json!({"priority": 2})));
        let less = |one, one_came, other, other_came| {
            PrioritySort.less(Waiting { pod: one, arrival: one_came }, Waiting { pod: other, arrival: other_came })
        };
        assert!(less(&high, 9, &low, 1) && !less(&low, 1, &high, 9));
        assert!(less(&low, 1, &low, 2) && !less(&low, 2, &low, 1));
    }
}
