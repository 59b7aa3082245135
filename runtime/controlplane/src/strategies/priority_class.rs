//! Priority classes: users' stay below the system's, and a class' meaning never changes.

use std::sync::Arc;

use kubeforge_api::{core::v1::PreemptionPolicy, scheduling::v1::PriorityClass};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{
    Object,
    field::{Error, ErrorList, Path},
};

use super::Options;

/// Users' classes have at most this value.
const USER_VALUE_MAX: i32 = 1_000_000_000;
const SYSTEM_PREFIX: &str = "system-";
/// The system's classes and their values.
pub(crate) const SYSTEM: [(&str, i32); 2] =
    [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];

struct PriorityClassStrategy;

impl Strategy for PriorityClassStrategy {
    fn validate(&self, _ctx: &RequestContext, object: &dyn Object) -> ErrorList {
        let mut errors = ErrorList::new();
        let Some(class) = object.downcast_ref::<PriorityClass>() else { return errors };
        let name = &class.metadata.name;
        if name.starts_with(SYSTEM_PREFIX) {
            if !SYSTEM.contains(&(name.as_str(), class.value)) {
                let metadata = Path::new("metadata");
                let text = format!(
                    "priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: {name} is \
                     not a known system priority class"
                );
                errors.push(Error::forbidden(&metadata.child("name"), text));
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

    fn validate_update(&self, ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        let mut errors = self.validate(ctx, new);
        if let (Some(new), Some(old)) = (new.downcast_ref::<PriorityClass>(), old.downcast_ref::<PriorityClass>()) {
            if new.value != old.value {
                errors.push(Error::forbidden(&Path::new("value"), "may not be changed in an update."));
            }
            if new.preemption_policy != old.preemption_policy {
                let shown = new.preemption_policy.as_ref().map_or("", PreemptionPolicy::as_str);
                errors.push(Error::invalid(&Path::new("preemptionPolicy"), shown, "field is immutable"));
            }
        }
        errors
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Constant)
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("scheduling.k8s.io", "priorityclasses").strategy = Some(Arc::new(PriorityClassStrategy));
}
