//! How full a node would be, as a score: the strategies of NodeResourcesFit, and the balance of
//! NodeResourcesBalancedAllocation.
//!
//! Follows the scheduler's `noderesources` plugins, least_allocated.go, most_allocated.go,
//! requested_to_capacity_ratio.go and balanced_allocation.go: integer division everywhere, so that scores agree.

use crate::framework::MAX_NODE_SCORE;

/// How much of one resource of a node would be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// What is taken already and what the pod adds.
    pub requested: i64,
    /// What the node has; zero leaves the resource out of the score.
    pub allocatable: i64,
    /// How much the resource counts.
    pub weight: i64,
}

/// How the shares of a node's resources make a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The emptier the better.
    LeastAllocated,
    /// The fuller the better.
    MostAllocated,
    /// As good as the shape says for how full it is.
    RequestedToCapacityRatio(Shape),
}

impl Strategy {
    /// A score from 0 to [`MAX_NODE_SCORE`].
    pub fn score(&self, shares: impl Iterator<Item = Share>) -> i64 {
        match self {
            Self::LeastAllocated => weighted_mean(shares, least_allocated),
            Self::MostAllocated => weighted_mean(shares, most_allocated),
            Self::RequestedToCapacityRatio(shape) => shape.score(shares),
        }
    }
}

fn weighted_mean(shares: impl Iterator<Item = Share>, score: impl Fn(Share) -> i64) -> i64 {
    let (mut sum, mut weights) = (0, 0);
    for share in shares.filter(|share| share.allocatable != 0) {
        sum += score(share) * share.weight;
        weights += share.weight;
    }
    if weights == 0 { 0 } else { sum / weights }
}

fn least_allocated(share: Share) -> i64 {
    if share.requested > share.allocatable {
        return 0;
    }
    scaled(share.allocatable - share.requested, share.allocatable)
}

fn most_allocated(share: Share) -> i64 {
    scaled(share.requested.min(share.allocatable), share.allocatable)
}

/// `part` of `whole`, as a score. Bytes times a hundred would not always fit in 64 bits.
fn scaled(part: i64, whole: i64) -> i64 {
    // dividing 128 bits takes several times as long, and is asked of every node
    if let Some(scaled) = part.checked_mul(MAX_NODE_SCORE) {
        return scaled / whole;
    }
    let score = i128::from(part) * i128::from(MAX_NODE_SCORE) / i128::from(whole);
    i64::try_from(score).unwrap_or(MAX_NODE_SCORE)
}

/// A broken line from how full a resource is (percent) to a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    points: Vec<ShapePoint>,
}

/// A corner of a [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapePoint {
    /// How full, in percent.
    pub utilization: i64,
    /// How good, from 0 to 10.
    pub score: i64,
}

/// What is wrong with a shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// No corner was given.
    #[error("at least one point must be specified")]
    Empty,
    /// The corners are not in order.
    #[error("utilization values must be sorted in increasing order, utilization[{0}]: not greater than the one before")]
    Unsorted(usize),
    /// Percents are from 0 to 100.
    #[error("utilization must be between 0 and 100, not {0}")]
    Utilization(i64),
    /// Scores are from 0 to 10.
    #[error("score must be between 0 and 10, not {0}")]
    Score(i64),
}

/// Shapes give scores up to this.
const MAX_SHAPE_SCORE: i64 = 10;
const FULL: i64 = 100;

impl Shape {
    /// Checks and keeps the corners.
    ///
    /// # Errors
    /// The first thing wrong with them.
    pub fn new(points: Vec<ShapePoint>) -> Result<Self, ShapeError> {
        if points.is_empty() {
            return Err(ShapeError::Empty);
        }
        for point in &points {
            if !(0..=FULL).contains(&point.utilization) {
                return Err(ShapeError::Utilization(point.utilization));
            }
            if !(0..=MAX_SHAPE_SCORE).contains(&point.score) {
                return Err(ShapeError::Score(point.score));
            }
        }
        let unsorted = points.windows(2).position(|pair| pair[0].utilization >= pair[1].utilization);
        if let Some(position) = unsorted {
            return Err(ShapeError::Unsorted(position + 1));
        }
        let scale = MAX_NODE_SCORE / MAX_SHAPE_SCORE;
        let points = points.into_iter().map(|point| ShapePoint { score: point.score * scale, ..point }).collect();
        Ok(Self { points })
    }

    /// Resources that score nothing do not count, and the mean is rounded: so upstream has it for this strategy alone.
    fn score(&self, shares: impl Iterator<Item = Share>) -> i64 {
        let (mut sum, mut weights) = (0, 0);
        for share in shares.filter(|share| share.allocatable != 0) {
            let utilization =
                if share.requested > share.allocatable { FULL } else { scaled(share.requested, share.allocatable) };
            let score = self.at(utilization);
            if score > 0 {
                sum += score * share.weight;
                weights += share.weight;
            }
        }
        if weights == 0 { 0 } else { (2 * sum + weights) / (2 * weights) }
    }

    fn at(&self, utilization: i64) -> i64 {
        let mut before: Option<&ShapePoint> = None;
        for point in &self.points {
            if utilization <= point.utilization {
                return before.map_or(point.score, |before| between(before, point, utilization));
            }
            before = Some(point);
        }
        before.map_or(0, |last| last.score)
    }
}

fn between(before: &ShapePoint, after: &ShapePoint, utilization: i64) -> i64 {
    let rise = (after.score - before.score) * (utilization - before.utilization);
    before.score + rise / (after.utilization - before.utilization)
}

/// How evenly a node's resources would be taken, compared with how evenly they are now: from half of
/// [`MAX_NODE_SCORE`] for the worst change to all of it for the best.
///
/// Resources that the node does not have are left out by the caller; so both have the same length.
pub fn balance(
    with_pod: impl Iterator<Item = Fraction> + Clone,
    without_pod: impl Iterator<Item = Fraction> + Clone,
) -> i64 {
    let change = evenness(with_pod) - evenness(without_pod);
    let half = MAX_NODE_SCORE / 2;
    half + (half + change) / 2
}

/// How much of a resource is taken, of how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// What is taken.
    pub requested: i64,
    /// What there is; not zero.
    pub allocatable: i64,
}

impl Fraction {
    #[allow(clippy::cast_precision_loss)] // as upstream computes it
    fn value(self) -> f64 {
        (self.requested as f64 / self.allocatable as f64).min(1.0)
    }
}

/// One less the standard deviation, as a whole number of percent.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // a few numbers between 0 and 1
fn evenness(fractions: impl Iterator<Item = Fraction> + Clone) -> i64 {
    let values = fractions.map(Fraction::value);
    let mut first = values.clone();
    let deviation = match (first.next(), first.next(), first.next()) {
        (Some(one), Some(other), None) => ((one - other) / 2.0).abs(),
        (_, _, None) => 0.0,
        _ => {
            let count = values.clone().count() as f64;
            let mean = values.clone().sum::<f64>() / count;
            let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
            (squares / count).sqrt()
        }
    };
    ((1.0 - deviation) * MAX_NODE_SCORE as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(requested: i64, allocatable: i64, weight: i64) -> Share {
        Share { requested, allocatable, weight }
    }

    #[track_caller]
    fn check(strategy: &Strategy, shares: &[Share], want: i64) {
        assert_eq!(strategy.score(shares.iter().copied()), want, "{strategy:?} {shares:?}");
    }

    #[test]
    fn resources_count_by_weight() {
        let shares = [share(1000, 4000, 5), share(3, 4, 1)];
        check(&Strategy::LeastAllocated, &shares, (75 * 5 + 25) / 6);
        check(&Strategy::MostAllocated, &shares, (25 * 5 + 75) / 6);
    }

    #[test]
    fn what_the_node_lacks_does_not_count_and_too_much_is_full() {
        check(&Strategy::LeastAllocated, &[share(5, 0, 1), share(1, 2, 1)], 50);
        check(&Strategy::LeastAllocated, &[share(5, 4, 1)], 0);
        check(&Strategy::MostAllocated, &[share(5, 4, 1)], 100);
        check(&Strategy::MostAllocated, &[], 0);
    }

    #[test]
    fn shapes_are_lines_between_their_points() {
        let point = |utilization, score| ShapePoint { utilization, score };
        let hill = Shape::new(vec![point(0, 0), point(50, 10), point(100, 5)]).unwrap();
        let strategy = Strategy::RequestedToCapacityRatio(hill);
        check(&strategy, &[share(25, 100, 1)], 50);
        check(&strategy, &[share(75, 100, 1)], 75);
        check(&strategy, &[share(500, 100, 1)], 50);
        check(&strategy, &[share(0, 100, 1), share(25, 100, 1)], 50);
        assert_eq!(Shape::new(vec![point(10, 1), point(10, 2)]), Err(ShapeError::Unsorted(1)));
    }

    #[test]
    fn a_change_for_the_better_scores_more() {
        let fraction = |requested, allocatable| Fraction { requested, allocatable };
        let check = |with_pod: &[Fraction], without_pod: &[Fraction], want: i64| {
            assert_eq!(balance(with_pod.iter().copied(), without_pod.iter().copied()), want);
        };
        let now = [fraction(200, 2000), fraction(4, 8)];
        check(&[fraction(700, 2000), fraction(45, 80)], &now, 79);
        check(&now, &now, 75);
        check(&[fraction(1, 1)], &[fraction(0, 1)], 75);
    }
}
