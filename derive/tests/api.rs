//! What `#[derive(Api)]` makes of types in a user's crate, used the way an operator uses it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use kubeforge_derive::Api;
use kubeforge_machinery::{
    DeepCopy, Defaulted, Duration, GroupVersionKind, IntOrString, Kind, ListKind, Object, Quantity, Resource,
    SchemeBuilder, Time, codec,
    meta::v1::{Condition, ListMeta, ObjectMeta},
    openapi::HasOpenApi,
    schema::HasStructSchema,
};

/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1", short = ["gd"])]
#[api(subresource(status), selectable("spec.color"))]
#[api(column(name = "Color", type = "string", path = ".spec.color"))]
struct Gadget {
    #[api(tag = 1)]
    metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    spec: GadgetSpec,
    #[api(tag = 3)]
    status: GadgetStatus,
}

/// What is wanted of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Api)]
struct GadgetSpec {
    #[api(tag = 1, default = "Red")]
    color: Color,
    #[api(tag = 2, required)]
    parts: Vec<Part>,
    #[api(tag = 3)]
    price: Option<Quantity>,
    #[api(tag = 4)]
    labels: BTreeMap<String, String>,
    #[api(tag = 5, default = 3)]
    size: Option<i32>,
    #[api(tag = 6)]
    warranty: Option<Duration>,
    #[api(tag = 7)]
    port: Option<IntOrString>,
    #[api(tag = 8)]
    extra: Option<Box<Part>>,
}

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct GadgetStatus {
    #[api(tag = 1, list = map("type"))]
    conditions: Vec<Condition>,
    #[api(tag = 2)]
    sold_at: Option<Time>,
}

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Part {
    #[api(tag = 1, required)]
    name: String,
    #[api(tag = 2)]
    type_: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Api)]
enum Color {
    Red,
    #[api(value = "deep-blue")]
    Blue,
    Other(String),
}

/// A kind whose list kind is written by hand, without protobuf.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, cluster, group = "shop.example.com", version = "v1", plural = "shelves", list_kind = "Shelves")]
struct Shelf {
    metadata: ObjectMeta,
    free: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(list = "Shelf", group = "shop.example.com", version = "v1")]
struct Shelves {
    metadata: ListMeta,
    #[api(required)]
    items: Vec<Shelf>,
}

/// Of a type that has no form on the wire.
#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Counted {
    #[api(tag = 1)]
    name: String,
    #[api(transient)]
    reads: Reads,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Reads(std::sync::Arc<u8>);

impl DeepCopy for Reads {
    fn deep_copy_into(&self, target: &mut Self) {
        target.clone_from(self);
    }
}

fn gadget() -> Gadget {
    Gadget {
        metadata: ObjectMeta { name: "clock".into(), namespace: "shop".into(), ..ObjectMeta::default() },
        spec: GadgetSpec {
            color: Color::Blue,
            parts: vec![Part { name: "hand".into(), type_: "long".into() }],
            price: Some("12500m".parse().unwrap()),
            labels: BTreeMap::from([("a".into(), "b".into())]),
            ..GadgetSpec::default()
        },
        status: GadgetStatus::default(),
    }
}

#[test]
fn json_is_as_go_writes_it() {
    let mut w = codec::JsonWriter::new();
    Object::write_json(&gadget(), &mut w);
    assert_eq!(
        String::from_utf8(w.as_bytes().to_vec()).unwrap(),
        "{\"kind\":\"Gadget\",\"apiVersion\":\"shop.example.com/v1\",\
         \"metadata\":{\"name\":\"clock\",\"namespace\":\"shop\"},\
         \"spec\":{\"color\":\"deep-blue\",\"parts\":[{\"name\":\"hand\",\"type\":\"long\"}],\"price\":\"12500m\",\
         \"labels\":{\"a\":\"b\"}},\"status\":{}}"
    );
}

#[test]
fn every_codec_reads_what_it_wrote() {
    let gadget = gadget();
    assert_eq!(codec::from_json_slice::<Gadget>(&codec::to_json_vec(&gadget)).unwrap(), gadget);
    assert_eq!(codec::from_proto_slice::<Gadget>(&codec::to_proto_vec(&gadget)).unwrap(), gadget);
    let value = serde_json::to_value(&gadget).unwrap();
    assert_eq!(value["kind"], "Gadget");
    assert_eq!(serde_json::from_value::<Gadget>(value).unwrap(), gadget);
}

#[test]
fn a_transient_field_is_copied_and_not_written() {
    let counted = Counted { name: "a".into(), reads: Reads(3.into()) };
    assert_eq!(codec::to_json_vec(&counted), br#"{"name":"a"}"#);
    let mut target = Counted::default();
    counted.deep_copy_into(&mut target);
    assert_eq!(target, counted);
    let read = codec::from_json_slice::<Counted>(br#"{"name":"a","reads":7}"#).unwrap();
    assert_eq!(read, Counted { reads: Reads::default(), ..counted.clone() });
    assert_eq!(codec::from_proto_slice::<Counted>(&codec::to_proto_vec(&counted)).unwrap(), read);
    assert!(!Counted::openapi().json.contains("reads"));
}

#[test]
fn defaults_fill_in_what_is_not_set() {
    let mut gadget = Gadget::default();
    Defaulted::set_defaults(&mut gadget);
    assert_eq!((gadget.spec.color.clone(), gadget.spec.size), (Color::Red, Some(3)));
    let once = gadget.clone();
    Defaulted::set_defaults(&mut gadget);
    assert_eq!(gadget, once);
}

#[test]
fn a_copy_is_equal() {
    let mut target = Gadget::default();
    gadget().deep_copy_into(&mut target);
    assert_eq!(target, gadget());
}

#[test]
fn an_unknown_value_of_an_enum_is_kept() {
    let part = codec::from_json_slice::<GadgetSpec>(br#"{"color":"mauve","parts":[]}"#).unwrap();
    assert_eq!(part.color, Color::Other("mauve".into()));
    assert_eq!(part.color.as_str(), "mauve");
    assert!(Color::default().is_empty());
}

#[test]
fn kinds_are_registered_with_their_lists() {
    let mut scheme = SchemeBuilder::new("shop");
    Gadget::register(&mut scheme);
    Shelf::register(&mut scheme);
    let scheme = scheme.build();
    let of = |kind: &'static str| scheme.get(&GroupVersionKind::new("shop.example.com", "v1", kind)).unwrap();
    let resource = of("Gadget").info.resource.clone().unwrap();
    assert_eq!((&*resource.plural, &*resource.singular, resource.namespaced), ("gadgets", "gadget", true));
    assert_eq!(&*resource.short_names, ["gd"]);
    assert_eq!(resource.subresources.iter().map(|sub| &*sub.name).collect::<Vec<_>>(), ["status"]);
    assert_eq!(&*resource.columns[0].path, ".spec.color");
    assert_eq!(of("GadgetList").info.item_kind.as_deref(), Some("Gadget"));
    assert_eq!(of("Shelves").info.item_kind.as_deref(), Some("Shelf"));
    assert_eq!(&*of("Shelf").info.resource.clone().unwrap().plural, "shelves");
}

#[test]
fn traits_tell_what_a_kind_is() {
    assert_eq!((Gadget::GROUP, Gadget::VERSION, Gadget::KIND), ("shop.example.com", "v1", "Gadget"));
    assert_eq!((Gadget::PLURAL, Gadget::NAMESPACED), ("gadgets", true));
    let list: <Gadget as Resource>::List = GadgetList { items: vec![gadget()], ..GadgetList::default() };
    assert_eq!(list.into_items(), [gadget()]);
    let shelves = <Shelf as Resource>::List::default();
    assert!(shelves.list_metadata().continue_.is_empty());
}

#[test]
fn selectable_fields_have_values() {
    let mut seen = Vec::new();
    gadget().visit_selectable(&mut |label, value| seen.push((label, value.to_owned())));
    let want = [("metadata.name", "clock"), ("metadata.namespace", "shop"), ("spec.color", "deep-blue")];
    assert_eq!(seen, want.map(|(label, value)| (label, value.to_owned())));
}

#[test]
fn schemas_refer_to_one_another() {
    let schema = Gadget::openapi();
    assert_eq!(schema.definition, "com.example.shop.v1.Gadget");
    let json: serde_json::Value = serde_json::from_str(schema.json).unwrap();
    assert_eq!(json["description"], "A thing that a shop sells.");
    let reference = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    let metadata = json["properties"]["metadata"].to_string();
    assert!(metadata.contains(reference), "{metadata}");
    let fields: Vec<_> = GadgetStatus::struct_schema().fields.iter().map(|field| field.name).collect();
    assert_eq!(fields, ["conditions", "soldAt"]);
}
