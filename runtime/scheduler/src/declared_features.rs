//! Features of nodes that pods need. Follows component-helpers nodedeclaredfeatures.
//!
//! Of the features that nodes declare at 1.36 these are needed by pods when they are placed; the others (resizing in place of
//! init containers and of pods as a whole, WebSockets) only by later changes of a pod, or of the kubelet's own.

use kubeforge_api::core::v1::{Container, ContainerRestartRuleAction, Pod};

/// All containers of a pod are started again where one exits in a certain way.
const RESTART_ALL: &str = "RestartAllContainersOnContainerExits";
/// Pods in the node's network whose users are not the node's.
const USER_NAMESPACES: &str = "UserNamespacesHostNetworkSupport";

/// The features that the node of a pod must declare.
pub(crate) fn needed_by(pod: &Pod) -> impl Iterator<Item = &'static str> {
    let spec = &pod.spec;
    let mut containers = spec.containers.iter().chain(&spec.init_containers);
    let restarts_all = |container: &Container| {
        let mut rules = container.restart_policy_rules.iter();
        rules.any(|rule| rule.action == ContainerRestartRuleAction::RestartAllContainers)
    };
    let needs = [
        (RESTART_ALL, containers.any(restarts_all)),
        (USER_NAMESPACES, spec.host_network && spec.host_users == Some(false)),
    ];
    needs.into_iter().filter(|(_, is_needed)| *is_needed).map(|(name, _)| name)
}
