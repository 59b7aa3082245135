use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersion {
    #[api(tag = 1, required)]
    pub group: String,
    #[api(tag = 2, required)]
    pub version: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupKind {
    #[api(tag = 1, required)]
    pub group: String,
    #[api(tag = 2, required)]
    pub kind: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersionKind {
    #[api(tag = 1, required)]
    pub group: String,
    #[api(tag = 2, required)]
    pub version: String,
    #[api(tag = 3, required)]
    pub kind: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupResource {
    #[api(tag = 1, required)]
    pub group: String,
    #[api(tag = 2, required)]
    pub resource: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersionResource {
    #[api(tag = 1, required)]
    pub group: String,
    #[api(tag = 2, required)]
    pub version: String,
    #[api(tag = 3, required)]
    pub resource: String,
}
