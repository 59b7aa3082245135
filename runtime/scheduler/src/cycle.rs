//! One cycle: which node a pod goes to, or why to none.

mod extenders;
mod scoring;

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use crate::{
    class::{Class, Refusal, code_of},
    columns::Columns,
    framework::{
        Code, CycleState, Diagnosis, FilteredSet, NodeInfo, NominatedPods, Plugin, PodInfo, PreFilterOutcome, Profile,
        Row, RowSet, Scope, Snapshot, Status,
    },
    metrics::{Point, Stopwatch},
    narrowing::Narrowing,
    node_order::{Looked, Sampling},
    verdicts::{PASSED, Verdicts},
};
pub(crate) use extenders::ToAsk;
pub(crate) use scoring::Assessment;
use scoring::pick;

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

/// How the node on which room was made for the pod is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nominated {
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

/// The rows that pass all filters, where that can be told without looking at them one by one.
enum Left {
    /// All that pass those whose answers are kept; no other has something to say.
    AllKept,
    /// These.
    Told(RowSet),
}

impl Cycle<'_> {
    fn nodes(&self) -> &Snapshot {
        self.columns.snapshot()
    }

    /// Finds the node, `random` saying which of several that are equally good.
    pub(crate) fn run(&self, random: u64, watch: &mut Stopwatch) -> Run {
        let (mut state, feasible) = self.feasible(Some(random), Nominated::First, watch);
        // kept totals compare nodes, too; the only one is taken without
        let is_kept = matches!(&feasible, Ok((Feasible::Ranked, looked)) if looked.feasible > 1)
            || matches!(&feasible, Ok((Feasible::Rows(rows), looked)) if rows.len() == 1 && looked.feasible > 1);
        if is_kept {
            watch.lap(Point::PreScore);
            watch.lap(Point::Score);
        }
        let (found, looked) = match feasible {
            Err(found) => (found, Looked { evaluated: self.nodes().len(), feasible: 0 }),
            Ok((Feasible::Ranked, looked)) => match self.class.ranking.best(random) {
                Some(row) => (Found::Node(Row(u32::try_from(row).unwrap_or(u32::MAX))), looked),
                None => (self.nothing(self.class.verdicts.clone(), None), looked),
            },
            Ok((Feasible::Rows(rows), looked)) => match rows.as_slice() {
                [row] => (Found::Node(*row), looked),
                rows => match self.totals(&mut state, rows, watch) {
                    Ok(totals) => (pick(rows, &totals, random), looked),
                    Err(status) => (Found::Failed(status), looked),
                },
            },
        };
        Run { state, found, looked }
    }

    /// The rows that can take the pod, or that all do whose answers are kept. With `random` it may be the best of them alone.
    fn feasible(
        &self,
        random: Option<u64>,
        nominated: Nominated,
        watch: &mut Stopwatch,
    ) -> (CycleState, Result<(Feasible, Looked), Found>) {
        let mut state = self.class.state.clone();
        let narrowing = self.pre_filter(&mut state);
        let narrowing = match narrowing {
            Ok(narrowing) => narrowing,
            Err(refusal) => {
                watch.lap_as(Point::PreFilter, refusal.status.code());
                return (state, Err(self.refused(refusal)));
            }
        };
        watch.lap(Point::PreFilter);
        if let Some(failure) = self.failure(narrowing.as_ref()) {
            watch.lap_as(Point::Filter, failure.code());
            return (state, Err(Found::Failed(failure)));
        }
        if let Some(row) = self.nominated_row(&state).filter(|_| nominated == Nominated::First) {
            watch.lap(Point::Filter);
            return (state, Ok((Feasible::Rows(vec![row]), Looked { evaluated: 1, feasible: 1 })));
        }
        let contested = self.contested_rows();
        let left = if narrowing.is_none() { self.left(&state) } else { None };
        if let Some(left) = &left
            && self.class.is_ranked
            && self.pre_score_skips(&mut state)
            && let Some(found) = self.ranked(left, &contested, random)
        {
            watch.lap(Point::Filter);
            return (state, found);
        }
        let told = left.as_ref().map(|left| self.rows(left));
        let passing = self.passing(&state, narrowing.as_ref(), &contested, told);
        let (rows, looked) = match passing {
            Ok(passing) => passing,
            Err(failure) => {
                watch.lap_as(Point::Filter, failure.code());
                return (state, Err(Found::Failed(failure)));
            }
        };
        watch.lap(Point::Filter);
        if rows.is_empty() {
            let verdicts = self.filter(&state, narrowing.as_ref(), &contested).1;
            return (state, Err(self.nothing(verdicts, narrowing.as_ref())));
        }
        (state, Ok((Feasible::Rows(rows), looked)))
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
        let mut narrowing = None;
        for (place, plugin) in self.profile.pre_filter.iter().enumerate() {
            if let Some(refusal) = self.class.refusal.as_ref().filter(|refusal| refusal.place == place) {
                return Err(refusal.clone());
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
                    return Err(Refusal { place, status: status.by(name) });
                }
            }
        }
        Ok(narrowing)
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

    /// The row of the node on which room was made for the pod, where it can take the pod by now.
    fn nominated_row(&self, state: &CycleState) -> Option<Row> {
        let row = self.nodes().row(self.nominated.node_of(self.pod.key())?)?;
        let status = self.profile.filter_with_nominated(state, self.pod, self.nodes().node(row)?, self.nominated);
        status.is_success().then_some(row)
    }

    /// The rows on which room was made for other pods that go before this one.
    fn contested_rows(&self) -> BTreeSet<Row> {
        let goes_before = |other: &PodInfo| other.priority() >= self.pod.priority() && other.key() != self.pod.key();
        let rooms = self.nominated.rooms().filter(|(_, pods)| pods.iter().any(|other| goes_before(other)));
        rooms.filter_map(|(node, _)| self.nodes().row(node)).collect()
    }

    /// Whether the best of the rows is the best of those that can take the pod, too: room made for others on some of them
    /// may keep the pod off them, but not off this one, and does not change how it is scored.
    fn is_best_whatever_happens(&self, row: Row, contested: &BTreeSet<Row>) -> bool {
        contested.is_empty() || !contested.contains(&row) && self.class.has_absolute_totals()
    }

    fn left(&self, state: &CycleState) -> Option<Left> {
        let mut left = Left::AllKept;
        for (place, plugin) in self.profile.filter.iter().enumerate().skip(self.profile.kept_filters()) {
            let Some(filter) = plugin.filter().filter(|_| !state.skips_filter(place)) else { continue };
            let mut rows = match left {
                Left::AllKept => self.class.verdicts.passed_rows().clone(),
                Left::Told(rows) => rows,
            };
            let (asked, began) = (rows.len(), Instant::now());
            match filter.filter_set(state, self.pod, self.nodes(), &mut rows) {
                FilteredSet::Told => left = Left::Told(rows),
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

    fn rows<'b>(&'b self, left: &'b Left) -> &'b RowSet {
        match left {
            Left::AllKept => self.class.verdicts.passed_rows(),
            Left::Told(rows) => rows,
        }
    }

    /// The best of the rows that pass all filters, or those of which it is to be taken, where totals are kept that hold for
    /// them and no others are asked for.
    fn ranked(
        &self,
        left: &Left,
        contested: &BTreeSet<Row>,
        random: Option<u64>,
    ) -> Option<Result<(Feasible, Looked), Found>> {
        let rows = self.rows(left);
        let feasible = match left {
            Left::AllKept => self.class.verdicts.passed_len(),
            Left::Told(rows) => rows.len(),
        };
        let looked = Looked { evaluated: self.class.asked_len(self.nodes().len()), feasible };
        if feasible == 0 {
            let is_known = matches!(left, Left::AllKept) && contested.is_empty();
            return is_known.then(|| Err(self.nothing(self.class.verdicts.clone(), None)));
        }
        let strict = self.search.filter(|search| search.is_strict() && !self.class.is_partial());
        if let Some(search) = strict {
            let (rows, looked) = search.take(|row| rows.contains(row));
            return contested.is_empty().then_some(Ok((Feasible::Rows(rows), looked)));
        }
        if matches!(left, Left::Told(rows) if !self.class.are_totals_right_for_set(rows)) {
            return None;
        }
        let ranking = &self.class.ranking;
        let best = match (left, random, contested.is_empty()) {
            (Left::AllKept, _, true) => return Some(Ok((Feasible::Ranked, looked))),
            (Left::Told(rows), None, true) => return Some(Ok((Feasible::Rows(rows.iter().collect()), looked))),
            (_, None, false) => return None,
            (Left::AllKept, Some(random), false) => ranking.best(random),
            (Left::Told(rows), Some(random), _) => ranking.best_of(rows, random),
        };
        let best = best.and_then(|row| u32::try_from(row).ok().map(Row));
        let best = best.filter(|row| self.is_best_whatever_happens(*row, contested))?;
        Some(Ok((Feasible::Rows(vec![best]), looked)))
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

    /// Rows that pass all filters: as many as are enough, if there are so many, and how many were looked at. Why others don't
    /// matters only where none does, see [`Self::filter`]. `told` are all that pass, where that is known.
    ///
    /// # Errors
    /// Where a plugin failed for one of them.
    fn passing(
        &self,
        state: &CycleState,
        narrowing: Option<&Narrowing>,
        contested: &BTreeSet<Row>,
        told: Option<&RowSet>,
    ) -> Result<(Vec<Row>, Looked), Status> {
        let left = narrowing.and_then(|narrowing| narrowing.rows(self.nodes()));
        let is_left = |row: &Row| left.as_ref().is_none_or(|left| left.contains(row));
        let candidates = told.unwrap_or_else(|| self.class.verdicts.passed_rows());
        // where PreFilter left some nodes only, these are few
        let search = self.search.filter(|_| narrowing.is_none());
        let (mut evaluated, mut rows) = (0, Vec::new());
        let mut ordered = search.map(Sampling::rows);
        let mut all = candidates.iter();
        let enough = search.map_or(usize::MAX, |search| search.enough());
        let mut next = || match &mut ordered {
            Some(ordered) => ordered.by_ref().inspect(|_| evaluated += 1).find(|row| candidates.contains(*row)),
            None => all.by_ref().find(is_left),
        };
        while rows.len() < enough {
            let mut some: Vec<Row> = std::iter::from_fn(&mut next).take(enough - rows.len()).collect();
            if some.is_empty() {
                break;
            }
            for (place, plugin) in self.profile.filter.iter().enumerate().skip(self.profile.kept_filters()) {
                if let Some(filter) = plugin.filter().filter(|_| told.is_none() && !state.skips_filter(place)) {
                    let name = plugin.name();
                    self.profile.evaluated(Point::Filter, place, some.len());
                    let ask = || filter.filter_rows(state, self.pod, self.nodes(), &mut some);
                    self.profile
                        .timed(&**plugin, Point::Filter, ask, code_of)
                        .map_err(|failure| failure.in_context(|| format!("running {name:?} filter plugin")).by(name))?;
                }
            }
            for row in some {
                if !contested.contains(&row) || self.fits_with_nominated(state, row)? {
                    rows.push(row);
                }
            }
        }
        let evaluated = if search.is_some() { evaluated } else { self.nodes().len() };
        let looked = Looked { evaluated, feasible: rows.len() };
        Ok((rows, looked))
    }

    fn fits_with_nominated(&self, state: &CycleState, row: Row) -> Result<bool, Status> {
        let Some(node) = self.nodes().node(row) else { return Ok(false) };
        let status = self.filter_with_rooms(state, node);
        if is_failure(&status) { Err(status) } else { Ok(status.is_success()) }
    }

    /// The rows that pass all filters, and what was said of the others.
    fn filter(
        &self,
        state: &CycleState,
        narrowing: Option<&Narrowing>,
        contested: &BTreeSet<Row>,
    ) -> (Vec<Row>, Verdicts) {
        let mut verdicts = self.class.verdicts.clone();
        let left = narrowing.and_then(|narrowing| narrowing.rows(self.nodes()));
        let rest = self.profile.kept_filters()..self.profile.filter.len();
        let mut rows = Vec::new();
        for row in self.rows_in_doubt(narrowing, contested) {
            let Some(node) = self.nodes().node(row) else { continue };
            let status = match (&left, narrowing) {
                (Some(left), Some(narrowing)) if !left.contains(&row) => narrowing.status(),
                _ if !self.class.is_left(row) => continue,
                // what is kept was said of the node without the pods for which room was made; with them more may be wrong
                _ if contested.contains(&row) => self.filter_with_rooms(state, node),
                _ if verdicts.get(row) != PASSED => continue,
                _ => self.profile.filter_node(state, self.pod, node, rest.clone()),
            };
            match status.is_success() {
                true => rows.push(row),
                false => verdicts.set(row, Some(status)),
            }
        }
        (rows, verdicts)
    }

    /// The rows of which something else may have to be said than of the class's other pods.
    fn rows_in_doubt(&self, narrowing: Option<&Narrowing>, contested: &BTreeSet<Row>) -> Vec<Row> {
        if narrowing.is_some() {
            return self.nodes().iter().map(|(row, _)| row).collect();
        }
        let mut rows: Vec<Row> = contested.iter().copied().collect();
        if self.class.verdicts.passed_len() > 0 {
            rows.extend(self.class.verdicts.passed_rows().iter().filter(|row| !contested.contains(row)));
            rows.sort_unstable();
        }
        rows
    }

    /// Whether a node can take the pod beside those for which room was made on it. Pods that are alike are told alike.
    fn filter_with_rooms(&self, state: &CycleState, node: &NodeInfo) -> Status {
        let ask = || self.profile.filter_with_nominated(state, self.pod, node, self.nominated);
        match self.profile.filters_by_node_alone(state) {
            true => self.nominated.answer(self.pod, node, ask),
            false => ask(),
        }
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
