//! What makes a type a kind.

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
    /// Labels for field selectors.
    pub selectable: Vec<String>,
    /// Table columns.
    pub columns: Vec<Column>,
    /// Its life.
    pub lifecycle: Lifecycle,
    /// It is the hub version.
    pub hub: bool,
    /// The hub version, where it is a spoke.
    pub spoke_of: Option<String>,
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
