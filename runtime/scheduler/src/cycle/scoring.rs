//! Which of the nodes that can take a pod is the best.

use super::{Cycle, Found};
use crate::{
    class::code_of,
    core::NodeScore,
    framework::{CycleState, MAX_NODE_SCORE, Normalize, Plugin, Row, Scope, ScorePlugin, ScoringPlugin, Status},
    metrics::{Point, Stopwatch},
    normalize,
};

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

    fn pre_score(&self, state: &mut CycleState, rows: &[Row]) -> Result<(), Status> {
        for (place, plugin) in self.profile.pre_score.iter().enumerate() {
            let Some(pre_score) = plugin.pre_score().filter(|_| plugin.scope() == Scope::Cluster) else { continue };
            let ask = || pre_score.pre_score_pod(state, self.pod, self.nodes(), Some(rows));
            let status = self.profile.timed(&**plugin, Point::PreScore, ask, Status::code);
            self.profile.evaluated(Point::PreScore, place, usize::from(!status.is_skip()));
            if status.is_skip() {
                if let Some(place) = self.profile.score_place(plugin.name()) {
                    state.skip_score(place);
                }
            } else if !status.is_success() {
                return Err(failed_pre_score(&status, plugin.name()));
            }
        }
        Ok(())
    }

    /// The totals of some rows, those of the kept scores being taken as they are where they still hold.
    pub(super) fn totals(
        &self,
        state: &mut CycleState,
        rows: &[Row],
        watch: &mut Stopwatch,
    ) -> Result<Vec<i64>, Status> {
        self.pre_score(state, rows).inspect_err(|status| watch.lap_as(Point::PreScore, status.code()))?;
        watch.lap(Point::PreScore);
        let totals = match self.class.are_totals_right_for(rows) {
            true => self.kept_totals(state, rows),
            false => self.scored(state, rows.to_vec()).map(|assessment| assessment.totals),
        };
        watch.lap_as(Point::Score, code_of(&totals));
        totals
    }

    fn kept_totals(&self, state: &CycleState, rows: &[Row]) -> Result<Vec<i64>, Status> {
        let kept = |row: &Row| self.class.ranking.total(row.index()).unwrap_or(0);
        let mut totals: Vec<i64> = rows.iter().map(kept).collect();
        for (place, scoring) in self.profile.score.iter().enumerate() {
            let is_asked = scoring.plugin.scope() == Scope::Cluster && !state.skips_score(place);
            let Some(score) = scoring.plugin.score().filter(|_| is_asked) else { continue };
            let scores = self.normalized(place, scoring, score, state, rows)?;
            for (score, total) in scores.iter().zip(&mut totals) {
                *total += score * scoring.weight;
            }
        }
        Ok(totals)
    }

    /// What a plugin scores some rows whose scores are not kept.
    fn normalized(
        &self,
        place: usize,
        scoring: &ScoringPlugin,
        score: &dyn ScorePlugin,
        state: &CycleState,
        rows: &[Row],
    ) -> Result<Vec<i64>, Status> {
        let plugin = &*scoring.plugin;
        self.profile.evaluated(Point::Score, place, rows.len());
        let ask = || score.score_rows(state, self.pod, self.nodes(), rows);
        let scores = self.profile.timed(plugin, Point::Score, ask, code_of);
        let mut scores = scores.map_err(|status| failed_score(&status, plugin.name()))?;
        self.normalize(plugin, score, state, &mut scores)?;
        Ok(scores)
    }

    fn normalize(
        &self,
        plugin: &dyn Plugin,
        score: &dyn ScorePlugin,
        state: &CycleState,
        scores: &mut [i64],
    ) -> Result<(), Status> {
        let name = plugin.name();
        if score.normalize() == Normalize::Custom {
            let ask = || score.normalize_scores(state, self.pod, scores);
            let status = self.profile.timed(plugin, Point::ScoreExtensionNormalize, ask, Status::code);
            if !status.is_success() {
                let text =
                    format!("running Normalize on Score plugins: plugin {name:?} failed with: {}", status.message());
                return Err(Status::error(text).by(name));
            }
            let wrong = scores.iter().find(|score| !(0..=MAX_NODE_SCORE).contains(*score));
            return wrong.map_or(Ok(()), |wrong| Err(out_of_range(*wrong, name)));
        }
        if score.normalize() == Normalize::None
            && let Some(wrong) = scores.iter().find(|score| !(0..=MAX_NODE_SCORE).contains(*score))
        {
            return Err(out_of_range(*wrong, name));
        }
        let maximum = scores.iter().copied().max().unwrap_or(0);
        for of_row in scores {
            *of_row = normalize::one(score.normalize(), *of_row, maximum);
        }
        Ok(())
    }

    /// Every one of these rows with its scores.
    pub(super) fn score(&self, state: &mut CycleState, rows: Vec<Row>) -> Result<Assessment, Status> {
        self.pre_score(state, &rows)?;
        self.scored(state, rows)
    }

    fn scored(&self, state: &CycleState, rows: Vec<Row>) -> Result<Assessment, Status> {
        let mut assessment = Assessment { totals: vec![0; rows.len()], rows, plugins: Vec::new() };
        for (place, (scoring, kept)) in self.profile.score.iter().zip(&self.class.scores).enumerate() {
            let plugin = &*scoring.plugin;
            let Some(score) = plugin.score().filter(|_| !state.skips_score(place)) else { continue };
            let scores = match kept {
                Some(kept) => {
                    let raw = |row: &Row| kept.raw.get(row.index()).copied().unwrap_or(0);
                    let mut scores: Vec<i64> = assessment.rows.iter().map(raw).collect();
                    self.normalize(plugin, score, state, &mut scores).map(|()| scores)
                }
                None => self.normalized(place, scoring, score, state, &assessment.rows),
            };
            let mut scores = scores?;
            for (of_row, total) in scores.iter_mut().zip(&mut assessment.totals) {
                *of_row *= scoring.weight;
                *total += *of_row;
            }
            assessment.plugins.push(PluginScores { plugin: plugin.name(), scores });
        }
        Ok(assessment)
    }
}

/// What is said where PreScore of a plugin failed.
pub(crate) fn failed_pre_score(status: &Status, plugin: &'static str) -> Status {
    Status::error(format!("running PreScore plugin {plugin:?}: {}", status.message())).by(plugin)
}

/// What is said where Score of a plugin failed.
pub(crate) fn failed_score(status: &Status, plugin: &'static str) -> Status {
    Status::error(format!("running Score plugins: plugin {plugin:?} failed with: {}", status.message())).by(plugin)
}

/// What is said where a plugin's score is no score.
pub(crate) fn out_of_range(score: i64, plugin: &'static str) -> Status {
    Status::error(format!(
        "applying score defaultWeights on Score plugins: plugin {plugin:?} returns an invalid score {score}, it should in \
         the range of [0, {MAX_NODE_SCORE}] after normalizing"
    ))
    .by(plugin)
}

/// One of the best rows, `random` saying which of several.
pub(super) fn pick(rows: &[Row], totals: &[i64], random: u64) -> Found {
    let best = totals.iter().copied().max().unwrap_or(0);
    let mut rows = rows.iter().zip(totals).filter(|(_, total)| **total == best);
    let count = rows.clone().count().max(1);
    match rows.nth(usize::try_from(random % count as u64).unwrap_or(0)) {
        Some((row, _)) => Found::Node(*row),
        None => Found::Failed(Status::error("no node among those that can take the pod")),
    }
}
