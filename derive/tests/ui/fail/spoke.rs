use kubeforge_derive::Api;
use kubeforge_machinery::meta::v1::ObjectMeta;

#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, group = "shop.example.com", version = "v1", spoke_of = "v2")]
struct Gadget {
    metadata: ObjectMeta,
    #[api(converts_to = "colour")]
    color: String,
}

fn main() {}
