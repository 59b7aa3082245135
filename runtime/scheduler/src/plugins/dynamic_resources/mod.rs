//! DynamicResources: devices by claim.
//!
//! PreEnqueue and PreFilter look the pod's claims up ([`claims`]); those that have devices tie the pod to the nodes that reach
//! them, for the others [`filter`] searches devices on each node ([`devices`](crate::devices)). Reserve sets the devices of
//! the chosen node aside, at once and for all profiles, PreBind writes them into the claims ([`binding`]) and waits until
//! they are ready, where a driver wants that ([`conditions`]). Where no node will do, PostFilter takes devices from a claim
//! that nobody uses, so that others can be tried ([`release`]).
//!
//! Extended resources that stand for devices of a class are asked for with a claim that is made up for the pod
//! ([`extended`]). Pods with neither, nearly all, cost two comparisons.

mod binding;
mod claims;
mod conditions;
mod extended;
mod filter;
mod hints;
mod release;
mod state;

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use kubeforge_machinery::{Duration as ApiDuration, feature_gates::FeatureGates};
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::devices::features::Features;
use crate::framework::{
    BindContext, Change, Changes, ClusterObject, Code, CycleState, FilterPlugin, FollowUp, NodeInfo, Normalize,
    Objects, Plugin, PluginError, PodInfo, PostFilterContext, PostFilterOutcome, PostFilterPlugin, PreBindPlugin,
    PreEnqueuePlugin, PreFilterOutcome, PreFilterPlugin, PreScorePlugin, QueueingHint, ReservePlugin, Row, ScorePlugin,
    Snapshot, Status,
};
pub(super) use hints::stands_for;
use state::PodClaims;

/// How long the search for devices on a node may take, unless it is configured (kube-scheduler's default).
const FILTER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long devices may take to become ready, unless it is configured (kube-scheduler's default).
const BINDING_TIMEOUT: Duration = Duration::from_secs(600);

/// Finds devices for the claims of pods.
#[derive(Debug)]
pub struct DynamicResources {
    /// None for no end.
    filter_timeout: Option<Duration>,
    binding_timeout: Duration,
    objects: RwLock<Arc<Objects>>,
    gates: OnceLock<Gates>,
}

/// Which parts of the plugin are on.
#[derive(Clone, Copy, Debug)]
struct Gates {
    devices: Features,
    /// Extended resources may stand for devices.
    extended: bool,
    /// The search for devices on a node ends after a while.
    filter_timeout: bool,
}

impl Gates {
    fn new(gates: &FeatureGates) -> Self {
        Self {
            devices: Features::new(gates),
            extended: gates.enabled("DRAExtendedResource"),
            filter_timeout: gates.enabled("DRASchedulerFilterTimeout"),
        }
    }
}

impl Default for Gates {
    fn default() -> Self {
        Self::new(&FeatureGates::default())
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    filter_timeout: Option<ApiDuration>,
    #[serde(default)]
    binding_timeout: Option<ApiDuration>,
}

/// PreFilter came as far as this plugin.
#[derive(Clone, Copy)]
struct Seen;

impl DynamicResources {
    /// Its name.
    pub const NAME: &'static str = "DynamicResources";

    /// The plugin with its arguments (DynamicResourcesArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let Arguments { filter_timeout, binding_timeout } = arguments::read(Self::NAME, arguments)?;
        let mut wrong = Vec::new();
        if let Some(timeout) = filter_timeout.filter(|timeout| timeout.to_std().is_none()) {
            wrong.push(format!("filterTimeout: Invalid value: \"{timeout}\": must be zero or positive"));
        }
        let is_short = |timeout: &ApiDuration| timeout.to_std().is_none_or(|timeout| timeout < Duration::from_secs(1));
        if let Some(timeout) = binding_timeout.filter(is_short) {
            wrong.push(format!("bindingTimeout: Invalid value: \"{timeout}\": must be at least 1 second"));
        }
        match wrong.as_slice() {
            [] => {}
            [one] => return Err(arguments::wrong(Self::NAME, one)),
            several => return Err(arguments::wrong(Self::NAME, format!("[{}]", several.join(", ")))),
        }
        let timeout = |given: Option<ApiDuration>, default| given.and_then(ApiDuration::to_std).unwrap_or(default);
        let filter_timeout = timeout(filter_timeout, FILTER_TIMEOUT);
        Ok(Self {
            filter_timeout: (!filter_timeout.is_zero()).then_some(filter_timeout),
            binding_timeout: timeout(binding_timeout, BINDING_TIMEOUT),
            objects: RwLock::default(),
            gates: OnceLock::new(),
        })
    }

    fn gates(&self) -> Gates {
        *self.gates.get_or_init(Gates::default)
    }

    fn objects(&self) -> Arc<Objects> {
        Arc::clone(&self.objects.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Plugin for DynamicResources {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn attach(&self, objects: &Arc<Objects>) {
        *self.objects.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(objects);
    }

    fn obey(&self, gates: &FeatureGates) {
        self.gates.get_or_init(|| Gates::new(gates));
    }

    fn events_to_register(&self) -> Changes {
        hints::EVENTS
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        hints::hint(&self.objects(), pod, change)
    }

    fn pre_enqueue(&self) -> Option<&dyn PreEnqueuePlugin> {
        Some(self)
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn post_filter(&self) -> Option<&dyn PostFilterPlugin> {
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

impl PreEnqueuePlugin for DynamicResources {
    fn pre_enqueue_pod(&self, pod: &PodInfo) -> Status {
        if pod.pod().spec.resource_claims.is_empty() {
            return Status::success();
        }
        match claims::of_pod(&self.objects(), pod.pod()) {
            Ok(_) => Status::success(),
            Err(reason) => Status::unresolvable(reason),
        }
    }
}

impl PreFilterPlugin for DynamicResources {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        state.write(Seen);
        if pod.pod().spec.resource_claims.is_empty() && pod.resources().requests.scalar.is_empty() {
            return PreFilterOutcome::Skip;
        }
        match PodClaims::new(nodes.objects(), pod, self.gates()) {
            Ok(Some(claims)) => {
                state.write(Arc::new(claims));
                PreFilterOutcome::AllNodes
            }
            Ok(None) => PreFilterOutcome::Skip,
            Err(status) => PreFilterOutcome::Rejected(status),
        }
    }
}

impl FilterPlugin for DynamicResources {
    fn filter_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(claims) = state.read::<Arc<PodClaims>>() else { return Status::success() };
        claims.answer(node, || filter::ask(self, claims, pod, node))
    }
}

impl PostFilterPlugin for DynamicResources {
    /// Where PreFilter ended before this plugin, kube-scheduler fails here, and that ends PostFilter.
    fn post_filter_pod(&self, context: &PostFilterContext<'_>) -> PostFilterOutcome {
        if context.state.read::<Seen>().is_none() {
            return Status::error("not found").into();
        }
        match context.state.read::<Arc<PodClaims>>() {
            Some(claims) => release::post_filter(claims, context.pod),
            None => Status::new(Code::Unschedulable, ["no new claims to deallocate"]).into(),
        }
    }
}

/// kube-scheduler has no PreScore here, and gives all nodes 0 where this skips.
impl PreScorePlugin for DynamicResources {
    fn pre_score_pod(&self, state: &mut CycleState, _: &PodInfo, _: &Snapshot, _: Option<&[Row]>) -> Status {
        match state.read::<Arc<PodClaims>>().is_some_and(|claims| claims.has_alternatives()) {
            true => Status::success(),
            false => Status::skip(),
        }
    }

    fn skips_pod(&self, state: &mut CycleState, _: &PodInfo, _: &Snapshot) -> bool {
        !state.read::<Arc<PodClaims>>().is_some_and(|claims| claims.has_alternatives())
    }
}

impl ScorePlugin for DynamicResources {
    /// The sooner an alternative comes in its list, the better.
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        Ok(state.read::<Arc<PodClaims>>().map_or(0, |claims| claims.score(node.name())))
    }

    fn normalize(&self) -> Normalize {
        Normalize::ByMaximum
    }
}

impl ReservePlugin for DynamicResources {
    fn reserve_pod(&self, state: &mut CycleState, _pod: &PodInfo, node: &str) -> Status {
        state.read::<Arc<PodClaims>>().map_or_else(Status::success, |claims| claims.reserve(node))
    }

    fn unreserve_pod(&self, state: &mut CycleState, _pod: &PodInfo, _node: &str) {
        if let Some(claims) = state.read::<Arc<PodClaims>>() {
            claims.unreserve();
        }
    }

    fn unreserve_follow_up(&self, state: &CycleState, pod: &PodInfo, _node: &str) -> Option<Arc<dyn FollowUp>> {
        release::unreserve(state.read::<Arc<PodClaims>>()?, pod)
    }
}

#[async_trait]
impl PreBindPlugin for DynamicResources {
    fn pre_flight(&self, state: &CycleState, _pod: &PodInfo, _node: &str) -> Status {
        if state.read::<Arc<PodClaims>>().is_some() { Status::success() } else { Status::skip() }
    }

    async fn pre_bind_pod(&self, context: &BindContext, pod: &PodInfo, node: &str) -> Status {
        let Some(claims) = context.state.read::<Arc<PodClaims>>() else { return Status::skip() };
        let bound = async {
            binding::bind(context, claims, pod, node).await?;
            match claims.gates().devices.binding {
                true => conditions::wait(context, claims, pod, node, self.binding_timeout).await,
                false => Ok(()),
            }
        };
        match bound.await {
            Ok(()) => Status::success(),
            Err(failure) => Status::error(failure),
        }
    }

    fn foretell(&self, state: &CycleState, pod: &PodInfo, _node: &str) -> Vec<ClusterObject> {
        state.read::<Arc<PodClaims>>().map_or_else(Vec::new, |claims| binding::foretell(claims, pod))
    }
}
