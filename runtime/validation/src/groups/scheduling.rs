//! Priority classes: users' stay below the system's, and a class' meaning never changes.

use kubeforge_api::{core::v1::PreemptionPolicy, scheduling::v1::PriorityClass};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks},
};

use crate::BuiltIn;

/// Users' classes have at most this value.
const USER_VALUE_MAX: i32 = 1_000_000_000;
const SYSTEM_PREFIX: &str = "system-";
/// The system's classes and their values.
const SYSTEM: [(&str, i32); 2] = [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];

pub(super) fn register(all: &mut BuiltIn) {
    all.add("scheduling.k8s.io", "priorityclasses", Checks::new(validate).update(validate_update));
}

fn validate(_: &CheckContext<'_>, class: &PriorityClass) -> ErrorList {
    let mut errors = ErrorList::new();
    let name = &class.metadata.name;
    if name.starts_with(SYSTEM_PREFIX) {
        if !SYSTEM.contains(&(name.as_str(), class.value)) {
            let text = format!(
                "priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: {name} is \
                 not a known system priority class"
            );
            errors.push(Error::forbidden(&Path::new("metadata.name"), text));
        }
    } else if class.value > USER_VALUE_MAX {
        let text = format!("maximum allowed value of a user defined priority is {USER_VALUE_MAX}");
        errors.push(Error::forbidden(&Path::new("value"), text));
    }
    if let Some(policy @ PreemptionPolicy::Other(_)) = &class.preemption_policy {
        let supported = [PreemptionPolicy::PreemptLowerPriority, PreemptionPolicy::Never];
        let supported: Vec<&str> = supported.iter().map(PreemptionPolicy::as_str).collect();
        errors.push(Error::not_supported(&Path::new("preemptionPolicy"), policy.as_str(), &supported));
    }
    errors
}

fn validate_update(ctx: &CheckContext<'_>, new: &PriorityClass, old: &PriorityClass) -> ErrorList {
    let mut errors = validate(ctx, new);
    if new.value != old.value {
        errors.push(Error::forbidden(&Path::new("value"), "may not be changed in an update."));
    }
    if new.preemption_policy != old.preemption_policy {
        let shown = new.preemption_policy.as_ref().map_or("", PreemptionPolicy::as_str);
        errors.push(Error::invalid(&Path::new("preemptionPolicy"), shown, "field is immutable"));
    }
    errors
}
