//! VolumeBinding: the volumes of a pod's claims, bound or still to be bound.
//!
//! PreFilter sorts the pod's claims: bound ones tie the pod to the nodes that reach their volumes; of those that wait for
//! their first consumer, [`matching`] and [`provisioning`] say on which nodes there are volumes for them or can be made;
//! with any other unbound claim the pod waits. Reserve takes volumes (the next pod sees that at once, whatever its profile), PreBind
//! tells the API server and waits until the volumes are bound ([`binding`]).

mod affinity;
mod binding;
mod hints;
mod matching;
mod provisioning;
mod volumes;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kubeforge_api::core::v1::PersistentVolumeClaimPhase;
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::{
    framework::{
        BindContext, Change, Changes, ChosenNode, CycleState, FilterPlugin, FilteredSet, NodeInfo, Objects, Plugin,
        PluginError, PodInfo, PreBindPlugin, PreFilterOutcome, PreFilterPlugin, PreScorePlugin, QueueingHint,
        ReservePlugin, Row, RowSet, ScorePlugin, Snapshot, Status,
    },
    volumes::{
        claims::{ClaimKind, PodClaim, claim_not_found},
        reach::Place,
    },
};
use affinity::Affinities;
use binding::Reserved;
use volumes::{Found, PodVolumes};

const UNBOUND_IMMEDIATE: &str = "pod has unbound immediate PersistentVolumeClaims";

/// For how long volumes may take to be bound, unless it is configured (kube-scheduler's default).
const BIND_TIMEOUT: Duration = Duration::from_secs(600);

/// Turns away nodes from which the pod's volumes can't be reached, and has volumes bound to its claims.
#[derive(Debug)]
pub struct VolumeBinding {
    bind_timeout: Duration,
    affinities: Affinities,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    bind_timeout_seconds: Option<i64>,
    /// Whether there may be one is for the configuration to say, which knows the gates.
    #[serde(default, rename = "shape")]
    _shape: Option<Value>,
}

impl VolumeBinding {
    /// Its name.
    pub const NAME: &'static str = "VolumeBinding";

    /// The plugin with its arguments (VolumeBindingArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let Arguments { bind_timeout_seconds, _shape } = arguments::read(Self::NAME, arguments)?;
        if let Some(seconds) = bind_timeout_seconds.filter(|seconds| *seconds < 0) {
            let wrong = format!(
                "bindTimeoutSeconds: Invalid value: {seconds}: invalid BindTimeoutSeconds, should not be a negative value"
            );
            return Err(arguments::wrong(Self::NAME, wrong));
        }
        let bind_timeout = bind_timeout_seconds.map(|seconds| Duration::from_secs(seconds.unsigned_abs()));
        Ok(Self { bind_timeout: bind_timeout.unwrap_or(BIND_TIMEOUT), affinities: Affinities::default() })
    }
}

impl Plugin for VolumeBinding {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        hints::EVENTS
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        hints::hint(pod, change)
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }

    fn reserve(&self) -> Option<&dyn ReservePlugin> {
        Some(self)
    }

    fn pre_bind(&self) -> Option<&dyn PreBindPlugin> {
        Some(self)
    }
}

/// Why the pod can't be placed with its claims as they are.
fn refusal(pod: &PodInfo, objects: &Objects) -> Option<String> {
    pod.claims().iter().find_map(|claim| refusal_for(pod, claim, objects))
}

fn refusal_for(pod: &PodInfo, claim: &PodClaim, objects: &Objects) -> Option<String> {
    let Some(found) = objects.persistent_volume_claims.get(pod.key().namespace(), &claim.name) else {
        return Some(match claim.kind {
            ClaimKind::Named => claim_not_found(&claim.name),
            ClaimKind::Ephemeral => {
                format!("waiting for ephemeral volume controller to create the persistentvolumeclaim {:?}", claim.name)
            }
        });
    };
    let (name, volume) = (&found.metadata.name, &found.spec.volume_name);
    if found.status.phase == PersistentVolumeClaimPhase::Lost {
        return Some(format!("persistentvolumeclaim {name:?} bound to non-existent persistentvolume {volume:?}"));
    }
    if found.metadata.deletion_timestamp.is_some() {
        return Some(format!("persistentvolumeclaim {name:?} is being deleted"));
    }
    claim.check_owner(pod.pod(), &found).err()
}

impl PreFilterPlugin for VolumeBinding {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        if pod.claims().is_empty() {
            return PreFilterOutcome::Skip;
        }
        if let Some(reason) = refusal(pod, nodes.objects()) {
            return PreFilterOutcome::Rejected(Status::unresolvable(reason));
        }
        match PodVolumes::new(self, pod, nodes) {
            Ok(Some(volumes)) => {
                // Reserve needs them only where there is something to take
                match volumes.has_unbound() {
                    true => state.write(Arc::new(volumes)),
                    false => state.write_for_cycle(Arc::new(volumes)),
                }
                PreFilterOutcome::AllNodes
            }
            Ok(None) => PreFilterOutcome::Rejected(Status::unresolvable(UNBOUND_IMMEDIATE)),
            Err(failure) => PreFilterOutcome::Rejected(Status::error(failure)),
        }
    }
}

impl FilterPlugin for VolumeBinding {
    fn filter_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        let volumes = state.read::<Arc<PodVolumes>>().zip(Place::of(node));
        let Some((volumes, place)) = volumes else { return Status::success() };
        match volumes.at(place) {
            Found::Volumes(_) => Status::success(),
            Found::Reasons(reasons) => Status::new(crate::framework::Code::UnschedulableAndUnresolvable, reasons),
            Found::Failed(failure) => {
                failed(volumes.objects(), "predicate");
                Status::error(failure)
            }
        }
    }

    fn filter_set(&self, state: &CycleState, _pod: &PodInfo, nodes: &Snapshot, rows: &mut RowSet) -> FilteredSet {
        match state.read::<Arc<PodVolumes>>() {
            Some(volumes) => volumes.keep(nodes, rows),
            None => FilteredSet::Told,
        }
    }
}

/// Tells the metrics in which stage something failed.
fn failed(objects: &Objects, stage: &str) {
    if let Some(metrics) = objects.metrics.get() {
        metrics.volume_failed(stage);
    }
}

/// kube-scheduler scores nodes by how well volumes are used where the feature gate StorageCapacityScoring is on, which is
/// alpha; this doesn't.
impl PreScorePlugin for VolumeBinding {
    fn pre_score_pod(&self, _: &mut CycleState, _: &PodInfo, _: &Snapshot, _: Option<&[Row]>) -> Status {
        Status::skip()
    }

    fn skips_pod(&self, _: &mut CycleState, _: &PodInfo, _: &Snapshot) -> bool {
        true
    }
}

impl ScorePlugin for VolumeBinding {
    fn score_node(&self, _state: &CycleState, _pod: &PodInfo, _node: &NodeInfo) -> Result<i64, Status> {
        Ok(0)
    }
}

impl ReservePlugin for VolumeBinding {
    fn reserve_pod(&self, state: &mut CycleState, _pod: &PodInfo, _node: &str) -> Status {
        let Some(volumes) = state.read::<Arc<PodVolumes>>().filter(|volumes| volumes.has_unbound()).cloned() else {
            return Status::success();
        };
        let Some(ChosenNode { node, row }) = state.read::<ChosenNode>().cloned() else {
            failed(volumes.objects(), "assume");
            return Status::error("the node is not known");
        };
        let place = Place { row, name: &node.metadata.name, labels: &node.metadata.labels };
        let Found::Volumes(bindings) = volumes.at(place) else {
            failed(volumes.objects(), "assume");
            return Status::error("the volumes can't be reached from the node any more");
        };
        let reserved = Reserved::new(bindings, node, Arc::clone(volumes.objects()));
        reserved.assume();
        state.write(Arc::new(reserved));
        Status::success()
    }

    fn unreserve_pod(&self, state: &mut CycleState, _pod: &PodInfo, _node: &str) {
        if let Some(reserved) = state.read::<Arc<Reserved>>() {
            reserved.give_up();
        }
    }
}

#[async_trait]
impl PreBindPlugin for VolumeBinding {
    fn pre_flight(&self, state: &CycleState, _pod: &PodInfo, _node: &str) -> Status {
        if state.read::<Arc<Reserved>>().is_some() { Status::success() } else { Status::skip() }
    }

    async fn pre_bind_pod(&self, context: &BindContext, _pod: &PodInfo, _node: &str) -> Status {
        let Some(reserved) = context.state.read::<Arc<Reserved>>() else { return Status::skip() };
        match binding::bind(context, reserved, self.bind_timeout).await {
            Ok(()) => Status::success(),
            Err(failure) => {
                failed(reserved.objects(), "bind");
                Status::error(failure)
            }
        }
    }
}

#[cfg(test)]
mod tests;
