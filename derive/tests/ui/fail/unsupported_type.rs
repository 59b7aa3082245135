use kubeforge_derive::Api;

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Part {
    weight: u64,
    names: std::collections::HashMap<String, String>,
    age: std::time::Duration,
}

fn main() {}
