//! Hooks of containers, and the signal that ends them.

use kubeforge_api::core::v1::{Lifecycle, OSName, Signal};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    string_enum::StringEnum as _,
};

use super::handler::Handler;
use crate::common::shown;

/// What ends a process on Windows.
const WINDOWS_SIGNALS: [&str; 2] = ["SIGKILL", "SIGTERM"];

/// Checks hooks and signal; without a known operating system there is no telling which signals there are.
pub(super) fn lifecycle(
    lifecycle: &Lifecycle,
    os: Option<&OSName>,
    grace_period_seconds: Option<i64>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let Some(hook) = lifecycle.post_start.as_deref() {
        Handler::from(hook).check(grace_period_seconds, &path.child("postStart"), errors);
    }
    if let Some(hook) = lifecycle.pre_stop.as_deref() {
        Handler::from(hook).check(grace_period_seconds, &path.child("preStop"), errors);
    }
    if let Some(signal) = &lifecycle.stop_signal {
        stop_signal(signal, os, &path.child("stopSignal"), errors);
    }
}

fn stop_signal(signal: &Signal, os: Option<&OSName>, path: &Path<'_>, errors: &mut ErrorList) {
    let mut supported = match os {
        None => {
            errors.push(Error::forbidden(path, "may not be set for containers with empty `spec.os.name`"));
            return;
        }
        Some(OSName::Windows) => WINDOWS_SIGNALS.to_vec(),
        Some(OSName::Linux) => Signal::VALUES.to_vec(),
        // the name itself is told to be wrong
        Some(OSName::Other(_)) => return,
    };
    if !supported.contains(&signal.as_str()) {
        supported.sort_unstable();
        errors.push(Error::not_supported(path, shown(signal), &supported));
    }
}
