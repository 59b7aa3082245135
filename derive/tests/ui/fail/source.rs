use kubeforge_derive::ApiSource;

#[derive(ApiSource)]
#[api(kind, namespaced, cluster)]
struct Gadget {
    #[api(tag = "1", patch = marge)]
    name: String,
    value: (i32, i32),
}

fn main() {}
