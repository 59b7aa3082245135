//! Which fields the internal structs have, from pkg/apis/core/types.go of Kubernetes 1.36: name, name on the wire, and
//! what is shown where it is not set.

/// The fields of a struct, in order.
pub(in crate::pod) struct Layout(pub(super) &'static [Field]);

/// A field.
pub(super) struct Field {
    /// Its name in Go.
    pub(super) name: &'static str,
    /// Its name on the wire.
    pub(super) json: &'static str,
    /// What it holds.
    pub(super) shape: Shape,
}

/// What a field holds.
pub(super) enum Shape {
    /// A text, empty if unset.
    Text,
    /// A number, 0 if unset.
    Number,
    /// True or false, which is what it is if unset.
    Flag,
    /// An amount, 0 if unset.
    Quantity,
    /// A value that may be null.
    Optional,
    /// A list of values, null if empty.
    List,
    /// A map, null if empty.
    Map,
    /// A list of structs, null if empty.
    Structs(&'static Layout),
    /// A struct that may be null.
    Pointer(&'static Layout),
    /// A struct that is always there.
    Nested(&'static Layout),
    /// Metadata whose fields stand beside those of the struct, under their names on the wire.
    Meta,
}

const fn field(name: &'static str, json: &'static str, shape: Shape) -> Field {
    Field { name, json, shape }
}
pub(in crate::pod) static POD_SPEC: Layout = Layout(&[
    field("Volumes", "volumes", Shape::Structs(&VOLUME)),
    field("InitContainers", "initContainers", Shape::Structs(&CONTAINER)),
    field("Containers", "containers", Shape::Structs(&CONTAINER)),
    field("EphemeralContainers", "ephemeralContainers", Shape::Structs(&EPHEMERAL_CONTAINER)),
    field("RestartPolicy", "restartPolicy", Shape::Text),
    field("TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", Shape::Optional),
    field("ActiveDeadlineSeconds", "activeDeadlineSeconds", Shape::Optional),
    field("DNSPolicy", "dnsPolicy", Shape::Text),
    field("NodeSelector", "nodeSelector", Shape::Map),
    field("ServiceAccountName", "serviceAccountName", Shape::Text),
    field("AutomountServiceAccountToken", "automountServiceAccountToken", Shape::Optional),
    field("NodeName", "nodeName", Shape::Text),
    field("SecurityContext", "securityContext", Shape::Pointer(&POD_SECURITY_CONTEXT)),
    field("ImagePullSecrets", "imagePullSecrets", Shape::Structs(&LOCAL_OBJECT_REFERENCE)),
    field("Hostname", "hostname", Shape::Text),
    field("Subdomain", "subdomain", Shape::Text),
    field("SetHostnameAsFQDN", "setHostnameAsFQDN", Shape::Optional),
    field("Affinity", "affinity", Shape::Pointer(&AFFINITY)),
    field("SchedulerName", "schedulerName", Shape::Text),
    field("Tolerations", "tolerations", Shape::Structs(&TOLERATION)),
    field("HostAliases", "hostAliases", Shape::Structs(&HOST_ALIAS)),
    field("PriorityClassName", "priorityClassName", Shape::Text),
    field("Priority", "priority", Shape::Optional),
    field("PreemptionPolicy", "preemptionPolicy", Shape::Optional),
    field("DNSConfig", "dnsConfig", Shape::Pointer(&POD_DNS_CONFIG)),
    field("ReadinessGates", "readinessGates", Shape::Structs(&POD_READINESS_GATE)),
    field("RuntimeClassName", "runtimeClassName", Shape::Optional),
    field("Overhead", "overhead", Shape::Map),
    field("EnableServiceLinks", "enableServiceLinks", Shape::Optional),
    field("TopologySpreadConstraints", "topologySpreadConstraints", Shape::Structs(&TOPOLOGY_SPREAD_CONSTRAINT)),
    field("OS", "os", Shape::Pointer(&POD_OS)),
    field("SchedulingGates", "schedulingGates", Shape::Structs(&POD_SCHEDULING_GATE)),
    field("ResourceClaims", "resourceClaims", Shape::Structs(&POD_RESOURCE_CLAIM)),
    field("Resources", "resources", Shape::Pointer(&RESOURCE_REQUIREMENTS)),
    field("HostnameOverride", "hostnameOverride", Shape::Optional),
    field("SchedulingGroup", "schedulingGroup", Shape::Pointer(&POD_SCHEDULING_GROUP)),
]);

pub(in crate::pod) static EPHEMERAL_CONTAINER: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Image", "image", Shape::Text),
    field("Command", "command", Shape::List),
    field("Args", "args", Shape::List),
    field("WorkingDir", "workingDir", Shape::Text),
    field("Ports", "ports", Shape::Structs(&CONTAINER_PORT)),
    field("EnvFrom", "envFrom", Shape::Structs(&ENV_FROM_SOURCE)),
    field("Env", "env", Shape::Structs(&ENV_VAR)),
    field("Resources", "resources", Shape::Nested(&RESOURCE_REQUIREMENTS)),
    field("ResizePolicy", "resizePolicy", Shape::Structs(&CONTAINER_RESIZE_POLICY)),
    field("RestartPolicy", "restartPolicy", Shape::Optional),
    field("RestartPolicyRules", "restartPolicyRules", Shape::Structs(&CONTAINER_RESTART_RULE)),
    field("VolumeMounts", "volumeMounts", Shape::Structs(&VOLUME_MOUNT)),
    field("VolumeDevices", "volumeDevices", Shape::Structs(&VOLUME_DEVICE)),
    field("LivenessProbe", "livenessProbe", Shape::Pointer(&PROBE)),
    field("ReadinessProbe", "readinessProbe", Shape::Pointer(&PROBE)),
    field("StartupProbe", "startupProbe", Shape::Pointer(&PROBE)),
    field("Lifecycle", "lifecycle", Shape::Pointer(&LIFECYCLE)),
    field("TerminationMessagePath", "terminationMessagePath", Shape::Text),
    field("TerminationMessagePolicy", "terminationMessagePolicy", Shape::Text),
    field("ImagePullPolicy", "imagePullPolicy", Shape::Text),
    field("SecurityContext", "securityContext", Shape::Pointer(&SECURITY_CONTEXT)),
    field("Stdin", "stdin", Shape::Flag),
    field("StdinOnce", "stdinOnce", Shape::Flag),
    field("TTY", "tty", Shape::Flag),
    field("TargetContainerName", "targetContainerName", Shape::Text),
]);

static VOLUME: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("HostPath", "hostPath", Shape::Pointer(&HOST_PATH_VOLUME_SOURCE)),
    field("EmptyDir", "emptyDir", Shape::Pointer(&EMPTY_DIR_VOLUME_SOURCE)),
    field("GCEPersistentDisk", "gcePersistentDisk", Shape::Pointer(&GCE_PERSISTENT_DISK_VOLUME_SOURCE)),
    field("AWSElasticBlockStore", "awsElasticBlockStore", Shape::Pointer(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE)),
    field("GitRepo", "gitRepo", Shape::Pointer(&GIT_REPO_VOLUME_SOURCE)),
    field("Secret", "secret", Shape::Pointer(&SECRET_VOLUME_SOURCE)),
    field("NFS", "nfs", Shape::Pointer(&NFS_VOLUME_SOURCE)),
    field("ISCSI", "iscsi", Shape::Pointer(&ISCSI_VOLUME_SOURCE)),
    field("Glusterfs", "glusterfs", Shape::Pointer(&GLUSTERFS_VOLUME_SOURCE)),
    field("PersistentVolumeClaim", "persistentVolumeClaim", Shape::Pointer(&PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE)),
    field("RBD", "rbd", Shape::Pointer(&RBD_VOLUME_SOURCE)),
    field("Quobyte", "quobyte", Shape::Pointer(&QUOBYTE_VOLUME_SOURCE)),
    field("FlexVolume", "flexVolume", Shape::Pointer(&FLEX_VOLUME_SOURCE)),
    field("Cinder", "cinder", Shape::Pointer(&CINDER_VOLUME_SOURCE)),
    field("CephFS", "cephfs", Shape::Pointer(&CEPH_FS_VOLUME_SOURCE)),
    field("Flocker", "flocker", Shape::Pointer(&FLOCKER_VOLUME_SOURCE)),
    field("DownwardAPI", "downwardAPI", Shape::Pointer(&DOWNWARD_API_VOLUME_SOURCE)),
    field("FC", "fc", Shape::Pointer(&FC_VOLUME_SOURCE)),
    field("AzureFile", "azureFile", Shape::Pointer(&AZURE_FILE_VOLUME_SOURCE)),
    field("ConfigMap", "configMap", Shape::Pointer(&CONFIG_MAP_VOLUME_SOURCE)),
    field("VsphereVolume", "vsphereVolume", Shape::Pointer(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE)),
    field("AzureDisk", "azureDisk", Shape::Pointer(&AZURE_DISK_VOLUME_SOURCE)),
    field("PhotonPersistentDisk", "photonPersistentDisk", Shape::Pointer(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE)),
    field("Projected", "projected", Shape::Pointer(&PROJECTED_VOLUME_SOURCE)),
    field("PortworxVolume", "portworxVolume", Shape::Pointer(&PORTWORX_VOLUME_SOURCE)),
    field("ScaleIO", "scaleIO", Shape::Pointer(&SCALE_IO_VOLUME_SOURCE)),
    field("StorageOS", "storageos", Shape::Pointer(&STORAGE_OS_VOLUME_SOURCE)),
    field("CSI", "csi", Shape::Pointer(&CSI_VOLUME_SOURCE)),
    field("Ephemeral", "ephemeral", Shape::Pointer(&EPHEMERAL_VOLUME_SOURCE)),
    field("Image", "image", Shape::Pointer(&IMAGE_VOLUME_SOURCE)),
]);

static CONTAINER: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Image", "image", Shape::Text),
    field("Command", "command", Shape::List),
    field("Args", "args", Shape::List),
    field("WorkingDir", "workingDir", Shape::Text),
    field("Ports", "ports", Shape::Structs(&CONTAINER_PORT)),
    field("EnvFrom", "envFrom", Shape::Structs(&ENV_FROM_SOURCE)),
    field("Env", "env", Shape::Structs(&ENV_VAR)),
    field("Resources", "resources", Shape::Nested(&RESOURCE_REQUIREMENTS)),
    field("ResizePolicy", "resizePolicy", Shape::Structs(&CONTAINER_RESIZE_POLICY)),
    field("RestartPolicy", "restartPolicy", Shape::Optional),
    field("RestartPolicyRules", "restartPolicyRules", Shape::Structs(&CONTAINER_RESTART_RULE)),
    field("VolumeMounts", "volumeMounts", Shape::Structs(&VOLUME_MOUNT)),
    field("VolumeDevices", "volumeDevices", Shape::Structs(&VOLUME_DEVICE)),
    field("LivenessProbe", "livenessProbe", Shape::Pointer(&PROBE)),
    field("ReadinessProbe", "readinessProbe", Shape::Pointer(&PROBE)),
    field("StartupProbe", "startupProbe", Shape::Pointer(&PROBE)),
    field("Lifecycle", "lifecycle", Shape::Pointer(&LIFECYCLE)),
    field("TerminationMessagePath", "terminationMessagePath", Shape::Text),
    field("TerminationMessagePolicy", "terminationMessagePolicy", Shape::Text),
    field("ImagePullPolicy", "imagePullPolicy", Shape::Text),
    field("SecurityContext", "securityContext", Shape::Pointer(&SECURITY_CONTEXT)),
    field("Stdin", "stdin", Shape::Flag),
    field("StdinOnce", "stdinOnce", Shape::Flag),
    field("TTY", "tty", Shape::Flag),
]);

static POD_SECURITY_CONTEXT: Layout = Layout(&[
    field("HostNetwork", "hostNetwork", Shape::Flag),
    field("HostPID", "hostPID", Shape::Flag),
    field("HostIPC", "hostIPC", Shape::Flag),
    field("ShareProcessNamespace", "shareProcessNamespace", Shape::Optional),
    field("HostUsers", "hostUsers", Shape::Optional),
    field("SELinuxOptions", "seLinuxOptions", Shape::Pointer(&SE_LINUX_OPTIONS)),
    field("WindowsOptions", "windowsOptions", Shape::Pointer(&WINDOWS_SECURITY_CONTEXT_OPTIONS)),
    field("RunAsUser", "runAsUser", Shape::Optional),
    field("RunAsGroup", "runAsGroup", Shape::Optional),
    field("RunAsNonRoot", "runAsNonRoot", Shape::Optional),
    field("SupplementalGroups", "supplementalGroups", Shape::List),
    field("SupplementalGroupsPolicy", "supplementalGroupsPolicy", Shape::Optional),
    field("FSGroup", "fsGroup", Shape::Optional),
    field("FSGroupChangePolicy", "fsGroupChangePolicy", Shape::Optional),
    field("Sysctls", "sysctls", Shape::Structs(&SYSCTL)),
    field("SeccompProfile", "seccompProfile", Shape::Pointer(&SECCOMP_PROFILE)),
    field("AppArmorProfile", "appArmorProfile", Shape::Pointer(&APP_ARMOR_PROFILE)),
    field("SELinuxChangePolicy", "seLinuxChangePolicy", Shape::Optional),
]);

static LOCAL_OBJECT_REFERENCE: Layout = Layout(&[field("Name", "name", Shape::Text)]);

static AFFINITY: Layout = Layout(&[
    field("NodeAffinity", "nodeAffinity", Shape::Pointer(&NODE_AFFINITY)),
    field("PodAffinity", "podAffinity", Shape::Pointer(&POD_AFFINITY)),
    field("PodAntiAffinity", "podAntiAffinity", Shape::Pointer(&POD_ANTI_AFFINITY)),
]);

static TOLERATION: Layout = Layout(&[
    field("Key", "key", Shape::Text),
    field("Operator", "operator", Shape::Text),
    field("Value", "value", Shape::Text),
    field("Effect", "effect", Shape::Text),
    field("TolerationSeconds", "tolerationSeconds", Shape::Optional),
]);

static HOST_ALIAS: Layout = Layout(&[field("IP", "ip", Shape::Text), field("Hostnames", "hostnames", Shape::List)]);

static POD_DNS_CONFIG: Layout = Layout(&[
    field("Nameservers", "nameservers", Shape::List),
    field("Searches", "searches", Shape::List),
    field("Options", "options", Shape::Structs(&POD_DNS_CONFIG_OPTION)),
]);

static POD_READINESS_GATE: Layout = Layout(&[field("ConditionType", "conditionType", Shape::Text)]);

static TOPOLOGY_SPREAD_CONSTRAINT: Layout = Layout(&[
    field("MaxSkew", "maxSkew", Shape::Number),
    field("TopologyKey", "topologyKey", Shape::Text),
    field("WhenUnsatisfiable", "whenUnsatisfiable", Shape::Text),
    field("LabelSelector", "labelSelector", Shape::Optional),
    field("MinDomains", "minDomains", Shape::Optional),
    field("NodeAffinityPolicy", "nodeAffinityPolicy", Shape::Optional),
    field("NodeTaintsPolicy", "nodeTaintsPolicy", Shape::Optional),
    field("MatchLabelKeys", "matchLabelKeys", Shape::List),
]);

static POD_OS: Layout = Layout(&[field("Name", "name", Shape::Text)]);

static POD_SCHEDULING_GATE: Layout = Layout(&[field("Name", "name", Shape::Text)]);

pub(in crate::pod) static POD_RESOURCE_CLAIM: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("ResourceClaimName", "resourceClaimName", Shape::Optional),
    field("ResourceClaimTemplateName", "resourceClaimTemplateName", Shape::Optional),
]);

static RESOURCE_REQUIREMENTS: Layout = Layout(&[
    field("Limits", "limits", Shape::Map),
    field("Requests", "requests", Shape::Map),
    field("Claims", "claims", Shape::Structs(&RESOURCE_CLAIM)),
]);

static POD_SCHEDULING_GROUP: Layout = Layout(&[field("PodGroupName", "podGroupName", Shape::Optional)]);

pub(in crate::pod) static CONTAINER_PORT: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("HostPort", "hostPort", Shape::Number),
    field("ContainerPort", "containerPort", Shape::Number),
    field("Protocol", "protocol", Shape::Text),
    field("HostIP", "hostIP", Shape::Text),
]);

static ENV_FROM_SOURCE: Layout = Layout(&[
    field("Prefix", "prefix", Shape::Text),
    field("ConfigMapRef", "configMapRef", Shape::Pointer(&CONFIG_MAP_ENV_SOURCE)),
    field("SecretRef", "secretRef", Shape::Pointer(&SECRET_ENV_SOURCE)),
]);

static ENV_VAR: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Value", "value", Shape::Text),
    field("ValueFrom", "valueFrom", Shape::Pointer(&ENV_VAR_SOURCE)),
]);

static CONTAINER_RESIZE_POLICY: Layout =
    Layout(&[field("ResourceName", "resourceName", Shape::Text), field("RestartPolicy", "restartPolicy", Shape::Text)]);

static CONTAINER_RESTART_RULE: Layout = Layout(&[
    field("Action", "action", Shape::Text),
    field("ExitCodes", "exitCodes", Shape::Pointer(&CONTAINER_RESTART_RULE_ON_EXIT_CODES)),
]);

static VOLUME_MOUNT: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("RecursiveReadOnly", "recursiveReadOnly", Shape::Optional),
    field("MountPath", "mountPath", Shape::Text),
    field("SubPath", "subPath", Shape::Text),
    field("MountPropagation", "mountPropagation", Shape::Optional),
    field("SubPathExpr", "subPathExpr", Shape::Text),
]);

static VOLUME_DEVICE: Layout =
    Layout(&[field("Name", "name", Shape::Text), field("DevicePath", "devicePath", Shape::Text)]);

static PROBE: Layout = Layout(&[
    field("Exec", "exec", Shape::Pointer(&EXEC_ACTION)),
    field("HTTPGet", "httpGet", Shape::Pointer(&HTTP_GET_ACTION)),
    field("TCPSocket", "tcpSocket", Shape::Pointer(&TCP_SOCKET_ACTION)),
    field("GRPC", "grpc", Shape::Pointer(&GRPC_ACTION)),
    field("InitialDelaySeconds", "initialDelaySeconds", Shape::Number),
    field("TimeoutSeconds", "timeoutSeconds", Shape::Number),
    field("PeriodSeconds", "periodSeconds", Shape::Number),
    field("SuccessThreshold", "successThreshold", Shape::Number),
    field("FailureThreshold", "failureThreshold", Shape::Number),
    field("TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", Shape::Optional),
]);

static LIFECYCLE: Layout = Layout(&[
    field("PostStart", "postStart", Shape::Pointer(&LIFECYCLE_HANDLER)),
    field("PreStop", "preStop", Shape::Pointer(&LIFECYCLE_HANDLER)),
    field("StopSignal", "stopSignal", Shape::Optional),
]);

pub(in crate::pod) static SECURITY_CONTEXT: Layout = Layout(&[
    field("Capabilities", "capabilities", Shape::Pointer(&CAPABILITIES)),
    field("Privileged", "privileged", Shape::Optional),
    field("SELinuxOptions", "seLinuxOptions", Shape::Pointer(&SE_LINUX_OPTIONS)),
    field("WindowsOptions", "windowsOptions", Shape::Pointer(&WINDOWS_SECURITY_CONTEXT_OPTIONS)),
    field("RunAsUser", "runAsUser", Shape::Optional),
    field("RunAsGroup", "runAsGroup", Shape::Optional),
    field("RunAsNonRoot", "runAsNonRoot", Shape::Optional),
    field("ReadOnlyRootFilesystem", "readOnlyRootFilesystem", Shape::Optional),
    field("AllowPrivilegeEscalation", "allowPrivilegeEscalation", Shape::Optional),
    field("ProcMount", "procMount", Shape::Optional),
    field("SeccompProfile", "seccompProfile", Shape::Pointer(&SECCOMP_PROFILE)),
    field("AppArmorProfile", "appArmorProfile", Shape::Pointer(&APP_ARMOR_PROFILE)),
]);

static HOST_PATH_VOLUME_SOURCE: Layout =
    Layout(&[field("Path", "path", Shape::Text), field("Type", "type", Shape::Optional)]);

static EMPTY_DIR_VOLUME_SOURCE: Layout =
    Layout(&[field("Medium", "medium", Shape::Text), field("SizeLimit", "sizeLimit", Shape::Optional)]);

static GCE_PERSISTENT_DISK_VOLUME_SOURCE: Layout = Layout(&[
    field("PDName", "pdName", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("Partition", "partition", Shape::Number),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE: Layout = Layout(&[
    field("VolumeID", "volumeID", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("Partition", "partition", Shape::Number),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static GIT_REPO_VOLUME_SOURCE: Layout = Layout(&[
    field("Repository", "repository", Shape::Text),
    field("Revision", "revision", Shape::Text),
    field("Directory", "directory", Shape::Text),
]);

static SECRET_VOLUME_SOURCE: Layout = Layout(&[
    field("SecretName", "secretName", Shape::Text),
    field("Items", "items", Shape::Structs(&KEY_TO_PATH)),
    field("DefaultMode", "defaultMode", Shape::Optional),
    field("Optional", "optional", Shape::Optional),
]);

static NFS_VOLUME_SOURCE: Layout = Layout(&[
    field("Server", "server", Shape::Text),
    field("Path", "path", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static ISCSI_VOLUME_SOURCE: Layout = Layout(&[
    field("TargetPortal", "targetPortal", Shape::Text),
    field("IQN", "iqn", Shape::Text),
    field("Lun", "lun", Shape::Number),
    field("ISCSIInterface", "iscsiInterface", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("Portals", "portals", Shape::List),
    field("DiscoveryCHAPAuth", "chapAuthDiscovery", Shape::Flag),
    field("SessionCHAPAuth", "chapAuthSession", Shape::Flag),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
    field("InitiatorName", "initiatorName", Shape::Optional),
]);

static GLUSTERFS_VOLUME_SOURCE: Layout = Layout(&[
    field("EndpointsName", "endpoints", Shape::Text),
    field("Path", "path", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE: Layout =
    Layout(&[field("ClaimName", "claimName", Shape::Text), field("ReadOnly", "readOnly", Shape::Flag)]);

static RBD_VOLUME_SOURCE: Layout = Layout(&[
    field("CephMonitors", "monitors", Shape::List),
    field("RBDImage", "image", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("RBDPool", "pool", Shape::Text),
    field("RadosUser", "user", Shape::Text),
    field("Keyring", "keyring", Shape::Text),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static QUOBYTE_VOLUME_SOURCE: Layout = Layout(&[
    field("Registry", "registry", Shape::Text),
    field("Volume", "volume", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("User", "user", Shape::Text),
    field("Group", "group", Shape::Text),
    field("Tenant", "tenant", Shape::Text),
]);

static FLEX_VOLUME_SOURCE: Layout = Layout(&[
    field("Driver", "driver", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("Options", "options", Shape::Map),
]);

static CINDER_VOLUME_SOURCE: Layout = Layout(&[
    field("VolumeID", "volumeID", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
]);

static CEPH_FS_VOLUME_SOURCE: Layout = Layout(&[
    field("Monitors", "monitors", Shape::List),
    field("Path", "path", Shape::Text),
    field("User", "user", Shape::Text),
    field("SecretFile", "secretFile", Shape::Text),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static FLOCKER_VOLUME_SOURCE: Layout =
    Layout(&[field("DatasetName", "datasetName", Shape::Text), field("DatasetUUID", "datasetUUID", Shape::Text)]);

static DOWNWARD_API_VOLUME_SOURCE: Layout = Layout(&[
    field("Items", "items", Shape::Structs(&DOWNWARD_API_VOLUME_FILE)),
    field("DefaultMode", "defaultMode", Shape::Optional),
]);

static FC_VOLUME_SOURCE: Layout = Layout(&[
    field("TargetWWNs", "targetWWNs", Shape::List),
    field("Lun", "lun", Shape::Optional),
    field("FSType", "fsType", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("WWIDs", "wwids", Shape::List),
]);

static AZURE_FILE_VOLUME_SOURCE: Layout = Layout(&[
    field("SecretName", "secretName", Shape::Text),
    field("ShareName", "shareName", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static CONFIG_MAP_VOLUME_SOURCE: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Items", "items", Shape::Structs(&KEY_TO_PATH)),
    field("DefaultMode", "defaultMode", Shape::Optional),
    field("Optional", "optional", Shape::Optional),
]);

static VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE: Layout = Layout(&[
    field("VolumePath", "volumePath", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("StoragePolicyName", "storagePolicyName", Shape::Text),
    field("StoragePolicyID", "storagePolicyID", Shape::Text),
]);

static AZURE_DISK_VOLUME_SOURCE: Layout = Layout(&[
    field("DiskName", "diskName", Shape::Text),
    field("DataDiskURI", "diskURI", Shape::Text),
    field("CachingMode", "cachingMode", Shape::Optional),
    field("FSType", "fsType", Shape::Optional),
    field("ReadOnly", "readOnly", Shape::Optional),
    field("Kind", "kind", Shape::Optional),
]);

static PHOTON_PERSISTENT_DISK_VOLUME_SOURCE: Layout =
    Layout(&[field("PdID", "pdID", Shape::Text), field("FSType", "fsType", Shape::Text)]);

static PROJECTED_VOLUME_SOURCE: Layout = Layout(&[
    field("Sources", "sources", Shape::Structs(&VOLUME_PROJECTION)),
    field("DefaultMode", "defaultMode", Shape::Optional),
]);

static PORTWORX_VOLUME_SOURCE: Layout = Layout(&[
    field("VolumeID", "volumeID", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static SCALE_IO_VOLUME_SOURCE: Layout = Layout(&[
    field("Gateway", "gateway", Shape::Text),
    field("System", "system", Shape::Text),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
    field("SSLEnabled", "sslEnabled", Shape::Flag),
    field("ProtectionDomain", "protectionDomain", Shape::Text),
    field("StoragePool", "storagePool", Shape::Text),
    field("StorageMode", "storageMode", Shape::Text),
    field("VolumeName", "volumeName", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
]);

static STORAGE_OS_VOLUME_SOURCE: Layout = Layout(&[
    field("VolumeName", "volumeName", Shape::Text),
    field("VolumeNamespace", "volumeNamespace", Shape::Text),
    field("FSType", "fsType", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Flag),
    field("SecretRef", "secretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
]);

static CSI_VOLUME_SOURCE: Layout = Layout(&[
    field("Driver", "driver", Shape::Text),
    field("ReadOnly", "readOnly", Shape::Optional),
    field("FSType", "fsType", Shape::Optional),
    field("VolumeAttributes", "volumeAttributes", Shape::Map),
    field("NodePublishSecretRef", "nodePublishSecretRef", Shape::Pointer(&LOCAL_OBJECT_REFERENCE)),
]);

static EPHEMERAL_VOLUME_SOURCE: Layout =
    Layout(&[field("VolumeClaimTemplate", "volumeClaimTemplate", Shape::Pointer(&PERSISTENT_VOLUME_CLAIM_TEMPLATE))]);

static IMAGE_VOLUME_SOURCE: Layout =
    Layout(&[field("Reference", "reference", Shape::Text), field("PullPolicy", "pullPolicy", Shape::Text)]);

static SE_LINUX_OPTIONS: Layout = Layout(&[
    field("User", "user", Shape::Text),
    field("Role", "role", Shape::Text),
    field("Type", "type", Shape::Text),
    field("Level", "level", Shape::Text),
]);

static WINDOWS_SECURITY_CONTEXT_OPTIONS: Layout = Layout(&[
    field("GMSACredentialSpecName", "gmsaCredentialSpecName", Shape::Optional),
    field("GMSACredentialSpec", "gmsaCredentialSpec", Shape::Optional),
    field("RunAsUserName", "runAsUserName", Shape::Optional),
    field("HostProcess", "hostProcess", Shape::Optional),
]);

static SYSCTL: Layout = Layout(&[field("Name", "name", Shape::Text), field("Value", "value", Shape::Text)]);

pub(in crate::pod) static SECCOMP_PROFILE: Layout =
    Layout(&[field("Type", "type", Shape::Text), field("LocalhostProfile", "localhostProfile", Shape::Optional)]);

static APP_ARMOR_PROFILE: Layout =
    Layout(&[field("Type", "type", Shape::Text), field("LocalhostProfile", "localhostProfile", Shape::Optional)]);

static NODE_AFFINITY: Layout = Layout(&[
    field(
        "RequiredDuringSchedulingIgnoredDuringExecution",
        "requiredDuringSchedulingIgnoredDuringExecution",
        Shape::Pointer(&NODE_SELECTOR),
    ),
    field(
        "PreferredDuringSchedulingIgnoredDuringExecution",
        "preferredDuringSchedulingIgnoredDuringExecution",
        Shape::Structs(&PREFERRED_SCHEDULING_TERM),
    ),
]);

static POD_AFFINITY: Layout = Layout(&[
    field(
        "RequiredDuringSchedulingIgnoredDuringExecution",
        "requiredDuringSchedulingIgnoredDuringExecution",
        Shape::Structs(&POD_AFFINITY_TERM),
    ),
    field(
        "PreferredDuringSchedulingIgnoredDuringExecution",
        "preferredDuringSchedulingIgnoredDuringExecution",
        Shape::Structs(&WEIGHTED_POD_AFFINITY_TERM),
    ),
]);

static POD_ANTI_AFFINITY: Layout = Layout(&[
    field(
        "RequiredDuringSchedulingIgnoredDuringExecution",
        "requiredDuringSchedulingIgnoredDuringExecution",
        Shape::Structs(&POD_AFFINITY_TERM),
    ),
    field(
        "PreferredDuringSchedulingIgnoredDuringExecution",
        "preferredDuringSchedulingIgnoredDuringExecution",
        Shape::Structs(&WEIGHTED_POD_AFFINITY_TERM),
    ),
]);

static POD_DNS_CONFIG_OPTION: Layout =
    Layout(&[field("Name", "name", Shape::Text), field("Value", "value", Shape::Optional)]);

static RESOURCE_CLAIM: Layout = Layout(&[field("Name", "name", Shape::Text), field("Request", "request", Shape::Text)]);

static CONFIG_MAP_ENV_SOURCE: Layout =
    Layout(&[field("Name", "name", Shape::Text), field("Optional", "optional", Shape::Optional)]);

static SECRET_ENV_SOURCE: Layout =
    Layout(&[field("Name", "name", Shape::Text), field("Optional", "optional", Shape::Optional)]);

static ENV_VAR_SOURCE: Layout = Layout(&[
    field("FieldRef", "fieldRef", Shape::Pointer(&OBJECT_FIELD_SELECTOR)),
    field("ResourceFieldRef", "resourceFieldRef", Shape::Pointer(&RESOURCE_FIELD_SELECTOR)),
    field("ConfigMapKeyRef", "configMapKeyRef", Shape::Pointer(&CONFIG_MAP_KEY_SELECTOR)),
    field("SecretKeyRef", "secretKeyRef", Shape::Pointer(&SECRET_KEY_SELECTOR)),
    field("FileKeyRef", "fileKeyRef", Shape::Pointer(&FILE_KEY_SELECTOR)),
]);

static CONTAINER_RESTART_RULE_ON_EXIT_CODES: Layout =
    Layout(&[field("Operator", "operator", Shape::Text), field("Values", "values", Shape::List)]);

static EXEC_ACTION: Layout = Layout(&[field("Command", "command", Shape::List)]);

static HTTP_GET_ACTION: Layout = Layout(&[
    field("Path", "path", Shape::Text),
    field("Port", "port", Shape::Optional),
    field("Host", "host", Shape::Text),
    field("Scheme", "scheme", Shape::Text),
    field("HTTPHeaders", "httpHeaders", Shape::Structs(&HTTP_HEADER)),
]);

static TCP_SOCKET_ACTION: Layout =
    Layout(&[field("Port", "port", Shape::Optional), field("Host", "host", Shape::Text)]);

static GRPC_ACTION: Layout =
    Layout(&[field("Port", "port", Shape::Number), field("Service", "service", Shape::Optional)]);

static LIFECYCLE_HANDLER: Layout = Layout(&[
    field("Exec", "exec", Shape::Pointer(&EXEC_ACTION)),
    field("HTTPGet", "httpGet", Shape::Pointer(&HTTP_GET_ACTION)),
    field("TCPSocket", "tcpSocket", Shape::Pointer(&TCP_SOCKET_ACTION)),
    field("Sleep", "sleep", Shape::Pointer(&SLEEP_ACTION)),
]);

static CAPABILITIES: Layout = Layout(&[field("Add", "add", Shape::List), field("Drop", "drop", Shape::List)]);

static KEY_TO_PATH: Layout = Layout(&[
    field("Key", "key", Shape::Text),
    field("Path", "path", Shape::Text),
    field("Mode", "mode", Shape::Optional),
]);

static DOWNWARD_API_VOLUME_FILE: Layout = Layout(&[
    field("Path", "path", Shape::Text),
    field("FieldRef", "fieldRef", Shape::Pointer(&OBJECT_FIELD_SELECTOR)),
    field("ResourceFieldRef", "resourceFieldRef", Shape::Pointer(&RESOURCE_FIELD_SELECTOR)),
    field("Mode", "mode", Shape::Optional),
]);

static VOLUME_PROJECTION: Layout = Layout(&[
    field("Secret", "secret", Shape::Pointer(&SECRET_PROJECTION)),
    field("DownwardAPI", "downwardAPI", Shape::Pointer(&DOWNWARD_API_PROJECTION)),
    field("ConfigMap", "configMap", Shape::Pointer(&CONFIG_MAP_PROJECTION)),
    field("ServiceAccountToken", "serviceAccountToken", Shape::Pointer(&SERVICE_ACCOUNT_TOKEN_PROJECTION)),
    field("ClusterTrustBundle", "clusterTrustBundle", Shape::Pointer(&CLUSTER_TRUST_BUNDLE_PROJECTION)),
    field("PodCertificate", "podCertificate", Shape::Pointer(&POD_CERTIFICATE_PROJECTION)),
]);

static PERSISTENT_VOLUME_CLAIM_TEMPLATE: Layout = Layout(&[
    field("ObjectMeta", "metadata", Shape::Meta),
    field("Spec", "spec", Shape::Nested(&PERSISTENT_VOLUME_CLAIM_SPEC)),
]);

static NODE_SELECTOR: Layout =
    Layout(&[field("NodeSelectorTerms", "nodeSelectorTerms", Shape::Structs(&NODE_SELECTOR_TERM))]);

static PREFERRED_SCHEDULING_TERM: Layout = Layout(&[
    field("Weight", "weight", Shape::Number),
    field("Preference", "preference", Shape::Nested(&NODE_SELECTOR_TERM)),
]);

static POD_AFFINITY_TERM: Layout = Layout(&[
    field("LabelSelector", "labelSelector", Shape::Optional),
    field("Namespaces", "namespaces", Shape::List),
    field("TopologyKey", "topologyKey", Shape::Text),
    field("NamespaceSelector", "namespaceSelector", Shape::Optional),
    field("MatchLabelKeys", "matchLabelKeys", Shape::List),
    field("MismatchLabelKeys", "mismatchLabelKeys", Shape::List),
]);

static WEIGHTED_POD_AFFINITY_TERM: Layout = Layout(&[
    field("Weight", "weight", Shape::Number),
    field("PodAffinityTerm", "podAffinityTerm", Shape::Nested(&POD_AFFINITY_TERM)),
]);

static OBJECT_FIELD_SELECTOR: Layout =
    Layout(&[field("APIVersion", "apiVersion", Shape::Text), field("FieldPath", "fieldPath", Shape::Text)]);

static RESOURCE_FIELD_SELECTOR: Layout = Layout(&[
    field("ContainerName", "containerName", Shape::Text),
    field("Resource", "resource", Shape::Text),
    field("Divisor", "divisor", Shape::Quantity),
]);

static CONFIG_MAP_KEY_SELECTOR: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Key", "key", Shape::Text),
    field("Optional", "optional", Shape::Optional),
]);

static SECRET_KEY_SELECTOR: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Key", "key", Shape::Text),
    field("Optional", "optional", Shape::Optional),
]);

static FILE_KEY_SELECTOR: Layout = Layout(&[
    field("VolumeName", "volumeName", Shape::Text),
    field("Path", "path", Shape::Text),
    field("Key", "key", Shape::Text),
    field("Optional", "optional", Shape::Optional),
]);

static HTTP_HEADER: Layout = Layout(&[field("Name", "name", Shape::Text), field("Value", "value", Shape::Text)]);

static SLEEP_ACTION: Layout = Layout(&[field("Seconds", "seconds", Shape::Number)]);

static SECRET_PROJECTION: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Items", "items", Shape::Structs(&KEY_TO_PATH)),
    field("Optional", "optional", Shape::Optional),
]);

static DOWNWARD_API_PROJECTION: Layout = Layout(&[field("Items", "items", Shape::Structs(&DOWNWARD_API_VOLUME_FILE))]);

static CONFIG_MAP_PROJECTION: Layout = Layout(&[
    field("Name", "name", Shape::Text),
    field("Items", "items", Shape::Structs(&KEY_TO_PATH)),
    field("Optional", "optional", Shape::Optional),
]);

static SERVICE_ACCOUNT_TOKEN_PROJECTION: Layout = Layout(&[
    field("Audience", "audience", Shape::Text),
    field("ExpirationSeconds", "expirationSeconds", Shape::Number),
    field("Path", "path", Shape::Text),
]);

static CLUSTER_TRUST_BUNDLE_PROJECTION: Layout = Layout(&[
    field("Name", "name", Shape::Optional),
    field("SignerName", "signerName", Shape::Optional),
    field("LabelSelector", "labelSelector", Shape::Optional),
    field("Optional", "optional", Shape::Optional),
    field("Path", "path", Shape::Text),
]);

static POD_CERTIFICATE_PROJECTION: Layout = Layout(&[
    field("SignerName", "signerName", Shape::Text),
    field("KeyType", "keyType", Shape::Text),
    field("MaxExpirationSeconds", "maxExpirationSeconds", Shape::Optional),
    field("CredentialBundlePath", "credentialBundlePath", Shape::Text),
    field("KeyPath", "keyPath", Shape::Text),
    field("CertificateChainPath", "certificateChainPath", Shape::Text),
    field("UserAnnotations", "userAnnotations", Shape::Map),
]);

static PERSISTENT_VOLUME_CLAIM_SPEC: Layout = Layout(&[
    field("AccessModes", "accessModes", Shape::List),
    field("Selector", "selector", Shape::Optional),
    field("Resources", "resources", Shape::Nested(&VOLUME_RESOURCE_REQUIREMENTS)),
    field("VolumeName", "volumeName", Shape::Text),
    field("StorageClassName", "storageClassName", Shape::Optional),
    field("VolumeMode", "volumeMode", Shape::Optional),
    field("DataSource", "dataSource", Shape::Pointer(&TYPED_LOCAL_OBJECT_REFERENCE)),
    field("DataSourceRef", "dataSourceRef", Shape::Pointer(&TYPED_OBJECT_REFERENCE)),
    field("VolumeAttributesClassName", "volumeAttributesClassName", Shape::Optional),
]);

pub(in crate::pod) static NODE_SELECTOR_TERM: Layout = Layout(&[
    field("MatchExpressions", "matchExpressions", Shape::Structs(&NODE_SELECTOR_REQUIREMENT)),
    field("MatchFields", "matchFields", Shape::Structs(&NODE_SELECTOR_REQUIREMENT)),
]);

static VOLUME_RESOURCE_REQUIREMENTS: Layout =
    Layout(&[field("Limits", "limits", Shape::Map), field("Requests", "requests", Shape::Map)]);

static TYPED_LOCAL_OBJECT_REFERENCE: Layout = Layout(&[
    field("APIGroup", "apiGroup", Shape::Optional),
    field("Kind", "kind", Shape::Text),
    field("Name", "name", Shape::Text),
]);

static TYPED_OBJECT_REFERENCE: Layout = Layout(&[
    field("APIGroup", "apiGroup", Shape::Optional),
    field("Kind", "kind", Shape::Text),
    field("Name", "name", Shape::Text),
    field("Namespace", "namespace", Shape::Optional),
]);

static NODE_SELECTOR_REQUIREMENT: Layout = Layout(&[
    field("Key", "key", Shape::Text),
    field("Operator", "operator", Shape::Text),
    field("Values", "values", Shape::List),
]);

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::{EphemeralContainer, PodSpec};
    use kubeforge_machinery::schema::{self, HasStructSchema, StructSchema};

    use super::*;

    /// Fields on the wire that are elsewhere inside: in the security context, or an older name of another field.
    const MOVED: [&str; 6] =
        ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers", "serviceAccount"];

    fn missing(layout: &Layout, on_wire: &StructSchema, found: &mut Vec<String>) {
        for field in on_wire.fields {
            let inside = layout.0.iter().find(|inside| inside.json == field.name);
            let Some(inside) = inside else {
                found.push(format!("{}.{}", on_wire.name, field.name));
                continue;
            };
            let wire_struct = match field.shape {
                schema::Shape::Struct(of) | schema::Shape::AtomicStruct(of) => of(),
                schema::Shape::List { element: schema::Shape::Struct(of), .. } => of(),
                _ => continue,
            };
            if let Shape::Structs(layout) | Shape::Pointer(layout) | Shape::Nested(layout) = inside.shape {
                missing(layout, wire_struct, found);
            }
        }
    }

    #[test]
    fn every_field_on_the_wire_has_its_place() {
        let mut found = Vec::new();
        missing(&POD_SPEC, PodSpec::struct_schema(), &mut found);
        missing(&EPHEMERAL_CONTAINER, EphemeralContainer::struct_schema(), &mut found);
        let moved: Vec<String> = MOVED.iter().map(|name| format!("PodSpec.{name}")).collect();
        found.retain(|field| !moved.contains(field));
        assert_eq!(found, Vec::<String>::new());
    }
}
