use kubeforge_derive::Api;

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Part {
    #[api(tag = 1)]
    name: String,
    #[api(tag = 1)]
    color: String,
}

fn main() {}
