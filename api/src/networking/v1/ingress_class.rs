//! Ingress classes: the controllers that ingresses choose from.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Names a controller for ingresses, and how it is set up.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "ingressclasses", singular = "ingressclass")]
#[api(hub)]
#[api(introduced = "1.19")]
pub struct IngressClass {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The controller and its parameters.
    #[api(tag = 2)]
    pub spec: IngressClassSpec,
}

/// Ingress classes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "IngressClass")]
#[api(introduced = "1.19")]
pub struct IngressClassList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<IngressClass>,
}

/// Which controller sees to the ingresses of a class, and with what parameters.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressClassSpec {
    /// The controller, such as `example.com/balancer`; at most 250 bytes, fixed.
    #[api(tag = 1)]
    pub controller: String,
    /// An object with more settings for the controller.
    #[api(tag = 2)]
    pub parameters: Option<Box<IngressClassParametersReference>>,
}

/// Points to the object with the settings of an ingress class.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressClassParametersReference {
    /// The group of its kind; unset for the core group.
    #[api(tag = 1)]
    pub api_group: Option<String>,
    /// Its kind.
    #[api(tag = 2, required)]
    pub kind: String,
    /// Its name.
    #[api(tag = 3, required)]
    pub name: String,
    /// `Cluster`, the default, for one without a namespace; `Namespace` for one in a namespace.
    #[api(tag = 4, always)]
    pub scope: Option<String>,
    /// Its namespace; set exactly where the scope is `Namespace`.
    #[api(tag = 5)]
    pub namespace: Option<String>,
}
