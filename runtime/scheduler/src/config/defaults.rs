//! What a configuration says where it says nothing. Follows kube-scheduler's apis/config/v1 (defaults.go,
//! default_plugins.go), component-base's config/v1alpha1, and what kube-scheduler does to extenders when it makes them.

use kubeforge_machinery::{Duration, feature_gates::FeatureGates};

use super::{
    API_VERSION, KIND, KubeSchedulerConfiguration, KubeSchedulerProfile, LeaderElection, PluginConfig, PluginRef,
    PluginSet, Plugins, arguments, decode::DecodeError,
};

/// The name of the scheduler of pods that name none.
pub const DEFAULT_SCHEDULER_NAME: &str = "default-scheduler";

/// How long an extender may take to answer, unless it is said otherwise (kube-scheduler's DefaultExtenderTimeout).
const EXTENDER_TIMEOUT_SECONDS: u64 = 5;

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";
const QPS: f32 = 50.0;
const BURST: i32 = 100;
const PARALLELISM: i32 = 16;

/// Stands for all plugins where some are taken out.
pub(super) const ALL: &str = "*";

/// A plugin of the default profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultPlugin {
    /// The plugin.
    pub name: &'static str,
    /// What its scores are multiplied with, where it scores.
    pub weight: i32,
    /// The feature gate that it needs.
    gate: Option<&'static str>,
}

const fn plugin(name: &'static str, weight: i32) -> DefaultPlugin {
    DefaultPlugin { name, weight, gate: None }
}

const fn gated(gate: &'static str, name: &'static str, weight: i32) -> DefaultPlugin {
    DefaultPlugin { name, weight, gate: Some(gate) }
}

/// The plugins of the default profile of kube-scheduler 1.36, in order.
pub const DEFAULT_PLUGINS: &[DefaultPlugin] = &[
    plugin("SchedulingGates", 0),
    plugin("PrioritySort", 0),
    plugin("NodeUnschedulable", 0),
    plugin("NodeName", 0),
    plugin("TaintToleration", 3),
    plugin("NodeAffinity", 2),
    plugin("NodePorts", 0),
    plugin("NodeResourcesFit", 1),
    plugin("VolumeRestrictions", 0),
    plugin("NodeVolumeLimits", 0),
    plugin("VolumeBinding", 0),
    plugin("VolumeZone", 0),
    plugin("PodTopologySpread", 2),
    plugin("InterPodAffinity", 2),
    gated("DynamicResourceAllocation", "DynamicResources", 2),
    plugin("DefaultPreemption", 0),
    plugin("NodeResourcesBalancedAllocation", 1),
    plugin("ImageLocality", 1),
    plugin("DefaultBinder", 0),
    gated("NodeDeclaredFeatures", "NodeDeclaredFeatures", 0),
    gated("GangScheduling", "GangScheduling", 0),
    gated("TopologyAwareWorkloadScheduling", "TopologyPlacementGenerator", 0),
    gated("TopologyAwareWorkloadScheduling", "PodGroupPodsCount", 1),
];

fn default_plugins(gates: &FeatureGates) -> PluginSet {
    let there = DEFAULT_PLUGINS.iter().filter(|plugin| plugin.gate.is_none_or(|gate| gates.enabled(gate)));
    let enabled = there.map(|plugin| PluginRef { name: plugin.name.to_owned(), weight: plugin.weight });
    PluginSet { enabled: enabled.collect(), disabled: Vec::new() }
}

impl KubeSchedulerConfiguration {
    /// Fills in what was not given. A configuration that is complete stays as it is.
    ///
    /// # Errors
    /// Where a plugin's arguments can't be read.
    pub fn complete(&mut self, gates: &FeatureGates) -> Result<(), DecodeError> {
        self.gates = gates.clone();
        API_VERSION.clone_into(&mut self.api_version);
        KIND.clone_into(&mut self.kind);
        self.parallelism.get_or_insert(PARALLELISM);
        self.percentage_of_nodes_to_score.get_or_insert(0);
        self.pod_initial_backoff_seconds.get_or_insert(1);
        self.pod_max_backoff_seconds.get_or_insert(10);
        if *self.enable_profiling.get_or_insert(true) {
            self.enable_contention_profiling.get_or_insert(true);
        }
        complete_election(&mut self.leader_election);
        let connection = &mut self.client_connection;
        fill(&mut connection.content_type, PROTOBUF);
        if connection.qps == 0.0 {
            connection.qps = QPS;
            connection.is_default_rate = true;
        }
        if connection.burst == 0 {
            connection.burst = BURST;
        }
        for extender in self.extenders.iter_mut().filter(|extender| extender.http_timeout.as_nanos() == 0) {
            extender.http_timeout = std::time::Duration::from_secs(EXTENDER_TIMEOUT_SECONDS).into();
        }
        if self.profiles.is_empty() {
            self.profiles.push(KubeSchedulerProfile::default());
        }
        if let [only] = self.profiles.as_mut_slice() {
            only.scheduler_name.get_or_insert_with(|| DEFAULT_SCHEDULER_NAME.to_owned());
        }
        for profile in &mut self.profiles {
            complete_profile(profile, gates)?;
        }
        self.ignore_managed_resources();
        Ok(())
    }

    /// Resources that an extender counts are not counted by NodeResourcesFit as well (kube-scheduler's buildExtenders).
    fn ignore_managed_resources(&mut self) {
        let managed = self.extenders.iter().flat_map(|extender| &extender.managed_resources);
        let ignored: Vec<&str> =
            managed.filter(|resource| resource.ignored_by_scheduler).map(|resource| &*resource.name).collect();
        if ignored.is_empty() {
            return;
        }
        let configs = self.profiles.iter_mut().flat_map(|profile| &mut profile.plugin_config);
        for config in configs.filter(|config| config.name == "NodeResourcesFit") {
            if let Some(args) = config.args.as_mut().and_then(serde_json::Value::as_object_mut) {
                args.insert("ignoredResources".to_owned(), ignored.clone().into());
            }
        }
    }
}

fn fill(field: &mut String, default: &str) {
    if field.is_empty() {
        default.clone_into(field);
    }
}

fn complete_election(election: &mut LeaderElection) {
    election.leader_elect.get_or_insert(true);
    let fill_seconds = |field: &mut Duration, seconds| {
        if field.as_nanos() == 0 {
            *field = std::time::Duration::from_secs(seconds).into();
        }
    };
    fill_seconds(&mut election.lease_duration, 15);
    fill_seconds(&mut election.renew_deadline, 10);
    fill_seconds(&mut election.retry_period, 2);
    fill(&mut election.resource_lock, "leases");
    fill(&mut election.resource_name, "kube-scheduler");
    fill(&mut election.resource_namespace, "kube-system");
}

fn complete_profile(profile: &mut KubeSchedulerProfile, gates: &FeatureGates) -> Result<(), DecodeError> {
    let given = profile.plugins.take().unwrap_or_default();
    let merge = |set: PluginSet| merged(PluginSet::default(), set);
    let plugins = Plugins {
        pre_enqueue: merge(given.pre_enqueue),
        queue_sort: merge(given.queue_sort),
        pre_filter: merge(given.pre_filter),
        filter: merge(given.filter),
        post_filter: merge(given.post_filter),
        pre_score: merge(given.pre_score),
        score: merge(given.score),
        reserve: merge(given.reserve),
        permit: merge(given.permit),
        pre_bind: merge(given.pre_bind),
        bind: merge(given.bind),
        post_bind: merge(given.post_bind),
        placement_generate: merge(given.placement_generate),
        placement_score: merge(given.placement_score),
        multi_point: merged(default_plugins(gates), given.multi_point),
    };
    for config in &mut profile.plugin_config {
        if let (Some(kind), Some(args)) = (arguments::of_plugin(&config.name), &mut config.args) {
            *args = (kind.complete)(kind, args, gates)?;
        }
    }
    let mut names: Vec<&str> = plugins.sets().iter().flat_map(|(_, set)| &set.enabled).map(|it| &*it.name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let is_given = profile.plugin_config.iter().any(|config| config.name == name);
        let Some(kind) = arguments::of_plugin(name).filter(|_| !is_given) else { continue };
        let args = (kind.complete)(kind, &serde_json::json!({}), gates)?;
        profile.plugin_config.push(PluginConfig { name: name.to_owned(), args: Some(args) });
    }
    profile.plugins = Some(plugins);
    Ok(())
}

/// The default plugins but those that are taken out, those that are named again as they are named, and the others that are
/// named (mergePluginSet).
fn merged(default: PluginSet, given: PluginSet) -> PluginSet {
    let is_disabled = |name: &str| given.disabled.iter().any(|plugin| plugin.name == name || plugin.name == ALL);
    // the last of those with the same name counts
    let again = |name: &str| given.enabled.iter().rposition(|plugin| plugin.name == name);
    let mut placed = Vec::new();
    let mut enabled = Vec::new();
    for plugin in default.enabled.into_iter().filter(|plugin| !is_disabled(&plugin.name)) {
        match again(&plugin.name).and_then(|place| Some((place, given.enabled.get(place)?))) {
            Some((place, again)) => {
                placed.push(place);
                enabled.push(again.clone());
            }
            None => enabled.push(plugin),
        }
    }
    let others = given.enabled.iter().enumerate().filter(|(place, _)| !placed.contains(place));
    enabled.extend(others.map(|(_, plugin)| plugin.clone()));
    let disabled = given.disabled.into_iter().map(|plugin| PluginRef { weight: 0, ..plugin });
    PluginSet { enabled, disabled: disabled.collect() }
}

impl Plugins {
    /// The sets with the names of their fields; `multiPoint` is the last.
    pub(super) const fn sets(&self) -> [(&'static str, &PluginSet); 15] {
        [
            ("preEnqueue", &self.pre_enqueue),
            ("queueSort", &self.queue_sort),
            ("preFilter", &self.pre_filter),
            ("filter", &self.filter),
            ("postFilter", &self.post_filter),
            ("preScore", &self.pre_score),
            ("score", &self.score),
            ("reserve", &self.reserve),
            ("permit", &self.permit),
            ("preBind", &self.pre_bind),
            ("bind", &self.bind),
            ("postBind", &self.post_bind),
            ("placementGenerate", &self.placement_generate),
            ("placementScore", &self.placement_score),
            ("multiPoint", &self.multi_point),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(enabled: &[(&str, i32)], disabled: &[&str]) -> PluginSet {
        let plugin = |name: &str, weight| PluginRef { name: name.to_owned(), weight };
        PluginSet {
            enabled: enabled.iter().map(|&(name, weight)| plugin(name, weight)).collect(),
            disabled: disabled.iter().map(|name| plugin(name, 0)).collect(),
        }
    }

    #[track_caller]
    fn check(given: &PluginSet, want: &[(&str, i32)]) {
        let found = merged(set(&[("A", 1), ("B", 2)], &[]), given.clone());
        let names: Vec<_> = found.enabled.iter().map(|plugin| (&*plugin.name, plugin.weight)).collect();
        assert_eq!(names, want, "{given:?}");
        assert_eq!(merged(set(&[("A", 1), ("B", 2)], &[]), found.clone()), found, "twice is as once");
    }

    #[test]
    fn plugins_are_merged_into_the_default_ones() {
        check(&set(&[], &[]), &[("A", 1), ("B", 2)]);
        check(&set(&[("C", 0), ("B", 7)], &[]), &[("A", 1), ("B", 7), ("C", 0)]);
        check(&set(&[], &["A"]), &[("B", 2)]);
        check(&set(&[("A", 5)], &["*"]), &[("A", 5)]);
        check(&set(&[("B", 3)], &["A"]), &[("B", 3)]);
    }

    #[test]
    fn what_is_complete_stays_as_it_is() {
        let gates = FeatureGates::default();
        let mut configuration = KubeSchedulerConfiguration::default();
        configuration.complete(&gates).unwrap();
        let mut again = configuration.clone();
        again.complete(&gates).unwrap();
        assert_eq!(format!("{configuration:?}"), format!("{again:?}"));
    }
}
