//! CRDs of the workspace's kinds, each with all its versions.

use std::{collections::BTreeMap, ops::Range};

use kubeforge_structural::{Error, check, complete, merge_versions, resolve};
use serde_json::Value;

use super::{
    kind::{definition, group_version, is_custom_resource, is_storage},
    node::{self, Reference, is_object_meta, is_same},
    source::{ModelSource, path},
};
use crate::{
    emit::{EmitError, PackageError, TypeIn, Workspace, register::kinds},
    model::KindMarkers,
};

/// A custom resource definition.
#[derive(Clone, Debug)]
pub struct CustomResource {
    /// `<group>_<plural>.yaml`
    pub file_name: String,
    /// The group, for the file's header.
    pub group: String,
    /// The definition.
    pub definition: Value,
}

/// A version of a kind.
#[derive(Clone, Copy)]
struct Version<'a> {
    package: usize,
    of: TypeIn<'a>,
    kind: &'a KindMarkers,
    name: &'a str,
}

/// The CRDs of the kinds in packages with `crds`, sorted by group and kind: of those that have a version in `packages`,
/// given by their numbers in the workspace.
///
/// # Errors
/// Everything that keeps a kind from having one.
pub fn definitions(workspace: &Workspace, packages: Range<usize>) -> Result<Vec<CustomResource>, Vec<PackageError>> {
    let mut groups: BTreeMap<(&str, &str), Vec<Version<'_>>> = BTreeMap::new();
    for (index, package) in workspace.packages.iter().enumerate().filter(|(_, package)| package.crds) {
        for (ty, kind) in kinds(package) {
            let of = TypeIn { package, ty };
            if is_custom_resource(of, kind) {
                let (group, name) = group_version(package, kind);
                groups.entry((group, &ty.name)).or_default().push(Version { package: index, of, kind, name });
            }
        }
    }
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    groups.retain(|_, versions| versions.iter().any(|version| packages.contains(&version.package)));
    for ((group, _), versions) in groups {
        match of_kind(group, &versions, workspace) {
            Ok(resource) => found.push(resource),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn of_kind(group: &str, versions: &[Version<'_>], workspace: &Workspace) -> Result<CustomResource, Vec<PackageError>> {
    let (mut definitions, mut errors) = (Vec::new(), Vec::new());
    for version in versions {
        match of_version(*version, workspace) {
            Ok(definition) => definitions.push(definition),
            Err(more) => errors.extend(more),
        }
    }
    let Some(first) = versions.first() else { return Err(errors) };
    let storage = match storage(versions, first) {
        Ok(storage) => storage,
        Err(error) => {
            errors.push(error);
            return Err(errors);
        }
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    let definition = merge_versions(definitions, storage.name)
        .map_err(|error| vec![storage.error(error.to_string(), Some("all versions of a kind share one definition"))])?;
    let plural = definition["spec"]["names"]["plural"].as_str().unwrap_or_default();
    Ok(CustomResource { file_name: format!("{group}_{plural}.yaml"), group: group.to_owned(), definition })
}

impl Version<'_> {
    fn error(&self, message: String, hint: Option<&str>) -> PackageError {
        let type_name = self.of.ty.name.clone();
        let hint = hint.map(str::to_owned);
        PackageError { package: self.package, error: EmitError { type_name, field: None, message, hint } }
    }
}

/// The version that is stored: the one that says so, or the hub, or the only one.
fn storage<'v, 'a>(versions: &'v [Version<'a>], first: &'v Version<'a>) -> Result<&'v Version<'a>, PackageError> {
    let marked: Vec<_> = versions.iter().filter(|version| is_storage(version.of.ty)).collect();
    let hubs: Vec<_> = versions.iter().filter(|version| version.kind.hub).collect();
    match (&marked[..], &hubs[..], versions) {
        ([one], ..) | ([], [one], _) => Ok(*one),
        ([], [], [one]) => Ok(one),
        ([one, second, ..], ..) => {
            let message = format!("the versions {} and {} both say `storage`", one.name, second.name);
            Err(second.error(message, Some("exactly one version is stored")))
        }
        _ => {
            let names: Vec<&str> = versions.iter().map(|version| version.name).collect();
            let message = format!("none of the versions {} says `storage`", names.join(", "));
            Err(first.error(message, Some("mark the version that is stored")))
        }
    }
}

fn of_version(version: Version<'_>, workspace: &Workspace) -> Result<Value, Vec<PackageError>> {
    let mut errors = reachable(version.of, workspace);
    let fields = match definition(version.of, version.kind) {
        Ok(fields) => fields,
        Err(error) => {
            errors.push(PackageError { package: version.package, error });
            return Err(errors);
        }
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    let resolved = resolve(&ModelSource::of_type(version.of, workspace)).map_err(|error| {
        let hint = match error {
            Error::Cycle { .. } => Some("`preserve_unknown` or `schemaless` on a field ends the recursion"),
            _ => None,
        };
        vec![version.error(error.to_string(), hint)]
    })?;
    let definition = complete(fields, resolved);
    let findings = check(&definition);
    if findings.is_empty() {
        return Ok(definition);
    }
    Err(findings.iter().map(|finding| version.error(readable(&finding.to_string()), None)).collect())
}

/// The finding with its place in the schema as a path of fields.
fn readable(finding: &str) -> String {
    let Some(rest) = finding.strip_prefix("spec.versions[0].schema.openAPIV3Schema") else { return finding.to_owned() };
    let mut out = rest.to_owned();
    while let Some(at) = out.find(".properties[") {
        let name = at + ".properties[".len();
        let Some(end) = out[name..].find(']') else { break };
        out = format!("{}.{}{}", &out[..at], &out[name..name + end], &out[name + end + 1..]);
    }
    out.replace(".items", "[]").trim_start_matches('.').to_owned()
}

/// What is wrong with the type and with those that it holds.
fn reachable(of: TypeIn<'_>, workspace: &Workspace) -> Vec<PackageError> {
    let (mut seen, mut at, mut errors) = (vec![of], 0, Vec::new());
    while let Some(&of) = seen.get(at) {
        at += 1;
        if is_object_meta(&path(of)) {
            continue;
        }
        let package = workspace.packages.iter().position(|package| package.module == of.package.module);
        let schema = node::of_type(of, workspace);
        let found = schema.errors.into_iter().chain(schema.foreign);
        errors.extend(found.map(|error| PackageError { package: package.unwrap_or_default(), error }));
        for reference in schema.refs {
            if let Reference::Type(of) = reference
                && !seen.iter().any(|earlier| is_same(*earlier, of))
            {
                seen.push(of);
            }
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_paths_of_fields() {
        let finding = "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[parts].items: no";
        assert_eq!(readable(finding), "spec.parts[]: no");
        assert_eq!(readable("spec.group: no"), "spec.group: no");
    }
}
