//! GangScheduling, TopologyPlacementGenerator and PodGroupPodsCount: groups of pods that are placed together.
//!
//! The feature gates GangScheduling and TopologyAwareWorkloadScheduling are off at 1.36 (alpha). Configurations may name the
//! plugins all the same. They have nothing to do: no pod belongs to a group, as the API server drops the field that says so,
//! and no placements of groups are generated or scored.

use crate::framework::{
    Changes, CycleState, PermitDecision, PermitPlugin, Plugin, PodInfo, PreEnqueuePlugin, Scope, Status,
};

/// Holds the pods of a group back until there are enough of them.
#[derive(Clone, Copy, Debug)]
pub struct GangScheduling;

/// Generates placements of groups by topology.
#[derive(Clone, Copy, Debug)]
pub struct TopologyPlacementGenerator;

/// Scores placements of groups by how many pods they place.
#[derive(Clone, Copy, Debug)]
pub struct PodGroupPodsCount;

impl GangScheduling {
    /// Its name.
    pub const NAME: &'static str = "GangScheduling";
}

impl TopologyPlacementGenerator {
    /// Its name.
    pub const NAME: &'static str = "TopologyPlacementGenerator";
}

impl PodGroupPodsCount {
    /// Its name.
    pub const NAME: &'static str = "PodGroupPodsCount";
}

impl Plugin for GangScheduling {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn pre_enqueue(&self) -> Option<&dyn PreEnqueuePlugin> {
        Some(self)
    }

    fn permit(&self) -> Option<&dyn PermitPlugin> {
        Some(self)
    }
}

impl PreEnqueuePlugin for GangScheduling {
    fn pre_enqueue_pod(&self, _pod: &PodInfo) -> Status {
        Status::success()
    }
}

impl PermitPlugin for GangScheduling {
    fn permit_pod(&self, _state: &CycleState, _pod: &PodInfo, _node: &str) -> PermitDecision {
        PermitDecision::Allow
    }
}

impl Plugin for TopologyPlacementGenerator {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn takes_part_in_placement_generate(&self) -> bool {
        true
    }
}

impl Plugin for PodGroupPodsCount {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn takes_part_in_placement_score(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::{config::KubeSchedulerConfiguration, plugins::in_tree};

    /// What a profile with these plugins is answered; nothing where it is taken.
    #[track_caller]
    fn check(plugins: &str, want: &str) {
        let text = format!(
            "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: [{{plugins: {plugins}}}]\n"
        );
        let made = KubeSchedulerConfiguration::parse(&text).unwrap().profiles(&in_tree());
        let answer = made.err().map_or_else(String::new, |error| {
            std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string)
        });
        assert!(answer.contains(want) && answer.is_empty() == want.is_empty(), "{answer}");
    }

    #[test]
    fn configurations_may_name_plugins_whose_gates_are_off() {
        check("{multiPoint: {enabled: [{name: GangScheduling}, {name: PodGroupPodsCount}]}}", "");
        check("{placementGenerate: {enabled: [{name: TopologyPlacementGenerator}]}}", "");
        check("{placementScore: {enabled: [{name: NodeResourcesFit}, {name: PodGroupPodsCount, weight: 2}]}}", "");
        check("{placementScore: {enabled: [{name: NodeName}]}}", "NodeName");
        check("{placementGenerate: {enabled: [{name: NodeResourcesFit}]}}", "NodeResourcesFit");
        check("{placementGenerate: {enabled: [{name: Nobody}]}}", r#"PlacementGeneratePlugin "Nobody" does not exist"#);
    }
}
