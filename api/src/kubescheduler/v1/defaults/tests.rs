use kubeforge_machinery::RawExtension;
use serde_json::json;

use super::*;
use crate::{
    kubescheduler::v1::{Plugin, PluginConfig, Plugins},
    testing::defaulted,
};

fn profile(change: impl FnOnce(&mut Plugins)) -> KubeSchedulerProfile {
    let mut plugins = Plugins::default();
    change(&mut plugins);
    defaulted(KubeSchedulerProfile { plugins: Some(Box::new(plugins)), ..Default::default() })
}

fn plugin(name: &str, weight: Option<i32>) -> Plugin {
    Plugin { name: name.into(), weight }
}

fn enabled(profile: &KubeSchedulerProfile) -> Vec<&Plugin> {
    profile.plugins.iter().flat_map(|plugins| &plugins.multi_point.enabled).collect()
}

fn config(name: &str, args: serde_json::Value) -> PluginConfig {
    PluginConfig { name: name.into(), args: RawExtension::from_value(&args) }
}

/// The settings of a plugin in a profile that has only these.
#[track_caller]
fn settings(of: &str, args: serde_json::Value) -> serde_json::Value {
    let profile = defaulted(KubeSchedulerProfile { plugin_config: vec![config(of, args)], ..Default::default() });
    profile.plugin_config[0].args.to_value().unwrap()
}

#[test]
fn plugins_that_are_turned_off_are_gone() {
    let profile = profile(|plugins| plugins.multi_point.disabled = vec![plugin("ImageLocality", None)]);
    assert_eq!(enabled(&profile).len(), 19);
    assert!(!enabled(&profile).contains(&&plugin("ImageLocality", Some(1))));
}

#[test]
fn with_all_turned_off_only_those_named_are_left() {
    let profile = profile(|plugins| {
        plugins.multi_point.disabled = vec![plugin("*", None)];
        plugins.multi_point.enabled = vec![plugin("PrioritySort", None), plugin("Mine", None)];
    });
    assert_eq!(enabled(&profile), [&plugin("PrioritySort", None), &plugin("Mine", None)]);
    assert!(profile.plugin_config.is_empty(), "none of them has settings");
}

#[test]
fn a_default_plugin_named_again_stays_in_its_place_and_others_come_last() {
    let profile = profile(|plugins| {
        plugins.multi_point.enabled = vec![plugin("Mine", Some(7)), plugin("TaintToleration", Some(5))];
    });
    let enabled = enabled(&profile);
    assert_eq!(enabled[4], &plugin("TaintToleration", Some(5)));
    assert_eq!(enabled.last().unwrap(), &&plugin("Mine", Some(7)));
    assert_eq!(enabled.len(), 21);
}

#[test]
fn settings_are_filled_in() {
    let args = settings(
        "NodeResourcesFit",
        json!({"scoringStrategy": {"type": "MostAllocated", "resources": [{"name": "cpu"}]}}),
    );
    assert_eq!(args["kind"], "NodeResourcesFitArgs");
    assert_eq!(args["scoringStrategy"], json!({"type": "MostAllocated", "resources": [{"name": "cpu", "weight": 1}]}));
    let args = settings("InterPodAffinity", serde_json::Value::Null);
    assert_eq!(args["hardPodAffinityWeight"], 1);
}

#[test]
fn settings_that_cannot_be_read_are_left_alone() {
    let wrong = [
        ("VolumeBinding", json!({"bindTimeoutSeconds": "soon"})),
        ("VolumeBinding", json!({"bindTimeout": 10})),
        ("VolumeBinding", json!({"kind": "NodeAffinityArgs", "apiVersion": "kubescheduler.config.k8s.io/v1"})),
        ("Mine", json!({"anything": ["goes"]})),
    ];
    for (name, args) in wrong {
        assert_eq!(settings(name, args.clone()), args);
    }
}

#[test]
fn settings_that_are_missing_are_added_by_name() {
    let profile = defaulted(KubeSchedulerProfile {
        plugin_config: vec![config("VolumeBinding", json!({}))],
        ..Default::default()
    });
    let names: Vec<_> = profile.plugin_config.iter().map(|config| config.name.as_str()).collect();
    let added = [
        "DefaultPreemption",
        "DynamicResources",
        "InterPodAffinity",
        "NodeAffinity",
        "NodeResourcesBalancedAllocation",
        "NodeResourcesFit",
        "PodTopologySpread",
    ];
    assert_eq!((names[0], &names[1..]), ("VolumeBinding", &added[..]));
}

#[test]
fn several_profiles_must_name_themselves() {
    let config = defaulted(KubeSchedulerConfiguration {
        profiles: vec![KubeSchedulerProfile::default(), KubeSchedulerProfile::default()],
        ..Default::default()
    });
    assert!(config.profiles.iter().all(|profile| profile.scheduler_name.is_none() && profile.plugins.is_some()));
}

#[test]
fn waiting_for_locks_is_not_profiled_without_profiling() {
    let mut config = KubeSchedulerConfiguration::default();
    config.debugging_configuration.enable_profiling = Some(false);
    assert_eq!(defaulted(config).debugging_configuration.enable_contention_profiling, None);
}
