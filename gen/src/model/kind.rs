//! What makes a type a kind.

use std::fmt;

/// Markers of a root type.
#[derive(Clone, Debug, Default)]
pub struct KindMarkers {
    /// For a list kind: the type it lists.
    pub list_of: Option<String>,
    /// Group and version, where the type says it itself (derive).
    pub group_version: Option<(String, String)>,
    /// Cluster or namespaced.
    pub scope: Scope,
    /// Registered, but not served as a resource.
    pub no_resource: bool,
    /// The plural; empty means the lower-case name with `s`.
    pub plural: String,
    /// The singular; empty means the lower-case name.
    pub singular: String,
    /// Short names.
    pub short: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Verbs, where not the standard eight.
    pub verbs: Option<Vec<Verb>>,
    /// Subresources, in source order.
    pub subresources: Vec<Subresource>,
    /// Further client methods.
    pub methods: Vec<Method>,
    /// Labels for field selectors: paths of JSON names, or `label = path` where they differ.
    pub selectable: Vec<String>,
    /// Table columns.
    pub columns: Vec<Column>,
    /// Its life.
    pub lifecycle: Lifecycle,
    /// It is the hub version.
    pub hub: bool,
    /// The hub, where it is a spoke.
    pub spoke_of: Option<KindRef>,
    /// Why an object of this spoke differs when it comes back from the hub.
    pub lossy: Option<String>,
}

/// A kind of some group and version, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindRef {
    /// The group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The kind.
    pub kind: String,
}

impl KindRef {
    /// The kind of a full name: `apps/v1.Deployment`, or `v1.Event` in the core group.
    pub fn parse(name: &str) -> Option<Self> {
        let (group_version, kind) = name.rsplit_once('.')?;
        let (group, version) = group_version.rsplit_once('/').unwrap_or(("", group_version));
        let is_name = !kind.is_empty() && !kind.contains('/') && is_version(version);
        is_name.then(|| Self { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() })
    }

    /// The hub that `spoke_of = "…"` on a kind of this group and name says: a version alone, or a full name.
    pub fn hub(text: &str, group: &str, kind: &str) -> Option<Self> {
        let here = || Self { group: group.to_owned(), version: text.to_owned(), kind: kind.to_owned() };
        Self::parse(text).or_else(|| is_version(text).then(here))
    }
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && !text.contains(['.', '/'])
}

impl fmt::Display for KindRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.group.is_empty() { "" } else { "/" };
        write!(f, "{}{slash}{}.{}", self.group, self.version, self.kind)
    }
}

/// Where objects live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Beside namespaces.
    #[default]
    Cluster,
    /// In a namespace.
    Namespaced,
}

/// A verb of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // they are named after the verbs they stand for
pub enum Verb {
    Create,
    Delete,
    DeleteCollection,
    Get,
    List,
    Patch,
    Update,
    Watch,
}

impl Verb {
    /// All, sorted by name.
    pub const ALL: [Verb; 8] = [
        Verb::Create,
        Verb::Delete,
        Verb::DeleteCollection,
        Verb::Get,
        Verb::List,
        Verb::Patch,
        Verb::Update,
        Verb::Watch,
    ];

    /// Its name in discovery.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Delete => "delete",
            Verb::DeleteCollection => "deletecollection",
            Verb::Get => "get",
            Verb::List => "list",
            Verb::Patch => "patch",
            Verb::Update => "update",
            Verb::Watch => "watch",
        }
    }
}

/// A subresource.
#[derive(Clone, Debug, Default)]
pub struct Subresource {
    /// Its name.
    pub name: String,
    /// The kind that POST takes, as `Kind` or `group/version.Kind`.
    pub create: Option<String>,
    /// The kind that the other verbs take and answer.
    pub kind: Option<String>,
    /// Verbs, where not derived.
    pub verbs: Option<Vec<Verb>>,
    /// Paths of a scale subresource.
    pub scale: Option<ScalePaths>,
}

/// Paths of a scale subresource.
#[derive(Clone, Debug, Default)]
pub struct ScalePaths {
    /// Wanted replicas.
    pub spec: String,
    /// Observed replicas.
    pub status: String,
    /// Selector, possibly empty.
    pub selector: String,
}

/// A client method beyond the standard ones.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name upstream, for example `UpdateResize`.
    pub name: String,
    /// The verb.
    pub verb: Verb,
    /// The subresource.
    pub subresource: String,
    /// The type it sends; the kind itself by default.
    pub input: Option<String>,
    /// The type it answers; the kind itself by default.
    pub result: Option<String>,
}

/// A table column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Heading.
    pub name: String,
    /// OpenAPI type.
    pub ty: String,
    /// OpenAPI format.
    pub format: String,
    /// What it shows.
    pub description: String,
    /// 0 is always shown.
    pub priority: i32,
    /// JSON path.
    pub path: String,
}

/// Releases, as `major.minor`.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// First release that has it.
    pub introduced: Option<String>,
    /// First release that warns.
    pub deprecated: Option<String>,
    /// First release without it.
    pub removed: Option<String>,
    /// What replaces it.
    pub replacement: Option<String>,
}

/// The label and the path of an entry of [`KindMarkers::selectable`].
pub fn selectable_parts(entry: &str) -> (&str, &str) {
    entry.split_once('=').map_or((entry, entry), |(label, path)| (label.trim(), path.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<&str>) {
        let hub = KindRef::hub(text, "shop.example.com", "Gadget");
        assert_eq!(hub.map(|hub| hub.to_string()).as_deref(), want, "{text}");
    }

    #[test]
    fn a_hub_is_a_version_or_a_full_name() {
        check("v2", Some("shop.example.com/v2.Gadget"));
        check("v1.Event", Some("v1.Event"));
        check("events.k8s.io/v1.Event", Some("events.k8s.io/v1.Event"));
        for wrong in ["", "events.k8s.io/v1", "apps/v1", "events.k8s.io.v1.Event", "v1."] {
            check(wrong, None);
        }
    }
}
