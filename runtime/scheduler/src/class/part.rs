//! Classes of pods of which there may be no other: only as many nodes are asked about as are enough, in the order in which
//! kube-scheduler walks over them. Where filters whose answers are not kept turn some of these away, the walk goes on.

use super::{Class, Scores};
use crate::{
    columns::Columns,
    framework::{PodInfo, Profile, Row, Snapshot},
    node_order::Sampling,
    ranking::Ranking,
    verdicts::Verdicts,
};

/// What a class is kept in, to be used again: columns as long as there are rows.
#[derive(Default)]
struct Buffers {
    verdicts: Verdicts,
    ranking: Ranking,
    raw: Vec<Vec<i64>>,
    asked: Vec<Row>,
}

impl Class {
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
                class.begin(profile, pod, columns.snapshot());
                class.ask_until(profile, pod, columns.snapshot(), search, search.enough());
            }
            false => class.ask_all(profile, pod, columns),
        }
        class
    }

    /// Whether nothing is known of some nodes that are there.
    pub(crate) const fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// How many more nodes that can take the pod must be known, where it is found that only so many can.
    pub(crate) fn missing(&self, feasible: usize, enough: usize) -> Option<usize> {
        let is_short = self.is_partial && !self.is_exhausted && feasible < enough;
        is_short.then(|| enough - feasible)
    }

    /// Asks about further nodes. Twice as many are known then, lest it takes many turns where most are turned away later.
    pub(crate) fn extend(
        &mut self,
        profile: &Profile,
        pod: &PodInfo,
        nodes: &Snapshot,
        search: Sampling<'_>,
        missing: usize,
    ) {
        let passed = self.verdicts.passed_len();
        self.ask_until(profile, pod, nodes, search, passed + missing.max(passed));
    }

    /// How many nodes were asked about, of so many that are there.
    pub(crate) fn asked_len(&self, nodes: usize) -> usize {
        if self.is_partial { self.changed.len() } else { nodes }
    }

    /// Empty columns: only what was asked about has to be cleared.
    fn into_buffers(mut self) -> Buffers {
        for row in &self.changed {
            self.verdicts.clear(*row);
            self.ranking.set(row.index(), None);
        }
        let raw = self.scores.into_iter().flatten().map(|scores: Scores| scores.raw).collect();
        Buffers { verdicts: self.verdicts, ranking: self.ranking, raw, asked: self.changed }
    }

    fn take_buffers(&mut self, buffers: Buffers) {
        let Buffers { verdicts, ranking, raw, mut asked } = buffers;
        asked.clear();
        (self.verdicts, self.ranking, self.changed, self.spare) = (verdicts, ranking, asked, raw);
    }

    fn begin(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot) {
        self.pre_score(profile, pod, nodes);
        for scores in self.scores.iter_mut().flatten() {
            // what is in there is of another class, and is written before it is read
            scores.raw = self.spare.pop().unwrap_or_default();
        }
        self.resize(nodes.rows_len());
        self.is_partial = true;
    }

    /// Walks on until so many nodes can take the pod, or all are known.
    fn ask_until(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot, search: Sampling<'_>, passed: usize) {
        let mut rescan = 0;
        for row in search.rows().skip(self.changed.len()) {
            if self.verdicts.passed_len() >= passed {
                break;
            }
            self.changed.push(row);
            if let Some(node) = nodes.node(row) {
                self.ask(profile, pod, row, node, &mut rescan);
            }
        }
        self.is_exhausted = self.changed.len() >= search.len();
        // the highest scores are known now
        for place in 0..self.changed.len() {
            if let Some(&row) = self.changed.get(place) {
                self.rank(row);
            }
        }
    }
}
