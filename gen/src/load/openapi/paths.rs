//! How resources are served, from a document's paths.

use std::collections::{BTreeMap, BTreeSet};

use super::GroupVersion;
use crate::{
    load::document::{At, Node, Object},
    model::Verb,
};

/// A group, version and kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
}

impl Kind {
    /// The kind of `x-kubernetes-group-version-kind`'s value, or of an element of it.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Node::as_text).map(str::to_owned);
        Some(Self { group: text("group")?, version: text("version")?, kind: text("kind")? })
    }

    /// As `subresource(…)` says it, in a package.
    pub(super) fn reference(&self, group: &str, version: &str) -> String {
        match self.group.as_str() {
            own if own == group && self.version == version => self.kind.clone(),
            "" => format!("{}.{}", self.version, self.kind),
            other => format!("{other}/{}.{}", self.version, self.kind),
        }
    }
}

/// What paths say of a resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Resource {
    /// What it holds; the first one that an operation names.
    pub(super) kind: Option<Kind>,
    pub(super) namespaced: bool,
    pub(super) verbs: BTreeSet<Verb>,
    /// Its subresources, by name.
    pub(super) subresources: BTreeMap<String, Resource>,
    /// What POST takes, where operations differ.
    pub(super) created: Option<Kind>,
    /// A list that can be watched, by its own parameters.
    watchable: bool,
}

/// All resources of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    /// By group and version, then plural.
    pub(super) resources: BTreeMap<GroupVersion, BTreeMap<String, Resource>>,
}

/// The HTTP methods that paths may have, and the verbs of operations on one object.
const METHODS: &[(&str, Verb)] = &[
    ("get", Verb::Get),
    ("post", Verb::Create),
    ("put", Verb::Update),
    ("patch", Verb::Patch),
    ("delete", Verb::Delete),
];

pub(super) fn read(at: &At<'_>) -> Paths {
    let mut paths = Paths::default();
    let mut watch_paths = false;
    for (path, at) in at.entries() {
        let Some(parsed) = Path::parse(path) else { continue };
        watch_paths |= parsed.watch;
        let Some(mut item) = at.object() else { continue };
        let group_version = (parsed.group.to_owned(), parsed.version.to_owned());
        let resources = paths.resources.entry(group_version).or_default();
        let resource = resources.entry(parsed.plural.to_owned()).or_default();
        resource.namespaced |= parsed.namespaced;
        let target = match parsed.subresource {
            Some(name) => resource.subresources.entry(name.to_owned()).or_default(),
            None => resource,
        };
        target.operations(&mut item, &parsed);
    }
    // without paths for it, a watch is a list with a parameter
    if !watch_paths {
        for resource in paths.resources.values_mut().flat_map(BTreeMap::values_mut).filter(|found| found.watchable) {
            resource.verbs.insert(Verb::Watch);
        }
    }
    paths
}

impl Resource {
    fn operations(&mut self, item: &mut Object<'_>, path: &Path<'_>) {
        let watchable = has_watch_parameter(item);
        for (method, verb) in METHODS {
            let Some(mut operation) = item.take(method).and_then(|at| at.object()) else { continue };
            let verb = path.verb(*verb);
            self.verbs.insert(verb);
            self.watchable |= verb == Verb::List && (watchable || has_watch_parameter(&mut operation));
            let kind = operation.take("x-kubernetes-group-version-kind").and_then(|at| Kind::of(at.node));
            if verb == Verb::Create {
                self.created = kind.clone();
            }
            if self.kind.is_none() {
                self.kind = kind;
            }
        }
    }
}

fn has_watch_parameter(item: &mut Object<'_>) -> bool {
    let parameters = item.items("parameters");
    parameters.iter().any(|parameter| {
        let name = parameter.node.get("name").or_else(|| parameter.node.get("$ref"));
        let name = name.and_then(Node::as_text).unwrap_or_default();
        // a parameter, or a reference to one: #/parameters/watch-XNNPZGbK
        name == "watch" || name.rsplit('/').next().is_some_and(|name| name.starts_with("watch-"))
    })
}

/// A resource's path, taken apart.
struct Path<'a> {
    group: &'a str,
    version: &'a str,
    watch: bool,
    namespaced: bool,
    plural: &'a str,
    /// Whether it leads to one object.
    named: bool,
    subresource: Option<&'a str>,
}

impl<'a> Path<'a> {
    /// `None` for paths of no resource.
    fn parse(path: &'a str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, version, mut rest) = match &parts[..] {
            ["api", version, rest @ ..] => ("", *version, rest),
            ["apis", group, version, rest @ ..] => (*group, *version, rest),
            _ => return None,
        };
        let watch = matches!(rest, ["watch", _, ..]);
        if let (true, ["watch", after @ ..]) = (watch, rest) {
            rest = after;
        }
        let namespaced = matches!(rest, ["namespaces", "{namespace}", _, ..]);
        if let (true, ["namespaces", _, after @ ..]) = (namespaced, rest) {
            rest = after;
        }
        let (plural, named, subresource) = match rest {
            [plural] => (*plural, false, None),
            [plural, name] if name.starts_with('{') => (*plural, true, None),
            [plural, name, subresource] if name.starts_with('{') => (*plural, true, Some(*subresource)),
            // below a subresource: pods/web/proxy/{path}
            _ => return None,
        };
        Some(Self { group, version, watch, namespaced, plural, named, subresource })
    }

    /// The verb of a method on this path.
    fn verb(&self, verb: Verb) -> Verb {
        match verb {
            Verb::Get if self.watch => Verb::Watch,
            Verb::Get if !self.named => Verb::List,
            Verb::Delete if !self.named => Verb::DeleteCollection,
            verb => verb,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, want: Option<(&str, bool, &str, Option<&str>)>) {
        let parsed = Path::parse(path);
        let found = parsed.as_ref().map(|path| (path.group, path.namespaced, path.plural, path.subresource));
        assert_eq!(found, want, "{path}");
    }

    #[test]
    fn paths_are_taken_apart() {
        check("/api/v1/namespaces/{namespace}/pods/{name}/log", Some(("", true, "pods", Some("log"))));
        check("/api/v1/namespaces/{name}/finalize", Some(("", false, "namespaces", Some("finalize"))));
        check("/apis/apps/v1/watch/namespaces/{namespace}/deployments", Some(("apps", true, "deployments", None)));
        check("/apis/apps/v1/", None);
        check("/api/v1/nodes/{name}/proxy/{path}", None);
        check("/version/", None);
    }
}
