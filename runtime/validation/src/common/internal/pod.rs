//! Templates of pods, but for their containers and volumes.

use super::container::{
    APP_ARMOR_PROFILE, CONTAINER, EPHEMERAL_CONTAINER, RESOURCE_REQUIREMENTS, SE_LINUX_OPTIONS, SECCOMP_PROFILE,
    WINDOWS_SECURITY_CONTEXT_OPTIONS,
};
use super::volume::{LOCAL_OBJECT_REFERENCE, VOLUME};

super::types! {
    SYSCTL:
        "Name" "name" TEXT, "Value" "value" TEXT;
    POD_SECURITY_CONTEXT:
        "HostNetwork" "hostNetwork" BOOL, "HostPID" "hostPID" BOOL, "HostIPC" "hostIPC" BOOL,
        "ShareProcessNamespace" "shareProcessNamespace" NULLABLE, "HostUsers" "hostUsers" NULLABLE,
        "SELinuxOptions" "seLinuxOptions" pointer(&SE_LINUX_OPTIONS),
        "WindowsOptions" "windowsOptions" pointer(&WINDOWS_SECURITY_CONTEXT_OPTIONS),
        "RunAsUser" "runAsUser" NULLABLE, "RunAsGroup" "runAsGroup" NULLABLE, "RunAsNonRoot" "runAsNonRoot" NULLABLE,
        "SupplementalGroups" "supplementalGroups" NULLABLE,
        "SupplementalGroupsPolicy" "supplementalGroupsPolicy" NULLABLE, "FSGroup" "fsGroup" NULLABLE,
        "FSGroupChangePolicy" "fsGroupChangePolicy" NULLABLE, "Sysctls" "sysctls" list(&SYSCTL),
        "SeccompProfile" "seccompProfile" pointer(&SECCOMP_PROFILE),
        "AppArmorProfile" "appArmorProfile" pointer(&APP_ARMOR_PROFILE),
        "SELinuxChangePolicy" "seLinuxChangePolicy" NULLABLE;
    NODE_SELECTOR_REQUIREMENT:
        "Key" "key" TEXT, "Operator" "operator" TEXT, "Values" "values" NULLABLE;
    NODE_SELECTOR_TERM:
        "MatchExpressions" "matchExpressions" list(&NODE_SELECTOR_REQUIREMENT),
        "MatchFields" "matchFields" list(&NODE_SELECTOR_REQUIREMENT);
    NODE_SELECTOR:
        "NodeSelectorTerms" "nodeSelectorTerms" list(&NODE_SELECTOR_TERM);
    PREFERRED_SCHEDULING_TERM:
        "Weight" "weight" NUMBER, "Preference" "preference" value(&NODE_SELECTOR_TERM);
    NODE_AFFINITY:

        "RequiredDuringSchedulingIgnoredDuringExecution" "requiredDuringSchedulingIgnoredDuringExecution" pointer(&NODE_SELECTOR),
        "PreferredDuringSchedulingIgnoredDuringExecution" "preferredDuringSchedulingIgnoredDuringExecution" list(&PREFERRED_SCHEDULING_TERM);
    POD_AFFINITY_TERM:
        "LabelSelector" "labelSelector" NULLABLE, "Namespaces" "namespaces" NULLABLE,
        "TopologyKey" "topologyKey" TEXT, "NamespaceSelector" "namespaceSelector" NULLABLE,
        "MatchLabelKeys" "matchLabelKeys" NULLABLE, "MismatchLabelKeys" "mismatchLabelKeys" NULLABLE;
    WEIGHTED_POD_AFFINITY_TERM:
        "Weight" "weight" NUMBER, "PodAffinityTerm" "podAffinityTerm" value(&POD_AFFINITY_TERM);
    POD_AFFINITY:

        "RequiredDuringSchedulingIgnoredDuringExecution" "requiredDuringSchedulingIgnoredDuringExecution" list(&POD_AFFINITY_TERM),
        "PreferredDuringSchedulingIgnoredDuringExecution" "preferredDuringSchedulingIgnoredDuringExecution" list(&WEIGHTED_POD_AFFINITY_TERM);
    POD_ANTI_AFFINITY:

        "RequiredDuringSchedulingIgnoredDuringExecution" "requiredDuringSchedulingIgnoredDuringExecution" list(&POD_AFFINITY_TERM),
        "PreferredDuringSchedulingIgnoredDuringExecution" "preferredDuringSchedulingIgnoredDuringExecution" list(&WEIGHTED_POD_AFFINITY_TERM);
    AFFINITY:
        "NodeAffinity" "nodeAffinity" pointer(&NODE_AFFINITY), "PodAffinity" "podAffinity" pointer(&POD_AFFINITY),
        "PodAntiAffinity" "podAntiAffinity" pointer(&POD_ANTI_AFFINITY);
    TOLERATION:
        "Key" "key" TEXT, "Operator" "operator" TEXT, "Value" "value" TEXT, "Effect" "effect" TEXT,
        "TolerationSeconds" "tolerationSeconds" NULLABLE;
    HOST_ALIAS:
        "IP" "ip" TEXT, "Hostnames" "hostnames" NULLABLE;
    POD_DNS_CONFIG_OPTION:
        "Name" "name" TEXT, "Value" "value" NULLABLE;
    POD_DNS_CONFIG:
        "Nameservers" "nameservers" NULLABLE, "Searches" "searches" NULLABLE,
        "Options" "options" list(&POD_DNS_CONFIG_OPTION);
    POD_READINESS_GATE:
        "ConditionType" "conditionType" TEXT;
    TOPOLOGY_SPREAD_CONSTRAINT:
        "MaxSkew" "maxSkew" NUMBER, "TopologyKey" "topologyKey" TEXT, "WhenUnsatisfiable" "whenUnsatisfiable" TEXT,
        "LabelSelector" "labelSelector" NULLABLE, "MinDomains" "minDomains" NULLABLE,
        "NodeAffinityPolicy" "nodeAffinityPolicy" NULLABLE, "NodeTaintsPolicy" "nodeTaintsPolicy" NULLABLE,
        "MatchLabelKeys" "matchLabelKeys" NULLABLE;
    POD_OS:
        "Name" "name" TEXT;
    POD_SCHEDULING_GATE:
        "Name" "name" TEXT;
    POD_RESOURCE_CLAIM:
        "Name" "name" TEXT, "ResourceClaimName" "resourceClaimName" NULLABLE,
        "ResourceClaimTemplateName" "resourceClaimTemplateName" NULLABLE;
    POD_SCHEDULING_GROUP:
        "PodGroupName" "podGroupName" NULLABLE;
    POD_SPEC:
        "Volumes" "volumes" list(&VOLUME), "InitContainers" "initContainers" list(&CONTAINER),
        "Containers" "containers" list(&CONTAINER),
        "EphemeralContainers" "ephemeralContainers" list(&EPHEMERAL_CONTAINER), "RestartPolicy" "restartPolicy" TEXT,
        "TerminationGracePeriodSeconds" "terminationGracePeriodSeconds" NULLABLE,
        "ActiveDeadlineSeconds" "activeDeadlineSeconds" NULLABLE, "DNSPolicy" "dnsPolicy" TEXT,
        "NodeSelector" "nodeSelector" NULLABLE, "ServiceAccountName" "serviceAccountName" TEXT,
        "AutomountServiceAccountToken" "automountServiceAccountToken" NULLABLE, "NodeName" "nodeName" TEXT,
        "SecurityContext" "securityContext" gathered(&POD_SECURITY_CONTEXT),
        "ImagePullSecrets" "imagePullSecrets" list(&LOCAL_OBJECT_REFERENCE), "Hostname" "hostname" TEXT,
        "Subdomain" "subdomain" TEXT, "SetHostnameAsFQDN" "setHostnameAsFQDN" NULLABLE,
        "Affinity" "affinity" pointer(&AFFINITY), "SchedulerName" "schedulerName" TEXT,
        "Tolerations" "tolerations" list(&TOLERATION), "HostAliases" "hostAliases" list(&HOST_ALIAS),
        "PriorityClassName" "priorityClassName" TEXT, "Priority" "priority" NULLABLE,
        "PreemptionPolicy" "preemptionPolicy" NULLABLE, "DNSConfig" "dnsConfig" pointer(&POD_DNS_CONFIG),
        "ReadinessGates" "readinessGates" list(&POD_READINESS_GATE), "RuntimeClassName" "runtimeClassName" NULLABLE,
        "Overhead" "overhead" NULLABLE, "EnableServiceLinks" "enableServiceLinks" NULLABLE,
        "TopologySpreadConstraints" "topologySpreadConstraints" list(&TOPOLOGY_SPREAD_CONSTRAINT),
        "OS" "os" pointer(&POD_OS), "SchedulingGates" "schedulingGates" list(&POD_SCHEDULING_GATE),
        "ResourceClaims" "resourceClaims" list(&POD_RESOURCE_CLAIM),
        "Resources" "resources" pointer(&RESOURCE_REQUIREMENTS), "HostnameOverride" "hostnameOverride" NULLABLE,
        "SchedulingGroup" "schedulingGroup" pointer(&POD_SCHEDULING_GROUP);
    POD_TEMPLATE_SPEC:
        "ObjectMeta" "metadata" METADATA, "Spec" "spec" value(&POD_SPEC);
}
