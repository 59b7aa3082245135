//! DynamicResources: devices by claim.
//!
//! Claims are not allocated yet: a pod that has some is not placed, and its condition says why. Pods without claims,
//! nearly all, get the answers that kube-scheduler gives them.

use crate::framework::{
    Changes, Code, CycleState, Plugin, PodInfo, PostFilterContext, PostFilterOutcome, PostFilterPlugin,
    PreFilterOutcome, PreFilterPlugin, Snapshot, Status,
};

/// Turns away pods with claims.
#[derive(Clone, Copy, Debug)]
pub struct DynamicResources;

/// PreFilter came as far as this plugin.
#[derive(Clone, Copy)]
struct Seen;

impl DynamicResources {
    /// Its name.
    pub const NAME: &'static str = "DynamicResources";
}

impl Plugin for DynamicResources {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }

    fn post_filter(&self) -> Option<&dyn PostFilterPlugin> {
        Some(self)
    }
}

impl PreFilterPlugin for DynamicResources {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, _nodes: &Snapshot) -> PreFilterOutcome {
        state.write(Seen);
        if pod.pod().spec.resource_claims.is_empty() {
            return PreFilterOutcome::Skip;
        }
        PreFilterOutcome::Rejected(Status::unresolvable("resource claims are not supported by this scheduler"))
    }
}

impl PostFilterPlugin for DynamicResources {
    /// There is never a claim to give back. Where PreFilter ended before this plugin, kube-scheduler fails here, and
    /// that ends PostFilter.
    fn post_filter_pod(&self, context: &PostFilterContext<'_>) -> PostFilterOutcome {
        if context.state.read::<Seen>().is_none() {
            return Status::error("not found").into();
        }
        Status::new(Code::Unschedulable, ["no new claims to deallocate"]).into()
    }
}
