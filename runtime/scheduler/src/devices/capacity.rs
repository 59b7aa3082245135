//! Capacities of devices that several claims may have at the same time: how much each takes.

use std::collections::BTreeMap;

use kubeforge_api::resource::v1::{
    CapacityRequestPolicy, CapacityRequestPolicyRange, CapacityRequirements, Device, DeviceCapacity,
};
use kubeforge_machinery::{Quantity, quantity::Format};

/// Amounts by the name of the capacity.
pub(crate) type Amounts = BTreeMap<String, Quantity>;

/// How much a request takes of each capacity of the device, after rounding up; none where it asks for a capacity that the
/// device has not, or for an amount that it does not give.
pub(crate) fn consumed(wanted: Option<&CapacityRequirements>, device: &Device) -> Option<Amounts> {
    let wanted = wanted.map(|wanted| &wanted.requests);
    if wanted.is_some_and(|wanted| wanted.keys().any(|name| !device.capacity.contains_key(name))) {
        return None;
    }
    let mut amounts = Amounts::new();
    for (name, capacity) in &device.capacity {
        let amount = amount(wanted.and_then(|wanted| wanted.get(name)), capacity);
        if capacity.request_policy.as_deref().is_some_and(|policy| violates(&amount, policy)) {
            return None;
        }
        amounts.insert(name.clone(), amount);
    }
    Some(amounts)
}

/// Whether the device has as much, beside what was taken of it.
pub(crate) fn fits(amounts: &Amounts, device: &Device, taken: &[&Amounts]) -> bool {
    amounts.iter().all(|(name, amount)| {
        let Some(capacity) = device.capacity.get(name) else { return false };
        let mut total = amount.clone();
        taken.iter().filter_map(|taken| taken.get(name)).for_each(|taken| total += taken);
        total <= capacity.value
    })
}

/// Adds amounts to others.
pub(crate) fn add(total: &mut Amounts, amounts: &Amounts) {
    for (name, amount) in amounts {
        *total.entry(name.clone()).or_default() += amount;
    }
}

/// Takes amounts away from others.
pub(crate) fn subtract(total: &mut Amounts, amounts: &Amounts) {
    for (name, amount) in amounts {
        if let Some(left) = total.get_mut(name) {
            *left -= amount;
        }
    }
}

fn amount(wanted: Option<&Quantity>, capacity: &DeviceCapacity) -> Quantity {
    let policy = capacity.request_policy.as_deref();
    let Some(wanted) = wanted else {
        return policy.and_then(|policy| policy.default.clone()).unwrap_or_else(|| capacity.value.clone());
    };
    match policy {
        Some(CapacityRequestPolicy { valid_range: Some(range), .. }) if range.min.is_some() => in_range(wanted, range),
        Some(CapacityRequestPolicy { valid_values, .. }) => {
            valid_values.iter().find(|value| wanted <= *value).unwrap_or(wanted).clone()
        }
        None => wanted.clone(),
    }
}

/// The next amount of the range; more than there is stays as it is.
fn in_range(wanted: &Quantity, range: &CapacityRequestPolicyRange) -> Quantity {
    match (&range.min, &range.step) {
        (Some(min), _) if wanted < min => min.clone(),
        (Some(min), Some(step)) if step.value() > 0 => {
            let (wanted, min, size) = (i128::from(wanted.value()), i128::from(min.value()), i128::from(step.value()));
            let steps = (wanted - min + size - 1).div_euclid(size);
            // in powers of two however the step is written, as upstream has it
            Quantity::new(i64::try_from(min + size * steps).unwrap_or(i64::MAX), Format::BinarySI)
        }
        _ => wanted.clone(),
    }
}

fn violates(amount: &Quantity, policy: &CapacityRequestPolicy) -> bool {
    if policy.default.as_ref() == Some(amount) {
        return false;
    }
    if let Some(range) = &policy.valid_range {
        let is_beyond = range.max.as_ref().is_some_and(|max| amount > max);
        let is_between = match (&range.min, &range.step) {
            (min, Some(step)) if step.value() > 0 => {
                let min = min.as_ref().map_or(0, Quantity::value);
                (i128::from(amount.value()) - i128::from(min)) % i128::from(step.value()) != 0
            }
            _ => false,
        };
        return is_beyond || is_between;
    }
    !policy.valid_values.is_empty() && !policy.valid_values.contains(amount)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    /// What is taken of a capacity of 40; nothing where the device is of no use.
    #[track_caller]
    fn check(policy: Value, wanted: Value, want: Option<&str>) {
        let capacity = match policy {
            Value::Null => json!({"value": "40"}),
            policy => json!({"value": "40", "requestPolicy": policy}),
        };
        let device: Device = from_value(json!({"name": "d", "capacity": {"memory": capacity}})).unwrap();
        let wanted: CapacityRequirements = from_value(json!({"requests": wanted})).unwrap();
        let amounts = consumed(Some(&wanted), &device).filter(|amounts| fits(amounts, &device, &[]));
        assert_eq!(amounts.map(|amounts| amounts["memory"].to_string()).as_deref(), want);
    }

    #[test]
    fn requests_are_rounded_up_to_what_the_device_gives() {
        check(json!(null), json!({}), Some("40"));
        check(json!(null), json!({"memory": "7"}), Some("7"));
        check(json!(null), json!({"memory": "41"}), None);
        check(json!(null), json!({"other": "1"}), None);
        let range = json!({"default": "8", "validRange": {"min": "4", "max": "20", "step": "8"}});
        check(range.clone(), json!({}), Some("8"));
        check(range.clone(), json!({"memory": "1"}), Some("4"));
        check(range.clone(), json!({"memory": "5"}), Some("12"));
        check(range.clone(), json!({"memory": "12"}), Some("12"));
        check(range, json!({"memory": "21"}), None);
        let values = json!({"default": "10", "validValues": ["10", "20"]});
        check(values.clone(), json!({}), Some("10"));
        check(values.clone(), json!({"memory": "11"}), Some("20"));
        check(values, json!({"memory": "21"}), None);
    }

    #[test]
    fn what_others_have_is_not_there() {
        let device: Device = from_value(json!({"name": "d", "capacity": {"m": {"value": "10"}}})).unwrap();
        let amounts = |text: &str| Amounts::from([("m".to_owned(), Quantity::parse(text).unwrap())]);
        let mut taken = amounts("3");
        add(&mut taken, &amounts("3"));
        assert!(fits(&amounts("4"), &device, &[&taken]) && !fits(&amounts("5"), &device, &[&taken]));
        subtract(&mut taken, &amounts("3"));
        assert!(fits(&amounts("5"), &device, &[&taken]));
    }
}
