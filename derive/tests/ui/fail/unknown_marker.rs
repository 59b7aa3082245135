use kubeforge_derive::Api;

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Part {
    #[api(requried)]
    name: String,
}

fn main() {}
