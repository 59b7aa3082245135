use std::path::{Path, PathBuf};

use crate::{
    framework::{Plugin, QueueSortPlugin, Waiting},
    plugins,
};

use super::*;

const HEAD: &str = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

fn profiles(rest: &str) -> Result<Vec<Profile>, ConfigError> {
    KubeSchedulerConfiguration::parse(&format!("{HEAD}{rest}"))?.profiles(&plugins::in_tree())
}

fn scores(profile: &Profile) -> Vec<(&'static str, i64)> {
    profile.score.iter().map(|scoring| (scoring.plugin.name(), scoring.weight)).collect()
}

#[test]
fn without_profiles_there_is_the_default_one() {
    let profiles = profiles("").unwrap();
    assert_eq!(profiles[0].scheduler_name, "default-scheduler");
    let weights: std::collections::BTreeMap<_, _> = scores(&profiles[0]).into_iter().collect();
    assert_eq!((weights["TaintToleration"], weights["NodeAffinity"], weights["NodeResourcesFit"]), (3, 2, 1));
}

#[test]
fn a_plugin_named_again_keeps_its_place_and_gets_the_weight() {
    let profiles = profiles(
        "profiles:\n- plugins:\n    multiPoint:\n      enabled:\n      - name: NodeAffinity\n        weight: 7\n",
    );
    let weights = scores(&profiles.unwrap()[0]);
    assert_eq!(weights[..2], [("TaintToleration", 3), ("NodeAffinity", 7)]);
}

#[test]
fn plugins_can_be_taken_out_of_one_extension_point_or_of_all() {
    let one = "profiles:\n- plugins:\n    score:\n      disabled:\n      - name: '*'\n      enabled:\n      - name: NodeResourcesFit\n";
    assert_eq!(scores(&profiles(one).unwrap()[0]), [("NodeResourcesFit", 1)]);
    let all = "profiles:\n- plugins:\n    multiPoint:\n      disabled:\n      - name: '*'\n      enabled:\n      - name: PrioritySort\n      - name: DefaultBinder\n";
    let profile = &profiles(all).unwrap()[0];
    assert!(profile.filter.is_empty() && profile.score.is_empty());
}

#[test]
fn the_profile_says_more_of_how_many_nodes_are_compared_than_all_of_them() {
    let of = |rest| profiles(rest).unwrap()[0].percentage_of_nodes_to_score;
    assert_eq!(of(""), 0);
    assert_eq!(of("percentageOfNodesToScore: 70\n"), 70);
    assert_eq!(of("percentageOfNodesToScore: 70\nprofiles:\n- percentageOfNodesToScore: 20\n"), 20);
}

#[test]
fn resources_that_an_extender_counts_are_not_counted_twice() {
    let text = format!(
        "{HEAD}extenders:\n- urlPrefix: http://x\n  managedResources:\n  - name: example.com/gpu\n    ignoredByScheduler: true\n"
    );
    let configuration = KubeSchedulerConfiguration::parse(&text).unwrap();
    let fit = configuration.profiles[0].plugin_config.iter().find(|config| config.name == "NodeResourcesFit");
    assert_eq!(fit.unwrap().args.as_ref().unwrap()["ignoredResources"], serde_json::json!(["example.com/gpu"]));
    assert_eq!(configuration.extenders[0].http_timeout.to_string(), "5s");
}

/// Of the facts about Kubernetes 1.36, where they are there.
fn shared(file: &str) -> Option<String> {
    let shared = std::env::var_os("KUBEFORGE_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    std::fs::read_to_string(shared.join(file)).ok()
}

#[test]
fn the_default_configuration_is_written_as_upstream_writes_it() {
    let Some(want) = shared("kubernetes-1.36/scheduler/default-config.yaml") else {
        eprintln!("skipped: no recorded facts at hand");
        return;
    };
    let written = KubeSchedulerConfiguration::parse(HEAD).unwrap().to_yaml();
    assert_eq!(written, want);
    let again = KubeSchedulerConfiguration::parse(&want).unwrap();
    assert_eq!(again.to_yaml(), want);
    assert!(again.profiles(&plugins::in_tree()).is_ok());
}

#[track_caller]
fn check_error(rest: &str, want: &str) {
    let error = match profiles(rest) {
        Ok(_) => panic!("{rest} was taken"),
        Err(error) => error.to_string(),
    };
    assert_eq!(error, want, "{rest}");
}

/// What is wrong with the arguments of a plugin.
#[track_caller]
fn check_arguments(plugin: &str, args: &str, want: &str) {
    let rest = format!("profiles:\n- pluginConfig:\n  - name: {plugin}\n    args: {args}\n");
    check_error(&rest, &want.replace("ARGS", "profiles[0].pluginConfig[0].args"));
}

#[test]
fn files_are_read_strictly() {
    check_error("podBackoff: 1\n", "strict decoding error: unknown field \"podBackoff\"");
    check_error(
        "leaderElection:\n  leader: true\nprofiles:\n- plugins:\n    filter:\n      enable: []\n",
        "strict decoding error: unknown field \"leaderElection.leader\", unknown field \"profiles[0].plugins.filter.enable\"",
    );
    check_error(
        "parallelism: 1\nparallelism: 2\n",
        "strict decoding error: yaml: unmarshal errors:\n  line 4: key \"parallelism\" already set in map",
    );
    check_error(
        "parallelism: many\n",
        "json: cannot unmarshal string into Go struct field KubeSchedulerConfiguration.parallelism of type int32",
    );
    check_error(
        "leaderElection:\n  leaderElect: 1\n",
        "json: cannot unmarshal number into Go struct field LeaderElectionConfiguration.leaderElection.leaderElect of type bool",
    );
    check_arguments(
        "NodeResourcesFit",
        "{ scoringStrategy: { requestedToCapacityRatio: { shape: [{ Score: 2, Utilization: 1 }] } } }",
        "strict decoding error: decoding .profiles[0].pluginConfig[0]: strict decoding error: decoding args for plugin \
         NodeResourcesFit: strict decoding error: unknown field \
         \"scoringStrategy.requestedToCapacityRatio.shape[0].Score\", unknown field \
         \"scoringStrategy.requestedToCapacityRatio.shape[0].Utilization\"",
    );
    check_arguments(
        "DefaultPreemption",
        "{ apiVersion: kubescheduler.config.k8s.io/v1, kind: InterPodAffinityArgs }",
        "decoding .profiles[0].pluginConfig[0]: args for plugin DefaultPreemption were not of type \
         DefaultPreemptionArgs.kubescheduler.config.k8s.io, got InterPodAffinityArgs.kubescheduler.config.k8s.io",
    );
    let other = KubeSchedulerConfiguration::parse(
        "apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\n",
    );
    let other = other.unwrap_err().to_string();
    let want =
        "no kind \"KubeSchedulerConfiguration\" is registered for version \"kubescheduler.config.k8s.io/v1beta3\"";
    assert!(other.starts_with(want), "{other}");
    let untyped = KubeSchedulerConfiguration::parse("parallelism: 1\n").unwrap_err().to_string();
    assert_eq!(untyped, "Object 'Kind' is missing in '{\"parallelism\":1}'");
}

#[test]
fn all_that_is_wrong_is_told_with_its_fields() {
    for (rest, want) in [
        ("parallelism: 0\n", "parallelism: Invalid value: 0: should be an integer value greater than zero"),
        ("percentageOfNodesToScore: 101\n", "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]"),
        ("podInitialBackoffSeconds: 0\n", "podInitialBackoffSeconds: Invalid value: 0: must be greater than 0"),
        (
            "podMaxBackoffSeconds: 0\n",
            "podMaxBackoffSeconds: Invalid value: 0: must be greater than or equal to PodInitialBackoffSeconds",
        ),
        ("clientConnection:\n  burst: -1\n", "clientConnection.burst: Invalid value: -1: must be non-negative"),
        (
            "leaderElection:\n  leaseDuration: 5s\n  resourceLock: endpoints\n",
            "[leaderElection.leaseDuration: Invalid value: 10s: must be greater than `RenewDeadline`, \
             leaderElection.resourceLock: Invalid value: \"endpoints\": resourceLock value must be \"leases\"]",
        ),
        (
            "leaderElection:\n  retryPeriod: -1s\n",
            "leaderElection.retryPeriod: Invalid value: -1s: must be greater than zero",
        ),
        (
            "profiles:\n- schedulerName: a\n- schedulerName: a\n- {}\n",
            "[profiles[1].schedulerName: Duplicate value: profiles[0].schedulerName, \
             profiles[2].schedulerName: Required value]",
        ),
        (
            "profiles:\n- schedulerName: a\n- schedulerName: b\n  plugins: { queueSort: { disabled: [{ name: '*' }], enabled: [{ name: X }] } }\n",
            "profiles[1].plugins.queueSort: Invalid value: {\"Enabled\":[{\"Name\":\"X\",\"Weight\":0}],\"Disabled\":\
             [{\"Name\":\"*\",\"Weight\":0}]}: must be the same for all profiles",
        ),
        (
            "profiles:\n- plugins: { filter: { enabled: [{ name: EBSLimits }] } }\n",
            "profiles[0].plugins.filter.enabled[0]: Invalid value: \"EBSLimits\": was invalid in version \"v1\" \
             (KubeSchedulerConfiguration is version \"kubescheduler.config.k8s.io/v1\")",
        ),
        (
            "extenders:\n- urlPrefix: http://a\n  prioritizeVerb: p\n  bindVerb: b\n- urlPrefix: http://b\n  bindVerb: b\n  managedResources: [{ name: cpu }, { name: a.b/c }, { name: a.b/c }]\n",
            "[extenders[0].weight: Invalid value: 0: must have a positive weight applied to it, \
             extenders[1].managedResources[0].name: Invalid value: \"cpu\": is an invalid extended resource name, \
             extenders[1].managedResources[2].name: Invalid value: \"a.b/c\": duplicate extender managed resource name, \
             extenders: Invalid value: \"found 2 extenders implementing bind\": only one extender can implement bind]",
        ),
    ] {
        check_error(rest, want);
    }
}

#[test]
fn arguments_of_plugins_are_validated() {
    for (plugin, args, want) in [
        (
            "InterPodAffinity",
            "{ hardPodAffinityWeight: 101 }",
            "ARGS.hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]",
        ),
        (
            "DefaultPreemption",
            "{ minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 }",
            "[ARGS.minCandidateNodesPercentage: Invalid value: 0: cannot be zero at the same time as \
             minCandidateNodesAbsolute, ARGS.minCandidateNodesAbsolute: Invalid value: 0: cannot be zero at the same time \
             as minCandidateNodesPercentage]",
        ),
        (
            "PodTopologySpread",
            "{ defaultingType: List, defaultConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: Never }] }",
            "[ARGS.defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf), \
             ARGS.defaultConstraints[0].topologyKey: Required value: can not be empty, \
             ARGS.defaultConstraints[0].whenUnsatisfiable: Unsupported value: \"Never\": supported values: \
             \"DoNotSchedule\", \"ScheduleAnyway\"]",
        ),
        (
            "PodTopologySpread",
            "{ defaultConstraints: [{ maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule }] }",
            "ARGS.defaultingType: Invalid value: \"System\": when .defaultConstraints are not empty",
        ),
        (
            "NodeResourcesBalancedAllocation",
            "{ resources: [{ name: cpu, weight: 2 }, { name: cpu }] }",
            "[ARGS.resources[0].weight: Invalid value: 2: must be 1, ARGS.resources[1].name: Duplicate value: \"cpu\"]",
        ),
        (
            "VolumeBinding",
            "{ bindTimeoutSeconds: -1, shape: [{ utilization: 0, score: 1 }] }",
            "[ARGS.bindTimeoutSeconds: Invalid value: -1: invalid BindTimeoutSeconds, should not be a negative value, \
             ARGS.shape: Invalid value: [{\"Utilization\":0,\"Score\":1}]: unexpected field `shape`, remove it or turn on \
             the feature gate StorageCapacityScoring]",
        ),
        (
            "DynamicResources",
            "{ bindingTimeout: 10ms }",
            "ARGS.bindingTimeout: Invalid value: 10ms: must be at least 1 second",
        ),
        (
            "NodeAffinity",
            "{ addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: a, operator: Is }] }] } } }",
            "ARGS.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: \
             Unsupported value: \"Is\": supported values: \"In\", \"NotIn\", \"Exists\", \"DoesNotExist\", \"Gt\", \"Lt\"",
        ),
        (
            "NodeAffinity",
            "{ addedAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchFields: [{ key: metadata.name, operator: In, values: [a, b] }] } }] } }",
            "ARGS.addedAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].matchFields[0].values: \
             Invalid value: [\"a\",\"b\"]: must have one element",
        ),
    ] {
        check_arguments(plugin, args, want);
    }
}

#[test]
fn profiles_that_cannot_work_are_refused() {
    let of_profile = "initializing profiles: creating profile for scheduler name default-scheduler: ";
    for (rest, want) in [
        (
            "profiles:\n- plugins: { filter: { enabled: [{ name: Nothing }] } }\n",
            "FilterPlugin \"Nothing\" does not exist",
        ),
        (
            "profiles:\n- plugins: { multiPoint: { enabled: [{ name: Nothing }] } }\n",
            "PreFilterPlugin \"Nothing\" does not exist",
        ),
        (
            "profiles:\n- plugins: { filter: { enabled: [{ name: PrioritySort }] } }\n",
            "plugin \"PrioritySort\" does not extend FilterPlugin plugin",
        ),
        (
            "profiles:\n- plugins: { filter: { enabled: [{ name: NodeName }, { name: NodeName }] } }\n",
            "plugin \"NodeName\" already registered as \"FilterPlugin\"",
        ),
        (
            "profiles:\n- pluginConfig:\n  - name: NodeResourcesFit\n    args: { ignoredResourceGroups: [a/b], scoringStrategy: { type: Best, resources: [{ name: cpu, weight: 101 }] } }\n",
            "initializing plugin \"NodeResourcesFit\": [ignoredResourceGroups[0]: Invalid value: \"a/b\": resource group \
             name can't contain '/', scoringStrategy.type: Unsupported value: \"Best\": supported values: \
             \"LeastAllocated\", \"MostAllocated\", \"RequestedToCapacityRatio\", \
             scoringStrategy.resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range (0, 100]]",
        ),
        (
            "profiles:\n- pluginConfig:\n  - name: NodeResourcesFit\n    args: { scoringStrategy: { type: RequestedToCapacityRatio, requestedToCapacityRatio: { shape: [{ utilization: 5 }, { utilization: 5, score: 11 }] } } }\n",
            "initializing plugin \"NodeResourcesFit\": [scoringStrategy.shape[1].utilization: Invalid value: 5: values must be \
             sorted in increasing order, scoringStrategy.shape[1].score: Invalid value: 11: not in valid range [0, 10]]",
        ),
        (
            "profiles:\n- pluginConfig:\n  - name: NodeResourcesFit\n    args: { scoringStrategy: { type: MostAllocated, requestedToCapacityRatio: { shape: [] } } }\n",
            "initializing plugin \"NodeResourcesFit\": scoringStrategy.shape: Required value: at least one point must be \
             specified",
        ),
        (
            "profiles:\n- plugins: { multiPoint: { disabled: [{ name: '*' }] } }\n",
            "only one queue sort plugin required for profile with scheduler name \"default-scheduler\", but got 0",
        ),
        (
            "profiles:\n- plugins: { bind: { disabled: [{ name: '*' }] } }\n",
            "at least one bind plugin is needed for profile with scheduler name \"default-scheduler\"",
        ),
    ] {
        check_error(rest, &format!("{of_profile}{want}"));
    }
}

/// The last one first.
struct LastFirst;

impl Plugin for LastFirst {
    fn name(&self) -> &'static str {
        "LastFirst"
    }

    fn queue_sort(&self) -> Option<&dyn QueueSortPlugin> {
        Some(self)
    }
}

impl QueueSortPlugin for LastFirst {
    fn less(&self, first: Waiting<'_>, second: Waiting<'_>) -> bool {
        first.arrival > second.arrival
    }
}

#[test]
fn profiles_that_sort_the_one_queue_in_different_ways_are_refused() {
    let mut registry = plugins::in_tree();
    registry.register("LastFirst", |_| Ok(Arc::new(LastFirst)));
    let sort = "plugins: { multiPoint: { disabled: [{ name: PrioritySort }], enabled: [{ name: LastFirst }] } }";
    let of = |first: &str, other: &str| {
        let text = format!("{HEAD}profiles:\n- schedulerName: a\n  {first}\n- schedulerName: b\n  {other}\n");
        let made = KubeSchedulerConfiguration::parse(&text).unwrap().profiles(&registry);
        made.map_or_else(|error| error.to_string(), |profiles| format!("{} profiles", profiles.len()))
    };
    assert_eq!(of(sort, sort), "2 profiles");
    let head = "initializing profiles: different queue sort";
    assert_eq!(of("", sort), format!("{head} plugins for profile \"b\": \"LastFirst\", first: \"PrioritySort\""));
    let with_args = format!("{sort}\n  pluginConfig: [{{ name: LastFirst, args: {{ x: 1 }} }}]");
    assert_eq!(of(sort, &with_args), format!("{head} plugin args for profile \"b\""));
}

#[test]
fn plugins_follow_the_gates_that_the_configuration_was_completed_with() {
    let has = |is_on| {
        let gates = FeatureGates::default().with("NodeDeclaredFeatures", is_on);
        let configuration = KubeSchedulerConfiguration::parse_with(HEAD, &gates).unwrap();
        configuration.profiles(&plugins::in_tree()).unwrap()[0].plugin("NodeDeclaredFeatures").is_some()
    };
    assert!(has(true) && !has(false));
}

#[test]
fn keys_of_extenders_are_not_shown() {
    let extender = serde_json::json!({ "urlPrefix": "http://x", "tlsConfig": { "keyData": "c2VjcmV0" } });
    let configuration: KubeSchedulerConfiguration =
        serde_json::from_value(serde_json::json!({ "extenders": [extender] })).unwrap();
    assert!(configuration.to_yaml().contains("c2VjcmV0"));
    assert!(!configuration.without_keys().to_yaml().contains("c2VjcmV0"));
}

#[test]
fn what_a_gate_adds_to_arguments_is_taken_by_the_plugins() {
    let gates = FeatureGates::default().with("StorageCapacityScoring", true);
    let configuration = KubeSchedulerConfiguration::parse_with(HEAD, &gates).unwrap();
    assert!(configuration.to_yaml().contains("shape:"), "the gate adds it");
    configuration.profiles(&plugins::in_tree()).unwrap();
}
