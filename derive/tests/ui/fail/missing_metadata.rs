use kubeforge_derive::Api;

#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, group = "shop.example.com", version = "v1")]
struct Gadget {
    color: String,
}

fn main() {}
