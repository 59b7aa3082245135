//! What is wrong with a complete configuration: all of it at once, with field paths. Follows kube-scheduler's
//! apis/config/validation and component-base's config/validation.

use kubeforge_machinery::{
    feature_gates::FeatureGates,
    field::{BadValue, Error, ErrorList, Path},
    validation::is_qualified_name,
};
use serde_json::Value;

use super::{
    API_VERSION, ClientConnection, Extender, KubeSchedulerConfiguration, KubeSchedulerProfile, LeaderElection,
    PluginConfig, PluginSet, arguments, decode::DecodeError,
};
use crate::resources::is_extended;

impl KubeSchedulerConfiguration {
    /// What is wrong with the configuration, which must be complete.
    ///
    /// # Errors
    /// Where a plugin's arguments can't be read.
    pub fn validate(&self, gates: &FeatureGates) -> Result<ErrorList, DecodeError> {
        let mut errors: ErrorList = validate_connection(&self.client_connection).into_iter().collect();
        errors.extend(validate_election(&self.leader_election));
        let parallelism = self.parallelism.unwrap_or_default();
        if parallelism <= 0 {
            let detail = "should be an integer value greater than zero";
            errors.push(Error::invalid(&Path::new("parallelism"), BadValue::plain(parallelism), detail));
        }
        errors.extend(validate_profiles(&self.profiles, gates)?);
        errors.extend(validate_percentage(&Path::new("percentageOfNodesToScore"), self.percentage_of_nodes_to_score));
        let initial = self.pod_initial_backoff_seconds.unwrap_or_default();
        let max = self.pod_max_backoff_seconds.unwrap_or_default();
        if initial <= 0 {
            let path = Path::new("podInitialBackoffSeconds");
            errors.push(Error::invalid(&path, BadValue::plain(initial), "must be greater than 0"));
        }
        if max < initial {
            let detail = "must be greater than or equal to PodInitialBackoffSeconds";
            errors.push(Error::invalid(&Path::new("podMaxBackoffSeconds"), BadValue::plain(max), detail));
        }
        errors.extend(validate_extenders(&self.extenders));
        Ok(errors)
    }
}

fn validate_connection(connection: &ClientConnection) -> Option<Error> {
    let path = Path::new("clientConnection");
    let burst = BadValue::plain(connection.burst);
    (connection.burst < 0).then(|| Error::invalid(&path.child("burst"), burst, "must be non-negative"))
}

fn validate_election(election: &LeaderElection) -> ErrorList {
    let mut errors = ErrorList::new();
    if election.leader_elect == Some(false) {
        return errors;
    }
    let path = Path::new("leaderElection");
    let durations = [
        ("leaseDuration", election.lease_duration),
        ("renewDeadline", election.renew_deadline),
        ("retryPeriod", election.retry_period),
    ];
    for (name, duration) in durations.into_iter().filter(|(_, duration)| duration.as_nanos() <= 0) {
        errors.push(Error::invalid(&path.child(name), BadValue::plain(duration), "must be greater than zero"));
    }
    if election.lease_duration.as_nanos() <= election.renew_deadline.as_nanos() {
        // the other's value, as upstream has it
        let bad = BadValue::plain(election.renew_deadline);
        errors.push(Error::invalid(&path.child("leaseDuration"), bad, "must be greater than `RenewDeadline`"));
    }
    let texts = [
        ("resourceLock", &election.resource_lock),
        ("resourceNamespace", &election.resource_namespace),
        ("resourceName", &election.resource_name),
    ];
    for (name, _) in texts.into_iter().filter(|(_, text)| text.is_empty()) {
        errors.push(Error::required(&path.child(name), ""));
    }
    if election.resource_lock != "leases" {
        let detail = "resourceLock value must be \"leases\"";
        errors.push(Error::invalid(&path.child("resourceLock"), &election.resource_lock, detail));
    }
    errors
}

fn validate_percentage(path: &Path<'_>, percentage: Option<i32>) -> Option<Error> {
    let percentage = percentage.filter(|percentage| !(0..=100).contains(percentage))?;
    Some(Error::invalid(path, BadValue::plain(percentage), "not in valid range [0-100]"))
}

fn validate_profiles(profiles: &[KubeSchedulerProfile], gates: &FeatureGates) -> Result<ErrorList, DecodeError> {
    let path = Path::new("profiles");
    let mut errors = ErrorList::new();
    let name = |profile: &KubeSchedulerProfile| profile.scheduler_name.clone().unwrap_or_default();
    for (place, profile) in profiles.iter().enumerate() {
        let at = path.index(place);
        if name(profile).is_empty() {
            errors.push(Error::required(&at.child("schedulerName"), ""));
        }
        let percentage = profile.percentage_of_nodes_to_score;
        errors.extend(validate_percentage(&at.child("percentageOfNodesToScore"), percentage));
        let plugins = at.child("plugins");
        let sets = profile.plugins.iter().flat_map(|plugins| plugins.sets());
        for (point, set) in sets.filter(|(point, _)| *point != "multiPoint") {
            let at = plugins.child(point);
            let at = at.child("enabled");
            let removed = set.enabled.iter().enumerate().filter(|(_, plugin)| is_removed(&plugin.name));
            errors.extend(removed.map(|(place, plugin)| removed_plugin(&at.index(place), &plugin.name)));
        }
        for (number, config) in profile.plugin_config.iter().enumerate() {
            let before = profile.plugin_config.get(..number).unwrap_or_default();
            errors.extend(validate_config(&at.child("pluginConfig").index(number), config, before, gates)?);
        }
        // the last one of the same name is told of
        if let Some(other) = profiles.iter().take(place).rposition(|other| name(other) == name(profile)) {
            let other = path.index(other).child("schedulerName").to_string();
            errors.push(Error::duplicate(&at.child("schedulerName"), BadValue::plain(other)));
        }
    }
    errors.extend(validate_queue_sort(&path, profiles));
    Ok(errors)
}

/// The plugin that validates its arguments itself.
pub(super) const NODE_RESOURCES_FIT: &str = "NodeResourcesFit";

/// Plugins that kube-scheduler had once.
const REMOVED: [&str; 4] = ["AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits"];

fn is_removed(plugin: &str) -> bool {
    REMOVED.contains(&plugin)
}

fn removed_plugin(path: &Path<'_>, plugin: &str) -> Error {
    let detail = format!("was invalid in version \"v1\" (KubeSchedulerConfiguration is version {API_VERSION:?})");
    Error::invalid(path, plugin, detail)
}

fn validate_config(
    path: &Path<'_>,
    config: &PluginConfig,
    before: &[PluginConfig],
    gates: &FeatureGates,
) -> Result<ErrorList, DecodeError> {
    let mut errors = ErrorList::new();
    if before.iter().any(|other| other.name == config.name) {
        errors.push(Error::duplicate(path, &config.name));
    }
    if is_removed(&config.name) {
        errors.push(removed_plugin(path, &config.name));
    }
    // upstream leaves those of NodeResourcesFit to the plugin, see `expand`
    let kind = arguments::of_plugin(&config.name).filter(|_| config.name != NODE_RESOURCES_FIT);
    if let (Some(kind), Some(args)) = (kind, &config.args) {
        errors.extend((kind.validate)(kind, &path.child("args"), args, gates)?);
    }
    Ok(errors)
}

/// All profiles share one queue, so they must sort it alike.
fn validate_queue_sort(path: &Path<'_>, profiles: &[KubeSchedulerProfile]) -> ErrorList {
    let mut errors = ErrorList::new();
    let none = PluginSet::default();
    let sort =
        |profile: &KubeSchedulerProfile| profile.plugins.as_ref().map_or(none.clone(), |it| it.queue_sort.clone());
    let Some((first, others)) = profiles.split_first() else { return errors };
    let canon = sort(first);
    if canon.enabled.len() > 1 {
        let at = path.index(0);
        let at = at.child("plugins");
        let at = at.child("queueSort");
        let bad = BadValue::plain(canon.enabled.len());
        errors.push(Error::invalid(&at.child("Enabled"), bad, "only one queue sort plugin can be enabled"));
    }
    let plugin = canon.enabled.first().map(|plugin| plugin.name.as_str());
    let args = |profile: &KubeSchedulerProfile| -> Option<Value> {
        profile.plugin_config.iter().find(|config| Some(&*config.name) == plugin)?.args.clone()
    };
    for (place, profile) in (1..).zip(others) {
        let at = path.index(place);
        let found = sort(profile);
        if found != canon {
            let bad = BadValue::plain(set_text(&found));
            let at = at.child("plugins");
            errors.push(Error::invalid(&at.child("queueSort"), bad, "must be the same for all profiles"));
        }
        let others = args(profile);
        if plugin.is_some() && others.is_some() && others != args(first) {
            let bad = BadValue::plain(others.unwrap_or_default());
            let at = at.child("pluginConfig");
            errors.push(Error::invalid(&at.child("args"), bad, "queueSort must be the same for all profiles"));
        }
    }
    errors
}

/// A set as Go writes a struct without names for JSON.
fn set_text(set: &PluginSet) -> String {
    let list = |plugins: &[super::PluginRef]| {
        let plugin = |it: &super::PluginRef| format!("{{\"Name\":{:?},\"Weight\":{}}}", it.name, it.weight);
        match plugins {
            [] => "null".to_owned(),
            plugins => format!("[{}]", plugins.iter().map(plugin).collect::<Vec<_>>().join(",")),
        }
    };
    format!("{{\"Enabled\":{},\"Disabled\":{}}}", list(&set.enabled), list(&set.disabled))
}

fn validate_extenders(extenders: &[Extender]) -> ErrorList {
    let path = Path::new("extenders");
    let mut errors = ErrorList::new();
    let mut managed = Vec::new();
    for (place, extender) in extenders.iter().enumerate() {
        let at = path.index(place);
        if !extender.prioritize_verb.is_empty() && extender.weight <= 0 {
            let detail = "must have a positive weight applied to it";
            errors.push(Error::invalid(&at.child("weight"), BadValue::plain(extender.weight), detail));
        }
        let resources = at.child("managedResources");
        for (place, resource) in extender.managed_resources.iter().enumerate() {
            let at = resources.index(place);
            let at = at.child("name");
            let name = &resource.name;
            let problems = is_qualified_name(name);
            if problems.is_empty() && !is_extended(name) {
                errors.push(Error::invalid(&at, name, "is an invalid extended resource name"));
            }
            errors.extend(problems.into_iter().map(|problem| Error::invalid(&at, name, problem)));
            if managed.contains(&name) {
                errors.push(Error::invalid(&at, name, "duplicate extender managed resource name"));
            }
            managed.push(name);
        }
    }
    let binders = extenders.iter().filter(|extender| !extender.bind_verb.is_empty()).count();
    if binders > 1 {
        let bad = format!("found {binders} extenders implementing bind");
        errors.push(Error::invalid(&path, &bad, "only one extender can implement bind"));
    }
    errors
}
