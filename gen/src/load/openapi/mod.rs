//! From OpenAPI v3 documents, as API servers publish them under `/openapi/v3/`, to the model.
//!
//! Components whose names begin with the package's definition prefix become types; components of other packages are
//! referred to. The document's paths say which kinds are resources, and how they are served. What neither says (short
//! names, categories, columns, the paths of a scale subresource, …) is not in the model either.

mod components;
mod kinds;
mod paths;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::{At, Node},
    schema::References,
};
use crate::model::Package;
use paths::Paths;

/// What to read, where the document leaves a choice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Only this group.
    pub(crate) group: Option<String>,
    /// Only this version.
    pub(crate) version: Option<String>,
    /// What the package's definitions begin with.
    pub(crate) definition_prefix: Option<String>,
    /// Modules of other packages, by definition prefix.
    pub(crate) foreign: BTreeMap<String, String>,
}

impl Wanted {
    /// Whether a group and version is asked for.
    pub(crate) fn takes(&self, group: &str, version: &str) -> bool {
        self.group.as_deref().is_none_or(|wanted| wanted == group)
            && self.version.as_deref().is_none_or(|wanted| wanted == version)
    }
}

/// Whether a document is one of these.
pub(crate) fn is_openapi(document: &Node) -> bool {
    document.get("openapi").is_some()
}

/// The packages of a document, without module paths.
pub(crate) fn packages(root: &At<'_>, wanted: &Wanted) -> Vec<Package> {
    let Some(mut document) = root.object() else { return Vec::new() };
    match document.need_text("openapi") {
        Some(version) if version.starts_with("3.") => {}
        Some(version) => {
            root.error(format!("OpenAPI {version} is not read: expected 3.x"));
            return Vec::new();
        }
        None => return Vec::new(),
    }
    let paths = document.take("paths").map(|at| paths::read(&at)).unwrap_or_default();
    let components = document.take("components").and_then(|at| at.object()?.take("schemas"));
    let components = components.map(|at| at.entries()).unwrap_or_default();
    if components.is_empty() {
        root.error("has no components: expected .components.schemas");
        return Vec::new();
    }
    let found = group_versions(&paths, &components, wanted);
    if found.is_empty() {
        root.error("serves no group and version that is asked for: say --group and --version");
    }
    found.into_iter().filter_map(|group_version| package(root, &components, &paths, wanted, group_version)).collect()
}

/// A group and a version.
type GroupVersion = (String, String);

/// What the paths serve, or, without paths, what the kinds among the components belong to.
fn group_versions(paths: &Paths, components: &[(&str, At<'_>)], wanted: &Wanted) -> BTreeSet<GroupVersion> {
    let mut found: BTreeSet<GroupVersion> = paths.resources.keys().cloned().collect();
    if found.is_empty() {
        let kinds = components.iter().filter_map(|(_, at)| components::only_kind(at.node));
        found = kinds.map(|kind| (kind.group, kind.version)).collect();
    }
    if let (true, Some(group), Some(version)) = (found.is_empty(), &wanted.group, &wanted.version) {
        found.insert((group.clone(), version.clone()));
    }
    found.retain(|(group, version)| wanted.takes(group, version));
    found
}

fn package(
    root: &At<'_>,
    components: &[(&str, At<'_>)],
    paths: &Paths,
    wanted: &Wanted,
    (group, version): GroupVersion,
) -> Option<Package> {
    let prefix = match &wanted.definition_prefix {
        Some(prefix) => prefix.clone(),
        None => definition_prefix(root, components, &group, &version)?,
    };
    let mut package = Package { group, version, definition_prefix: prefix, ..Package::default() };
    let own: Vec<(&str, At<'_>)> = components
        .iter()
        .filter(|(definition, _)| super::schema::split(definition).0 == package.definition_prefix)
        .map(|(definition, at)| (*definition, at.clone()))
        .collect();
    if own.is_empty() {
        root.error(format!("has no component that begins with `{}.`", package.definition_prefix));
        return None;
    }
    let references = References { own: BTreeMap::new(), foreign: wanted.foreign.clone() };
    components::read(&own, components, references, paths, &mut package);
    Some(package)
}

/// The prefix of the definitions of the group's kinds.
fn definition_prefix(root: &At<'_>, components: &[(&str, At<'_>)], group: &str, version: &str) -> Option<String> {
    let of_kinds = components.iter().filter(|(_, at)| {
        components::only_kind(at.node).is_some_and(|kind| kind.group == group && kind.version == version)
    });
    let mut prefixes: BTreeSet<&str> = of_kinds.map(|(definition, _)| super::schema::split(definition).0).collect();
    // some kinds of meta/v1 call themselves v1 of the core group
    if prefixes.len() > 1 {
        prefixes.remove(super::schema::META_PREFIX);
    }
    match prefixes.into_iter().collect::<Vec<_>>()[..] {
        [prefix] => Some(prefix.to_owned()),
        [] => {
            root.error(format!("has no kind of group \"{group}\", version \"{version}\": say --definition-prefix"));
            None
        }
        ref several => {
            let several = several.join(", ");
            root.error(format!(
                "kinds of group \"{group}\" have several prefixes ({several}): say --definition-prefix"
            ));
            None
        }
    }
}
