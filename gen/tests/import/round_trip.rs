//! What our emitters write, imported, is what they were given, apart from what documents can't say.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use kubeforge_gen::{
    config::{self, Config},
    document::CRDS,
    emit::{EMITTERS, Resolved, Workspace},
    import::Request,
    load::{self, PackageSource},
    model::{
        DefaultValue, Field, KindMarkers, Package, Scalar, Scope, Struct, Subresource, Type, TypeDef, TypeRef, Verb,
    },
    output,
};
use serde_json::{Map, Value, json};
use syn::{
    Expr, ExprLit, Lit, LitStr, Member, Token,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use crate::support::{case, load, read};

/// The schemas in what the emitter `openapi` writes, by definition.
#[derive(Default)]
struct Schemas(BTreeMap<String, Value>);

impl<'ast> Visit<'ast> for Schemas {
    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        let field = |name: &str| {
            let named = |member: &Member| matches!(member, Member::Named(ident) if ident == name);
            node.fields.iter().find(|field| named(&field.member)).map(|field| text(&field.expr))
        };
        if let (Some(definition), Some(json)) = (field("definition"), field("json")) {
            self.0.insert(definition, serde_json::from_str(&json).unwrap());
        }
        visit::visit_expr_struct(self, node);
    }
}

/// The text of a literal, or of `concat!` of some.
fn text(expr: &Expr) -> String {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        Expr::Macro(call) => {
            let parts = call.mac.parse_body_with(Punctuated::<LitStr, Token![,]>::parse_terminated).unwrap();
            parts.iter().map(LitStr::value).collect()
        }
        _ => panic!("neither a text nor concat!"),
    }
}

fn schemas(package: &Package, workspace: &Workspace) -> BTreeMap<String, Value> {
    let emitter = EMITTERS.iter().find(|emitter| emitter.name == "openapi").unwrap();
    let tokens = (emitter.emit)(package, workspace).unwrap();
    let mut found = Schemas::default();
    found.visit_file(&syn::parse2(tokens).unwrap());
    found.0
}

/// Methods and verbs of paths to one object.
const METHODS: &[(&str, Verb)] = &[
    ("get", Verb::Get),
    ("post", Verb::Create),
    ("put", Verb::Update),
    ("patch", Verb::Patch),
    ("delete", Verb::Delete),
];

/// The paths that a server has for a package's kinds.
fn paths(package: &Package) -> Map<String, Value> {
    let root = match package.group.as_str() {
        "" => format!("/api/{}", package.version),
        group => format!("/apis/{group}/{}", package.version),
    };
    let mut paths = Map::new();
    for ty in package.types.values() {
        let Some(kind) = ty.kind.as_ref().filter(|kind| kind.list_of.is_none() && !kind.no_resource) else { continue };
        let scope = if kind.scope == Scope::Namespaced { "/namespaces/{namespace}" } else { "" };
        let own = json!({"group": package.group, "version": package.version, "kind": ty.name});
        let verbs = kind.verbs.as_deref().unwrap_or(&Verb::ALL);
        let operations = |wanted: &[(&str, Verb)]| {
            let served = wanted.iter().filter(|(_, verb)| verbs.contains(verb));
            served
                .map(|(method, _)| ((*method).to_owned(), json!({"x-kubernetes-group-version-kind": own})))
                .collect::<Map<_, _>>()
        };
        let collection = format!("{root}{scope}/{}", plural(ty, kind));
        let mut item = operations(&[("get", Verb::List), ("post", Verb::Create), ("delete", Verb::DeleteCollection)]);
        if verbs.contains(&Verb::Watch) {
            item.insert("parameters".into(), json!([{"name": "watch", "in": "query"}]));
        }
        paths.insert(collection.clone(), Value::Object(item));
        let named: Vec<_> = METHODS.iter().filter(|(method, _)| *method != "post").copied().collect();
        paths.insert(format!("{collection}/{{name}}"), Value::Object(operations(&named)));
        for subresource in &kind.subresources {
            let path = format!("{collection}/{{name}}/{}", subresource.name);
            paths.insert(path, Value::Object(subresource_paths(package, subresource, &own)));
        }
    }
    paths
}

fn plural(ty: &Type, kind: &KindMarkers) -> String {
    if kind.plural.is_empty() { format!("{}s", ty.name.to_lowercase()) } else { kind.plural.clone() }
}

fn subresource_verbs(subresource: &Subresource) -> Vec<Verb> {
    match (&subresource.verbs, &subresource.create) {
        (Some(verbs), _) => verbs.clone(),
        (None, Some(_)) => vec![Verb::Create],
        (None, None) => vec![Verb::Get, Verb::Patch, Verb::Update],
    }
}

fn subresource_paths(package: &Package, subresource: &Subresource, own: &Value) -> Map<String, Value> {
    let kind = match subresource.create.as_ref().or(subresource.kind.as_ref()) {
        None => own.clone(),
        Some(text) => match text.rsplit_once('.') {
            None => json!({"group": package.group, "version": package.version, "kind": text}),
            Some((group_version, kind)) => {
                let (group, version) = group_version.rsplit_once('/').unwrap_or(("", group_version));
                json!({"group": group, "version": version, "kind": kind})
            }
        },
    };
    let verbs = subresource_verbs(subresource);
    let served = METHODS.iter().filter(|(_, verb)| verbs.contains(verb));
    served.map(|(method, _)| ((*method).to_owned(), json!({"x-kubernetes-group-version-kind": kind}))).collect()
}

/// The table of the package's protobuf numbers.
fn tags(packages: &[Package]) -> String {
    let mut table = String::from("package,message,field,number,proto_type,label,map_key\n");
    for package in packages {
        for ty in package.types.values() {
            let TypeDef::Struct(def) = &ty.def else { continue };
            for field in &def.fields {
                let Some(tag) = field.tag else { continue };
                let name = if field.inline { &field.name } else { &field.json };
                let (proto_type, label) = match &field.ty {
                    _ if field.wrapped => {
                        table += &format!("{},Wrapped,items,1,string,repeated,\n", package.definition_prefix);
                        ("Wrapped".to_owned(), "optional")
                    }
                    TypeRef::List(_) => ("string".to_owned(), "repeated"),
                    TypeRef::Local(name) => (name.clone(), "optional"),
                    TypeRef::Foreign(path) => (foreign_message(packages, path), "optional"),
                    _ => ("string".to_owned(), "optional"),
                };
                table += &format!("{},{},{name},{tag},{proto_type},{label},\n", package.definition_prefix, ty.name);
            }
        }
    }
    // given once is enough
    let mut seen = std::collections::BTreeSet::new();
    table.lines().filter(|line| seen.insert(*line)).map(|line| format!("{line}\n")).collect()
}

fn foreign_message(packages: &[Package], path: &str) -> String {
    let (module, name) = path.rsplit_once("::").unwrap();
    let package = packages.iter().find(|package| package.module == module);
    package.map_or_else(|| "string".to_owned(), |package| format!("{}.{name}", package.definition_prefix))
}

/// A type as far as a document knows it.
fn type_text(workspace: &Workspace, package: &Package, ty: &TypeRef) -> String {
    fn text(resolved: &Resolved<'_>) -> String {
        match resolved {
            Resolved::Boxed(inner) => text(inner),
            Resolved::Optional(inner) => match inner.bare() {
                Resolved::Struct(_) => format!("{}?", text(inner)),
                _ => text(inner),
            },
            Resolved::List(inner) => format!("[{}]", text(inner)),
            Resolved::Map(inner) => format!("{{{}}}", text(inner)),
            Resolved::Enum(_) | Resolved::Scalar(Scalar::String) => "text".into(),
            Resolved::Scalar(scalar) => format!("{scalar:?}"),
            Resolved::Struct(of) => format!("{}::{}", of.package.module, of.ty.name),
            Resolved::Unknown(path) => (*path).to_owned(),
        }
    }
    text(&workspace.resolve(package, ty))
}

/// A default that an emitted document shows as such: not a constant's path, and not the zero value, which a document
/// shows of everything that is always written.
fn shown_default(field: &Field) -> Option<&str> {
    match &field.default {
        Some(DefaultValue::Json(json)) if !["\"\"", "0", "false", "{}"].contains(&json.as_str()) => Some(json),
        _ => None,
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The package as far as a document knows it, in lines.
fn as_documented(workspace: &Workspace, package: &Package) -> Vec<String> {
    let mut lines = Vec::new();
    for ty in package.types.values() {
        let TypeDef::Struct(Struct { fields, .. }) = &ty.def else { continue };
        let unions: Vec<String> =
            ty.rules.iter().filter(|rule| rule.name == "union").map(ToString::to_string).collect();
        let docs = if ty.docs.is_empty() { format!("`{}`.", ty.name) } else { words(&ty.docs) };
        lines.push(format!("{} atomic={} {unions:?} {docs}", ty.name, ty.atomic));
        if let Some(kind) = &ty.kind {
            lines.push(format!("{} {}", ty.name, kind_text(ty, kind)));
        }
        for field in fields {
            let inline = field.inline;
            // an inlined struct's name is in the table; other fields may be called otherwise than in JSON
            let (name, docs) = if inline { (&field.name, String::new()) } else { (&field.json, words(&field.docs)) };
            lines.push(format!(
                "{}.{name} type={} tag={:?} wrapped={} inline={inline} required={} nullable={} default={:?} list={:?} \
                 patch={:?} atomic={} granular={} docs={docs}",
                ty.name,
                type_text(workspace, package, &field.ty),
                field.tag,
                field.wrapped,
                field.required,
                field.nullable,
                shown_default(field),
                field.list,
                field.patch,
                field.atomic || field.atomic_map,
                field.granular_map,
            ));
        }
    }
    lines
}

fn kind_text(ty: &Type, kind: &KindMarkers) -> String {
    if kind.list_of.is_some() || kind.no_resource {
        return format!("list of {:?}, no resource {}", kind.list_of, kind.no_resource);
    }
    let mut subresources: Vec<String> = kind
        .subresources
        .iter()
        .map(|sub| format!("{} create={:?} kind={:?} {:?}", sub.name, sub.create, sub.kind, subresource_verbs(sub)))
        .collect();
    subresources.sort_unstable();
    let verbs = kind.verbs.as_deref().unwrap_or(&Verb::ALL);
    format!("{:?} {} {verbs:?} {subresources:?}", kind.scope, plural(ty, kind))
}

/// Whether only the compiler sees what a type comes down to: then its definition's name is not in the emitted text.
fn is_unseen(resolved: &Resolved<'_>) -> bool {
    match resolved {
        Resolved::Unknown(_) => true,
        Resolved::Optional(inner) | Resolved::Boxed(inner) | Resolved::List(inner) | Resolved::Map(inner) => {
            is_unseen(inner)
        }
        Resolved::Scalar(_) | Resolved::Struct(_) | Resolved::Enum(_) => false,
    }
}

/// A document of what the emitter writes for a package is imported as the package.
fn check_openapi(index: usize, workspace: &Workspace, configs: &[PathBuf]) {
    let package = &workspace.packages[index];
    let paths = paths(package);
    if paths.is_empty() {
        // without paths a document does not say which kinds are resources
        return;
    }
    let mut fields = package.types.values().filter_map(|ty| match &ty.def {
        TypeDef::Struct(def) => Some(&def.fields),
        TypeDef::Enum(_) | TypeDef::Alias(_) => None,
    });
    if fields.any(|fields| fields.iter().any(|field| is_unseen(&workspace.resolve(package, &field.ty)))) {
        return;
    }
    let document = json!({
        "openapi": "3.0.0",
        "paths": paths,
        "components": {"schemas": schemas(package, workspace)},
    });
    let dir = tempfile::tempdir().unwrap();
    let (file, table) = (dir.path().join("document.json"), dir.path().join("tags.csv"));
    fs::write(&file, document.to_string()).unwrap();
    fs::write(&table, tags(&workspace.packages)).unwrap();
    let imported = read(&Request {
        files: vec![file],
        group: Some(package.group.clone()),
        version: Some(package.version.clone()),
        definition_prefix: Some(package.definition_prefix.clone()),
        tags: Some(table),
        configs: configs.to_vec(),
        ..Request::default()
    });
    assert_eq!(imported.report.lost_problems(), []);
    let mut found = imported.packages[0].clone();
    found.module = package.module.clone();
    let mut with_found = workspace.clone();
    with_found.packages[index] = found.clone();
    let (want, found) = (as_documented(workspace, package), as_documented(&with_found, &found));
    let differences: Vec<_> = want.iter().filter(|line| !found.contains(line)).collect();
    let surplus: Vec<_> = found.iter().filter(|line| !want.contains(line)).collect();
    assert!(differences.is_empty() && surplus.is_empty(), "{}: {differences:#?}\n{surplus:#?}", package.module);
}

#[test]
fn our_openapi_documents_are_imported_as_the_types_they_came_from() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let paths = ["runtime/machinery/gen.toml", "api/gen.toml"].map(|path| root.join(path));
    let configs: Vec<Config> = paths.iter().map(|path| config::read(path).unwrap()).collect();
    let packages = configs.iter().flat_map(|config| &config.packages);
    let sources: Vec<PackageSource> = packages.map(|package| package.source.clone()).collect();
    let loaded = load::packages(&sources).unwrap_or_else(|error| panic!("{error}"));
    for index in 1..loaded.workspace.packages.len() {
        check_openapi(index, &loaded.workspace, &paths);
    }
}

/// Checks that `definitions`, the YAML of the CustomResourceDefinitions of the package in `dir`, are imported as that
/// package: types, fields, rules and markers alike. Left out are protobuf numbers, the order of fields and documentation,
/// which custom resources don't have or which is made up where it is missing.
#[track_caller]
fn check_crd_round_trip(package: &Package, dir: &Path, definitions: &Path) {
    let loaded = load(&[(package, dir)]);
    let imported = read(&Request {
        files: vec![definitions.to_owned()],
        group: Some(package.group.clone()),
        version: Some(package.version.clone()),
        ..Request::default()
    });
    assert_eq!(imported.report.lost_problems(), []);
    let bare = |types: &BTreeMap<String, Type>| {
        let types = types.values().map(|ty| {
            let mut ty = Type { file: String::new(), docs: String::new(), ..ty.clone() };
            match &mut ty.def {
                TypeDef::Struct(def) => {
                    def.fields.sort_by(|one, other| one.json.cmp(&other.json));
                    def.fields.iter_mut().for_each(|field| {
                        field.docs.clear();
                        field.tag = None;
                    });
                }
                TypeDef::Enum(def) => def.variants.iter_mut().for_each(|variant| variant.docs.clear()),
                TypeDef::Alias(_) => {}
            }
            (ty.name.clone(), format!("{ty:#?}"))
        });
        types.collect::<BTreeMap<_, _>>()
    };
    let (want, found) = (bare(&loaded.workspace.packages[0].types), bare(&imported.packages[0].types));
    for (name, ty) in &want {
        assert_eq!(found.get(name), Some(ty), "{name}");
    }
    assert_eq!(found.len(), want.len());
}

fn gauges() -> Package {
    Package {
        group: "shop.example.com".into(),
        version: "v1".into(),
        definition_prefix: "com.example.shop.v1".into(),
        module: "crate::v1".into(),
        machinery: "::kubeforge_machinery".into(),
        crds: true,
        ..Package::default()
    }
}

/// By hand: types, and the definition that says the same.
#[test]
fn a_definition_is_imported_as_the_types_that_say_the_same() {
    check_crd_round_trip(&gauges(), &case("round_trip"), &case("round_trip/definition.yaml"));
}

#[test]
fn our_definitions_are_imported_as_the_types_they_came_from() {
    let (package, from) = (gauges(), case("round_trip"));
    let files = (CRDS.emit)(&load(&[(&package, &from)]).workspace, 0..1).unwrap();
    let [file] = &files[..] else { panic!("one kind has one file") };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(&file.path);
    fs::write(&path, output::render_document(CRDS.name, file)).unwrap();
    check_crd_round_trip(&package, &from, &path);
}
