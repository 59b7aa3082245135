//! A small package, built by hand, and what each emitter makes of it. Snapshots of loaded packages are in `tests/`.

use std::collections::BTreeMap;

use super::{EMITTERS, Scope, Workspace, in_place};
use crate::model::{
    DefaultValue, Enum, Field, KindMarkers, ListType, Omission, Package, Patch, Scalar, Scope as KindScope, Struct,
    Subresource, Type, TypeDef, TypeRef, Variant,
};

fn field(tag: u32, name: &str, ty: TypeRef) -> Field {
    Field { tag: Some(tag), ..Field::new(name, ty) }
}

fn ty(name: &str, def: TypeDef) -> Type {
    Type { file: "gadget.rs".to_owned(), docs: format!("A {name}."), def, ..Type::new(name) }
}

fn local(name: &str) -> TypeRef {
    TypeRef::Local(name.to_owned())
}

fn meta(name: &str) -> TypeRef {
    TypeRef::Foreign(format!("kubeforge_machinery::meta::v1::{name}"))
}

fn package() -> Package {
    let optional = |ty| TypeRef::Optional(Box::new(ty));
    let list = |ty| TypeRef::List(Box::new(ty));
    let string = TypeRef::Scalar(Scalar::String);
    let mut gadget = ty(
        "Gadget",
        TypeDef::Struct(Struct {
            fields: vec![field(1, "metadata", meta("ObjectMeta")), field(2, "spec", local("GadgetSpec"))],
            ..Struct::default()
        }),
    );
    gadget.kind = Some(KindMarkers {
        scope: KindScope::Namespaced,
        short: vec!["gd".to_owned()],
        subresources: vec![Subresource { name: "status".to_owned(), ..Subresource::default() }],
        selectable: vec!["spec.color".to_owned(), "spec.size".to_owned()],
        ..KindMarkers::default()
    });
    let mut gadgets = ty(
        "GadgetList",
        TypeDef::Struct(Struct {
            fields: vec![
                field(1, "metadata", meta("ListMeta")),
                Field { required: true, omission: Omission::Never, ..field(2, "items", list(local("Gadget"))) },
            ],
            ..Struct::default()
        }),
    );
    gadgets.kind = Some(KindMarkers { list_of: Some("Gadget".to_owned()), ..KindMarkers::default() });
    let spec = ty(
        "GadgetSpec",
        TypeDef::Struct(Struct {
            fields: vec![
                Field { docs: "What it\nlooks like.".to_owned(), ..field(2, "color", optional(local("Color"))) },
                Field {
                    default: Some(DefaultValue::Json("3".to_owned())),
                    ..field(1, "size", TypeRef::Scalar(Scalar::I32))
                },
                Field {
                    list: Some(ListType::Map(vec!["name".to_owned()])),
                    patch: Patch { merge: true, merge_key: Some("name".to_owned()), ..Patch::default() },
                    ..field(4, "parts", list(local("Part")))
                },
                Field { wrapped: true, ..field(5, "verbs", list(string.clone())) },
                Field { docs: "How long.".to_owned(), ..field(6, "length", TypeRef::Scalar(Scalar::Quantity)) },
                field(7, "box_", optional(TypeRef::Boxed(Box::new(local("Part"))))),
                Field { inline: true, json: String::new(), ..field(8, "source", local("Source")) },
                field(9, "other", TypeRef::Foreign("elsewhere::Thing".to_owned())),
            ],
            ..Struct::default()
        }),
    );
    let part = ty(
        "Part",
        TypeDef::Struct(Struct {
            fields: vec![Field { required: true, omission: Omission::Never, ..field(1, "name", string.clone()) }],
            ..Struct::default()
        }),
    );
    let source = ty(
        "Source",
        TypeDef::Struct(Struct {
            fields: vec![field(1, "labels", TypeRef::Map(Box::new(string))), field(2, "part", local("Part"))],
            ..Struct::default()
        }),
    );
    let color = ty(
        "Color",
        TypeDef::Enum(Enum {
            variants: vec![
                Variant {
                    name: "Red".to_owned(),
                    value: "Red".to_owned(),
                    docs: "like a rose".to_owned(),
                    rules: Vec::new(),
                },
                Variant {
                    name: "Blue".to_owned(),
                    value: "dark-blue".to_owned(),
                    docs: String::new(),
                    rules: Vec::new(),
                },
            ],
            open: false,
        }),
    );
    let types = [gadget, gadgets, spec, part, source, color];
    Package {
        group: "shop.example.com".to_owned(),
        version: "v1".to_owned(),
        definition_prefix: "com.example.shop.v1".to_owned(),
        module: "shop::v1".to_owned(),
        machinery: "::kubeforge_machinery".to_owned(),
        crds: true,
        crd_gates: Default::default(),
        client: true,
        arbitrary: true,
        types: types.into_iter().map(|ty| (ty.name.clone(), ty)).collect::<BTreeMap<_, _>>(),
        default_functions: vec!["default_part".to_owned()],
        conversion_functions: Vec::new(),
        hand_written: Vec::new(),
    }
}

#[track_caller]
fn formatted(tokens: &proc_macro2::TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens.clone()).unwrap())
}

#[test]
fn each_emitter_writes_what_it_did() {
    let package = package();
    let workspace = Workspace { packages: vec![package.clone()] };
    for emitter in EMITTERS {
        let out = (emitter.emit)(&package, &workspace).unwrap();
        if out.is_empty() {
            // conversions: there are no spokes in it
            continue;
        }
        insta::assert_snapshot!(emitter.name, formatted(&out));
        if let Scope::ClientSet { root, .. } = emitter.scope {
            insta::assert_snapshot!(format!("{}_root", emitter.name), formatted(&root(&workspace).unwrap()));
        }
    }
}

#[test]
fn a_type_alone_gets_everything_though_its_fields_types_are_unknown() {
    let mut package = package();
    package.types.retain(|name, _| name == "GadgetSpec");
    if let Some(Type { def: TypeDef::Struct(spec), .. }) = package.types.get_mut("GadgetSpec") {
        spec.fields.retain(|field| !field.inline);
    }
    let out = in_place(&package, &Workspace::default()).unwrap();
    insta::assert_snapshot!("in_place", formatted(&out));
}

#[test]
fn an_inlined_struct_of_unknown_fields_is_refused() {
    let mut package = package();
    package.types.retain(|name, _| name == "GadgetSpec");
    let errors = in_place(&package, &Workspace::default()).unwrap_err();
    assert!(errors.iter().all(|error| error.type_name == "GadgetSpec" && error.field.as_deref() == Some("source")));
}
