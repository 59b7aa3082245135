//! Flags that don't go together, or have values that can't be.

use std::collections::BTreeSet;

use kubeforge_machinery::feature_gates::{FeatureGates, Parsed};

use super::StartError;
use crate::{
    admission,
    options::{ApiServerArgs, StorageBackend},
};

/// Checks the flags' values, and reads the feature gates among them.
pub(super) fn flags(args: &ApiServerArgs) -> Result<FeatureGates, StartError> {
    let mut problems = args.serving.problems();
    let gates = FeatureGates::parse(&args.serving.feature_gates).unwrap_or_else(|errors| {
        problems.extend(errors);
        Parsed::default()
    });
    if !problems.is_empty() {
        return Err(StartError::Flags(problems));
    }
    for warning in &gates.warnings {
        tracing::warn!("{warning}");
    }
    let flag = |flag, problem: &str| Err(StartError::Flag { flag, problem: problem.to_owned() });
    match args.storage_backend {
        StorageBackend::Etcd3 if args.etcd_servers.is_empty() => {
            return flag("--etcd-servers", "at least one URL is needed with --storage-backend=etcd3");
        }
        StorageBackend::Embedded | StorageBackend::Memory if !args.etcd_servers.is_empty() => {
            return flag("--etcd-servers", "only --storage-backend=etcd3 uses it");
        }
        _ => {}
    }
    let mut modes = BTreeSet::new();
    if let Some(twice) = args.authorization_mode.iter().find(|mode| !modes.insert(**mode)) {
        return flag("--authorization-mode", &format!("{twice:?} is given more than once"));
    }
    let (enabled, disabled) = (&args.enable_admission_plugins, &args.disable_admission_plugins);
    if let Some(both) = enabled.iter().find(|name| disabled.contains(name)) {
        return flag("--enable-admission-plugins", &format!("{both} is in --disable-admission-plugins too"));
    }
    let known = admission::names();
    for (flag, names) in [
        ("--enable-admission-plugins", &args.enable_admission_plugins),
        ("--disable-admission-plugins", &args.disable_admission_plugins),
    ] {
        if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
            let problem = format!("{unknown:?} is none of the plugins here: {}", known.join(", "));
            return Err(StartError::Flag { flag, problem });
        }
    }
    Ok(gates.gates)
}
