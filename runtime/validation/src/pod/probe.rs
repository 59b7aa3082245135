//! Probes of containers.

use kubeforge_api::core::v1::Probe;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::handler::Handler;
use crate::common::non_negative;

/// What a probe is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Liveness,
    Readiness,
    Startup,
}

/// The probes of a container.
#[derive(Clone, Copy)]
pub(super) struct Probes<'a> {
    pub(super) liveness: Option<&'a Probe>,
    pub(super) readiness: Option<&'a Probe>,
    pub(super) startup: Option<&'a Probe>,
}

impl Probes<'_> {
    /// Checks those that are there; the path is the container's.
    pub(super) fn check(self, grace_period_seconds: Option<i64>, path: &Path<'_>, errors: &mut ErrorList) {
        for (purpose, name, value) in [
            (Purpose::Liveness, "livenessProbe", self.liveness),
            (Purpose::Readiness, "readinessProbe", self.readiness),
            (Purpose::Startup, "startupProbe", self.startup),
        ] {
            if let Some(value) = value {
                probe(value, purpose, grace_period_seconds, &path.child(name), errors);
            }
        }
    }

    /// Forbids all of them.
    pub(super) fn forbid(self, text: &str, path: &Path<'_>, errors: &mut ErrorList) {
        for (name, probe) in
            [("livenessProbe", self.liveness), ("readinessProbe", self.readiness), ("startupProbe", self.startup)]
        {
            if probe.is_some() {
                errors.push(Error::forbidden(&path.child(name), text));
            }
        }
    }
}

fn probe(probe: &Probe, purpose: Purpose, grace_period_seconds: Option<i64>, path: &Path<'_>, errors: &mut ErrorList) {
    Handler::from(&probe.probe_handler).check(grace_period_seconds, path, errors);
    for (name, number) in [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ] {
        non_negative(i64::from(number), &path.child(name), errors);
    }
    let own_grace = path.child("terminationGracePeriodSeconds");
    if let Some(seconds) = probe.termination_grace_period_seconds.filter(|seconds| *seconds <= 0) {
        errors.push(Error::invalid(&own_grace, seconds, "must be greater than 0"));
    }
    match purpose {
        // the container is not ended when it is not ready
        Purpose::Readiness => {
            if let Some(seconds) = probe.termination_grace_period_seconds {
                errors.push(Error::invalid(&own_grace, seconds, "must not be set for readinessProbes"));
            }
        }
        Purpose::Liveness | Purpose::Startup => {
            if probe.success_threshold != 1 {
                errors.push(Error::invalid(&path.child("successThreshold"), probe.success_threshold, "must be 1"));
            }
        }
    }
}
