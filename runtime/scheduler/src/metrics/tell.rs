//! Telling the metrics what happened.

use std::time::Duration;

use kubeforge_client::leader_election::LeaderMetrics;
use kubeforge_machinery::feature_gates::FeatureGates;
use kubeforge_serving::metrics::Stability;
use prometheus::IntGauge;

use super::{DeviceMetrics, Point, ProfileMetrics, SAMPLED_OF, SchedulerMetrics};
use crate::framework::{Code, Profile};

/// From so many attempts on they share a label.
const ATTEMPTS_LABEL_MAX: u32 = 15;

impl SchedulerMetrics {
    /// The counters of a profile, looked up once.
    pub(crate) fn of_profile(&self, profile: &Profile) -> ProfileMetrics {
        ProfileMetrics::new(profile, self)
    }

    /// The counters of devices for the pods of a profile.
    pub(crate) fn of_devices(&self, profile: &str) -> DeviceMetrics {
        DeviceMetrics::new(profile, &self.devices)
    }

    /// Whether the plugins' times are taken in a cycle.
    pub(crate) const fn is_sampled(cycle: u64) -> bool {
        cycle.is_multiple_of(SAMPLED_OF)
    }

    /// A plugin ran.
    pub(crate) fn plugin(&self, plugin: &str, point: Point, code: Code, took: Duration) {
        self.plugin_seconds.with_label_values(&[plugin, point.name(), code.as_str()]).observe(took.as_secs_f64());
    }

    /// Something that happened was taken note of.
    pub(crate) fn event(&self, event: &str, took: Duration) {
        self.event_seconds.with_label_values(&[event]).observe(took.as_secs_f64());
    }

    /// A plugin told whether something helps.
    pub(crate) fn hint(&self, plugin: &str, event: &str, hint: &str, took: Duration) {
        self.hint_seconds.with_label_values(&[plugin, event, hint]).observe(took.as_secs_f64());
    }

    /// A pod came into a queue.
    pub(crate) fn incoming(&self, queue: &str, event: &str) {
        self.incoming.with_label_values(&[queue, event]).inc();
    }

    /// A pod was bound after so many attempts, so long after it became active first.
    pub(crate) fn placed(&self, attempts: u32, since: Option<Duration>) {
        let label = match attempts {
            ATTEMPTS_LABEL_MAX.. => "15+".to_owned(),
            attempts => attempts.to_string(),
        };
        if let Some(since) = since {
            self.sli_seconds.with_label_values(&[&label]).observe(since.as_secs_f64());
        }
        self.pod_attempts.observe(f64::from(attempts));
    }

    /// Room is made for a pod by having so many others go.
    pub(crate) fn preempting(&self, victims: usize) {
        self.victims.observe(f64::from(u32::try_from(victims).unwrap_or(u32::MAX)));
    }

    /// Pods were told to go.
    pub(crate) fn preempted(&self, is_done: bool, took: Duration) {
        let result = if is_done { "success" } else { "error" };
        self.preemption_seconds.with_label_values(&[result]).observe(took.as_secs_f64());
        self.preemptions.with_label_values(&[result]).inc();
    }

    /// A pod has waited for Permit.
    pub(crate) fn permitted(&self, result: &str, took: Duration) {
        self.permit_seconds.with_label_values(&[result]).observe(took.as_secs_f64());
    }

    /// How many tasks do something.
    pub(crate) fn running(&self, operation: &str) -> IntGauge {
        self.goroutines.with_label_values(&[operation])
    }

    /// Finding (`predicate`), taking (`assume`) or binding (`bind`) volumes failed.
    pub(crate) fn volume_failed(&self, operation: &str) {
        self.volume_errors.with_label_values(&[operation]).inc();
    }

    /// How many pods wait, by queue.
    pub(crate) fn set_pending(&self, queue: &str, count: usize) {
        self.pending.with_label_values(&[queue]).set(count_of(count));
    }

    /// How many pods each plugin turned away; those that are not named turned none away now.
    pub(crate) fn set_unschedulable<'a>(&self, counts: impl Iterator<Item = (&'a str, &'a str, usize)>) {
        let mut turned_away = self.turned_away.lock();
        for (plugin, profile) in &*turned_away {
            self.unschedulable.with_label_values(&[plugin, profile]).set(0);
        }
        for (plugin, profile, count) in counts {
            self.unschedulable.with_label_values(&[plugin, profile]).set(count_of(count));
            turned_away.insert((plugin.to_owned(), profile.to_owned()));
        }
    }

    /// How much there is in the cache.
    pub(crate) fn set_cached(&self, what: &str, count: usize) {
        self.cache.with_label_values(&[what]).set(count_of(count));
    }

    /// What was built and which features are on: facts that don't change.
    pub fn set_facts(&self, version: &str, gates: &FeatureGates) {
        let mut numbers = version.trim_start_matches('v').split('.');
        let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        let platform = format!("{}/{architecture}", std::env::consts::OS);
        // as `/version` of the API server has them
        let labels = [
            ("build_date", "1970-01-01T00:00:00Z"),
            ("compiler", "gc"),
            ("git_commit", ""),
            ("git_tree_state", "clean"),
            ("git_version", version),
            ("go_version", ""),
            ("major", major),
            ("minor", minor),
            ("platform", &platform),
        ];
        let beta = self.families.of(Stability::Beta);
        let names = labels.map(|(name, _)| name);
        let build = beta.gauges("kubernetes_build_info", "Always 1; the labels say what was built.", &names);
        build.with_label_values(&labels.map(|(_, value)| value)).set(1);
        let labels = ["component", "binary", "emulation", "min_compat"];
        let compatible = self.families.gauges("version_info", "Always 1; the labels say what is shown.", &labels);
        let before = format!("{major}.{}", minor.parse::<u32>().map_or(0, |minor| minor.saturating_sub(1)));
        let (binary, emulation) = (version.trim_start_matches('v'), format!("{major}.{minor}"));
        compatible.with_label_values(&["kube", binary, &emulation, &before]).set(1);
        let enabled = beta.gauges("kubernetes_feature_enabled", "Whether a feature gate is on.", &["name", "stage"]);
        for (name, stage, is_on) in gates.all() {
            enabled.with_label_values(&[name, stage.name()]).set(i64::from(is_on));
        }
    }
}

impl LeaderMetrics for SchedulerMetrics {
    fn leading(&self, name: &str, is_leading: bool) {
        self.leading.with_label_values(&[name]).set(i64::from(is_leading));
    }

    fn slow_path(&self, name: &str) {
        self.slow_paths.with_label_values(&[name]).inc();
    }
}

fn count_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
