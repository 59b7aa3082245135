use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource, hub)]
pub struct Shelf {
    #[api(tag = 1)]
    pub tag: Tag,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Tag {
    #[api(tag = 1)]
    pub text: String,
}
