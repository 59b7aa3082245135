//! What plugins score the nodes that passed, and the totals that follow from it.

use super::{Class, code_of};
use crate::{
    cycle::{failed_score, out_of_range},
    framework::{MAX_NODE_SCORE, NodeInfo, Normalize, PodInfo, Profile, Row, RowSet},
    metrics::Point,
    normalize,
    verdicts::PASSED,
};

/// The scores that one plugin gives.
pub(crate) struct Scores {
    pub(crate) raw: Vec<i64>,
    pub(crate) maximum: i64,
    pub(super) normalize: Normalize,
    pub(super) weight: i64,
}

impl Class {
    /// Asks for the scores of a row. Returns whether a maximum rose; `rescan` gets those that may have fallen.
    pub(super) fn score(
        &mut self,
        profile: &Profile,
        pod: &PodInfo,
        row: Row,
        node: &NodeInfo,
        was_passed: bool,
        rescan: &mut u64,
    ) -> bool {
        let mut rose = false;
        for (place, (scoring, kept)) in profile.score.iter().zip(&mut self.scores).enumerate() {
            let (Some(score), Some(kept)) = (scoring.plugin.score(), kept) else { continue };
            profile.evaluated(Point::Score, place, 1);
            let ask = || score.score_node(&self.state, pod, node);
            let new = match profile.timed_at_node(&*scoring.plugin, Point::Score, ask, code_of) {
                Ok(score) => score,
                Err(status) => {
                    self.failure = Some(failed_score(&status, scoring.plugin.name()));
                    0
                }
            };
            if kept.normalize == Normalize::None && !(0..=MAX_NODE_SCORE).contains(&new) {
                self.failure = Some(out_of_range(new, scoring.plugin.name()));
            }
            let Some(raw) = kept.raw.get_mut(row.index()) else { continue };
            let old = std::mem::replace(raw, new);
            if !normalize::needs_maximum(kept.normalize) {
                continue;
            }
            if new > kept.maximum {
                kept.maximum = new;
                rose = true;
            } else if was_passed && old == kept.maximum && new < old {
                *rescan |= 1 << place;
            }
        }
        rose
    }

    /// Which maxima may fall when a row that had passed is no longer among them.
    pub(super) fn lower_maxima(&self, row: Row) -> u64 {
        if self.verdicts.get(row) != PASSED {
            return 0;
        }
        let mut rescan = 0;
        for (place, scores) in self.scores.iter().enumerate() {
            let Some(scores) = scores.as_ref().filter(|scores| normalize::needs_maximum(scores.normalize)) else {
                continue;
            };
            let is_highest = scores.raw.get(row.index()).is_some_and(|raw| *raw == scores.maximum && *raw > 0);
            rescan |= u64::from(is_highest) << place;
        }
        rescan
    }

    pub(super) fn rescan_maxima(&mut self, rescan: u64) -> bool {
        let mut fell = false;
        for (place, scores) in self.scores.iter_mut().enumerate() {
            let Some(scores) = scores.as_mut().filter(|_| rescan & (1 << place) != 0) else { continue };
            let passed = self.verdicts.passed_rows().iter();
            let maximum = passed.filter_map(|row| scores.raw.get(row.index())).copied().max().unwrap_or(0).max(0);
            fell |= maximum != scores.maximum;
            scores.maximum = maximum;
        }
        fell
    }

    pub(super) fn rank(&mut self, row: Row) {
        let total = (self.verdicts.get(row) == PASSED).then(|| self.total(row));
        self.ranking.set(row.index(), total);
    }

    /// Whether the kept totals are those that would come out if only these of the rows that passed could take the pod:
    /// no score is normalised by the highest of a row that is not among them.
    pub(crate) fn are_totals_right_for(&self, rows: &[Row]) -> bool {
        if !self.is_ranked || self.failure.is_some() {
            return false;
        }
        rows.len() == self.verdicts.passed_len()
            || self.scores.iter().flatten().all(|scores| {
                let has_highest = |row: &Row| scores.raw.get(row.index()) == Some(&scores.maximum);
                !normalize::needs_maximum(scores.normalize) || scores.maximum == 0 || rows.iter().any(has_highest)
            })
    }

    /// The same of a set that is not empty.
    pub(crate) fn are_totals_right_for_set(&self, rows: &RowSet) -> bool {
        self.is_ranked
            && self.failure.is_none()
            && self.scores.iter().flatten().all(|scores| {
                let has_highest = |row: Row| scores.raw.get(row.index()) == Some(&scores.maximum);
                !normalize::needs_maximum(scores.normalize) || scores.maximum == 0 || rows.iter().any(has_highest)
            })
    }

    /// Whether the kept totals do not depend on which rows passed.
    pub(crate) fn has_absolute_totals(&self) -> bool {
        let mut scores = self.scores.iter().flatten();
        scores.all(|scores| !normalize::needs_maximum(scores.normalize) || scores.maximum == 0)
    }

    fn total(&self, row: Row) -> i64 {
        let scores = self.scores.iter().flatten();
        let weighted = scores.filter_map(|scores| {
            let raw = *scores.raw.get(row.index())?;
            Some(normalize::one(scores.normalize, raw, scores.maximum) * scores.weight)
        });
        weighted.sum()
    }
}
