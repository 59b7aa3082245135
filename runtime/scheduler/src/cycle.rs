//! One cycle: which node a pod goes to, or why to none.

use std::{collections::BTreeSet, sync::Arc};

use kubeforge_api::core::v1::Node;

use crate::{
    class::{Class, Refusal},
    columns::Columns,
    core::NodeScore,
    extender::Opinion,
    framework::{
        Code, CycleState, Diagnosis, NominatedPods, Normalize, Plugin, PodInfo, PreFilterOutcome, Profile, Row, Scope,
        ScorePlugin, Snapshot, Status,
    },
    metrics::{Point, Stopwatch},
    narrowing::Narrowing,
    node_order::{Looked, Sampling},
    normalize,
    verdicts::{PASSED, Verdicts},
};

/// Under this name extenders stand among the plugins that turned nodes away (kube-scheduler's ExtenderName).
const EXTENDER: &str = "Extender";

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

/// The nodes that extenders are to be asked about.
pub(crate) struct ToAsk {
    pub(crate) nodes: Vec<Arc<Node>>,
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

/// The scores that one plugin gives the nodes that can take a pod, normalised and weighted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PluginScores {
    /// The plugin.
    pub(crate) plugin: &'static str,
    /// In the order of the nodes.
    pub(crate) scores: Vec<i64>,
}

/// Every node that can take a pod, with its scores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assessment {
    pub(crate) rows: Vec<Row>,
    pub(crate) plugins: Vec<PluginScores>,
    pub(crate) totals: Vec<i64>,
}

impl Cycle<'_> {
    fn nodes(&self) -> &Snapshot {
        self.columns.snapshot()
    }

    /// Finds the node, `random` saying which of several that are equally good.
    pub(crate) fn run(&self, random: u64, watch: &mut Stopwatch) -> Run {
        let (mut state, feasible) = self.feasible(Some(random), Nominated::First, watch);
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
        watch.lap(Point::Score);
        Run { state, found, looked }
    }

    /// Finds the node among those that extenders let through, their scores added.
    pub(crate) fn run_with(&self, random: u64, opinion: &Opinion, watch: &mut Stopwatch) -> Run {
        let is_let_through =
            |row: &Row| self.nodes().node(*row).is_some_and(|node| opinion.nodes.contains_key(node.name()));
        let (mut state, mut feasible) = self.feasible(None, Nominated::First, watch);
        if matches!(&feasible, Ok((Feasible::Rows(rows), _)) if !rows.iter().any(is_let_through)) {
            (state, feasible) = self.feasible(None, Nominated::LikeOthers, watch);
        }
        let (rows, looked) = match feasible {
            Ok((Feasible::Rows(rows), looked)) => (rows, looked),
            Ok((Feasible::Ranked, looked)) => (self.class.verdicts.passed().collect(), looked),
            Err(found) => return Run { state, found, looked: Looked { evaluated: self.nodes().len(), feasible: 0 } },
        };
        let score = |row: &Row| opinion.nodes.get(self.nodes().node(*row)?.name()).copied();
        let (rows, scores): (Vec<Row>, Vec<i64>) = rows.iter().filter_map(|row| Some((*row, score(row)?))).unzip();
        let looked = Looked { feasible: rows.len(), ..looked };
        let found = match rows.as_slice() {
            [] => self.refused_by_extenders(opinion),
            [row] => Found::Node(*row),
            rows => match self.totals(&mut state, rows, watch) {
                Ok(mut totals) => {
                    for (total, score) in totals.iter_mut().zip(&scores) {
                        *total = total.saturating_add(*score);
                    }
                    pick(rows, &totals, random)
                }
                Err(status) => Found::Failed(status),
            },
        };
        watch.lap(Point::Score);
        Run { state, found, looked }
    }

    /// The nodes that extenders are to be asked about.
    ///
    /// # Errors
    /// Where there are none.
    pub(crate) fn nodes_to_ask(&self, watch: &mut Stopwatch) -> Result<ToAsk, (CycleState, Found)> {
        let (state, feasible) = self.feasible(None, Nominated::LikeOthers, watch);
        let (rows, looked) = match feasible {
            Ok((Feasible::Rows(rows), looked)) => (rows, looked),
            Ok((Feasible::Ranked, looked)) => (self.class.verdicts.passed().collect(), looked),
            Err(found) => return Err((state, found)),
        };
        let nodes = rows.iter().filter_map(|row| self.nodes().node(*row)?.node().cloned());
        Ok(ToAsk { nodes: nodes.collect(), looked })
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
        watch.lap(Point::PreFilter);
        let narrowing = match narrowing {
            Ok(narrowing) => narrowing,
            Err(refusal) => return (state, Err(self.refused(refusal))),
        };
        if let Some(failure) = self.failure(narrowing.as_ref()) {
            return (state, Err(Found::Failed(failure)));
        }
        if let Some(row) = self.nominated_row(&state).filter(|_| nominated == Nominated::First) {
            return (state, Ok((Feasible::Rows(vec![row]), Looked { evaluated: 1, feasible: 1 })));
        }
        let contested = self.contested_rows();
        let passed = self.class.verdicts.passed_len();
        let strict = self.search.filter(|search| search.is_strict() && !self.class.is_partial());
        if narrowing.is_none() && self.is_kept(&state) && self.pre_score_skips(&mut state) {
            let looked = Looked { evaluated: self.class.asked_len(self.nodes().len()), feasible: passed };
            let best = || self.class.ranking.best(random?).and_then(|row| Some(Row(u32::try_from(row).ok()?)));
            let found = match (strict, contested.is_empty()) {
                (_, true) if passed == 0 => Some(Err(self.nothing(self.class.verdicts.clone(), None))),
                (None, true) => Some(Ok((Feasible::Ranked, looked))),
                (Some(search), true) => {
                    let (rows, looked) = search.take(|row| self.class.verdicts.get(row) == PASSED);
                    Some(Ok((Feasible::Rows(rows), looked)))
                }
                (None, false) => {
                    let best = best().filter(|row| self.is_best_whatever_happens(*row, &contested));
                    best.map(|row| Ok((Feasible::Rows(vec![row]), looked)))
                }
                (Some(_), false) => None,
            };
            if let Some(found) = found {
                watch.lap(Point::Filter);
                return (state, found);
            }
        }
        let (rows, looked) = match self.passing(&state, narrowing.as_ref(), &contested) {
            Ok(passing) => passing,
            Err(failure) => return (state, Err(Found::Failed(failure))),
        };
        watch.lap(Point::Filter);
        if rows.is_empty() {
            let verdicts = self.filter(&state, narrowing.as_ref(), &contested).1;
            return (state, Err(self.nothing(verdicts, narrowing.as_ref())));
        }
        (state, Ok((Feasible::Rows(rows), looked)))
    }

    /// What is known where extenders left no node.
    fn refused_by_extenders(&self, opinion: &Opinion) -> Found {
        let mut verdicts = match self.explain() {
            Ok((_, verdicts)) => verdicts,
            Err(found) => return found,
        };
        for (node, status) in &opinion.refusals {
            if let Some(row) = self.nodes().row(node) {
                verdicts.set(row, Some(status.clone()));
            }
        }
        match self.nothing(verdicts, None) {
            Found::Nothing(mut diagnosis) => {
                diagnosis.plugins.insert(EXTENDER);
                Found::Nothing(diagnosis)
            }
            other => other,
        }
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

    /// The same by the nodes' names.
    pub(crate) fn node_scores(&self, assessment: &Assessment) -> Vec<NodeScore> {
        let rows = assessment.rows.iter().zip(&assessment.totals).enumerate();
        let nodes = rows.filter_map(|(place, (row, total))| {
            let score = |scores: &PluginScores| Some((scores.plugin, *scores.scores.get(place)?));
            Some(NodeScore {
                node: self.nodes().node(*row)?.name().to_owned(),
                total: *total,
                plugins: assessment.plugins.iter().filter_map(score).collect(),
            })
        });
        nodes.collect()
    }

    /// Runs PreFilter of the plugins whose answers are not kept.
    fn pre_filter(&self, state: &mut CycleState) -> Result<Option<Narrowing>, Refusal> {
        let mut narrowing = None;
        for (place, plugin) in self.profile.pre_filter.iter().enumerate() {
            if let Some(refusal) = self.class.refusal.as_ref().filter(|refusal| refusal.place == place) {
                return Err(refusal.clone());
            }
            let Some(pre_filter) = plugin.pre_filter().filter(|_| plugin.scope() == Scope::Cluster) else { continue };
            match pre_filter.pre_filter_pod(state, self.pod, self.nodes()) {
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
        let nodes = self.nominated.nodes();
        let nodes = nodes.filter(|node| self.nominated.on_node(node).iter().any(|other| goes_before(other)));
        nodes.filter_map(|node| self.nodes().row(node)).collect()
    }

    /// Whether the best of the rows is the best of those that can take the pod, too: room made for others on some of them
    /// may keep the pod off them, but not off this one, and does not change how it is scored.
    fn is_best_whatever_happens(&self, row: Row, contested: &BTreeSet<Row>) -> bool {
        contested.is_empty() || !contested.contains(&row) && self.class.has_absolute_totals()
    }

    /// Whether all filters' answers are kept, and the totals too.
    fn is_kept(&self, state: &CycleState) -> bool {
        let kept = self.profile.kept_filters();
        self.class.is_ranked && (kept..self.profile.filter.len()).all(|place| state.skips_filter(place))
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

    fn pre_score(&self, state: &mut CycleState, rows: &[Row]) -> Result<(), Status> {
        for plugin in &self.profile.pre_score {
            let Some(pre_score) = plugin.pre_score().filter(|_| plugin.scope() == Scope::Cluster) else { continue };
            let status = pre_score.pre_score_pod(state, self.pod, self.nodes(), Some(rows));
            if status.is_skip() {
                if let Some(place) = self.profile.score_place(plugin.name()) {
                    state.skip_score(place);
                }
            } else if !status.is_success() {
                return Err(status.by(plugin.name()));
            }
        }
        Ok(())
    }

    /// Rows that pass all filters: as many as are enough, if there are so many, and how many were looked at. Why others don't
    /// matters only where none does, see [`Self::filter`].
    ///
    /// # Errors
    /// Where a plugin failed for one of them.
    fn passing(
        &self,
        state: &CycleState,
        narrowing: Option<&Narrowing>,
        contested: &BTreeSet<Row>,
    ) -> Result<(Vec<Row>, Looked), Status> {
        let left = narrowing.and_then(|narrowing| narrowing.rows(self.nodes()));
        let is_left = |row: &Row| left.as_ref().is_none_or(|left| left.contains(row));
        let verdicts = &self.class.verdicts;
        // where PreFilter left some nodes only, these are few
        let search = self.search.filter(|_| narrowing.is_none());
        let (mut evaluated, mut rows) = (0, Vec::new());
        let mut ordered = search.map(Sampling::rows);
        let mut all = verdicts.passed();
        let enough = search.map_or(usize::MAX, |search| search.enough());
        let mut next = || match &mut ordered {
            Some(ordered) => ordered.by_ref().inspect(|_| evaluated += 1).find(|row| verdicts.get(*row) == PASSED),
            None => all.by_ref().find(is_left),
        };
        while rows.len() < enough {
            let mut some: Vec<Row> = std::iter::from_fn(&mut next).take(enough - rows.len()).collect();
            if some.is_empty() {
                break;
            }
            for (place, plugin) in self.profile.filter.iter().enumerate().skip(self.profile.kept_filters()) {
                if let Some(filter) = plugin.filter().filter(|_| !state.skips_filter(place)) {
                    let name = plugin.name();
                    filter
                        .filter_rows(state, self.pod, self.nodes(), &mut some)
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
        let status = self.profile.filter_with_nominated(state, self.pod, node, self.nominated);
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
        for (row, node) in self.nodes().iter() {
            let status = match (&left, narrowing) {
                (Some(left), Some(narrowing)) if !left.contains(&row) => narrowing.status(),
                _ if !self.class.is_left(row) => continue,
                // what is kept was said of the node without the pods for which room was made; with them more may be wrong
                _ if contested.contains(&row) => {
                    self.profile.filter_with_nominated(state, self.pod, node, self.nominated)
                }
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

    /// What is known where no node can take the pod.
    pub(crate) fn nothing(&self, verdicts: Verdicts, narrowing: Option<&Narrowing>) -> Found {
        if let Some(failure) = failure_in(&verdicts) {
            return Found::Failed(failure.clone());
        }
        let mut plugins = narrowing.unwrap_or(&self.class.narrowing).plugins().clone();
        plugins.extend(verdicts.counted().map(|(status, _)| status.plugin()));
        Found::Nothing(Box::new(Diagnosis { nodes: self.nodes().len(), verdicts, refusal: None, plugins }))
    }

    /// The totals of some rows, those of the kept scores being taken as they are where they still hold.
    fn totals(&self, state: &mut CycleState, rows: &[Row], watch: &mut Stopwatch) -> Result<Vec<i64>, Status> {
        if !self.class.are_totals_right_for(rows) {
            return self.score(state, rows.to_vec()).map(|assessment| assessment.totals);
        }
        self.pre_score(state, rows)?;
        watch.lap(Point::PreScore);
        let kept = |row: &Row| self.class.ranking.total(row.index()).unwrap_or(0);
        let mut totals: Vec<i64> = rows.iter().map(kept).collect();
        for (place, scoring) in self.profile.score.iter().enumerate() {
            let is_asked = scoring.plugin.scope() == Scope::Cluster && !state.skips_score(place);
            let Some(score) = scoring.plugin.score().filter(|_| is_asked) else { continue };
            let scores = self.normalized(score, state, rows).map_err(|status| status.by(scoring.plugin.name()))?;
            for (score, total) in scores.iter().zip(&mut totals) {
                *total += score * scoring.weight;
            }
        }
        Ok(totals)
    }

    /// What a plugin scores some rows whose scores are not kept.
    fn normalized(&self, score: &dyn ScorePlugin, state: &CycleState, rows: &[Row]) -> Result<Vec<i64>, Status> {
        let mut scores = score.score_rows(state, self.pod, self.nodes(), rows)?;
        self.normalize(score, state, &mut scores)?;
        Ok(scores)
    }

    fn normalize(&self, score: &dyn ScorePlugin, state: &CycleState, scores: &mut [i64]) -> Result<(), Status> {
        if score.normalize() == Normalize::Custom {
            let status = score.normalize_scores(state, self.pod, scores);
            return if status.is_success() { Ok(()) } else { Err(status) };
        }
        let maximum = scores.iter().copied().max().unwrap_or(0);
        for of_row in scores {
            *of_row = normalize::one(score.normalize(), *of_row, maximum);
        }
        Ok(())
    }

    fn score(&self, state: &mut CycleState, rows: Vec<Row>) -> Result<Assessment, Status> {
        self.pre_score(state, &rows)?;
        let mut assessment = Assessment { totals: vec![0; rows.len()], rows, plugins: Vec::new() };
        for (place, (scoring, kept)) in self.profile.score.iter().zip(&self.class.scores).enumerate() {
            let name = scoring.plugin.name();
            let Some(score) = scoring.plugin.score().filter(|_| !state.skips_score(place)) else { continue };
            let scores = match kept {
                Some(kept) => {
                    let raw = |row: &Row| kept.raw.get(row.index()).copied().unwrap_or(0);
                    let mut scores: Vec<i64> = assessment.rows.iter().map(raw).collect();
                    self.normalize(score, state, &mut scores).map(|()| scores)
                }
                None => self.normalized(score, state, &assessment.rows),
            };
            let mut scores = scores.map_err(|status| status.by(name))?;
            for (of_row, total) in scores.iter_mut().zip(&mut assessment.totals) {
                *of_row *= scoring.weight;
                *total += *of_row;
            }
            assessment.plugins.push(PluginScores { plugin: name, scores });
        }
        Ok(assessment)
    }
}

fn is_failure(status: &Status) -> bool {
    status.code() == Code::Error
}

fn failure_in(verdicts: &Verdicts) -> Option<&Status> {
    verdicts.counted().map(|(status, _)| status).find(|status| is_failure(status))
}

/// One of the best rows, `random` saying which of several.
fn pick(rows: &[Row], totals: &[i64], random: u64) -> Found {
    let best = totals.iter().copied().max().unwrap_or(0);
    let mut rows = rows.iter().zip(totals).filter(|(_, total)| **total == best);
    let count = rows.clone().count().max(1);
    match rows.nth(usize::try_from(random % count as u64).unwrap_or(0)) {
        Some((row, _)) => Found::Node(*row),
        None => Found::Failed(Status::error("no node among those that can take the pod")),
    }
}
