//! `KubeSchedulerConfiguration` (kubescheduler.config.k8s.io/v1): kube-scheduler's configuration file.
//!
//! A file is read strictly ([`decode`]: unknown fields, fields that are there twice and values of the wrong type are errors
//! that name them), completed with defaults ([`defaults`]), and validated as a whole ([`validation`]), all in upstream's
//! words. [`expand`] makes profiles of it. `percentageOfNodesToScore` holds as upstream has it where it is given; where it is
//! not, what is known of all nodes is used, and nodes that have to be looked at one by one are by upstream's rule. `parallelism`
//! is checked and has no effect: one thread decides, and pays for what changed rather than for all nodes.

mod arguments;
mod decode;
mod defaults;
mod expand;
mod file;
mod validation;

pub use decode::DecodeError;
pub use defaults::{DEFAULT_PLUGINS, DEFAULT_SCHEDULER_NAME, DefaultPlugin};
pub use file::{
    ClientConnection, Extender, ExtenderTls, KubeSchedulerConfiguration, KubeSchedulerProfile, LeaderElection,
    ManagedResource, PluginConfig, PluginRef, PluginSet, Plugins,
};

use std::{sync::Arc, time::Duration};

use kubeforge_machinery::{
    feature_gates::FeatureGates,
    field::{self, ErrorList},
    yaml,
};

use crate::{
    extender::{self, ExtenderError},
    framework::{Profile, Registry},
    queue::Backoff,
};

/// The group of the configuration's kinds.
const GROUP: &str = "kubescheduler.config.k8s.io";
/// The version that is read.
const API_VERSION: &str = "kubescheduler.config.k8s.io/v1";
const KIND: &str = "KubeSchedulerConfiguration";

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It can't be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Values make no sense.
    #[error("{}", field::aggregate(.0))]
    Invalid(ErrorList),
    /// The plugins of a profile can't be made or put in order.
    #[error("initializing profiles: creating profile for scheduler name {profile}: {reason}")]
    Profile {
        /// The name of the scheduler.
        profile: String,
        /// What is wrong.
        reason: String,
    },
    /// Profiles sort the one queue in different ways.
    #[error("initializing profiles: different queue sort {what}")]
    QueueSort {
        /// What is different.
        what: String,
    },
    /// An extender can't be reached as it is said.
    #[error("couldn't build extenders: {0}")]
    Extender(#[from] ExtenderError),
}

impl KubeSchedulerConfiguration {
    /// Reads a configuration file and fills in what it does not say.
    ///
    /// # Errors
    /// Where it is malformed, of another kind, or has unknown fields or values that make no sense.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::parse_with(text, &FeatureGates::default())
    }

    /// Reads a configuration file and fills in what it does not say, as it is with these gates. It is not validated yet.
    ///
    /// # Errors
    /// Where it is malformed, of another kind, or has unknown fields.
    pub fn read(text: &str, gates: &FeatureGates) -> Result<Self, ConfigError> {
        let mut configuration = decode::configuration(text)?;
        configuration.complete(gates)?;
        Ok(configuration)
    }

    /// As [`Self::parse`], with these gates.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_with(text: &str, gates: &FeatureGates) -> Result<Self, ConfigError> {
        Self::read(text, gates)?.validated(gates)
    }

    /// Reads a configuration from a document.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn from_value(value: serde_json::Value) -> Result<Self, ConfigError> {
        let gates = FeatureGates::default();
        let mut configuration = decode::from_value(value, Vec::new())?;
        configuration.complete(&gates)?;
        configuration.validated(&gates)
    }

    /// The configuration, where nothing is wrong with it.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn validated(self, gates: &FeatureGates) -> Result<Self, ConfigError> {
        let errors = self.validate(gates)?;
        if errors.is_empty() { Ok(self) } else { Err(ConfigError::Invalid(errors)) }
    }

    /// The configuration as kube-scheduler writes it with `--write-config-to`, where it is complete.
    pub fn to_yaml(&self) -> String {
        let mut written = self.clone();
        for profile in &mut written.profiles {
            // by name, as upstream writes them
            profile.plugin_config.sort_by(|a, b| a.name.cmp(&b.name));
        }
        serde_json::to_value(&written).map_or_else(|error| error.to_string(), |value| yaml::from_value(&value))
    }

    /// For how long pods are left alone that were tried in vain.
    pub fn backoff(&self) -> Backoff {
        let seconds = |seconds: Option<i64>, default| Duration::from_secs(seconds.unwrap_or(default).unsigned_abs());
        Backoff {
            initial: seconds(self.pod_initial_backoff_seconds, 1),
            max: seconds(self.pod_max_backoff_seconds, 10),
            is_cut_short: self.gates.enabled("SchedulerPopFromBackoffQ"),
            ..Backoff::default()
        }
    }

    /// The same for people to see: keys are not shown.
    pub(crate) fn without_keys(&self) -> Self {
        let mut shown = self.clone();
        let keys = shown.extenders.iter_mut().filter_map(|extender| Some(&mut extender.tls_config.as_mut()?.key_data));
        keys.filter(|key| !key.is_empty()).for_each(|key| "--- REDACTED ---".clone_into(key));
        shown
    }

    /// The profiles, with plugins from the registry.
    ///
    /// # Errors
    /// Where a plugin is unknown or refuses its arguments, or a profile cannot sort or bind.
    pub fn profiles(&self, registry: &Registry) -> Result<Vec<Profile>, ConfigError> {
        let mut complete = self.clone();
        complete.complete(&self.gates)?;
        let extenders: Arc<[_]> = extender::make(&complete.extenders)?.into();
        let percentage = complete.percentage_of_nodes_to_score.unwrap_or_default();
        let mut profiles = Vec::<Profile>::new();
        for (place, profile) in complete.profiles.iter().enumerate() {
            let made = expand::profile(profile, registry, percentage, &extenders, &complete.gates)?;
            if let (Some(first), Some(config)) = (profiles.first(), complete.profiles.first().filter(|_| place > 0)) {
                check_sort((first, config), (&made, profile))?;
            }
            profiles.push(made);
        }
        Ok(profiles)
    }
}

/// All profiles share one queue, so each must sort it as the first does.
fn check_sort(
    first: (&Profile, &KubeSchedulerProfile),
    other: (&Profile, &KubeSchedulerProfile),
) -> Result<(), ConfigError> {
    let name = |profile: &Profile| profile.queue_sort.first().map_or("", |plugin| plugin.name());
    let args = |(profile, config): (&Profile, &KubeSchedulerProfile)| {
        let config = config.plugin_config.iter().find(|config| config.name == name(profile));
        config.and_then(|config| config.args.clone())
    };
    let of = &other.0.scheduler_name;
    let (sort, expected) = (name(other.0), name(first.0));
    if sort != expected {
        let what = format!("plugins for profile {of:?}: {sort:?}, first: {expected:?}");
        return Err(ConfigError::QueueSort { what });
    }
    if args(other) != args(first) {
        return Err(ConfigError::QueueSort { what: format!("plugin args for profile {of:?}") });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
