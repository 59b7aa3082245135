//! The plugins that work unless a profile says otherwise; follows pkg/scheduler/apis/config/v1/default_plugins.go.

use std::collections::BTreeSet;

use super::super::{Plugin, PluginSet, Plugins};

/// The default plugins, all of them for every point that they know. Weights are those of plugins that rate nodes.
const DEFAULT: [(&str, Option<i32>); 20] = [
    ("SchedulingGates", None),
    ("PrioritySort", None),
    ("NodeUnschedulable", None),
    ("NodeName", None),
    ("TaintToleration", Some(3)),
    ("NodeAffinity", Some(2)),
    ("NodePorts", None),
    ("NodeResourcesFit", Some(1)),
    ("VolumeRestrictions", None),
    ("NodeVolumeLimits", None),
    ("VolumeBinding", None),
    ("VolumeZone", None),
    ("PodTopologySpread", Some(2)),
    ("InterPodAffinity", Some(2)),
    // Before preemption: to take back an idle claim is better than to evict a pod that works.
    ("DynamicResources", Some(2)),
    ("DefaultPreemption", None),
    ("NodeResourcesBalancedAllocation", Some(1)),
    ("ImageLocality", Some(1)),
    ("DefaultBinder", None),
    ("NodeDeclaredFeatures", None),
];

/// Puts the default plugins before those that the profile adds, except those that it turns off. A default one that the
/// profile names again stays in its place, with what the profile says of it.
pub(super) fn add_default(plugins: &mut Plugins) {
    let PluginSet { enabled, disabled } = &mut plugins.multi_point;
    let disabled: BTreeSet<&str> = disabled.iter().map(|plugin| plugin.name.as_str()).collect();
    if disabled.contains("*") {
        return;
    }
    let mut added = std::mem::take(enabled);
    for (name, weight) in DEFAULT.into_iter().filter(|(name, _)| !disabled.contains(name)) {
        let own = added.iter().rposition(|plugin| plugin.name == name).map(|at| added.remove(at));
        enabled.push(own.unwrap_or_else(|| Plugin { name: name.to_owned(), weight }));
    }
    enabled.append(&mut added);
}

/// The names of all plugins that work at some point, sorted.
pub(super) fn names(plugins: &Plugins) -> BTreeSet<&str> {
    let Plugins {
        pre_enqueue,
        queue_sort,
        pre_filter,
        filter,
        post_filter,
        pre_score,
        score,
        reserve,
        permit,
        pre_bind,
        bind,
        post_bind,
        multi_point,
        placement_generate,
        placement_score,
    } = plugins;
    let sets = [
        pre_enqueue,
        queue_sort,
        pre_filter,
        filter,
        post_filter,
        pre_score,
        score,
        reserve,
        permit,
        pre_bind,
        bind,
        post_bind,
        multi_point,
        placement_generate,
        placement_score,
    ];
    sets.into_iter().flat_map(|set| &set.enabled).map(|plugin| plugin.name.as_str()).collect()
}
