//! From names to resources and kinds, and between them.
//!
//! Follows apimachinery pkg/api/meta (DefaultRESTMapper, PriorityRESTMapper) and client-go restmapper. A resource may be
//! named by its plural or singular, with or without its group (of which the beginning is enough) and version. Of several that
//! match, the core group's goes first, then those of earlier groups, and within a group those of preferred versions; where
//! that leaves several, the error names all that matched.

mod argument;
mod deferred;
mod error;

use kubeforge_machinery::{
    GroupResource, GroupVersionResource,
    gvk::{GroupKind, GroupVersionKind},
};
use tracing::warn;

pub use deferred::DeferredMapper;
pub use error::MappingError;

pub(crate) use error::resource as go_text;

use super::{ApiResource, Discovery};

/// Where a kind is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The resource.
    pub resource: GroupVersionResource,
    /// The kind of its objects.
    pub kind: GroupVersionKind,
    /// Whether they are in namespaces.
    pub is_namespaced: bool,
}

/// Finds resources and kinds by their names.
#[derive(Clone, Debug, Default)]
pub struct RestMapper {
    /// In order of priority: by group and version.
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// The place of its group and version among all.
    rank: usize,
    mapping: Mapping,
    singular: String,
    short_names: Vec<String>,
    categories: Vec<String>,
}

impl Entry {
    fn is_named(&self, name: &str) -> bool {
        self.mapping.resource.resource == name || self.singular == name
    }

    fn new(rank: usize, resource: &ApiResource) -> Self {
        let gv = resource.group_version();
        // servers that don't say it mean the kind
        let singular = match resource.singular.as_str() {
            "" => resource.kind.kind.to_lowercase(),
            singular => singular.to_owned(),
        };
        Self {
            rank,
            mapping: Mapping {
                resource: resource.gvr(),
                kind: gv.with_kind(resource.kind.kind.clone()),
                is_namespaced: resource.namespaced,
            },
            singular,
            short_names: resource.short_names.clone(),
            categories: resource.categories.clone(),
        }
    }
}

impl RestMapper {
    /// Finds what a server serves.
    pub fn new(discovery: &Discovery) -> Self {
        let versions =
            discovery.groups.iter().flat_map(|group| group.versions.iter().map(move |version| (group, version)));
        let mut entries: Vec<_> = versions
            .enumerate()
            .flat_map(|(i, (group, version))| {
                let is_core = group.name.is_empty() && version.version == "v1";
                version.resources.iter().map(move |resource| Entry::new(if is_core { 0 } else { i + 1 }, resource))
            })
            .collect();
        entries.sort_by_key(|entry| entry.rank);
        Self { entries }
    }

    /// The resources that are meant by a name, a group and a version, of which the latter two may be empty; best first.
    ///
    /// # Errors
    /// Where there are none.
    pub fn resources_for(&self, partial: &GroupVersionResource) -> Result<Vec<GroupVersionResource>, MappingError> {
        let found = self.matching(&self.expand(partial))?;
        Ok(unique(found.iter().map(|entry| entry.mapping.resource.clone())))
    }

    /// The resource that is meant.
    ///
    /// # Errors
    /// Where there is none, or there are several of the same rank.
    pub fn resource_for(&self, partial: &GroupVersionResource) -> Result<GroupVersionResource, MappingError> {
        let found = self.matching(&self.expand(partial))?;
        best(&found, |entry| entry.mapping.resource.clone()).map_err(|resources| MappingError::Ambiguous {
            partial: partial.clone(),
            resources,
            kinds: Vec::new(),
        })
    }

    /// The kinds of the resources that are meant, best first.
    ///
    /// # Errors
    /// Where there are none.
    pub fn kinds_for(&self, partial: &GroupVersionResource) -> Result<Vec<GroupVersionKind>, MappingError> {
        let found = self.matching(&self.expand(partial))?;
        Ok(unique(found.iter().map(|entry| entry.mapping.kind.clone())))
    }

    /// The kind of the resource that is meant.
    ///
    /// # Errors
    /// Where there is none, or there are several of the same rank.
    pub fn kind_for(&self, partial: &GroupVersionResource) -> Result<GroupVersionKind, MappingError> {
        let found = self.matching(&self.expand(partial))?;
        best(&found, |entry| entry.mapping.kind.clone()).map_err(|kinds| MappingError::Ambiguous {
            partial: partial.clone(),
            resources: Vec::new(),
            kinds,
        })
    }

    /// Where a kind is served: in the first of `versions` that has it; without versions, in the best.
    ///
    /// # Errors
    /// Where it isn't served.
    pub fn mapping(&self, kind: &GroupKind, versions: &[&str]) -> Result<Mapping, MappingError> {
        let mut found = self.mappings(kind, versions)?;
        let wanted = |mapping: &Mapping| {
            let place = versions.iter().position(|version| mapping.kind.version == **version);
            place.unwrap_or(versions.len())
        };
        // stable: of one version, and without versions, the best stays first
        found.sort_by_key(wanted);
        found.into_iter().next().ok_or_else(|| no_kind(kind, versions))
    }

    /// Everywhere a kind is served, best first; only in `versions` where there are some.
    ///
    /// # Errors
    /// Where it isn't served.
    pub fn mappings(&self, kind: &GroupKind, versions: &[&str]) -> Result<Vec<Mapping>, MappingError> {
        let versions: Vec<_> = versions.iter().copied().filter(|version| !version.is_empty()).collect();
        let is_meant = |mapping: &Mapping| {
            mapping.kind.group == kind.group
                && (mapping.kind.kind == kind.kind || mapping.kind.kind.to_lowercase() == kind.kind)
                && (versions.is_empty() || versions.iter().any(|version| mapping.kind.version == **version))
        };
        let mut found: Vec<&Entry> = self.entries.iter().filter(|entry| is_meant(&entry.mapping)).collect();
        // of a version's resources with one kind the last is taken, as upstream's map keeps that
        found.reverse();
        found.dedup_by_key(|entry| entry.rank);
        found.reverse();
        match found.as_slice() {
            [] => Err(no_kind(kind, &versions)),
            found => Ok(found.iter().map(|entry| entry.mapping.clone()).collect()),
        }
    }

    /// A resource's singular: `pod` of `pods`.
    ///
    /// # Errors
    /// Where there is no such resource, or it has several.
    pub fn singular(&self, name: &str) -> Result<String, MappingError> {
        let partial = GroupVersionResource { resource: name.to_owned().into(), ..GroupVersionResource::default() };
        let found = self.matching(&self.expand(&partial))?;
        let singulars = unique(found.iter().map(|entry| entry.singular.clone()));
        match singulars.as_slice() {
            [only] => Ok(only.clone()),
            _ => {
                let resources = found.iter().map(|entry| entry.mapping.resource.clone()).collect();
                Err(MappingError::Singulars { name: name.to_owned(), resources })
            }
        }
    }

    /// The resources of a category such as `all`; none where there is no such category.
    pub fn category(&self, name: &str) -> Vec<GroupResource> {
        let members = self.entries.iter().filter(|entry| entry.categories.iter().any(|category| category == name));
        unique(members.map(|entry| entry.mapping.resource.group_resource()))
    }

    /// A short name becomes the resource that it is short for (client-go's shortcut expander).
    fn expand(&self, partial: &GroupVersionResource) -> GroupVersionResource {
        let (group, name) = (&partial.group, partial.resource.to_lowercase());
        let is_in_group = |entry: &&Entry| group.is_empty() || entry.mapping.resource.group == *group;
        if self.entries.iter().filter(is_in_group).any(|entry| entry.is_named(&name)) {
            return partial.clone();
        }
        let is_short = |entry: &&Entry| entry.short_names.contains(&name);
        let long = unique(
            self.entries
                .iter()
                .filter(is_in_group)
                .filter(is_short)
                .map(|entry| entry.mapping.resource.group_resource()),
        );
        if let [first, others @ ..] = long.as_slice() {
            for other in others {
                warn!("short name {:?} could also match lower priority resource {other}", partial.resource);
            }
            return GroupVersionResource {
                group: first.group.clone(),
                version: partial.version.clone(),
                resource: first.resource.clone(),
            };
        }
        let mut begun = self.entries.iter().filter(|entry| entry.mapping.resource.group.starts_with(&**group));
        match begun.find(is_short).filter(|_| !group.is_empty()) {
            Some(entry) => GroupVersionResource { version: partial.version.clone(), ..entry.mapping.resource.clone() },
            None => partial.clone(),
        }
    }

    /// What matches a name, group and version, best first.
    fn matching(&self, partial: &GroupVersionResource) -> Result<Vec<&Entry>, MappingError> {
        let name = partial.resource.to_lowercase();
        let (group, version) = (&partial.group, &partial.version);
        if name.is_empty() {
            return Err(MappingError::NoName(partial.clone()));
        }
        let named = self.entries.iter().filter(|entry| {
            entry.is_named(&name) && (version.is_empty() || entry.mapping.resource.version == *version)
        });
        let found: Vec<_> = match (group.is_empty(), version.is_empty()) {
            (true, _) => named.collect(),
            (false, false) => named.filter(|entry| entry.mapping.resource.group == *group).collect(),
            // a group's beginning is enough
            (false, true) => named.filter(|entry| entry.mapping.resource.group.starts_with(&**group)).collect(),
        };
        match found.as_slice() {
            [] => Err(MappingError::NoResource(GroupVersionResource { resource: name.into(), ..partial.clone() })),
            _ => Ok(found),
        }
    }
}

fn no_kind(kind: &GroupKind, versions: &[&str]) -> MappingError {
    MappingError::NoKind {
        kind: kind.clone(),
        versions: versions.iter().map(|version| (*version).to_owned()).collect(),
    }
}

/// What the first has that no other of its rank differs in; else what all have.
fn best<T: PartialEq>(found: &[&Entry], of: impl Fn(&Entry) -> T) -> Result<T, Vec<T>> {
    let rank = found.first().map(|entry| entry.rank);
    let mut highest = unique(found.iter().filter(|entry| Some(entry.rank) == rank).map(|entry| of(entry)));
    match (highest.pop(), highest.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(unique(found.iter().map(|entry| of(entry)))),
    }
}

fn unique<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut seen, item| {
        if !seen.contains(&item) {
            seen.push(item);
        }
        seen
    })
}

#[cfg(test)]
mod tests;
