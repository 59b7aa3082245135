//! Which nodes are looked at where they have to be looked at one by one.

use crate::framework::Profile;

/// Fewer nodes that can take a pod are never enough, where there are more (kube-scheduler's).
const ENOUGH_MIN: usize = 100;
/// Of this many percent it is never less, where it depends on the number of nodes (kube-scheduler's).
const PERCENTAGE_MIN: usize = 5;

/// From which row on nodes are looked at, and how many that can take the pod are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// The row that is looked at first.
    pub(crate) start: usize,
    /// How many nodes are enough.
    pub(crate) enough: usize,
}

impl Search {
    /// All nodes are looked at.
    pub(crate) const ALL: Self = Self { start: 0, enough: usize::MAX };

    /// As many as the profile asks for, from this row on.
    pub(crate) fn new(profile: &Profile, nodes: usize, start: usize) -> Self {
        let enough = enough(profile.percentage_of_nodes_to_score, nodes);
        if enough >= nodes { Self::ALL } else { Self { start, enough } }
    }
}

/// How many nodes that can take a pod are enough to choose from: a percentage, or where that is 0 one that falls from a
/// half as there are more nodes. Follows kube-scheduler's numFeasibleNodesToFind.
fn enough(percentage: u8, nodes: usize) -> usize {
    let percentage = match percentage {
        0 => 50_usize.saturating_sub(nodes / 125).max(PERCENTAGE_MIN),
        given => usize::from(given),
    };
    (nodes * percentage / 100).max(ENOUGH_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_nodes_the_smaller_the_part_that_is_enough() {
        assert_eq!([10, 100, 1_000, 5_000, 6_000, 50_000].map(|it| enough(0, it)), [100, 100, 420, 500, 300, 2_500]);
        assert_eq!([enough(100, 5_000), enough(40, 1_000), enough(1, 1_000)], [5_000, 400, 100]);
    }
}
