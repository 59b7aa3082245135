use kubeforge_derive::Api;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Api)]
enum Color {
    Red,
}

fn main() {}
