//! What the checks of a pod's spec depend on beside the spec: feature gates, the server's settings, and what the object
//! was allowed to be before. Follows `GetValidationOptionsFromPodSpecAndMeta` of pkg/api/pod/util.go.

use kubeforge_api::core::v1::{
    Affinity, NodeAffinity, PodAffinityTerm, PodSELinuxChangePolicy, PodSpec, PodTemplateSpec,
};
use kubeforge_machinery::{
    field::{ErrorList, Path},
    validation::{CheckContext, FeatureGates},
};

use super::{security_context::is_host_sysctl, visit::each_container};
use crate::{
    Privileged,
    common::{SelectorOptions, label_selector},
};

// The feature gates that checks ask for.
pub(super) const BOUND_PODS_HAVE_NO_NOMINATION: &str = "ClearingNominatedNodeNameAfterBinding";
pub(super) const CONTAINER_RESTART_RULES: &str = "ContainerRestartRules";
pub(super) const IMAGE_VOLUME_WITH_DIGEST: &str = "ImageVolumeWithDigest";
pub(super) const INIT_CONTAINER_RESIZE: &str = "InPlacePodVerticalScalingInitContainers";
pub(super) const POD_LEVEL_RESIZE: &str = "InPlacePodLevelResourcesVerticalScaling";
pub(super) const POD_LEVEL_RESOURCES: &str = "PodLevelResources";
pub(super) const RESTART_ALL_CONTAINERS: &str = "RestartAllContainersOnContainerExits";
const SE_LINUX_MOUNT: &str = "SELinuxMount";
pub(super) const SPREAD_MATCH_LABEL_KEYS: &str = "MatchLabelKeysInPodTopologySpread";
pub(super) const SPREAD_SELECTOR_MERGE: &str = "MatchLabelKeysInPodTopologySpreadSelectorMerge";
const TOLERATION_COMPARISON: &str = "TaintTolerationComparisonOperators";
const USER_NAMESPACES_HOST_NETWORK: &str = "UserNamespacesHostNetworkSupport";

/// Whether a spec belongs to a pod or to a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpecOf {
    /// To a pod.
    Pod,
    /// To a template of pods.
    Template,
}

/// What the checks of one spec may know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PodOptions<'a> {
    gates: &'a FeatureGates,
    /// Whether containers may be privileged.
    pub(crate) privileged: Privileged,
    /// Whose spec it is.
    pub(crate) spec_of: SpecOf,
    /// The spec as it was, on an update: what was wrong with it already may stay.
    old: Option<&'a PodSpec>,
}

impl<'a> PodOptions<'a> {
    /// Those of a pod.
    pub(crate) fn of_pod(ctx: &CheckContext<'a>, privileged: Privileged, old: Option<&'a PodSpec>) -> Self {
        Self { gates: ctx.gates, privileged, spec_of: SpecOf::Pod, old }
    }

    /// Those of a template, and what it was before.
    pub(crate) fn of_template(ctx: &CheckContext<'a>, old: Option<&'a PodTemplateSpec>) -> Self {
        let old = old.map(|old| &old.spec);
        Self { gates: ctx.gates, privileged: Privileged::Allowed, spec_of: SpecOf::Template, old }
    }

    /// Whether a gate is on.
    pub(crate) fn enabled(&self, gate: &str) -> bool {
        self.gates.enabled(gate)
    }

    /// How selectors of pod affinities are checked: an old one may keep values that are no label values.
    pub(super) fn affinity_selectors(&self) -> SelectorOptions {
        let affinity = self.old.and_then(|old| old.affinity.as_ref());
        relaxed(affinity.is_some_and(has_invalid_selector))
    }

    /// How the values of required node affinities are checked.
    pub(super) fn required_node_values(&self) -> SelectorOptions {
        let old = self.old.and_then(|old| old.affinity.as_ref()?.node_affinity.as_deref());
        relaxed(old.is_some_and(has_invalid_node_value))
    }

    /// Whether the old spec's constraints on its spreading have selectors with errors, which may stay.
    pub(super) fn spread_selectors_may_be_wrong(&self) -> bool {
        let spreads = self.old.map(|old| old.topology_spread_constraints.as_slice()).unwrap_or_default();
        spreads.iter().any(|spread| {
            let mut errors = ErrorList::new();
            label_selector(spread.label_selector.as_deref(), SelectorOptions::Strict, &Path::NIL, &mut errors);
            !errors.is_empty()
        })
    }

    /// The old spec, for rules that look at it themselves.
    pub(super) fn old(&self) -> Option<&'a PodSpec> {
        self.old
    }

    /// Whether sysctls of a namespace that the pod shares with its node are let through.
    pub(super) fn host_sysctls_allowed(&self) -> bool {
        let Some(old) = self.old else { return false };
        let sysctls = old.security_context.as_ref().map(|context| context.sysctls.as_slice()).unwrap_or_default();
        sysctls.iter().any(|sysctl| is_host_sysctl(&sysctl.name, old).is_some())
    }

    /// Whether a policy for SELinux labels other than `Recursive` is known.
    pub(super) fn knows_se_linux_mount(&self) -> bool {
        let old = self.old.and_then(|old| old.security_context.as_ref()?.se_linux_change_policy.as_ref());
        self.enabled(SE_LINUX_MOUNT) || old.is_some_and(|policy| *policy != PodSELinuxChangePolicy::Recursive)
    }

    /// Whether tolerations may compare numbers.
    pub(super) fn compares_tolerations(&self) -> bool {
        use kubeforge_api::core::v1::TolerationOperator::{Gt, Lt};
        let old = self.old.map(|old| old.tolerations.as_slice()).unwrap_or_default();
        self.enabled(TOLERATION_COMPARISON) || old.iter().any(|toleration| matches!(toleration.operator, Lt | Gt))
    }

    /// Whether pods with users of their own may be on the node's network.
    pub(super) fn own_users_on_host_network(&self) -> bool {
        let old = self.old.is_some_and(|old| old.host_users == Some(false) && old.host_network);
        self.enabled(USER_NAMESPACES_HOST_NETWORK) || old
    }

    /// Whether pods with users of their own may have block devices, which does not work but was allowed once.
    pub(super) fn own_users_with_devices(&self) -> bool {
        let Some(old) = self.old.filter(|old| old.host_users == Some(false)) else { return false };
        let mut found = false;
        each_container(old, &Path::NIL, |container, _| found |= !container.volume_devices.is_empty());
        found
    }
}

fn relaxed(was_wrong: bool) -> SelectorOptions {
    if was_wrong { SelectorOptions::AllowInvalidValues } else { SelectorOptions::Strict }
}

fn has_invalid_selector(affinity: &Affinity) -> bool {
    let terms = affinity_terms(affinity);
    terms.into_iter().any(|term| {
        let mut errors = ErrorList::new();
        label_selector(term.label_selector.as_deref(), SelectorOptions::Strict, &Path::NIL, &mut errors);
        label_selector(term.namespace_selector.as_deref(), SelectorOptions::Strict, &Path::NIL, &mut errors);
        !errors.is_empty()
    })
}

fn affinity_terms(affinity: &Affinity) -> Vec<&PodAffinityTerm> {
    let mut terms = Vec::new();
    if let Some(affinity) = &affinity.pod_affinity {
        terms.extend(&affinity.required_during_scheduling_ignored_during_execution);
        let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
        terms.extend(preferred.iter().map(|weighted| &weighted.pod_affinity_term));
    }
    if let Some(affinity) = &affinity.pod_anti_affinity {
        terms.extend(&affinity.required_during_scheduling_ignored_during_execution);
        let preferred = &affinity.preferred_during_scheduling_ignored_during_execution;
        terms.extend(preferred.iter().map(|weighted| &weighted.pod_affinity_term));
    }
    terms
}

fn has_invalid_node_value(affinity: &NodeAffinity) -> bool {
    let Some(required) = &affinity.required_during_scheduling_ignored_during_execution else { return false };
    let values = required.node_selector_terms.iter().flat_map(|term| &term.match_expressions).flat_map(|it| &it.values);
    values.into_iter().any(|value| !kubeforge_machinery::validation::is_label_value(value).is_empty())
}
