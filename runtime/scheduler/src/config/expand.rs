//! From what a profile says to plugins in order for each extension point.
//!
//! `multiPoint` puts a plugin into every extension point that it takes part in. What an extension point enables itself
//! comes first where it is in `multiPoint` too, else last; what it disables stays out.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{ConfigError, DEFAULT_PLUGINS, KubeSchedulerProfile, PluginRef, PluginSet};
use crate::framework::{Plugin, PluginError, Profile, Registry, ScoringPlugin};

const ALL: &str = "*";

/// Makes the plugins of a profile and puts them in order.
pub(super) fn profile(profile: &KubeSchedulerProfile, registry: &Registry) -> Result<Profile, ConfigError> {
    let multi_point = multi_point(&profile.plugins.multi_point, registry);
    let made = make(profile, &multi_point, registry)?;
    let sets = &profile.plugins;
    let expand = |set: &PluginSet, takes_part: fn(&dyn Plugin) -> bool, point: &str| {
        expand(profile, &made, &multi_point, set, takes_part, point)
    };
    let plain = |set: &PluginSet, takes_part: fn(&dyn Plugin) -> bool, point: &str| -> Result<Vec<_>, ConfigError> {
        Ok(expand(set, takes_part, point)?.into_iter().map(|scoring| scoring.plugin).collect())
    };
    let profile = Profile {
        scheduler_name: profile.scheduler_name.clone(),
        pre_enqueue: plain(&sets.pre_enqueue, |plugin| plugin.pre_enqueue().is_some(), "preEnqueue")?,
        queue_sort: plain(&sets.queue_sort, |plugin| plugin.queue_sort().is_some(), "queueSort")?,
        pre_filter: plain(&sets.pre_filter, |plugin| plugin.pre_filter().is_some(), "preFilter")?,
        filter: plain(&sets.filter, |plugin| plugin.filter().is_some(), "filter")?,
        post_filter: plain(&sets.post_filter, |plugin| plugin.post_filter().is_some(), "postFilter")?,
        pre_score: plain(&sets.pre_score, |plugin| plugin.pre_score().is_some(), "preScore")?,
        score: expand(&sets.score, |plugin| plugin.score().is_some(), "score")?,
        reserve: plain(&sets.reserve, |plugin| plugin.reserve().is_some(), "reserve")?,
        permit: plain(&sets.permit, |plugin| plugin.permit().is_some(), "permit")?,
        pre_bind: plain(&sets.pre_bind, |plugin| plugin.pre_bind().is_some(), "preBind")?,
        bind: plain(&sets.bind, |plugin| plugin.bind().is_some(), "bind")?,
        post_bind: plain(&sets.post_bind, |plugin| plugin.post_bind().is_some(), "postBind")?,
    };
    check(&profile)?;
    // nothing runs there, but what is named must be able to
    plain(&sets.placement_generate, |plugin| plugin.takes_part_in_placement_generate(), "placementGenerate")?;
    plain(&sets.placement_score, |plugin| plugin.takes_part_in_placement_score(), "placementScore")?;
    Ok(profile)
}

/// The plugins that go into every extension point they take part in: the default ones, changed as the profile says.
fn multi_point(set: &PluginSet, registry: &Registry) -> Vec<PluginRef> {
    let is_disabled = |name: &str| set.disabled.iter().any(|plugin| plugin.name == name || plugin.name == ALL);
    let again = |name: &str| set.enabled.iter().find(|plugin| plugin.name == name);
    let defaults = DEFAULT_PLUGINS.iter().filter(|plugin| registry.contains(plugin.name) && !is_disabled(plugin.name));
    let mut plugins: Vec<_> = defaults
        .map(|plugin| {
            let default = PluginRef { name: plugin.name.to_owned(), weight: plugin.weight };
            again(plugin.name).cloned().unwrap_or(default)
        })
        .collect();
    for plugin in &set.enabled {
        if !plugins.iter().any(|other| other.name == plugin.name) {
            plugins.push(plugin.clone());
        }
    }
    plugins
}

type Made = BTreeMap<String, Arc<dyn Plugin>>;

/// Makes each plugin that is named anywhere, once.
fn make(profile: &KubeSchedulerProfile, multi_point: &[PluginRef], registry: &Registry) -> Result<Made, ConfigError> {
    let error = |source| ConfigError::Plugin { profile: profile.scheduler_name.clone(), source };
    let sets = &profile.plugins;
    let points = [
        &sets.pre_enqueue,
        &sets.queue_sort,
        &sets.pre_filter,
        &sets.filter,
        &sets.post_filter,
        &sets.pre_score,
        &sets.score,
        &sets.reserve,
        &sets.permit,
        &sets.pre_bind,
        &sets.bind,
        &sets.post_bind,
        &sets.placement_generate,
        &sets.placement_score,
    ];
    let mut made = Made::new();
    for plugin in points.into_iter().flat_map(|set| &set.enabled).chain(multi_point) {
        if !made.contains_key(&plugin.name) {
            let arguments = arguments(profile, &plugin.name);
            let plugin_made = registry.make(&plugin.name, arguments.as_ref()).map_err(error)?;
            made.insert(plugin.name.clone(), plugin_made);
        }
    }
    if let Some(config) = profile.plugin_config.iter().find(|config| !registry.contains(&config.name)) {
        return Err(error(PluginError::Unknown { name: config.name.clone() }));
    }
    Ok(made)
}

/// The arguments of a plugin, without their own version and kind.
fn arguments(profile: &KubeSchedulerProfile, name: &str) -> Option<Value> {
    let mut arguments = profile.plugin_config.iter().find(|config| config.name == name)?.args.clone()?;
    if let Some(fields) = arguments.as_object_mut() {
        fields.remove("apiVersion");
        fields.remove("kind");
    }
    Some(arguments)
}

fn expand(
    profile: &KubeSchedulerProfile,
    made: &Made,
    multi_point: &[PluginRef],
    set: &PluginSet,
    takes_part: fn(&dyn Plugin) -> bool,
    point: &str,
) -> Result<Vec<ScoringPlugin>, ConfigError> {
    let is_disabled = |name: &str| set.disabled.iter().any(|plugin| plugin.name == name || plugin.name == ALL);
    let is_named = |name: &str| set.enabled.iter().any(|plugin| plugin.name == name);
    let is_everywhere = |name: &str| multi_point.iter().any(|plugin| plugin.name == name);
    if let Some(plugin) =
        set.enabled.iter().find(|plugin| made.get(&plugin.name).is_none_or(|made| !takes_part(&**made)))
    {
        return Err(ConfigError::Plugin {
            profile: profile.scheduler_name.clone(),
            source: PluginError::Arguments {
                name: plugin.name.clone(),
                reason: format!("the plugin does not take part in {point}"),
            },
        });
    }
    let first = set.enabled.iter().filter(|plugin| is_everywhere(&plugin.name) && !is_disabled(&plugin.name));
    let middle = multi_point.iter().filter(|plugin| {
        let is_part = made.get(&plugin.name).is_some_and(|made| takes_part(&**made));
        is_part && !is_disabled(&plugin.name) && !is_named(&plugin.name)
    });
    let last = set.enabled.iter().filter(|plugin| !is_everywhere(&plugin.name) || is_disabled(&plugin.name));
    let plugins = first.chain(middle).chain(last);
    let scoring = plugins.filter_map(|plugin| {
        let weight = if plugin.weight == 0 { 1 } else { plugin.weight };
        Some(ScoringPlugin { plugin: Arc::clone(made.get(&plugin.name)?), weight })
    });
    Ok(scoring.collect())
}

fn check(profile: &Profile) -> Result<(), ConfigError> {
    let invalid = |reason: String| Err(ConfigError::Invalid { field: "profiles".to_owned(), reason });
    let name = &profile.scheduler_name;
    match profile.queue_sort.len() {
        0 => return invalid(format!("no queue sort plugin for profile with scheduler name {name:?}")),
        1 => {}
        _ => {
            return invalid(format!(
                "only one queue sort plugin can be enabled for profile with scheduler name {name:?}"
            ));
        }
    }
    if profile.bind.is_empty() {
        return invalid(format!("at least one bind plugin is needed for profile with scheduler name {name:?}"));
    }
    // places of plugins are noted in 64 bits
    if profile.filter.len() > 64 || profile.score.len() > 64 {
        return invalid(format!("more than 64 plugins in an extension point for profile with scheduler name {name:?}"));
    }
    Ok(())
}
