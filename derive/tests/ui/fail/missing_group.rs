use kubeforge_derive::Api;
use kubeforge_machinery::meta::v1::ObjectMeta;

#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind)]
struct Gadget {
    metadata: ObjectMeta,
}

fn main() {}
