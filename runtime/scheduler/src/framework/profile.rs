//! Plugins in order, with weights: one of the ways in which a scheduler places pods.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    time::Instant,
};

use super::{
    Code, CycleState, NodeInfo, NominatedPods, Objects, Plugin, PodInfo, PreFilterPlugin, Scope, SkippedFilters, Status,
};
use crate::{
    extender::HttpExtender,
    metrics::{Point, ProfileMetrics},
};

/// A plugin that scores, and what its scores are multiplied with.
#[derive(Clone)]
pub struct ScoringPlugin {
    /// The plugin.
    pub plugin: Arc<dyn Plugin>,
    /// The factor.
    pub weight: i64,
}

/// Plugins in order for each extension point. Each in a list takes part in its extension point, see [`Plugin`].
#[derive(Clone, Default)]
#[allow(missing_docs, reason = "the names of the extension points say it")]
pub struct Profile {
    /// Pods with this `schedulerName` are placed with it.
    pub scheduler_name: String,
    /// The part of the nodes, in percent, of which the best is taken; 0 for a part that is smaller in larger clusters.
    pub percentage_of_nodes_to_score: i32,
    /// Whether the API server is not told where a pod is going that takes a while to be bound (the feature gate
    /// NominatedNodeNameForExpectation is off).
    pub is_quiet: bool,
    /// Web servers that have a say about nodes.
    pub extenders: Arc<[HttpExtender]>,
    pub pre_enqueue: Vec<Arc<dyn Plugin>>,
    pub queue_sort: Vec<Arc<dyn Plugin>>,
    pub pre_filter: Vec<Arc<dyn Plugin>>,
    pub filter: Vec<Arc<dyn Plugin>>,
    pub post_filter: Vec<Arc<dyn Plugin>>,
    pub pre_score: Vec<Arc<dyn Plugin>>,
    pub score: Vec<ScoringPlugin>,
    pub reserve: Vec<Arc<dyn Plugin>>,
    pub permit: Vec<Arc<dyn Plugin>>,
    pub pre_bind: Vec<Arc<dyn Plugin>>,
    pub bind: Vec<Arc<dyn Plugin>>,
    pub post_bind: Vec<Arc<dyn Plugin>>,
    /// Where it is counted what the plugins do.
    pub(crate) metrics: Option<Arc<ProfileMetrics>>,
    /// The places of PreFilter plugins among the filters, looked up when first needed.
    pub(crate) filter_places: OnceLock<Box<[Option<usize>]>>,
}

/// In clusters below this size the best of all nodes is taken (kube-scheduler's minFeasibleNodesToFind).
const FEASIBLE_MIN: usize = 100;
/// At least such a part of the nodes is compared, in percent.
const PERCENTAGE_MIN: usize = 5;

impl Profile {
    /// Tells each of the plugins of the objects.
    pub(crate) fn attach(&self, objects: &Arc<Objects>) {
        let lists = [
            &self.pre_enqueue,
            &self.queue_sort,
            &self.pre_filter,
            &self.filter,
            &self.post_filter,
            &self.pre_score,
            &self.reserve,
            &self.permit,
            &self.pre_bind,
            &self.bind,
            &self.post_bind,
        ];
        let scoring = self.score.iter().map(|scoring| &scoring.plugin);
        lists.into_iter().flatten().chain(scoring).for_each(|plugin| plugin.attach(objects));
    }

    /// Asks a plugin; how long it takes is told in cycles that are sampled.
    pub(crate) fn timed<T>(
        &self,
        plugin: &dyn Plugin,
        point: Point,
        ask: impl FnOnce() -> T,
        code: impl FnOnce(&T) -> Code,
    ) -> T {
        let Some(metrics) = self.metrics.as_deref().filter(|metrics| metrics.is_sampled()) else { return ask() };
        let began = Instant::now();
        let answer = ask();
        metrics.plugin(plugin.name(), point, code(&answer), began.elapsed());
        answer
    }

    /// The same of a plugin that is asked about one node after another: the time of some of these calls is taken.
    pub(crate) fn timed_at_node<T>(
        &self,
        plugin: &dyn Plugin,
        point: Point,
        ask: impl FnOnce() -> T,
        code: impl FnOnce(&T) -> Code,
    ) -> T {
        match &self.metrics {
            Some(metrics) if metrics.is_sampled_at_node() => self.timed(plugin, point, ask, code),
            _ => ask(),
        }
    }

    /// Notes that the plugin at a place of an extension point was asked so often.
    pub(crate) fn evaluated(&self, point: Point, place: usize, times: usize) {
        if let Some(metrics) = &self.metrics {
            metrics.evaluated(point, place, times);
        }
    }

    /// Of how many nodes that can take the pod the best is taken; looking for more is not worth it. Follows
    /// kube-scheduler's numFeasibleNodesToFind.
    pub(crate) fn enough_nodes(&self, nodes: usize) -> usize {
        let (filters, scores) = (|it: &HttpExtender| it.is_filter(), |it: &HttpExtender| it.is_prioritizer());
        let compares = !self.score.is_empty() || self.extenders.iter().any(scores);
        if !compares && !self.extenders.iter().any(filters) {
            return 1;
        }
        if nodes < FEASIBLE_MIN {
            return nodes;
        }
        let percentage = match usize::try_from(self.percentage_of_nodes_to_score) {
            Ok(0) | Err(_) => 50_usize.saturating_sub(nodes / 125).max(PERCENTAGE_MIN),
            Ok(percentage) => percentage,
        };
        (nodes * percentage / 100).max(FEASIBLE_MIN)
    }

    /// Whether no more nodes than these are to be compared even where more are known that can take the pod: if it is said how
    /// many, or if nothing compares them.
    pub(crate) fn is_search_strict(&self) -> bool {
        self.percentage_of_nodes_to_score > 0 || self.score.is_empty()
    }

    /// Whether extenders are to be asked about nodes for the pod.
    pub(crate) fn asks_about_nodes(&self, pod: &PodInfo) -> bool {
        let has_say = |it: &HttpExtender| (it.is_filter() || it.is_prioritizer()) && it.is_interested(pod.pod());
        self.extenders.iter().any(has_say)
    }

    /// Whether extenders are to be asked before pods have to go for the pod.
    pub fn asks_about_victims(&self, pod: &PodInfo) -> bool {
        self.extenders.iter().any(|it| it.supports_preemption() && it.is_interested(pod.pod()))
    }

    /// Runs all filters, those of nominated pods' room included: the pod must fit with the room of pods of its priority
    /// and above taken, and without.
    pub fn filter_with_nominated(
        &self,
        state: &CycleState,
        pod: &PodInfo,
        node: &NodeInfo,
        nominated: &NominatedPods,
    ) -> Status {
        let others = nominated.on_node(node.name()).iter();
        let others: Vec<_> =
            others.filter(|other| other.priority() >= pod.priority() && other.key() != pod.key()).collect();
        if !others.is_empty() {
            let (mut state, mut node) = (Cow::Borrowed(state), node.clone());
            let tracks_pods = self.tracks_pods(&state);
            for other in others {
                node.add_pod(Arc::clone(other));
                if tracks_pods {
                    let status = self.add_pod(state.to_mut(), pod, other, &node);
                    if !status.is_success() {
                        return status;
                    }
                }
            }
            let status = self.filter_node(&state, pod, &node, 0..self.filter.len());
            if !status.is_success() {
                return status;
            }
        }
        self.filter_node(state, pod, node, 0..self.filter.len())
    }

    /// Runs the filters of some places; the first that turns the node away decides.
    pub(crate) fn filter_node(
        &self,
        state: &CycleState,
        pod: &PodInfo,
        node: &NodeInfo,
        places: std::ops::Range<usize>,
    ) -> Status {
        for (place, plugin) in self.filter.iter().enumerate().take(places.end).skip(places.start) {
            if state.skips_filter(place) {
                continue;
            }
            let Some(filter) = plugin.filter() else { continue };
            self.evaluated(Point::Filter, place, 1);
            let ask = || filter.filter_node(state, pod, node);
            let status = self.timed_at_node(&**plugin, Point::Filter, ask, Status::code);
            if !status.is_success() {
                let name = plugin.name();
                return status.in_context(|| format!("running {name:?} filter plugin")).by(name);
            }
        }
        Status::success()
    }

    /// Whether what PreFilter prepared may have to be made to agree with other pods' coming and going.
    pub(crate) fn tracks_pods(&self, state: &CycleState) -> bool {
        self.tracking(state.skipped_filters()).next().is_some()
    }

    /// The plugins whose PreFilter prepared something.
    fn tracking(&self, skipped: SkippedFilters) -> impl Iterator<Item = (&Arc<dyn Plugin>, &dyn PreFilterPlugin)> {
        let places = self.filter_places.get_or_init(|| {
            let place = |plugin: &Arc<dyn Plugin>| self.filter_place(plugin.name());
            self.pre_filter.iter().map(place).collect()
        });
        let plugins = self.pre_filter.iter().zip(places);
        let working = plugins.filter(move |(_, place)| place.is_none_or(|place| !skipped.contains(place)));
        working.filter_map(|(plugin, _)| Some((plugin, plugin.pre_filter()?)))
    }

    pub(crate) fn add_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        for (plugin, pre_filter) in self.tracking(state.skipped_filters()) {
            let ask = || pre_filter.add_pod(state, pod, other, node);
            let status = self.timed(&**plugin, Point::PreFilterExtensionAddPod, ask, Status::code);
            if !status.is_success() {
                return failed("AddPod", plugin.name(), &status);
            }
        }
        Status::success()
    }

    pub(crate) fn remove_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        for (plugin, pre_filter) in self.tracking(state.skipped_filters()) {
            let ask = || pre_filter.remove_pod(state, pod, other, node);
            let status = self.timed(&**plugin, Point::PreFilterExtensionRemovePod, ask, Status::code);
            if !status.is_success() {
                return failed("RemovePod", plugin.name(), &status);
            }
        }
        Status::success()
    }

    /// The place of a plugin among the filters.
    pub(crate) fn filter_place(&self, name: &str) -> Option<usize> {
        self.filter.iter().position(|plugin| plugin.name() == name)
    }

    /// The place of a plugin among those that score.
    pub(crate) fn score_place(&self, name: &str) -> Option<usize> {
        self.score.iter().position(|scoring| scoring.plugin.name() == name)
    }

    /// The plugins that take part in an extension point that can turn pods away, some of them several times.
    pub(crate) fn plugins_that_reject(&self) -> impl Iterator<Item = &Arc<dyn Plugin>> {
        let lists = [&self.filter, &self.pre_filter, &self.reserve, &self.permit, &self.pre_enqueue, &self.post_filter];
        lists.into_iter().flatten()
    }

    /// The plugin of this name, if it takes part in an extension point that can turn pods away.
    pub(crate) fn plugin(&self, name: &str) -> Option<&Arc<dyn Plugin>> {
        self.plugins_that_reject().find(|plugin| plugin.name() == name)
    }

    /// Whether all that filters say of a node for a pod depends on the node and what the pod's signature covers alone.
    pub(crate) fn filters_by_node_alone(&self, state: &CycleState) -> bool {
        let mut filters = self.filter.iter().enumerate();
        filters.all(|(place, plugin)| plugin.scope() == Scope::Node || state.skips_filter(place))
    }

    /// How many of the filters, from the first on, give answers that are kept.
    pub(crate) fn kept_filters(&self) -> usize {
        self.filter.iter().take_while(|plugin| plugin.scope() != Scope::Cluster).count()
    }
}

/// What is said where a plugin can't make what it prepared agree with a pod's coming or going: it is always a failure.
fn failed(what: &str, plugin: &'static str, status: &Status) -> Status {
    Status::error(format_args!("running {what} on PreFilter plugin {plugin:?}: {}", status.message())).by(plugin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_the_cluster_the_smaller_the_part() {
        let enough = |percentage, nodes| {
            let score = crate::plugins::ImageLocality;
            let score = vec![ScoringPlugin { plugin: Arc::new(score), weight: 1 }];
            Profile { percentage_of_nodes_to_score: percentage, score, ..Profile::default() }.enough_nodes(nodes)
        };
        assert_eq!([10, 99, 100, 1000, 5000, 6000].map(|nodes| enough(0, nodes)), [10, 99, 100, 420, 500, 300]);
        assert_eq!([99, 100, 1000].map(|nodes| enough(40, nodes)), [99, 100, 400]);
        assert_eq!(enough(100, 5000), 5000);
        assert_eq!(Profile::default().enough_nodes(5000), 1, "where nothing compares the first is as good as any");
    }
}
