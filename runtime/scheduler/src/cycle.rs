//! One cycle: which node a pod goes to, or why to none.

mod extenders;
mod filtering;
mod scoring;

use std::{borrow::Cow, collections::BTreeSet, sync::Arc, time::Instant};

use crate::{
    class::{Class, Refusal},
    columns::Columns,
    framework::{
        Code, CycleState, Diagnosis, FilteredSet, NominatedPods, Plugin, PodInfo, PreFilterOutcome, Profile, Row,
        RowSet, Scope, Snapshot, Status,
    },
    metrics::{Point, Stopwatch},
    narrowing::Narrowing,
    node_order::{Looked, Sampling},
    verdicts::Verdicts,
};
pub(crate) use scoring::Assessment;
use scoring::pick;
pub(crate) use scoring::{failed_pre_score, failed_score, out_of_range};

/// What is known when a cycle begins.
#[derive(Clone, Copy)]
pub(crate) struct Cycle<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) class: &'a Class,
    pub(crate) columns: &'a Columns,
    pub(crate) nominated: &'a NominatedPods,
    pub(crate) pod: &'a PodInfo,
    /// How many nodes are looked at where they have to be looked at one by one.
    pub(crate) search: Option<Sampling<'a>>,
}

/// How a cycle ends.
pub(crate) enum Found {
    /// The node of this row is the best.
    Node(Row),
    /// No node can take the pod.
    Nothing(Box<Diagnosis>),
    /// A plugin failed.
    Failed(Status),
    /// Of the nodes that are known too few can take the pod: so many more are to be found.
    TooFew(usize),
}

/// A cycle that has ended.
pub(crate) struct Run {
    /// What plugins prepared.
    pub(crate) state: CycleState,
    /// How it ended.
    pub(crate) found: Found,
    /// At how many nodes it looked.
    pub(crate) looked: Looked,
}

/// The nodes that can take a pod, as they were found.
struct Searched {
    state: CycleState,
    looked: Looked,
    found: Result<Feasible, Found>,
}

/// How the node on which room was made for the pod is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nominated {
    /// It is taken where it can take the pod.
    First,
    /// As one of many.
    LikeOthers,
}

/// The rows that can take a pod.
enum Feasible {
    /// These; at least one.
    Rows(Vec<Row>),
    /// All that the class has ranked; at least one.
    Ranked,
}

impl Cycle<'_> {
    fn nodes(&self) -> &Snapshot {
        self.columns.snapshot()
    }

    /// Finds the node, `random` saying which of several that are equally good.
    pub(crate) fn run(&self, random: u64, watch: &mut Stopwatch) -> Run {
        let Searched { mut state, looked, found } = self.feasible(Some(random), Nominated::First, watch);
        // kept totals compare nodes, too; the only one is taken without
        let is_kept =
            matches!(&found, Ok(Feasible::Ranked)) || matches!(&found, Ok(Feasible::Rows(rows)) if rows.len() == 1);
        if is_kept && looked.feasible > 1 {
            watch.lap(Point::PreScore);
            watch.lap(Point::Score);
        }
        let found = match found {
            Err(found) => found,
            Ok(Feasible::Ranked) => match self.class.ranking.best(random) {
                Some(row) => Found::Node(Row(u32::try_from(row).unwrap_or(u32::MAX))),
                None => self.nothing(self.class.verdicts.clone(), None),
            },
            Ok(Feasible::Rows(rows)) => match rows.as_slice() {
                [row] => Found::Node(*row),
                rows => match self.totals(&mut state, rows, watch) {
                    Ok(totals) => pick(rows, &totals, random),
                    Err(status) => Found::Failed(status),
                },
            },
        };
        Run { state, found, looked }
    }

    /// The rows that can take the pod, or that all do whose answers are kept. With `random` it may be the best of them alone.
    fn feasible(&self, random: Option<u64>, nominated: Nominated, watch: &mut Stopwatch) -> Searched {
        let mut state = self.class.state.clone();
        let narrowing = self.pre_filter(&mut state);
        let all = self.full_circle();
        let narrowing = match narrowing {
            Ok(narrowing) => narrowing,
            Err(refusal) => {
                watch.lap_as(Point::PreFilter, refusal.status.code());
                return Searched { state, looked: all, found: Err(self.refused(refusal)) };
            }
        };
        watch.lap(Point::PreFilter);
        if let Some(row) = self.nominated_row(&state).filter(|_| nominated == Nominated::First) {
            watch.lap(Point::Filter);
            let looked = Looked { evaluated: 1, feasible: 1, walked: 0 };
            return Searched { state, looked, found: Ok(Feasible::Rows(vec![row])) };
        }
        if let Some(failure) = self.failure(narrowing.as_ref()) {
            watch.lap_as(Point::Filter, failure.code());
            return Searched { state, looked: all, found: Err(Found::Failed(failure)) };
        }
        let contested = self.contested_rows();
        let left = if narrowing.is_none() { self.left(&state) } else { None };
        if let Some(left) = left.as_deref().filter(|_| self.search.is_none() || self.class.narrowing.is_any())
            && self.class.is_ranked
            && self.pre_score_skips(&mut state)
            && let Some((looked, found)) = self.ranked(left, &contested, random)
        {
            watch.lap(Point::Filter);
            return Searched { state, looked, found };
        }
        let passing = self.passing(&state, narrowing.as_ref(), &contested, left.as_deref());
        let (rows, looked) = match passing {
            Ok(passing) => passing,
            Err(failure) => {
                watch.lap_as(Point::Filter, failure.code());
                return Searched { state, looked: all, found: Err(Found::Failed(failure)) };
            }
        };
        watch.lap(Point::Filter);
        let found = match self.missing(rows.len()) {
            Some(missing) => Err(Found::TooFew(missing)),
            None if rows.is_empty() => {
                let verdicts = self.filter(&state, narrowing.as_ref(), &contested).1;
                Err(self.nothing(verdicts, narrowing.as_ref()))
            }
            None => Ok(Feasible::Rows(rows)),
        };
        Searched { state, looked, found }
    }

    /// All nodes were looked at in vain: the walk ends where it began.
    fn full_circle(&self) -> Looked {
        Looked { evaluated: self.nodes().len(), feasible: 0, walked: 0 }
    }

    /// The best of the rows that pass all filters, or those of which it is to be taken, where totals are kept that hold for
    /// them and no others are asked for.
    fn ranked(
        &self,
        left: &RowSet,
        contested: &BTreeSet<Row>,
        random: Option<u64>,
    ) -> Option<(Looked, Result<Feasible, Found>)> {
        let feasible = left.len();
        let are_all = feasible == self.class.verdicts.passed_len();
        if let Some(missing) = self.missing(feasible) {
            return Some((self.full_circle(), Err(Found::TooFew(missing))));
        }
        if feasible == 0 {
            let is_known = are_all && contested.is_empty();
            return is_known.then(|| (self.full_circle(), Err(self.nothing(self.class.verdicts.clone(), None))));
        }
        if let Some(search) = self.search.filter(|search| self.stops_short(*search, are_all, feasible)) {
            let (rows, looked) = search.take(|row| left.contains(row));
            return contested.is_empty().then_some((looked, Ok(Feasible::Rows(rows))));
        }
        if (!are_all && !self.class.are_totals_right_for_set(left))
            || (self.class.is_partial() && !contested.is_empty())
        {
            return None;
        }
        let evaluated = self.class.asked_len(self.nodes().len());
        let looked = Looked { evaluated, feasible, walked: evaluated };
        let best = |random| match are_all {
            true => self.class.ranking.best(random),
            false => self.class.ranking.best_of(left, random),
        };
        let row = |place| u32::try_from(place).ok().map(Row);
        match (contested.is_empty(), are_all, random) {
            (true, true, _) => Some((looked, Ok(Feasible::Ranked))),
            (true, false, None) => Some((looked, Ok(Feasible::Rows(left.iter().collect())))),
            (_, _, Some(random)) => {
                let best = best(random).and_then(row).filter(|row| self.is_best_whatever_happens(*row, contested))?;
                Some((looked, Ok(Feasible::Rows(vec![best]))))
            }
            (false, _, None) => None,
        }
    }

    /// Whether the walk over the nodes ends before all that are known to be feasible are met.
    fn stops_short(&self, search: Sampling<'_>, are_all: bool, feasible: usize) -> bool {
        match self.class.is_partial() {
            // as many are known as are enough, unless more were asked about since filters turned some of them away
            true => !are_all || feasible > search.enough(),
            false => search.is_strict(),
        }
    }

    /// How many nodes that can take the pod must be known beside so many.
    fn missing(&self, feasible: usize) -> Option<usize> {
        self.class.missing(feasible, self.search?.enough())
    }

    /// Every node that can take the pod, with its scores, looked at one by one.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn assess(&self) -> Result<Assessment, Found> {
        let (assessment, verdicts) = self.explain()?;
        if assessment.rows.is_empty() {
            return Err(self.nothing(verdicts, None));
        }
        Ok(assessment)
    }

    /// Every node that can take the pod, with its scores, and what was said of the others.
    ///
    /// # Errors
    /// What was said of all nodes at once.
    pub(crate) fn explain(&self) -> Result<(Assessment, Verdicts), Found> {
        let mut state = self.class.state.clone();
        let narrowing = self.pre_filter(&mut state).map_err(|refusal| self.refused(refusal))?;
        if let Some(failure) = self.failure(narrowing.as_ref()) {
            return Err(Found::Failed(failure));
        }
        let (rows, verdicts) = self.filter(&state, narrowing.as_ref(), &self.contested_rows());
        if let Some(failure) = failure_in(&verdicts) {
            return Err(Found::Failed(failure.clone()));
        }
        let assessment = match rows.is_empty() {
            true => Assessment::default(),
            false => self.score(&mut state, rows).map_err(Found::Failed)?,
        };
        Ok((assessment, verdicts))
    }

    /// Runs PreFilter of the plugins whose answers are not kept.
    fn pre_filter(&self, state: &mut CycleState) -> Result<Option<Narrowing>, Refusal> {
        let (mut narrowing, mut refused) = (None, None);
        for (place, plugin) in self.profile.pre_filter.iter().enumerate() {
            if let Some(refusal) = self.class.refusal.as_ref().filter(|refusal| refusal.place == place) {
                if refusal.is_final() {
                    return Err(refusal.clone());
                }
                refused = Some(refusal.clone());
            }
            let Some(pre_filter) = plugin.pre_filter().filter(|_| plugin.scope() == Scope::Cluster) else { continue };
            let ask = || pre_filter.pre_filter_pod(state, self.pod, self.nodes());
            let outcome = self.profile.timed(&**plugin, Point::PreFilter, ask, PreFilterOutcome::code);
            self.profile.evaluated(Point::PreFilter, place, usize::from(outcome != PreFilterOutcome::Skip));
            match outcome {
                PreFilterOutcome::AllNodes => {}
                PreFilterOutcome::Skip => {
                    if let Some(place) = self.profile.filter_place(plugin.name()) {
                        state.skip_filter(place);
                    }
                }
                PreFilterOutcome::Nodes(names) => {
                    let narrowing = narrowing.get_or_insert_with(|| self.class.narrowing.clone());
                    narrowing.narrow(plugin.name(), names);
                    if let Some(status) = narrowing.contradiction() {
                        return Err(Refusal { place, status });
                    }
                }
                PreFilterOutcome::Rejected(status) => {
                    let name = plugin.name();
                    let status = status.in_context(|| format!("running PreFilter plugin {name:?}"));
                    let refusal = Refusal { place, status: status.by(name) };
                    if refusal.is_final() {
                        return Err(refusal);
                    }
                    refused = Some(refusal);
                }
            }
        }
        refused.map_or(Ok(narrowing), Err)
    }

    /// What a plugin failed with whose answers are kept, for one of the nodes that may be tried. One such node is enough:
    /// what is wrong may not be the node's fault.
    fn failure(&self, narrowing: Option<&Narrowing>) -> Option<Status> {
        let of_filter = || {
            failure_in(&self.class.verdicts)?;
            let left = narrowing.and_then(|narrowing| narrowing.rows(self.nodes()));
            let is_left = |row: &Row| left.as_ref().is_none_or(|left| left.contains(row));
            let mut failures =
                self.class.verdicts.rejected().filter(|(row, status)| is_failure(status) && is_left(row));
            failures.next().map(|(_, status)| status.clone())
        };
        self.class.failure.clone().or_else(of_filter)
    }

    fn refused(&self, refusal: Refusal) -> Found {
        let Refusal { status, .. } = refusal;
        if !status.is_rejected() {
            return Found::Failed(status);
        }
        let mut plugins = self.class.narrowing.plugins().clone();
        plugins.insert(status.plugin());
        let nodes = self.nodes().len();
        Found::Nothing(Box::new(Diagnosis { nodes, verdicts: Verdicts::default(), refusal: Some(status), plugins }))
    }

    /// The rows that pass all filters, where that can be told without looking at them one by one: all that pass those whose
    /// answers are kept, where no other has something to say.
    fn left(&self, state: &CycleState) -> Option<Cow<'_, RowSet>> {
        let mut left = Cow::Borrowed(self.class.verdicts.passed_rows());
        for (place, plugin) in self.profile.filter.iter().enumerate().skip(self.profile.kept_filters()) {
            let Some(filter) = plugin.filter().filter(|_| !state.skips_filter(place)) else { continue };
            let (asked, began) = (left.len(), Instant::now());
            match filter.filter_set(state, self.pod, self.nodes(), left.to_mut()) {
                FilteredSet::Told => {}
                // it is asked again, and that counts
                FilteredSet::OneByOne => return None,
            }
            self.profile.evaluated(Point::Filter, place, asked);
            if let Some(metrics) = self.profile.metrics.as_deref().filter(|metrics| metrics.is_sampled()) {
                metrics.plugin(plugin.name(), Point::Filter, Code::Success, began.elapsed());
            }
        }
        Some(left)
    }

    /// Whether no plugin whose scores are not kept has something to say.
    fn pre_score_skips(&self, state: &mut CycleState) -> bool {
        if self.class.verdicts.passed_len() <= 1 {
            return true;
        }
        let skips = |plugin: &Arc<dyn Plugin>| {
            plugin.scope() != Scope::Cluster
                || plugin.pre_score().is_some_and(|pre_score| pre_score.skips_pod(state, self.pod, self.nodes()))
        };
        self.profile.score.iter().map(|scoring| &scoring.plugin).all(skips)
    }

    /// What is known where no node can take the pod.
    pub(crate) fn nothing(&self, verdicts: Verdicts, narrowing: Option<&Narrowing>) -> Found {
        if let Some(failure) = failure_in(&verdicts) {
            return Found::Failed(failure.clone());
        }
        let mut plugins = narrowing.unwrap_or(&self.class.narrowing).plugins().clone();
        plugins.extend(verdicts.counted().map(|(status, _)| status.plugin()));
        Found::Nothing(Box::new(Diagnosis { nodes: self.nodes().len(), verdicts, refusal: None, plugins }))
    }
}

fn is_failure(status: &Status) -> bool {
    status.code() == Code::Error
}

fn failure_in(verdicts: &Verdicts) -> Option<&Status> {
    verdicts.counted().map(|(status, _)| status).find(|status| is_failure(status))
}
