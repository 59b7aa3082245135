//! `KubeSchedulerConfiguration` (kubescheduler.config.k8s.io/v1): kube-scheduler's configuration file.
//!
//! Unknown fields are errors that name them. `percentageOfNodesToScore` holds where nodes have to be looked at one by one;
//! what is known of all nodes is used whatever it says. No effect have `parallelism`, the profiling switches, and the client's rate limits and content types. Extenders
//! are refused.

mod defaults;
mod expand;
mod file;

pub use defaults::{DEFAULT_PLUGINS, DEFAULT_SCHEDULER_NAME, DefaultPlugin};
pub use file::{
    ClientConnection, KubeSchedulerConfiguration, KubeSchedulerProfile, LeaderElection, PluginConfig, PluginRef,
    PluginSet, Plugins,
};

use std::{collections::BTreeSet, time::Duration};

use kubeforge_machinery::yaml::{self, YamlError};

use crate::{
    framework::{PluginError, Profile, Registry},
    queue::Backoff,
};

/// The version that is read.
const API_VERSION: &str = "kubescheduler.config.k8s.io/v1";
const KIND: &str = "KubeSchedulerConfiguration";

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It is no YAML.
    #[error("cannot read the configuration as YAML")]
    Yaml(#[from] YamlError),
    /// It has unknown fields, or fields of the wrong type.
    #[error("strict decoding error: {0}")]
    Decode(#[from] serde_json::Error),
    /// It is of another kind or version.
    #[error("no kind {kind:?} is registered for version {version:?}")]
    Kind {
        /// Its kind.
        kind: String,
        /// Its version.
        version: String,
    },
    /// A value makes no sense.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// A plugin can't be made.
    #[error("profile {profile:?}")]
    Plugin {
        /// The name of the scheduler.
        profile: String,
        /// The plugin, and why.
        #[source]
        source: PluginError,
    },
}

impl KubeSchedulerConfiguration {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// Where it is malformed, of another kind, or has unknown fields or values that make no sense.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::from_value(yaml::to_value(text.as_bytes())?)
    }

    /// Reads a configuration from a document.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn from_value(value: serde_json::Value) -> Result<Self, ConfigError> {
        let text = |name| value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let (version, kind) = (text("apiVersion"), text("kind"));
        if version != API_VERSION || kind != KIND {
            return Err(ConfigError::Kind { kind, version });
        }
        let configuration: Self = serde_json::from_value(value)?;
        configuration.validate()?;
        Ok(configuration)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let mut names = BTreeSet::new();
        for (place, profile) in self.profiles.iter().enumerate() {
            check(names.insert(&profile.scheduler_name), &format!("profiles[{place}].schedulerName"), || {
                format!("Duplicate value: {:?}", profile.scheduler_name)
            })?;
            check(!profile.scheduler_name.is_empty(), &format!("profiles[{place}].schedulerName"), || {
                "Required value".to_owned()
            })?;
        }
        let percentages = self.profiles.iter().filter_map(|profile| profile.percentage_of_nodes_to_score);
        for percentage in percentages.chain(self.percentage_of_nodes_to_score) {
            check((0..=100).contains(&percentage), "percentageOfNodesToScore", || {
                format!("Invalid value: {percentage}: not in valid range [0-100]")
            })?;
        }
        let (initial, max) = (self.pod_initial_backoff_seconds, self.pod_max_backoff_seconds);
        check(initial > 0, "podInitialBackoffSeconds", || format!("Invalid value: {initial}: must be greater than 0"))?;
        check(max >= initial, "podMaxBackoffSeconds", || {
            format!("Invalid value: {max}: must be greater than or equal to PodInitialBackoffSeconds")
        })?;
        check(self.extenders.is_empty(), "extenders", || "extenders are not supported".to_owned())
    }

    fn profile(&self, profile: &KubeSchedulerProfile, registry: &Registry) -> Result<Profile, ConfigError> {
        let percentage = profile.percentage_of_nodes_to_score.or(self.percentage_of_nodes_to_score).unwrap_or(0);
        let percentage_of_nodes_to_score = u8::try_from(percentage).unwrap_or(0);
        Ok(Profile { percentage_of_nodes_to_score, ..expand::profile(profile, registry)? })
    }

    /// For how long pods are left alone that were tried in vain.
    pub fn backoff(&self) -> Backoff {
        let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
        Backoff { initial: seconds(self.pod_initial_backoff_seconds), max: seconds(self.pod_max_backoff_seconds) }
    }

    /// The profiles, with plugins from the registry.
    ///
    /// # Errors
    /// Where a plugin is unknown or refuses its arguments, or a profile cannot sort or bind.
    pub fn profiles(&self, registry: &Registry) -> Result<Vec<Profile>, ConfigError> {
        let default = [KubeSchedulerProfile::default()];
        let profiles = if self.profiles.is_empty() { &default[..] } else { &self.profiles[..] };
        let profiles: Vec<_> =
            profiles.iter().map(|profile| self.profile(profile, registry)).collect::<Result<_, _>>()?;
        let sort = |profile: &Profile| profile.queue_sort.first().map(|plugin| plugin.name());
        let is_same = profiles.windows(2).all(|pair| pair.first().map(sort) == pair.last().map(sort));
        check(is_same, "profiles", || "different queue sort plugins".to_owned())?;
        Ok(profiles)
    }
}

fn check(holds: bool, field: &str, reason: impl FnOnce() -> String) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::Invalid { field: field.to_owned(), reason: reason() }) }
}

#[cfg(test)]
mod tests {
    use crate::plugins;

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

    #[track_caller]
    fn check_error(rest: &str, want: &str) {
        let error = match profiles(rest) {
            Ok(_) => panic!("{rest} was taken"),
            Err(error) => error,
        };
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error} {source}").contains(want), "{error} {source}");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        check_error("podBackoff: 1\n", "unknown field `podBackoff`");
        check_error("podMaxBackoffSeconds: 0\n", "podMaxBackoffSeconds");
        check_error(
            "profiles:\n- schedulerName: a\n- schedulerName: a\n",
            "profiles[1].schedulerName: Duplicate value: \"a\"",
        );
        check_error("profiles:\n- plugins:\n    filter:\n      enabled:\n      - name: Nothing\n", "Nothing");
        check_error("profiles:\n- plugins:\n    multiPoint:\n      disabled:\n      - name: '*'\n", "queue sort");
    }
}
