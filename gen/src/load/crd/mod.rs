//! From CustomResourceDefinitions (`apiextensions.k8s.io/v1`) to the model: a package for each version.
//!
//! Schemas become structs that are named after where they stand (`GadgetSpecRetry`); the definition's names, columns,
//! subresources and so on become the kind's markers. Of several versions the stored one is the hub.

mod version;

use std::collections::BTreeMap;

use super::{
    document::{At, Node, Object, Report},
    openapi::Wanted,
    schema::{References, lose_rest},
};
use crate::model::{Literal, Package, Rule, RuleArg, Scope};
use version::Version;

const GROUP: &str = "apiextensions.k8s.io";

/// What a server or a client adds to metadata; it says nothing about the definition.
const NOT_OURS: &[&str] = &[
    "creationTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "name",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What kubectl keeps of what was applied.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn is_of(document: &Node, kind: &str) -> bool {
    let text = |key: &str| document.get(key).and_then(Node::as_text).unwrap_or_default();
    text("kind") == kind && text("apiVersion").starts_with(&format!("{GROUP}/"))
}

/// Whether a document is one of these, or a list of some.
pub(crate) fn is_crd(document: &Node) -> bool {
    is_of(document, "CustomResourceDefinition") || is_of(document, "CustomResourceDefinitionList") || is_list(document)
}

/// `kubectl get -o yaml` answers `kind: List, apiVersion: v1`.
fn is_list(document: &Node) -> bool {
    document.get("kind").and_then(Node::as_text) == Some("List")
        && matches!(document.get("items"), Some(Node::List(items)) if items.iter().any(|item| is_of(item, "CustomResourceDefinition")))
}

/// What all versions of a definition have in common.
#[derive(Clone, Debug, Default)]
struct Names {
    group: String,
    kind: String,
    list_kind: String,
    plural: String,
    singular: String,
    short: Vec<String>,
    categories: Vec<String>,
    scope: Scope,
    /// `annotation(…)` and `label(…)`.
    metadata: Vec<Rule>,
}

/// Reads the definitions of a document into packages, by group and version.
pub(crate) fn read(root: &At<'_>, wanted: &Wanted, packages: &mut Packages) {
    if is_of(root.node, "CustomResourceDefinition") {
        definition(root, wanted, packages);
        return;
    }
    let Some(mut list) = root.object() else { return };
    for item in list.items("items") {
        if is_of(item.node, "CustomResourceDefinition") {
            definition(&item, wanted, packages);
        } else {
            item.lost("is no CustomResourceDefinition");
        }
    }
}

/// Packages that are read, by group and version; several definitions may share one.
#[derive(Default)]
pub(crate) struct Packages {
    found: BTreeMap<(String, String), Vec<(Names, Read)>>,
}

/// A version of a definition: its place in the document, and the document's file.
struct Read {
    version: Version,
    node: Node,
    path: String,
    file: String,
}

impl Packages {
    /// The packages' models. Types of all definitions of a package share their names.
    pub(crate) fn finish(self, report: &Report) -> Vec<Package> {
        let references = References::default();
        let models = self.found.into_iter().map(|((group, version), definitions)| {
            let mut prefix: Vec<&str> = group.split('.').rev().collect();
            prefix.push(&version);
            let definition_prefix = prefix.join(".");
            let mut package = Package { group: group.clone(), version, definition_prefix, ..Package::default() };
            package.types = version::types(&definitions, &references, report);
            package
        });
        models.collect()
    }
}

fn definition(root: &At<'_>, wanted: &Wanted, packages: &mut Packages) {
    let Some(mut object) = root.object() else { return };
    let api_version = object.text("apiVersion").unwrap_or_default();
    object.text("kind");
    object.take("status");
    if api_version != format!("{GROUP}/v1") {
        root.error(format!("{api_version} is not read: expected {GROUP}/v1"));
        return;
    }
    let metadata = object.take("metadata").and_then(|at| at.object());
    let metadata = metadata.map(|mut metadata| metadata_rules(&mut metadata)).unwrap_or_default();
    if !object.has("spec") {
        root.error("has no `spec`");
    }
    let Some(mut spec) = object.take("spec").and_then(|at| at.object()) else { return };
    lose_rest(&object);
    let Some(names) = names(&mut spec, metadata) else { return };
    conversion(&mut spec);
    if spec.flag("preserveUnknownFields") {
        spec.at.lost("preserveUnknownFields has no marker");
    }
    let versions = spec.items("versions");
    if versions.is_empty() {
        spec.at.error("has no versions");
    }
    lose_rest(&spec);
    let versions: Vec<(Version, At<'_>)> = versions
        .iter()
        .filter_map(|at| version::read(at))
        .filter(|(version, _)| wanted.takes(&names.group, &version.name))
        .collect();
    let stored = versions.iter().find(|(version, _)| version.storage).map(|(version, _)| version.name.clone());
    let several = versions.len() > 1;
    for (mut version, schema) in versions {
        version.hub = stored.clone().filter(|_| several);
        let found = packages.found.entry((names.group.clone(), version.name.clone())).or_default();
        if found.iter().any(|(other, _)| other.kind == names.kind) {
            root.error(format!("version {} of {} is defined twice", version.name, names.kind));
            continue;
        }
        let (path, file) = (schema.path.clone(), schema.file.to_owned());
        found.push((names.clone(), Read { version, node: schema.node.clone(), path, file }));
    }
}

fn names(spec: &mut Object<'_>, metadata: Vec<Rule>) -> Option<Names> {
    let group = spec.need_text("group")?;
    let scope = match spec.need_text("scope")?.as_str() {
        "Namespaced" => Scope::Namespaced,
        "Cluster" => Scope::Cluster,
        other => {
            spec.at.error(format!("`{other}` is no scope: expected Namespaced or Cluster"));
            return None;
        }
    };
    if !spec.has("names") {
        spec.at.error("has no `names`");
    }
    let mut names = spec.take("names")?.object()?;
    let kind = names.need_text("kind")?;
    if !super::schema::is_type_name(&kind) {
        names.at.error(format!("a kind can't be called `{kind}`: no Rust type can"));
        return None;
    }
    let found = Names {
        group,
        scope,
        plural: names.need_text("plural")?,
        singular: names.text("singular").unwrap_or_default(),
        list_kind: names.text("listKind").unwrap_or_else(|| format!("{kind}List")),
        short: names.texts("shortNames"),
        categories: names.texts("categories"),
        metadata,
        kind,
    };
    lose_rest(&names);
    Some(found)
}

/// `annotation("k" = "v", …)` and `label(…)`.
fn metadata_rules(metadata: &mut Object<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (key, marker) in [("annotations", "annotation"), ("labels", "label")] {
        let pairs = metadata.pairs(key);
        let pairs = pairs.iter().filter(|(name, _)| *name != LAST_APPLIED);
        let pairs: Vec<RuleArg> = pairs
            .filter_map(|(name, at)| Some(RuleArg::Pair((*name).to_owned(), Literal::Text(at.text()?.to_owned()))))
            .collect();
        rules.extend((!pairs.is_empty()).then(|| Rule::call(marker, pairs)));
    }
    NOT_OURS.iter().for_each(|key| drop(metadata.take(key)));
    lose_rest(metadata);
    rules
}

/// Conversion by the server itself is what a definition has without the stanza; a webhook has no marker.
fn conversion(spec: &mut Object<'_>) {
    let Some(mut conversion) = spec.take("conversion").and_then(|at| at.object()) else { return };
    match conversion.text("strategy").as_deref() {
        None | Some("None") => {}
        Some(other) => conversion.at.lost(format!("conversion strategy {other} has no marker")),
    }
    conversion.take("webhook");
    lose_rest(&conversion);
}
