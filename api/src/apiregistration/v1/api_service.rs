//! API services: who serves which version of which group.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{ByteString, Time};

/// Says who serves a version of a group: the server itself or another one.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "apiservices", singular = "apiservice", categories = ["api-extensions"])]
#[api(subresource(status))]
#[api(introduced = "1.10")]
pub struct APIService {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Who serves it, and in which order it is offered.
    #[api(tag = 2)]
    pub spec: APIServiceSpec,
    /// Whether it can be reached.
    #[api(tag = 3)]
    pub status: APIServiceStatus,
}

/// APIServices, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "APIService")]
#[api(introduced = "1.10")]
pub struct APIServiceList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<APIService>,
}

/// A version of a group, and who serves it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIServiceSpec {
    /// The service that requests are passed on to; unset for what this server serves itself.
    #[api(tag = 1)]
    pub service: Option<Box<ServiceReference>>,
    /// The group.
    #[api(tag = 2)]
    pub group: String,
    /// The version; the object is named after version and group, like `v1.example.com`.
    #[api(tag = 3)]
    pub version: String,
    /// Whether to take any certificate; unwise, and not along with `caBundle`.
    #[api(tag = 4, json = "insecureSkipTLSVerify")]
    pub insecure_skip_tls_verify: bool,
    /// PEM certificates to check that of the other server by; those of the system if unset.
    #[api(tag = 5, list = atomic)]
    pub ca_bundle: ByteString,
    /// Where the group stands among groups, 1 to 20000: the highest of its versions counts, most first.
    #[api(tag = 7, required)]
    pub group_priority_minimum: i32,
    /// Where the version stands in its group, 1 to 1000: most first, then by the name of the version.
    #[api(tag = 8, required)]
    pub version_priority: i32,
}

/// A service in the cluster.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceReference {
    /// Its namespace.
    #[api(tag = 1)]
    pub namespace: String,
    /// Its name.
    #[api(tag = 2)]
    pub name: String,
    /// The port to call; 443 if unset.
    #[api(tag = 3)]
    pub port: Option<i32>,
}

/// Whether a version of a group can be reached.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIServiceStatus {
    /// How it is doing, aspect by aspect.
    #[api(tag = 1, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<APIServiceCondition>,
}

/// One aspect of how it is doing.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIServiceCondition {
    /// Which aspect.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it last changed.
    #[api(tag = 3)]
    pub last_transition_time: Time,
    /// Why, as one word.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people to read.
    #[api(tag = 5)]
    pub message: String,
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Nobody can tell.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of APIServiceConditionType, which is a plain text because others may add their own.
/// The condition that the service is there and answers.
pub const AVAILABLE: &str = "Available";
