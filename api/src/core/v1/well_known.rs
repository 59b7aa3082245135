//! Labels, annotations, taints, keys and numbers that have a meaning to the cluster.

/// Marks the API's image of a pod that a kubelet runs from a file of its own.
pub const MIRROR_POD_ANNOTATION_KEY: &str = "kubernetes.io/config.mirror";
/// How long a kubelet may keep secrets and config maps before it looks again.
pub const OBJECT_TTL_ANNOTATION_KEY: &str = "node.alpha.kubernetes.io/ttl";
/// Before annotations that keep what a version cannot say.
pub const NON_CONVERTIBLE_ANNOTATION_PREFIX: &str = "non-convertible.kubernetes.io";
/// What the command line last applied on the client's side.
pub const LAST_APPLIED_CONFIG_ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// The old way to say which networks may use a load balancer.
pub const ANNOTATION_LOAD_BALANCER_SOURCE_RANGES_KEY: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
/// When the change happened that endpoints were last written for.
pub const ENDPOINTS_LAST_CHANGE_TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
/// Endpoints that do not hold all addresses.
pub const ENDPOINTS_OVER_CAPACITY: &str = "endpoints.kubernetes.io/over-capacity";
/// The volume plugins of a node that CSI drivers have taken over.
pub const MIGRATED_PLUGINS_ANNOTATION_KEY: &str = "storage.alpha.kubernetes.io/migrated-plugins";
/// Where a controller deletes some of its pods, those with a lower number here go first.
pub const POD_DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
/// The namespace for those who name none.
pub const NAMESPACE_DEFAULT: &str = "default";
/// Stands for all namespaces.
pub const NAMESPACE_ALL: &str = "";
/// The namespace of the leases by which nodes show that they are alive.
pub const NAMESPACE_NODE_LEASE: &str = "kube-node-lease";
/// The old way to name a storage class.
pub const BETA_STORAGE_CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
/// The old way to give mount options.
pub const MOUNT_OPTION_ANNOTATION: &str = "volume.beta.kubernetes.io/mount-options";
/// 0644, in octal.
pub const SECRET_VOLUME_SOURCE_DEFAULT_MODE: i32 = 420;
/// 0644, in octal.
pub const CONFIG_MAP_VOLUME_SOURCE_DEFAULT_MODE: i32 = 420;
/// 0644, in octal.
pub const PROJECTED_VOLUME_SOURCE_DEFAULT_MODE: i32 = 420;
/// Where a container leaves its last words.
pub const TERMINATION_MESSAGE_PATH_DEFAULT: &str = "/dev/termination-log";
/// How long what is said about a device may be, in bytes.
pub const RESOURCE_HEALTH_MESSAGE_MAX_LENGTH: i64 = 1024;
/// No node fits now.
pub const POD_REASON_UNSCHEDULABLE: &str = "Unschedulable";
/// Somebody has asked the scheduler to wait.
pub const POD_REASON_SCHEDULING_GATED: &str = "SchedulingGated";
/// The scheduler failed.
pub const POD_REASON_SCHEDULER_ERROR: &str = "SchedulerError";
/// The kubelet ends the pod, because its node runs short or shuts down.
pub const POD_REASON_TERMINATION_BY_KUBELET: &str = "TerminationByKubelet";
/// The pod makes room for one of higher priority.
pub const POD_REASON_PREEMPTION_BY_SCHEDULER: &str = "PreemptionByScheduler";
/// The new resources have to wait for room.
pub const POD_REASON_DEFERRED: &str = "Deferred";
/// The node can never grant the new resources.
pub const POD_REASON_INFEASIBLE: &str = "Infeasible";
/// Putting the new resources into force failed.
pub const POD_REASON_ERROR: &str = "Error";
/// How long a pod has to end.
pub const DEFAULT_TERMINATION_GRACE_PERIOD_SECONDS: i64 = 30;
/// Whether environment variables name the services.
pub const DEFAULT_ENABLE_SERVICE_LINKS: bool = true;
/// How long a client keeps meeting the same pod: three hours.
pub const DEFAULT_CLIENT_IP_SERVICE_AFFINITY_SECONDS: i32 = 10800;
/// Rather pods in the client's zone.
pub const SERVICE_TRAFFIC_DISTRIBUTION_PREFER_SAME_ZONE: &str = "PreferSameZone";
/// Rather pods on the client's node.
pub const SERVICE_TRAFFIC_DISTRIBUTION_PREFER_SAME_NODE: &str = "PreferSameNode";
/// The condition that says that some ports of a load balancer do not work.
pub const LOAD_BALANCER_PORTS_ERROR: &str = "LoadBalancerPortsError";
/// It cannot do several protocols at once.
pub const LOAD_BALANCER_PORTS_ERROR_REASON: &str = "LoadBalancerMixedProtocolNotSupported";
/// A service that has only names.
pub const CLUSTER_IP_NONE: &str = "None";
/// Before the names of resources that Kubernetes itself defines.
pub const RESOURCE_DEFAULT_NAMESPACE_PREFIX: &str = "kubernetes.io/";
/// Before the size of huge pages.
pub const RESOURCE_HUGE_PAGES_PREFIX: &str = "hugepages-";
/// Before the driver whose volumes are counted.
pub const RESOURCE_ATTACHABLE_VOLUMES_PREFIX: &str = "attachable-volumes-";
/// A request was refused because its namespace is going.
pub const NAMESPACE_TERMINATING_CAUSE: &str = "NamespaceTerminating";
/// Only the output.
pub const LOG_STREAM_STDOUT: &str = "Stdout";
/// Only the error output.
pub const LOG_STREAM_STDERR: &str = "Stderr";
/// Both, as they came.
pub const LOG_STREAM_ALL: &str = "All";
/// For information.
pub const EVENT_TYPE_NORMAL: &str = "Normal";
/// Something may be wrong.
pub const EVENT_TYPE_WARNING: &str = "Warning";
/// After a device class: how many of its devices claims may ask for.
pub const RESOURCE_CLAIMS_PER_CLASS: &str = ".deviceclass.resource.k8s.io/devices";
/// Before a device class: how many of its devices pods may ask for by name.
pub const RESOURCE_IMPLICIT_EXTENDED_CLAIMS_PER_CLASS: &str = "requests.deviceclass.resource.kubernetes.io/";
/// Before the size of huge pages, in a quota of requests.
pub const RESOURCE_REQUESTS_HUGE_PAGES_PREFIX: &str = "requests.hugepages-";
/// Before a resource, in a quota of requests.
pub const DEFAULT_RESOURCE_REQUESTS_PREFIX: &str = "requests.";
/// How large the data of a secret may be, in bytes.
pub const MAX_SECRET_SIZE: i64 = 1048576;
/// The annotation of a token secret that names its service account.
pub const SERVICE_ACCOUNT_NAME_KEY: &str = "kubernetes.io/service-account.name";
/// The annotation of a token secret that holds its service account's UID.
pub const SERVICE_ACCOUNT_UID_KEY: &str = "kubernetes.io/service-account.uid";
/// The key of a token secret that holds the token.
pub const SERVICE_ACCOUNT_TOKEN_KEY: &str = "token";
/// The key of a token secret that may hold a kubeconfig.
pub const SERVICE_ACCOUNT_KUBECONFIG_KEY: &str = "kubernetes.kubeconfig";
/// The key that holds the certificate to trust the API server by.
pub const SERVICE_ACCOUNT_ROOT_CA_KEY: &str = "ca.crt";
/// The key that holds the namespace.
pub const SERVICE_ACCOUNT_NAMESPACE_KEY: &str = "namespace";
/// The key of registry credentials in the old form.
pub const DOCKER_CONFIG_KEY: &str = ".dockercfg";
/// The key of registry credentials.
pub const DOCKER_CONFIG_JSON_KEY: &str = ".dockerconfigjson";
/// The key of a user name.
pub const BASIC_AUTH_USERNAME_KEY: &str = "username";
/// The key of a password.
pub const BASIC_AUTH_PASSWORD_KEY: &str = "password";
/// The key of a private key for SSH.
pub const SSH_AUTH_PRIVATE_KEY: &str = "ssh-privatekey";
/// The key of a certificate.
pub const TLS_CERT_KEY: &str = "tls.crt";
/// The key of a certificate's private key.
pub const TLS_PRIVATE_KEY_KEY: &str = "tls.key";
/// 0644, in octal.
pub const DOWNWARD_API_VOLUME_SOURCE_DEFAULT_MODE: i32 = 420;
/// The scheduler of those who name none.
pub const DEFAULT_SCHEDULER_NAME: &str = "default-scheduler";
/// How much it counts that a pod there needs to be near the one to be placed.
pub const DEFAULT_HARD_POD_AFFINITY_SYMMETRIC_WEIGHT: i32 = 1;
/// The query parameter for the input.
pub const EXEC_STDIN_PARAM: &str = "input";
/// The query parameter for the output.
pub const EXEC_STDOUT_PARAM: &str = "output";
/// The query parameter for the error output.
pub const EXEC_STDERR_PARAM: &str = "error";
/// The query parameter for a terminal.
pub const EXEC_TTY_PARAM: &str = "tty";
/// The query parameter for the command.
pub const EXEC_COMMAND_PARAM: &str = "command";
/// The header that says what a stream is for.
pub const STREAM_TYPE: &str = "streamType";
/// The input.
pub const STREAM_TYPE_STDIN: &str = "stdin";
/// The output.
pub const STREAM_TYPE_STDOUT: &str = "stdout";
/// The error output.
pub const STREAM_TYPE_STDERR: &str = "stderr";
/// What a forwarded port carries.
pub const STREAM_TYPE_DATA: &str = "data";
/// How it ended.
pub const STREAM_TYPE_ERROR: &str = "error";
/// Changes of the terminal's size.
pub const STREAM_TYPE_RESIZE: &str = "resize";
/// The header that says which port a stream is for.
pub const PORT_HEADER: &str = "port";
/// The header that ties the streams of one connection together.
pub const PORT_FORWARD_REQUEST_ID_HEADER: &str = "requestID";
/// A load balancer cannot do several protocols at once.
pub const MIXED_PROTOCOL_NOT_SUPPORTED: &str = "MixedProtocolNotSupported";
/// A node's host name.
pub const LABEL_HOSTNAME: &str = "kubernetes.io/hostname";
/// The address at which other API servers reach this one.
pub const ANNOTATION_PEER_ADVERTISE_ADDRESS: &str = "kubernetes.io/peer-advertise-address";
/// The zone that a node or volume is in.
pub const LABEL_TOPOLOGY_ZONE: &str = "topology.kubernetes.io/zone";
/// The region that a node or volume is in.
pub const LABEL_TOPOLOGY_REGION: &str = "topology.kubernetes.io/region";
/// The old name for the zone.
pub const LABEL_FAILURE_DOMAIN_BETA_ZONE: &str = "failure-domain.beta.kubernetes.io/zone";
/// The old name for the region.
pub const LABEL_FAILURE_DOMAIN_BETA_REGION: &str = "failure-domain.beta.kubernetes.io/region";
/// The old name for what kind of machine a node is.
pub const LABEL_INSTANCE_TYPE: &str = "beta.kubernetes.io/instance-type";
/// What kind of machine a node is.
pub const LABEL_INSTANCE_TYPE_STABLE: &str = "node.kubernetes.io/instance-type";
/// A node's operating system.
pub const LABEL_OS_STABLE: &str = "kubernetes.io/os";
/// A node's architecture.
pub const LABEL_ARCH_STABLE: &str = "kubernetes.io/arch";
/// The build of Windows on a node.
pub const LABEL_WINDOWS_BUILD: &str = "node.kubernetes.io/windows-build";
/// Labels under this domain are a kubelet's own to set.
pub const LABEL_NAMESPACE_SUFFIX_KUBELET: &str = "kubelet.kubernetes.io";
/// Labels under this domain are a kubelet's own to set.
pub const LABEL_NAMESPACE_SUFFIX_NODE: &str = "node.kubernetes.io";
/// Labels under this domain are out of a kubelet's reach.
pub const LABEL_NAMESPACE_NODE_RESTRICTION: &str = "node-restriction.kubernetes.io";
/// On endpoints of a service that has only names.
pub const IS_HEADLESS_SERVICE: &str = "service.kubernetes.io/headless";
/// Load balancers leave the node out.
pub const LABEL_NODE_EXCLUDE_BALANCERS: &str = "node.kubernetes.io/exclude-from-external-load-balancers";
/// A namespace's name, for selectors.
pub const LABEL_METADATA_NAME: &str = "kubernetes.io/metadata.name";
/// The node is not ready.
pub const TAINT_NODE_NOT_READY: &str = "node.kubernetes.io/not-ready";
/// The node does not answer.
pub const TAINT_NODE_UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// The node takes no new pods.
pub const TAINT_NODE_UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
/// Memory runs short on the node.
pub const TAINT_NODE_MEMORY_PRESSURE: &str = "node.kubernetes.io/memory-pressure";
/// Disk runs short on the node.
pub const TAINT_NODE_DISK_PRESSURE: &str = "node.kubernetes.io/disk-pressure";
/// The network of the node is not set up.
pub const TAINT_NODE_NETWORK_UNAVAILABLE: &str = "node.kubernetes.io/network-unavailable";
/// Process ids run short on the node.
pub const TAINT_NODE_PID_PRESSURE: &str = "node.kubernetes.io/pid-pressure";
/// The node is down for certain; its pods and volumes may be moved.
pub const TAINT_NODE_OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
