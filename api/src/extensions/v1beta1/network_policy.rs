//! Network policies: who may talk to whom.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, NilVec};

use crate::core::v1::Protocol;

/// Says which traffic some pods may have; pods that no policy selects may have any.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "networking.k8s.io/v1.NetworkPolicy")]
#[api(introduced = "1.3", deprecated = "1.9", removed = "1.16", replacement = "networking.k8s.io/v1.NetworkPolicy")]
pub struct NetworkPolicy {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which pods, and which traffic they may have.
    #[api(tag = 2)]
    pub spec: NetworkPolicySpec,
}

/// Network policies, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "NetworkPolicy")]
#[api(introduced = "1.3", deprecated = "1.9", removed = "1.16", replacement = "networking.k8s.io/v1.NetworkPolicyList")]
pub struct NetworkPolicyList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<NetworkPolicy>,
}

/// Which pods a policy is about, and what it lets in and out.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NetworkPolicySpec {
    /// The pods of the namespace that it is about; empty for all.
    #[api(tag = 1, required)]
    pub pod_selector: LabelSelector,
    /// What may come in; where it is about that and none is given, nothing may.
    #[api(tag = 2, list = atomic)]
    pub ingress: NilVec<NetworkPolicyIngressRule>,
    /// What may go out; where it is about that and none is given, nothing may.
    #[api(tag = 3, list = atomic)]
    pub egress: NilVec<NetworkPolicyEgressRule>,
    /// Which directions it limits; unset, what comes in, and what goes out if it has rules for that.
    #[api(tag = 4, list = atomic)]
    pub policy_types: Vec<PolicyType>,
}

/// Traffic that may come in: from one of the peers, and to one of the ports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NetworkPolicyIngressRule {
    /// The ports of the pods that may be reached; none means all.
    #[api(tag = 1, list = atomic)]
    pub ports: Vec<NetworkPolicyPort>,
    /// Who may send it; none means everybody.
    #[api(tag = 2, list = atomic)]
    pub from: Vec<NetworkPolicyPeer>,
}

/// A port, or a range of them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NetworkPolicyPort {
    /// Its protocol; TCP where it is not said.
    #[api(tag = 1)]
    pub protocol: Option<Protocol>,
    /// The port, as a number or as a name that the pods give it; none means all.
    #[api(tag = 2)]
    pub port: Option<IntOrString>,
    /// The last of a range that starts at the port, which must be a number then.
    #[api(tag = 3)]
    pub end_port: Option<i32>,
}

/// The other end of allowed traffic: pods, or addresses.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NetworkPolicyPeer {
    /// These pods; of the policy's own namespace unless namespaces are selected too.
    #[api(tag = 1)]
    pub pod_selector: Option<Box<LabelSelector>>,
    /// The pods of these namespaces; empty for all namespaces.
    #[api(tag = 2)]
    pub namespace_selector: Option<Box<LabelSelector>>,
    /// These addresses; excludes the two selectors.
    #[api(tag = 3)]
    pub ip_block: Option<Box<IPBlock>>,
}

/// A range of addresses, with holes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IPBlock {
    /// The range, such as `192.168.1.0/24`.
    #[api(tag = 1, required)]
    pub cidr: String,
    /// Ranges inside of it that are left out.
    #[api(tag = 2, list = atomic)]
    pub except: Vec<String>,
}

/// Traffic that may go out: to one of the peers, and to one of the ports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NetworkPolicyEgressRule {
    /// The ports that it may go to; none means all.
    #[api(tag = 1, list = atomic)]
    pub ports: Vec<NetworkPolicyPort>,
    /// Who may receive it; none means everybody.
    #[api(tag = 2, list = atomic)]
    pub to: Vec<NetworkPolicyPeer>,
}

/// A direction of traffic that a policy limits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PolicyType {
    /// What comes in.
    Ingress,
    /// What goes out.
    Egress,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
