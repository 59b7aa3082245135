//! From what a profile says to plugins in order for each extension point.
//!
//! `multiPoint` puts a plugin into every extension point that it takes part in. What an extension point enables itself
//! comes first where it is in `multiPoint` too, else last; what it disables stays out. Follows kube-scheduler's
//! framework/runtime (NewFramework, expandMultiPointPlugins), error texts included.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::{
    feature_gates::FeatureGates,
    field::{self, Error, ErrorList, Path},
};
use serde_json::Value;

use super::{
    ConfigError, DEFAULT_PLUGINS, KubeSchedulerProfile, PluginRef, PluginSet, Plugins, arguments, defaults::ALL,
    validation::NODE_RESOURCES_FIT,
};
use crate::{
    extender::HttpExtender,
    framework::{MAX_NODE_SCORE, Plugin, PluginError, Profile, Registry, ScoringPlugin},
};

type Made = BTreeMap<String, Arc<dyn Plugin>>;

/// Makes the plugins of a complete profile and puts them in order.
pub(super) fn profile(
    profile: &KubeSchedulerProfile,
    registry: &Registry,
    percentage: i32,
    extenders: &Arc<[HttpExtender]>,
    gates: &FeatureGates,
) -> Result<Profile, ConfigError> {
    let name = profile.scheduler_name.clone().unwrap_or_default();
    let expanded = Expansion::new(profile, registry, gates).and_then(|expansion| expansion.profile(&name));
    let profile_of = |expanded| Profile {
        percentage_of_nodes_to_score: profile.percentage_of_nodes_to_score.unwrap_or(percentage),
        is_quiet: !gates.enabled("NominatedNodeNameForExpectation"),
        extenders: Arc::clone(extenders),
        ..expanded
    };
    expanded.map(profile_of).map_err(|reason| ConfigError::Profile { profile: name.clone(), reason })
}

struct Expansion {
    plugins: Plugins,
    multi_point: Vec<PluginRef>,
    made: Made,
}

/// An extension point: the name of its interface upstream, and which plugins take part in it.
type Point = (&'static str, fn(&dyn Plugin) -> bool);

impl Expansion {
    fn new(profile: &KubeSchedulerProfile, registry: &Registry, gates: &FeatureGates) -> Result<Self, String> {
        let plugins = profile.plugins.clone().unwrap_or_default();
        // kube-scheduler has default plugins that a registry may lack; they are not missed
        let is_left_out =
            |name: &str| !registry.contains(name) && DEFAULT_PLUGINS.iter().any(|plugin| plugin.name == name);
        let everywhere = plugins.multi_point.enabled.iter();
        let multi_point = everywhere.filter(|plugin| !is_left_out(&plugin.name)).cloned().collect();
        let mut made = Made::new();
        for plugin in plugins.sets().iter().flat_map(|(_, set)| &set.enabled) {
            if !registry.contains(&plugin.name) || made.contains_key(&plugin.name) {
                continue;
            }
            let config = profile.plugin_config.iter().find(|config| config.name == plugin.name);
            let args = config.and_then(|config| config.args.as_ref());
            if let Some(args) = args.filter(|_| plugin.name == NODE_RESOURCES_FIT) {
                check_arguments(&plugin.name, args, gates)?;
            }
            let args = args.map(arguments::without_type);
            let plugin_made = registry.make(&plugin.name, args.as_ref()).map_err(|error| error.to_string())?;
            plugin_made.obey(gates);
            made.insert(plugin.name.clone(), plugin_made);
        }
        Ok(Self { plugins, multi_point, made })
    }

    fn profile(&self, scheduler_name: &str) -> Result<Profile, String> {
        let sets = &self.plugins;
        let profile = Profile {
            scheduler_name: scheduler_name.to_owned(),
            pre_filter: self.plain(&sets.pre_filter, ("PreFilterPlugin", |it| it.pre_filter().is_some()))?,
            filter: self.plain(&sets.filter, ("FilterPlugin", |it| it.filter().is_some()))?,
            post_filter: self.plain(&sets.post_filter, ("PostFilterPlugin", |it| it.post_filter().is_some()))?,
            reserve: self.plain(&sets.reserve, ("ReservePlugin", |it| it.reserve().is_some()))?,
            pre_score: self.plain(&sets.pre_score, ("PreScorePlugin", |it| it.pre_score().is_some()))?,
            score: self.expand(&sets.score, ("ScorePlugin", |it| it.score().is_some()))?,
            pre_bind: self.plain(&sets.pre_bind, ("PreBindPlugin", |it| it.pre_bind().is_some()))?,
            bind: self.plain(&sets.bind, ("BindPlugin", |it| it.bind().is_some()))?,
            post_bind: self.plain(&sets.post_bind, ("PostBindPlugin", |it| it.post_bind().is_some()))?,
            permit: self.plain(&sets.permit, ("PermitPlugin", |it| it.permit().is_some()))?,
            pre_enqueue: self.plain(&sets.pre_enqueue, ("PreEnqueuePlugin", |it| it.pre_enqueue().is_some()))?,
            queue_sort: self.plain(&sets.queue_sort, ("QueueSortPlugin", |it| it.queue_sort().is_some()))?,
            ..Profile::default()
        };
        check(&profile)?;
        // nothing runs there, but what is named must be able to
        self.plain(&sets.placement_generate, ("PlacementGeneratePlugin", |it| it.takes_part_in_placement_generate()))?;
        self.plain(&sets.placement_score, ("PlacementScorePlugin", |it| it.takes_part_in_placement_score()))?;
        Ok(profile)
    }

    fn plain(&self, set: &PluginSet, point: Point) -> Result<Vec<Arc<dyn Plugin>>, String> {
        Ok(self.expand(set, point)?.into_iter().map(|scoring| scoring.plugin).collect())
    }

    fn expand(&self, set: &PluginSet, (interface, takes_part): Point) -> Result<Vec<ScoringPlugin>, String> {
        let mut named = Vec::<&str>::new();
        for PluginRef { name, .. } in &set.enabled {
            match self.made.get(name) {
                None => return Err(format!("{interface} {name:?} does not exist")),
                Some(plugin) if !takes_part(&**plugin) => {
                    return Err(format!("plugin {name:?} does not extend {interface} plugin"));
                }
                Some(_) if named.contains(&&**name) => {
                    return Err(format!("plugin {name:?} already registered as {interface:?}"));
                }
                Some(_) => named.push(name),
            }
        }
        let is_disabled = |name: &str| set.disabled.iter().any(|plugin| plugin.name == name);
        let mut everywhere = Vec::<&PluginRef>::new();
        let mut first = Vec::<&str>::new();
        for plugin in self.multi_point.iter().filter(|_| !is_disabled(ALL)) {
            let name = &*plugin.name;
            let Some(made) = self.made.get(name) else { return Err(format!("{interface} {name:?} does not exist")) };
            if !takes_part(&**made) || is_disabled(name) {
                continue;
            }
            if named.contains(&name) {
                first.push(name);
            } else if everywhere.iter().any(|other| other.name == name) {
                return Err(format!("plugin {name:?} already registered as {interface:?}"));
            } else {
                everywhere.push(plugin);
            }
        }
        let (first, last): (Vec<&PluginRef>, Vec<_>) =
            set.enabled.iter().partition(|plugin| first.contains(&&*plugin.name));
        let scoring = first.into_iter().chain(everywhere).chain(last).filter_map(|plugin| {
            let weight = if plugin.weight == 0 { 1 } else { i64::from(plugin.weight) };
            Some(ScoringPlugin { plugin: Arc::clone(self.made.get(&plugin.name)?), weight })
        });
        Ok(scoring.collect())
    }
}

/// What a plugin says of its arguments where nobody has looked at them before.
fn check_arguments(plugin: &str, args: &Value, gates: &FeatureGates) -> Result<(), String> {
    let Some(kind) = arguments::of_plugin(plugin) else { return Ok(()) };
    let root = Path::new("args");
    let wrong = (kind.validate)(kind, &root, args, gates).map_err(|error| error.to_string())?;
    // the plugin does not know where its arguments come from
    let without_root = |error: Error| {
        let field = error.field.strip_prefix("args.").map_or(error.field.clone(), str::to_owned);
        Error { field, ..error }
    };
    let wrong: ErrorList = wrong.into_iter().map(without_root).collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => {
            let (name, reason) = (plugin.to_owned(), field::aggregate(&wrong));
            Err(PluginError::Arguments { name, reason }.to_string())
        }
    }
}

fn check(profile: &Profile) -> Result<(), String> {
    let name = &profile.scheduler_name;
    let sorts = profile.queue_sort.len();
    if sorts != 1 {
        return Err(format!(
            "only one queue sort plugin required for profile with scheduler name {name:?}, but got {sorts}"
        ));
    }
    if profile.bind.is_empty() {
        return Err(format!("at least one bind plugin is needed for profile with scheduler name {name:?}"));
    }
    let mut total = 0_i64;
    for scoring in &profile.score {
        total = scoring
            .weight
            .checked_mul(MAX_NODE_SCORE)
            .and_then(|score| total.checked_add(score))
            .ok_or("total score of Score plugins could overflow")?;
    }
    // places of plugins are noted in 64 bits
    if profile.filter.len() > 64 || profile.score.len() > 64 {
        return Err(format!("more than 64 plugins in an extension point for profile with scheduler name {name:?}"));
    }
    Ok(())
}
