use kubeforge_derive::Api;

#[derive(Clone, Debug, Default, PartialEq)]
struct Wheel;

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Part {
    wheel: Wheel,
}

fn main() {}
