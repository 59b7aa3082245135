//! What plugins say of all nodes for one class of pods: those with the same signature.
//!
//! Answers of plugins of [`Scope::Node`] and [`Scope::Nodes`] are kept in columns and brought up to date from the log of
//! changed rows, so that binding one pod asks about one row again.

use std::collections::BTreeSet;

use crate::{
    columns::{Columns, LogPosition, NodesGeneration},
    framework::{
        Code, CycleState, NodeInfo, Normalize, PodInfo, PreFilterOutcome, Profile, Row, RowSet, Scope, Snapshot, Status,
    },
    narrowing::Narrowing,
    node_order::Sampling,
    normalize,
    ranking::Ranking,
    verdicts::{PASSED, Verdicts},
};

/// What PreFilter said against the pod as a whole.
#[derive(Clone)]
pub(crate) struct Refusal {
    /// The place of the plugin among those with PreFilter.
    pub(crate) place: usize,
    /// What it said.
    pub(crate) status: Status,
}

/// The scores that one plugin gives.
pub(crate) struct Scores {
    pub(crate) raw: Vec<i64>,
    pub(crate) maximum: i64,
    normalize: Normalize,
    weight: i64,
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
    /// Whether nothing is known of some nodes that are there.
    is_partial: bool,
    /// Columns for scores that nobody uses.
    spare: Vec<Vec<i64>>,
}

/// What a class is kept in, to be used again: columns as long as there are rows.
#[derive(Default)]
struct Buffers {
    verdicts: Verdicts,
    ranking: Ranking,
    raw: Vec<Vec<i64>>,
    asked: Vec<Row>,
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

    /// Asks the plugins about some nodes only: from a row on, until enough can take the pod. For a pod of which there may
    /// be no other like it. `used` is one that is of no use any more.
    pub(crate) fn partial(
        used: Option<Self>,
        profile: &Profile,
        pod: &PodInfo,
        columns: &Columns,
        search: Sampling<'_>,
    ) -> Self {
        let mut class = Self::prepared(profile, pod, columns);
        match class.refusal.is_some() {
            true => {}
            false if class.narrowing.is_any() => {
                class.take_buffers(used.filter(|used| used.is_partial).map(Self::into_buffers).unwrap_or_default());
                class.ask_some(profile, pod, columns.snapshot(), search);
            }
            false => class.ask_all(profile, pod, columns),
        }
        class
    }

    /// Whether nothing is known of some nodes that are there.
    pub(crate) const fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// How many nodes were asked about, of so many that are there.
    pub(crate) fn asked_len(&self, nodes: usize) -> usize {
        if self.is_partial { self.changed.len() } else { nodes }
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
            spare: Vec::new(),
        };
        class.pre_filter(profile, pod, columns.snapshot());
        class
    }

    /// Empty columns: only what was asked about has to be cleared.
    fn into_buffers(mut self) -> Buffers {
        for row in &self.changed {
            self.verdicts.clear(*row);
            self.ranking.set(row.index(), None);
        }
        let raw = self.scores.into_iter().flatten().map(|scores| scores.raw).collect();
        Buffers { verdicts: self.verdicts, ranking: self.ranking, raw, asked: self.changed }
    }

    fn take_buffers(&mut self, buffers: Buffers) {
        let Buffers { verdicts, ranking, raw, mut asked } = buffers;
        asked.clear();
        (self.verdicts, self.ranking, self.changed, self.spare) = (verdicts, ranking, asked, raw);
    }

    fn ask_some(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot, search: Sampling<'_>) {
        self.pre_score(profile, pod, nodes);
        for scores in self.scores.iter_mut().flatten() {
            // what is in there is of another class, and is written before it is read
            scores.raw = self.spare.pop().unwrap_or_default();
        }
        self.resize(nodes.rows_len());
        self.is_partial = true;
        let mut rescan = 0;
        for row in search.rows() {
            let Some(node) = nodes.node(row) else { continue };
            self.changed.push(row);
            self.ask(profile, pod, row, node, &mut rescan);
            if self.verdicts.passed_len() >= search.enough() {
                break;
            }
        }
        for place in 0..self.changed.len() {
            if let Some(&row) = self.changed.get(place) {
                self.rank(row);
            }
        }
    }

    /// Whether it is of use to one pod only, as where PreFilter named its node.
    pub(crate) const fn is_narrow(&self) -> bool {
        self.allowed.is_some()
    }

    /// Whether PreFilter left the node of a row.
    pub(crate) fn is_left(&self, row: Row) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.contains(&row))
    }

    fn pre_filter(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot) {
        for (place, plugin) in profile.pre_filter.iter().enumerate() {
            let Some(pre_filter) = plugin.pre_filter().filter(|_| plugin.scope() != Scope::Cluster) else { continue };
            match pre_filter.pre_filter_pod(&mut self.state, pod, nodes) {
                PreFilterOutcome::AllNodes => {}
                PreFilterOutcome::Nodes(names) => self.narrowing.narrow(plugin.name(), names),
                PreFilterOutcome::Skip => {
                    if let Some(place) = profile.filter_place(plugin.name()) {
                        self.state.skip_filter(place);
                    }
                }
                PreFilterOutcome::Rejected(status) => {
                    let name = plugin.name();
                    let status = status.in_context(|| format!("running PreFilter plugin {name:?}"));
                    self.refusal = Some(Refusal { place, status: status.by(name) });
                    return;
                }
            }
            if let Some(status) = self.narrowing.contradiction() {
                self.refusal = Some(Refusal { place, status });
                return;
            }
        }
        let mut filters = profile.filter.iter().enumerate().take(self.kept_filters);
        self.depends_on_nodes =
            filters.any(|(place, plugin)| plugin.scope() == Scope::Nodes && !self.state.skips_filter(place));
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

    fn pre_score(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot) {
        self.state.unskip_scores();
        for plugin in &profile.pre_score {
            let Some(pre_score) = plugin.pre_score().filter(|_| plugin.scope() != Scope::Cluster) else { continue };
            let status = pre_score.pre_score_pod(&mut self.state, pod, nodes, None);
            if status.is_skip() {
                if let Some(place) = profile.score_place(plugin.name()) {
                    self.state.skip_score(place);
                }
            } else if !status.is_success() {
                self.failure = Some(status.by(plugin.name()));
            }
        }
        self.scores.clear();
        for (place, scoring) in profile.score.iter().enumerate() {
            let scope = scoring.plugin.scope();
            let score = scoring.plugin.score().filter(|_| scope != Scope::Cluster && !self.state.skips_score(place));
            self.depends_on_nodes |= score.is_some() && scope == Scope::Nodes;
            self.is_ranked &= score.is_none_or(|score| score.normalize() != Normalize::Custom);
            self.scores.push(score.map(|score| Scores {
                raw: Vec::new(),
                maximum: 0,
                normalize: score.normalize(),
                weight: scoring.weight,
            }));
        }
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

    /// Asks for the scores of a row. Returns whether a maximum rose; `rescan` gets those that may have fallen.
    fn score(
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
            let new = match score.score_node(&self.state, pod, node) {
                Ok(score) => score,
                Err(status) => {
                    self.failure = Some(status.by(scoring.plugin.name()));
                    0
                }
            };
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
    fn lower_maxima(&self, row: Row) -> u64 {
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

    fn rescan_maxima(&mut self, rescan: u64) -> bool {
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

    fn rank(&mut self, row: Row) {
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
