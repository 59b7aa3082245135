//! Capacities of devices, and how much of one a request may ask for.

use kubeforge_api::resource::v1::{CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
};

use super::lists::each_unique;

const OPTIONS_MAX: usize = 10;

/// Whether a device can be allocated more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    Once,
    Shared,
}

impl Sharing {
    pub(super) fn of(allow_multiple_allocations: Option<bool>) -> Self {
        if allow_multiple_allocations == Some(true) { Self::Shared } else { Self::Once }
    }
}

pub(super) fn check(capacity: &DeviceCapacity, sharing: Sharing, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(policy) = &capacity.request_policy else { return };
    let path = path.child("requestPolicy");
    match sharing {
        Sharing::Once => errors.push(Error::forbidden(&path, "allowMultipleAllocations must be true")),
        Sharing::Shared => check_policy(policy, &capacity.value, &path, errors),
    }
}

fn check_policy(policy: &CapacityRequestPolicy, capacity: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    let default = path.child("default");
    match (policy.valid_values.is_empty(), &policy.valid_range, &policy.default) {
        (true, None, _) => {}
        (false, Some(_), _) => {
            let text = "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the \
                        same time";
            errors.push(Error::forbidden(path, text));
        }
        (false, None, None) => errors.push(Error::required(&default, "required when validValues is defined")),
        (true, Some(_), None) => errors.push(Error::required(&default, "required when validRange is defined")),
        (false, None, Some(default)) => {
            check_values(&policy.valid_values, default, capacity, &path.child("validValues"), errors);
        }
        (true, Some(range), Some(default)) => {
            check_range(range, default, capacity, &path.child("validRange"), errors);
        }
    }
}

fn check_values(values: &[Quantity], default: &Quantity, capacity: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    for (at, (one, next)) in values.iter().zip(values.iter().skip(1)).enumerate() {
        if one > next {
            let text = "values must be sorted in ascending order";
            errors.push(Error::invalid(&path.index(at + 1), next.to_string(), text));
        }
    }
    each_unique(
        values,
        OPTIONS_MAX,
        |it| it.value().to_string(),
        path,
        errors,
        |option, path, errors| {
            if option > capacity {
                let text = format!("option is larger than capacity value: {capacity}");
                errors.push(Error::invalid(path, option.to_string(), text));
            }
        },
    );
    if values.len() > OPTIONS_MAX || !values.contains(default) {
        let text = "default value is not valid according to the requestPolicy";
        errors.push(Error::invalid(path, default.to_string(), text));
    }
}

fn check_range(
    range: &CapacityRequestPolicyRange,
    default: &Quantity,
    capacity: &Quantity,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let Some(min) = &range.min else {
        errors.push(Error::required(&path.child("min"), "required when validRange is defined"));
        return;
    };
    let mut refuse = |field: &str, value: &Quantity, text: String| {
        errors.push(Error::invalid(&path.child(field), value.to_string(), text));
    };
    if min > capacity {
        refuse("min", min, format!("min is larger than capacity value: {capacity}"));
    }
    if default < min {
        refuse("default", default, format!("default is less than min: {min}"));
    }
    if let Some(max) = &range.max {
        if min > max {
            refuse("max", min, format!("min is larger than max: {max}"));
        }
        if max > capacity {
            refuse("max", max, format!("max is larger than capacity value: {capacity}"));
        }
        if default > max {
            refuse("default", default, format!("default is more than max: {max}"));
        }
    }
    let Some(step) = &range.step else { return };
    let (min_value, step_value) = (min.value(), step.value());
    let first = min_value.saturating_add(step_value);
    if first > capacity.value() {
        let text = format!("one step {first} is larger than capacity value: {capacity}");
        refuse("step", step, text);
    }
    for value in [Some(default), range.max.as_ref()].into_iter().flatten() {
        // a step of nothing, or one beyond what can be counted, fits no value
        let is_multiple = value.value().checked_sub(min_value).and_then(|from| from.checked_rem(step_value)) == Some(0);
        if !is_multiple {
            let text = format!("value is not a multiple of a given step ({step}) from ({min})");
            refuse("step", value, text);
        }
    }
}
