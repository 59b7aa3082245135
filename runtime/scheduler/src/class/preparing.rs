//! What plugins prepare before nodes are looked at: PreFilter and PreScore.

use super::{Class, Refusal, Scores};
use crate::{
    cycle::failed_pre_score,
    framework::{Normalize, PodInfo, PreFilterOutcome, Profile, Scope, Snapshot, Status},
    metrics::Point,
};

impl Class {
    pub(super) fn pre_filter(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot) {
        for (place, plugin) in profile.pre_filter.iter().enumerate() {
            let Some(pre_filter) = plugin.pre_filter().filter(|_| plugin.scope() != Scope::Cluster) else { continue };
            let ask = || pre_filter.pre_filter_pod(&mut self.state, pod, nodes);
            let outcome = profile.timed(&**plugin, Point::PreFilter, ask, PreFilterOutcome::code);
            profile.evaluated(Point::PreFilter, place, usize::from(outcome != PreFilterOutcome::Skip));
            match outcome {
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
                    let refusal = Refusal { place, status: status.by(name) };
                    let is_final = refusal.is_final();
                    self.refusal = Some(refusal);
                    if is_final {
                        return;
                    }
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

    pub(super) fn pre_score(&mut self, profile: &Profile, pod: &PodInfo, nodes: &Snapshot) {
        self.state.unskip_scores();
        for (place, plugin) in profile.pre_score.iter().enumerate() {
            let Some(pre_score) = plugin.pre_score().filter(|_| plugin.scope() != Scope::Cluster) else { continue };
            let ask = || pre_score.pre_score_pod(&mut self.state, pod, nodes, None);
            let status = profile.timed(&**plugin, Point::PreScore, ask, Status::code);
            profile.evaluated(Point::PreScore, place, usize::from(!status.is_skip()));
            if status.is_skip() {
                if let Some(place) = profile.score_place(plugin.name()) {
                    self.state.skip_score(place);
                }
            } else if !status.is_success() {
                self.failure = Some(failed_pre_score(&status, plugin.name()));
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
}
