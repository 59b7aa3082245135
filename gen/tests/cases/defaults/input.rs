use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind)]
pub struct Gadget {
    pub metadata: ObjectMeta,
    pub spec: GadgetSpec,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetSpec {
    #[api(default = "red")]
    pub color: String,
    #[api(default = 3)]
    pub size: Option<i32>,
    #[api(default = true)]
    pub new: Option<bool>,
    #[api(default = json("{}"))]
    pub limits: Option<Limits>,
    #[api(default = json("[\"a\",\"b\"]"))]
    pub names: Vec<String>,
    pub parts: Vec<Limits>,
    pub plain: Plain,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Limits {
    #[api(default = 10)]
    pub most: i64,
}

/// Nothing in it has a default.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Plain {
    pub name: String,
}
