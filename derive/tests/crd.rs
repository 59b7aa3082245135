//! `#[derive(CustomResource)]` gives the CRD that the generator writes for the same types, and more of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, unreachable_pub, reason = "types of which the schema is asked only")]

use std::{collections::BTreeMap, path::Path};

use kubeforge_derive::{Api, CustomResource};
use kubeforge_gen::{
    emit::crd::definitions,
    load::{self, PackageSource},
    model::Package,
};
use kubeforge_machinery::{
    crd::{self, CustomResource as _},
    meta::v1::ObjectMeta,
    serde_type, yaml,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[path = "../../gen/tests/crds/v1/gadget.rs"]
mod v1;
#[path = "../../gen/tests/crds/v1alpha1/gadget.rs"]
mod v1alpha1;

/// The directory of a package, below the workspace's.
fn source(dir: &str, module: &str, crds: bool) -> PackageSource {
    PackageSource {
        dir: Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(dir),
        shown: dir.to_owned(),
        package: Package {
            module: module.into(),
            machinery: "::kubeforge_machinery".into(),
            crds,
            ..Package::default()
        },
    }
}

#[test]
fn generator_and_macro_give_the_same_definition() {
    let sources = [
        source("runtime/machinery/src/meta/v1", "kubeforge_machinery::meta::v1", false),
        source("gen/tests/crds/v1", "shop::v1", true),
        source("gen/tests/crds/v1alpha1", "shop::v1alpha1", true),
    ];
    let loaded = load::packages(&sources).unwrap_or_else(|error| panic!("{error}"));
    let generated = definitions(&loaded.workspace, 0..3).unwrap();
    let derived = crd::merge_versions([v1::Gadget::crd().unwrap(), v1alpha1::Gadget::crd().unwrap()], "v1").unwrap();
    assert_eq!(yaml::from_value(&derived), yaml::from_value(&generated[0].definition));
}

#[test]
fn a_version_alone_is_a_whole_definition() {
    let definition = v1alpha1::Gadget::crd().unwrap();
    assert_eq!(definition["metadata"]["name"], "gadgets.shop.example.com");
    assert_eq!(definition["spec"]["versions"].as_array().unwrap().len(), 1);
    assert_eq!(crd::check(&definition), []);
    assert_eq!(yaml::to_value(yaml::from_value(&definition).as_bytes()).unwrap(), definition);
}

/// How copies are kept, as another crate would say it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Retention {
    /// How many.
    #[schemars(range(min = 1))]
    most_copies: u8,
    until: Option<String>,
    place: Place,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Place {
    #[default]
    Here,
    Elsewhere,
}

serde_type!(schemars Retention);

/// A copy of a volume.
#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, cluster, group = "backups.example.com", version = "v1")]
struct Backup {
    metadata: ObjectMeta,
    /// How copies are kept.
    retention: Option<Retention>,
    #[api(schemars = "Retention")]
    former: Option<serde_json::Value>,
    #[api(schemars)]
    others: Vec<Retention>,
    #[api(schema_with = "percentage")]
    share: Option<serde_json::Value>,
}

fn percentage() -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": 100})
}

#[test]
fn foreign_types_say_their_schemas() {
    let definition = Backup::crd().unwrap();
    let properties = &definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
    let retention = json!({
        "description": "How copies are kept, as another crate would say it.",
        "type": "object",
        "required": ["mostCopies", "place"],
        "properties": {
            "mostCopies": {"description": "How many.", "type": "integer", "minimum": 1, "maximum": 255},
            "until": {"type": "string", "nullable": true},
            "place": {"type": "string", "enum": ["here", "elsewhere"]},
        },
    });
    assert_eq!(properties["retention"]["description"], "How copies are kept.");
    assert_eq!(properties["retention"]["properties"], retention["properties"]);
    assert_eq!(properties["former"], retention);
    assert_eq!(properties["others"], json!({"type": "array", "items": retention}));
    assert_eq!(properties["share"], percentage());

    let text = br#"{"metadata":{},"retention":{"mostCopies":3,"until":null,"place":"elsewhere"}}"#;
    let backup: Backup = kubeforge_machinery::codec::from_json_slice(text).unwrap();
    assert_eq!(backup.retention.unwrap().place, Place::Elsewhere);
}

/// Types of which the CRD is refused.
mod refused {
    use super::*;

    #[derive(Clone, Debug, Default, PartialEq, Api)]
    pub(super) struct Tree {
        pub(super) branches: Vec<Tree>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
    #[api(kind, group = "shop.example.com", version = "v1")]
    pub(super) struct Forest {
        metadata: ObjectMeta,
        tree: Tree,
    }

    #[derive(Clone, Debug, Default, PartialEq, Api)]
    pub(super) struct Part {
        #[api(each_key(not_equal = "a"))]
        labels: BTreeMap<String, String>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
    #[api(kind, group = "nodots", version = "v1")]
    pub(super) struct Gadget {
        metadata: ObjectMeta,
    }

    #[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
    #[api(kind, group = "shop.example.com", version = "v1")]
    pub(super) struct Holder {
        metadata: ObjectMeta,
        part: Part,
    }
}

#[test]
fn errors_say_what_is_wrong_with_the_types() {
    let want = "a structural schema can't hold itself, and these types do: Tree -> Tree";
    // the list in between is a type of its own here
    let message = refused::Forest::crd().unwrap_err().to_string();
    assert_eq!(message.replace("Vec -> ", ""), want);
    assert_eq!(
        refused::Gadget::crd().unwrap_err().to_string(),
        "no valid CustomResourceDefinition\n  spec.group: \"nodots\" should be a domain with at least one dot"
    );
    assert_eq!(
        refused::Holder::crd().unwrap_err().to_string(),
        "Part: labels: `not_equal = \"a\"` on a map's keys has no form in CEL: say it with `cel`"
    );
}
