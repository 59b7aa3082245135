//! Flags of kube-scheduler that can't act here; see [`kubeforge_serving::refused`].

use kubeforge_serving::refused::{self, Flag, Table};

const LISTENER: &str = "the listener has no such setting here";
const VERSION: &str = "only Kubernetes 1.36 is shown";
const LOGS: &str = "logs go to standard error, each line at once";

/// By name.
#[rustfmt::skip]
const FLAGS: &[Flag] = &[
    ("emulated-version", &["", "1.36", "kube=1.36"], VERSION),
    ("log-flush-frequency", &["5s"], LOGS),
    ("log-json-info-buffer-size", &["0"], LOGS),
    ("log-json-split-stream", &["false"], LOGS),
    ("log-text-info-buffer-size", &["0"], LOGS),
    ("log-text-split-stream", &["false"], LOGS),
    ("min-compatibility-version", &["", "1.35", "kube=1.35"], VERSION),
    ("tls-curve-preferences", &[""], LISTENER),
    ("tls-sni-cert-key", &[""], LISTENER),
];

/// Those that need no value: alone they mean `true`.
const SWITCHES: &[&str] = &["log-json-split-stream", "log-text-split-stream"];

/// The flags of kube-scheduler that can't act.
#[derive(Clone, Copy, Debug, Default)]
pub struct SchedulerFlags;

impl Table for SchedulerFlags {
    const FLAGS: &'static [Flag] = FLAGS;
    const SWITCHES: &'static [&'static str] = SWITCHES;
}

/// Knows them, so that they are refused in clear words or accepted without effect.
pub type Refused = refused::Refused<SchedulerFlags>;
