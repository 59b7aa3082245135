//! What plugins say of all nodes for one class of pods: those with the same signature.
//!
//! Answers of plugins of [`Scope::Node`] and [`Scope::Nodes`] are kept in columns and brought up to date from the log of
//! changed rows, so that binding one pod asks about one row again.

mod part;
mod preparing;
mod scores;

use std::collections::BTreeSet;

use crate::{
    columns::{Columns, LogPosition, NodesGeneration},
    framework::{Code, CycleState, NodeInfo, PodInfo, Profile, Row, Snapshot, Status},
    narrowing::Narrowing,
    ranking::Ranking,
    verdicts::{PASSED, Verdicts},
};
pub(crate) use scores::Scores;

/// What an answer amounts to.
pub(crate) fn code_of<T>(answer: &Result<T, Status>) -> Code {
    answer.as_ref().map_or_else(Status::code, |_| Code::Success)
}

/// What PreFilter said against the pod as a whole.
#[derive(Clone)]
pub(crate) struct Refusal {
    /// The place of the plugin among those with PreFilter.
    pub(crate) place: usize,
    /// What it said.
    pub(crate) status: Status,
}

impl Refusal {
    /// Whether other plugins need not be asked. Where pushing out other pods may help, they prepare for that.
    pub(crate) const fn is_final(&self) -> bool {
        !matches!(self.status.code(), Code::Unschedulable)
    }
}

/// What plugins say of all nodes for one class of pods.
pub(crate) struct Class {
    /// What PreFilter and PreScore left.
    pub(crate) state: CycleState,
    /// What PreFilter said against all nodes.
    pub(crate) refusal: Option<Refusal>,
    /// What PreScore or Score failed with.
    pub(crate) failure: Option<Status>,
    /// Which nodes PreFilter left.
    pub(crate) narrowing: Narrowing,
    /// What Filter said of each row.
    pub(crate) verdicts: Verdicts,
    /// By the place of the plugin among those that score; none where its answers aren't kept or it has nothing to say.
    pub(crate) scores: Vec<Option<Scores>>,
    /// The rows that passed, by their totals. Only of use where `is_ranked`.
    pub(crate) ranking: Ranking,
    /// Whether totals can be kept: no score needs to be normalised by its plugin.
    pub(crate) is_ranked: bool,
    allowed: Option<BTreeSet<Row>>,
    kept_filters: usize,
    seen: LogPosition,
    generation: NodesGeneration,
    depends_on_nodes: bool,
    changed: Vec<Row>,
    /// Whether only some nodes were asked about at first.
    is_partial: bool,
    /// Whether these are all by now.
    is_exhausted: bool,
    /// Columns for scores that nobody uses.
    spare: Vec<Vec<i64>>,
}

impl Class {
    /// Asks the plugins about the class of this pod.
    pub(crate) fn new(profile: &Profile, pod: &PodInfo, columns: &Columns) -> Self {
        let mut class = Self::prepared(profile, pod, columns);
        if class.refusal.is_none() {
            class.ask_all(profile, pod, columns);
        }
        class
    }

    fn prepared(profile: &Profile, pod: &PodInfo, columns: &Columns) -> Self {
        let mut class = Self {
            state: CycleState::default(),
            refusal: None,
            failure: None,
            narrowing: Narrowing::default(),
            verdicts: Verdicts::default(),
            scores: Vec::new(),
            ranking: Ranking::default(),
            is_ranked: true,
            allowed: None,
            kept_filters: profile.kept_filters(),
            seen: columns.log_end(),
            generation: columns.generation(),
            depends_on_nodes: false,
            changed: Vec::new(),
            is_partial: false,
            is_exhausted: false,
            spare: Vec::new(),
        };
        class.pre_filter(profile, pod, columns.snapshot());
        class
    }

    /// Whether it is of use to one pod only, as where PreFilter named its node.
    pub(crate) const fn is_narrow(&self) -> bool {
        self.allowed.is_some()
    }

    /// Whether PreFilter left the node of a row.
    pub(crate) fn is_left(&self, row: Row) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.contains(&row))
    }

    fn ask_all(&mut self, profile: &Profile, pod: &PodInfo, columns: &Columns) {
        let nodes = columns.snapshot();
        self.seen = columns.log_end();
        self.generation = columns.generation();
        self.failure = None;
        self.pre_score(profile, pod, nodes);
        self.allowed = self.narrowing.rows(nodes);
        self.verdicts = Verdicts::default();
        self.ranking = Ranking::default();
        self.resize(nodes.rows_len());
        self.changed.clear();
        match &self.allowed {
            None => self.changed.extend(nodes.iter().map(|(row, _)| row)),
            Some(allowed) => {
                self.changed.extend(allowed);
                let status = self.narrowing.status();
                for (row, _) in nodes.iter().filter(|(row, _)| !allowed.contains(row)) {
                    self.verdicts.set(row, Some(status.clone()));
                }
            }
        }
        self.ask_changed(profile, pod, nodes);
    }

    fn resize(&mut self, rows: usize) {
        self.verdicts.resize(rows);
        self.ranking.resize(rows);
        for scores in self.scores.iter_mut().flatten() {
            scores.raw.resize(rows, 0);
        }
    }

    /// Asks about what changed since it was last asked.
    pub(crate) fn update(&mut self, profile: &Profile, pod: &PodInfo, columns: &Columns) {
        if self.refusal.is_some() {
            return;
        }
        let has_failed =
            self.failure.is_some() || self.verdicts.counted().any(|(status, _)| status.code() == Code::Error);
        let is_outdated = has_failed || self.depends_on_nodes && self.generation != columns.generation();
        let is_moved = self.allowed.is_some() && self.generation != columns.generation();
        match columns.changed_since(self.seen) {
            Some(changed) if !is_outdated && !is_moved => {
                self.changed.clear();
                self.changed.extend(changed);
                self.seen = columns.log_end();
                if let Some(allowed) = &self.allowed {
                    self.changed.retain(|row| allowed.contains(row));
                }
                self.resize(columns.snapshot().rows_len());
                self.ask_changed(profile, pod, columns.snapshot());
            }
            _ => self.ask_all(profile, pod, columns),
        }
    }

    fn ask_changed(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot) {
        let changed = std::mem::take(&mut self.changed);
        let mut rescan = 0_u64;
        let mut are_totals_stale = false;
        for &row in &changed {
            let Some(node) = nodes.node(row) else {
                rescan |= self.lower_maxima(row);
                self.verdicts.clear(row);
                continue;
            };
            are_totals_stale |= self.ask(profile, pod, row, node, &mut rescan);
        }
        are_totals_stale |= self.rescan_maxima(rescan);
        if are_totals_stale {
            for (row, _) in nodes.iter() {
                self.rank(row);
            }
        }
        for &row in &changed {
            self.rank(row);
        }
        self.changed = changed;
    }

    /// Asks about one node. Returns whether a maximum rose; `rescan` gets those that may have fallen.
    fn ask(&mut self, profile: &Profile, pod: &PodInfo, row: Row, node: &NodeInfo, rescan: &mut u64) -> bool {
        let status = profile.filter_node(&self.state, pod, node, 0..self.kept_filters);
        if !status.is_success() {
            *rescan |= self.lower_maxima(row);
            self.verdicts.set(row, Some(status));
            return false;
        }
        let was_passed = self.verdicts.get(row) == PASSED;
        self.verdicts.set(row, None);
        self.score(profile, pod, row, node, was_passed, rescan)
    }
}
