use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "rolebindings", singular = "rolebinding")]
#[api(introduced = "1.8")]
pub struct RoleBinding {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2, list = atomic)]
    pub subjects: Vec<Subject>,
    #[api(tag = 3, required)]
    pub role_ref: RoleRef,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "RoleBinding")]
#[api(introduced = "1.8")]
pub struct RoleBindingList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<RoleBinding>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct Subject {
    #[api(tag = 1, required)]
    pub kind: String,
    #[api(tag = 2)]
    pub api_group: String,
    #[api(tag = 3, required)]
    pub name: String,
    #[api(tag = 4)]
    pub namespace: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct RoleRef {
    #[api(tag = 1, always)]
    pub api_group: String,
    #[api(tag = 2, required)]
    pub kind: String,
    #[api(tag = 3, required)]
    pub name: String,
}
