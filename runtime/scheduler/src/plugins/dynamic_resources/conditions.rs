//! Devices that have to be made ready: what drivers say of them, and waiting for it.

use std::{fmt, sync::Arc, time::Duration};

use kubeforge_api::{
    core::v1::ObjectReference,
    events::v1::Event,
    resource::v1::{AllocatedDeviceStatus, DeviceRequestAllocationResult, ResourceClaim},
};
use kubeforge_machinery::{
    MicroTime, Time,
    meta::v1::{ConditionStatus, CreateOptions, ObjectMeta},
};
use tokio::time::Instant;
use tracing::warn;

use super::{claims::missing, state::PodClaims};
use crate::{
    framework::{BindContext, PodInfo},
    metrics::DevicesResult,
    report::hostname,
};

/// How often it is looked whether devices are ready: it costs a few look-ups in memory.
const PERIOD: Duration = Duration::from_secs(1);

fn results(claim: &ResourceClaim) -> impl Iterator<Item = &DeviceRequestAllocationResult> {
    let results = claim.status.allocation.iter().flat_map(|allocation| &allocation.devices.results);
    results.filter(|result| !result.binding_conditions.is_empty())
}

fn status_of<'a>(
    claim: &'a ResourceClaim,
    result: &DeviceRequestAllocationResult,
) -> Option<&'a AllocatedDeviceStatus> {
    let mut statuses = claim.status.devices.iter();
    statuses.find(|it| it.device == result.device && it.driver == result.driver && it.pool == result.pool)
}

/// Why devices do not become ready.
enum Failure {
    /// A driver says so.
    Never(String),
    /// It takes too long.
    Late(String),
    Other(String),
}

impl Failure {
    const fn result(&self) -> DevicesResult {
        match self {
            Self::Never(_) => DevicesResult::Failure,
            Self::Late(_) => DevicesResult::Timeout,
            Self::Other(_) => DevicesResult::Error,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never(why) => write!(f, "device binding failed: {why}"),
            Self::Late(why) => write!(f, "device binding timeout: {why}"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

/// Whether all devices of the claim are ready.
///
/// # Errors
/// Where one never will be.
fn is_ready(claim: &ResourceClaim) -> Result<bool, Failure> {
    for result in results(claim) {
        let Some(status) = status_of(claim, result) else { return Ok(false) };
        let holds = |name: &&String| {
            let mut conditions = status.conditions.iter();
            conditions.find(|it| it.type_ == **name && it.status == ConditionStatus::True)
        };
        if let Some(failed) = result.binding_failure_conditions.iter().find_map(|name| holds(&name)) {
            let (name, reason, message) = (&claim.metadata.name, &failed.reason, &failed.message);
            return Err(Failure::Never(format!("claim={name}, reason={reason}, message={message:?}")));
        }
        if !result.binding_conditions.iter().all(|name| holds(&name).is_some()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether devices of the claim should have been ready by now.
fn is_late(claim: &ResourceClaim, timeout: Duration) -> bool {
    let given = claim.status.allocation.as_ref().and_then(|allocation| allocation.allocation_timestamp);
    given.is_some_and(|given| results(claim).next().is_some() && Time::now().since(given) > timeout)
}

/// Whether the claim's devices will not become ready any more.
pub(super) fn is_hopeless(claim: &ResourceClaim, timeout: Duration) -> bool {
    match is_ready(claim) {
        Ok(is_ready) => !is_ready && is_late(claim, timeout),
        Err(_) => true,
    }
}

/// Waits until all devices are ready.
///
/// # Errors
/// Why they are not.
pub(super) async fn wait(
    context: &BindContext,
    claims: &PodClaims,
    pod: &PodInfo,
    node: &str,
    timeout: Duration,
) -> Result<(), String> {
    if !claims.current().iter().any(|claim| results(claim).next().is_some()) {
        return Ok(());
    }
    tell(context, pod, node).await;
    let began = Instant::now();
    let waited = until_ready(context, claims, timeout).await;
    measure(context, claims, waited.as_ref().err().map_or(DevicesResult::Success, Failure::result), began.elapsed());
    waited.map_err(|failure| failure.to_string())
}

async fn until_ready(context: &BindContext, claims: &PodClaims, timeout: Duration) -> Result<(), Failure> {
    let ready = async {
        while !are_ready(claims, timeout)? {
            tokio::time::sleep(PERIOD).await;
        }
        Ok(())
    };
    tokio::select! {
        result = tokio::time::timeout(timeout, ready) => {
            result.unwrap_or_else(|_| Err(Failure::Late("context deadline exceeded".to_owned())))
        }
        reason = context.interruption.interrupted() => Err(Failure::Other(reason)),
    }
}

/// Counts a wait: once for each device of the pod, those that were ready at once included.
fn measure(context: &BindContext, claims: &PodClaims, result: DevicesResult, took: Duration) {
    for claim in claims.current() {
        for device in claim.status.allocation.iter().flat_map(|allocation| &allocation.devices.results) {
            context.devices.waited(&device.driver, result, took);
        }
        results(&claim).for_each(|device| context.devices.allocated(&device.driver, result));
    }
}

fn are_ready(claims: &PodClaims, timeout: Duration) -> Result<bool, Failure> {
    let objects = claims.objects();
    for (place, claim) in claims.current().iter().enumerate() {
        let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
        // one that was never written: the node has the extended resources itself
        if claims.is_extended(place) && claim.metadata.resource_version.is_empty() {
            continue;
        }
        let claim = objects.devices.allocations.claim(objects, namespace, name);
        let claim = claim.ok_or_else(|| Failure::Other(missing(namespace, name)))?;
        claims.note_written(place, Arc::clone(&claim));
        if !is_ready(&claim)? {
            return if is_late(&claim, timeout) { Err(Failure::Late(format!("claim={name}"))) } else { Ok(false) };
        }
    }
    Ok(true)
}

/// Tells that the pod waits.
async fn tell(context: &BindContext, pod: &PodInfo, node: &str) {
    let (now, object) = (MicroTime::now(), pod.pod());
    let key = pod.key();
    let scheduler = &object.spec.scheduler_name;
    let regarding = ObjectReference {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        namespace: key.namespace().to_owned(),
        name: key.name().to_owned(),
        uid: key.uid().to_owned(),
        resource_version: object.metadata.resource_version.clone(),
        field_path: String::new(),
    };
    let event = Event {
        metadata: ObjectMeta {
            name: format!("{}.{:x}", key.name(), now.unix_micros() * 1000),
            namespace: key.namespace().to_owned(),
            ..Default::default()
        },
        event_time: now,
        reporting_controller: scheduler.clone(),
        reporting_instance: format!("{scheduler}-{}", hostname()),
        action: "Scheduling".to_owned(),
        reason: "BindingConditionsPending".to_owned(),
        regarding,
        note: format!("waiting for binding conditions for device on node {node}"),
        type_: "Normal".to_owned(),
        ..Default::default()
    };
    let events = context.clientset.events_v1().events(key.namespace());
    if let Err(err) = events.create(&event, &CreateOptions::default()).await {
        warn!(pod = %key, err = &err as &dyn std::error::Error, "cannot tell that the pod waits for devices");
    }
}
