//! The generator and the derive macro make the same code of a type.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use kubeforge_gen::{
    emit::{EMITTERS, Scope, Workspace, in_place},
    load::{self, PackageSource},
    model::Package,
};

/// A kind as both see it: the list kind that the macro adds is written out for the generator.
const GADGET: &str = r#"
/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1", short = ["gd"])]
#[api(subresource(status), introduced = "1.2", selectable("color"))]
pub struct Gadget {
    #[api(tag = 1)]
    pub metadata: kubeforge_machinery::meta::v1::ObjectMeta,
    /// What it looks like.
    #[api(tag = 2, default = "red")]
    pub color: String,
    #[api(tag = 3, list = map("name"), patch = merge, merge_key = "name")]
    pub conditions: Vec<kubeforge_machinery::meta::v1::OwnerReference>,
    #[api(tag = 4)]
    pub price: Option<kubeforge_machinery::Quantity>,
    #[api(tag = 5, required)]
    pub sizes: std::collections::BTreeMap<String, i64>,
    #[api(tag = 6)]
    pub status: String,
}
"#;

const LIST: &str = r#"
/// A list of `Gadget`s.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(list = "Gadget", group = "shop.example.com", version = "v1", introduced = "1.2")]
pub struct GadgetList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: kubeforge_machinery::meta::v1::ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Gadget>,
}
"#;

fn generated() -> Package {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("gadget.rs"), format!("{GADGET}{LIST}")).unwrap();
    let source = PackageSource {
        dir: root.path().to_owned(),
        shown: "shop".into(),
        package: Package {
            group: "shop.example.com".into(),
            version: "v1".into(),
            definition_prefix: "com.example.shop.v1".into(),
            module: "shop::v1".into(),
            machinery: "::kubeforge_machinery".into(),
            ..Package::default()
        },
    };
    load::packages(&[source]).unwrap_or_else(|error| panic!("{error}")).workspace.packages.remove(0)
}

#[test]
fn generator_and_macro_agree() {
    let generated = generated();
    let derived = load::item(&syn::parse_str(GADGET).unwrap()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(derived.list_kind.as_deref(), Some("GadgetList"));
    let workspace = Workspace::default();
    for emitter in EMITTERS.iter().filter(|emitter| matches!(emitter.scope, Scope::Package { .. })) {
        let [one, other] = [&generated, &derived.package].map(|package| (emitter.emit)(package, &workspace));
        assert_eq!(one.unwrap().to_string(), other.unwrap().to_string(), "{}", emitter.name);
    }
    let [one, other] = [&generated, &derived.package].map(|package| in_place(package, &workspace));
    assert_eq!(one.unwrap().to_string(), other.unwrap().to_string(), "in place");
}
