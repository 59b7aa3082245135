//! What a lease says.

use std::time::Duration;

use kubeforge_machinery::{MicroTime, unstructured::Unstructured};
use serde_json::{Value, json};

use super::LeaderElectionOptions;

/// Who holds it; nobody, where that is empty.
pub(super) fn holder(lease: &Unstructured) -> &str {
    lease.nested(&["spec", "holderIdentity"]).and_then(Value::as_str).unwrap_or_default()
}

/// How long it holds after it was last renewed.
pub(super) fn duration(lease: &Unstructured) -> Duration {
    Duration::from_secs(lease.nested(&["spec", "leaseDurationSeconds"]).and_then(Value::as_u64).unwrap_or_default())
}

/// What our lease says, after what `before` says.
pub(super) fn spec(options: &LeaderElectionOptions, before: Option<&Unstructured>) -> Value {
    let now = Value::from(MicroTime::now().to_string());
    let field = |name: &str| before.and_then(|lease| lease.nested(&["spec", name])).cloned();
    let transitions = field("leaseTransitions").and_then(|value| value.as_i64()).unwrap_or_default();
    let (acquired, transitions) = match before {
        Some(lease) if holder(lease) == options.identity => {
            (field("acquireTime").unwrap_or_else(|| now.clone()), transitions)
        }
        Some(_) => (now.clone(), transitions + 1),
        None => (now.clone(), 0),
    };
    json!({
        "holderIdentity": options.identity,
        "leaseDurationSeconds": seconds(options.lease_duration),
        "acquireTime": acquired,
        "renewTime": now,
        "leaseTransitions": transitions,
    })
}

/// Whole seconds, not fewer than it takes: others must not wait for less.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// Makes it say that nobody holds it. It still says how often it changed hands.
pub(super) fn vacate(lease: &mut Unstructured) {
    let now = Value::from(MicroTime::now().to_string());
    lease.set_nested(&["spec", "holderIdentity"], "".into());
    lease.set_nested(&["spec", "leaseDurationSeconds"], 1.into());
    lease.set_nested(&["spec", "acquireTime"], now.clone());
    lease.set_nested(&["spec", "renewTime"], now);
}
