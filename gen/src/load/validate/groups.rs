//! Rules on an API group: what its kinds, in all their versions, must agree on.

use std::collections::BTreeMap;

use crate::{
    diagnostic::Diagnostics,
    emit::facts,
    load::spans::Spans,
    model::{KindMarkers, Package, Scope, Type},
};

/// A served kind of a group in one of its versions.
struct Served<'a> {
    /// The number of the package that defines it.
    package: usize,
    version: &'a str,
    ty: &'a Type,
    kind: &'a KindMarkers,
}

impl Served<'_> {
    fn plural(&self) -> String {
        facts::plural(self.ty, self.kind)
    }

    fn singular(&self) -> String {
        if self.kind.singular.is_empty() { self.ty.name.to_lowercase() } else { self.kind.singular.clone() }
    }
}

/// Checks that a name means one kind in a group, that a kind is the same resource in all versions, and has one hub.
pub(in crate::load) fn groups<'s>(
    packages: &[Package],
    spans: impl Fn(usize) -> Option<&'s Spans>,
    diagnostics: &mut Diagnostics,
) {
    for kinds in by_group(packages).values() {
        let mut report = |at: &Served<'_>, marker: &str, message: String, hint: Option<&str>| {
            let Some(spans) = spans(at.package) else { return };
            let marker = [marker, "kind"].into_iter().find(|marker| spans.mark(&at.ty.name, marker).is_some());
            diagnostics.push(spans.finding((&at.ty.name, None, marker), message, hint.map(str::to_owned)));
        };
        names(kinds, &mut report);
        versions(kinds, &mut report);
    }
}

fn by_group(packages: &[Package]) -> BTreeMap<&str, Vec<Served<'_>>> {
    let mut groups: BTreeMap<&str, Vec<Served<'_>>> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        for ty in package.types.values() {
            let Some(kind) = ty.kind.as_ref().filter(|kind| kind.list_of.is_none() && !kind.no_resource) else {
                continue;
            };
            let (group, version) = match &kind.group_version {
                Some((group, version)) => (group, version),
                None => (&package.group, &package.version),
            };
            groups.entry(group).or_default().push(Served { package: index, version, ty, kind });
        }
    }
    groups
}

type Report<'r> = &'r mut dyn FnMut(&Served<'_>, &str, String, Option<&str>);

/// Plural, singular and short names: a client that asks for one must get one kind.
fn names(kinds: &[Served<'_>], report: Report<'_>) {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    // short names last, so that they and not the kinds' own names are at fault
    let own = kinds.iter().flat_map(|kind| [("plural", kind.plural(), kind), ("singular", kind.singular(), kind)]);
    let short = kinds.iter().flat_map(|kind| kind.kind.short.iter().map(move |name| ("short", name.clone(), kind)));
    let mut told: Vec<(&str, &str)> = Vec::new();
    for (what, name, kind) in own.chain(short) {
        let owner = *owners.entry(name.clone()).or_insert(&kind.ty.name);
        if owner == kind.ty.name || (what == "singular" && told.contains(&(owner, &kind.ty.name))) {
            continue;
        }
        told.push((owner, &kind.ty.name));
        let what_is = if what == "short" { "short name" } else { what };
        let message = format!("{what_is} `{name}` of `{}` is a name of `{owner}` already", kind.ty.name);
        report(kind, what, message, Some("a name means one kind in its group"));
    }
}

/// A kind in several versions.
fn versions(kinds: &[Served<'_>], report: Report<'_>) {
    let mut first: BTreeMap<&str, &Served<'_>> = BTreeMap::new();
    let mut hubs: BTreeMap<&str, &Served<'_>> = BTreeMap::new();
    for kind in kinds {
        let name = kind.ty.name.as_str();
        let before = *first.entry(name).or_insert(kind);
        if before.plural() != kind.plural() {
            let (here, there) = (kind.plural(), before.plural());
            let message = format!("`{name}` is `{here}` here, and `{there}` in version \"{}\"", before.version);
            report(kind, "plural", message, Some("a kind is the same resource in all versions"));
        }
        if before.kind.scope != kind.kind.scope {
            let there = match before.kind.scope {
                Scope::Cluster => "cluster-wide",
                Scope::Namespaced => "namespaced",
            };
            let message = format!("`{name}` is {there} in version \"{}\", and not here", before.version);
            report(kind, "namespaced", message, Some("a kind has one scope in all versions"));
        }
        if !kind.kind.hub {
            continue;
        }
        if let Some(hub) = hubs.get(name) {
            let message = format!("two hubs: `{name}` of version \"{}\" is the hub already", hub.version);
            let hint = format!("`spoke_of = \"{}\"` instead", hub.version);
            report(kind, "hub", message, Some(&hint));
        } else {
            hubs.insert(name, kind);
        }
    }
}
