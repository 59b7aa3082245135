//! Flags that don't go together, or have values that can't be.

use std::collections::BTreeSet;

use kubeforge_machinery::feature_gates::{FeatureGates, Parsed};

use super::StartError;
use crate::{admission, options::ApiServerArgs};

/// Checks the flags' values, and reads the feature gates among them.
pub(super) fn flags(args: &ApiServerArgs) -> Result<FeatureGates, StartError> {
    let mut problems = args.serving.problems();
    problems.extend(args.metrics.problems());
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
    if let Some((name, problem)) = args.storage.problem() {
        return flag(name, problem);
    }
    let (port, ports) = (i32::from(args.kubernetes_service_node_port), &args.service_node_port_range.0);
    if port != 0 && !ports.contains(&port) {
        let problem =
            format!("kubernetes service node port range {}-{} doesn't contain {port}", ports.start(), ports.end());
        return flag("--kubernetes-service-node-port", &problem);
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
