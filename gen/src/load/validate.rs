//! Rules on a package as a whole: what no single marker can be wrong about.

mod cycles;
mod groups;
mod kinds;

use std::collections::BTreeMap;

use super::{
    names::META_V1,
    rules,
    spans::{Spans, numbered},
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, did_you_mean},
    model::{Field, KindMarkers, KindRef, ListType, Package, Scalar, Struct, Type, TypeDef, TypeRef, selectable_parts},
};

pub(super) use cycles::cycles;
pub(super) use groups::groups;

/// How far the loader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All packages: what is not there does not exist.
    All,
    /// One item: other types exist unseen.
    OneItem,
}

/// Checks a package; `packages` are all that were loaded with it.
pub(super) fn package(packages: &[Package], index: usize, spans: &Spans, reach: Reach, diagnostics: &mut Diagnostics) {
    let Some(package) = packages.get(index) else { return };
    let mut check = Check { packages, package, spans, reach, diagnostics };
    for ty in package.types.values() {
        check.type_(ty);
        rules::check(packages, package, ty, spans, reach, check.diagnostics);
    }
}

struct Check<'a> {
    packages: &'a [Package],
    package: &'a Package,
    spans: &'a Spans,
    reach: Reach,
    diagnostics: &'a mut Diagnostics,
}

/// A place to report: type, field, marker.
type Place<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

impl<'a> Check<'a> {
    fn report(&mut self, place: Place<'_>, message: impl Into<String>, hint: Option<String>) {
        let finding: Diagnostic = self.spans.finding(place, message, hint);
        self.diagnostics.push(finding);
    }

    fn type_(&mut self, ty: &'a Type) {
        if let TypeDef::Struct(def) = &ty.def {
            self.names_and_tags(ty, def);
            for field in &def.fields {
                self.field(ty, field);
            }
        }
        if let Some(kind) = &ty.kind {
            self.kind(ty, kind);
        }
    }

    /// JSON names, among them those of inlined structs, and protobuf numbers are given once.
    fn names_and_tags(&mut self, ty: &'a Type, def: &'a Struct) {
        let mut tags: BTreeMap<u32, &str> = BTreeMap::new();
        for field in &def.fields {
            let Some(tag) = field.tag else { continue };
            if let Some(earlier) = tags.insert(tag, &field.name) {
                let message = format!("tag {tag} is given twice: to `{earlier}` and to `{}`", field.name);
                let free = (1..).find(|tag| !def.fields.iter().any(|field| field.tag == Some(*tag)));
                let hint = free.map(|free| format!("{free} is free; a number that was ever used must not come back"));
                self.report((&ty.name, Some(&field.name), Some("tag")), message, hint);
            }
        }
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        if ty.kind.is_some() {
            names.extend([("apiVersion", "kind"), ("kind", "kind")]);
        }
        for field in &def.fields {
            for json in self.json_names(field, 8) {
                if let Some(earlier) = names.insert(json, &field.name) {
                    let message = match earlier {
                        "kind" if ty.kind.is_some() && (json == "kind" || json == "apiVersion") => {
                            format!("`{json}` is in every kind already")
                        }
                        earlier => format!("JSON name `{json}` is given twice: to `{earlier}` and to `{}`", field.name),
                    };
                    self.report(
                        (&ty.name, Some(&field.name), Some("json")),
                        message,
                        Some("see `json = \"…\"`".into()),
                    );
                }
            }
        }
    }

    /// The names that a field has in JSON: its own, or those of the struct that it inlines.
    fn json_names(&self, field: &'a Field, depth: u8) -> Vec<&'a str> {
        if !field.inline {
            return vec![&field.json];
        }
        match self.struct_of(self.package, &field.ty) {
            Some((_, _, def)) if depth > 0 => {
                def.fields.iter().flat_map(|field| self.json_names(field, depth - 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The struct that a type comes down to, through options, boxes, lists and aliases, if it was loaded.
    fn struct_of(&self, package: &'a Package, ty: &TypeRef) -> Option<(&'a Package, &'a Type, &'a Struct)> {
        let (package, name) = match ty {
            TypeRef::Scalar(_) | TypeRef::Map(_) => return None,
            TypeRef::Optional(inner) | TypeRef::Boxed(inner) | TypeRef::List(inner) => {
                return self.struct_of(package, inner);
            }
            TypeRef::Local(name) => (package, name.as_str()),
            TypeRef::Foreign(path) => {
                let (module, name) = path.rsplit_once("::")?;
                (self.packages.iter().find(|package| package.module == module)?, name)
            }
        };
        let ty = package.types.get(name)?;
        match &ty.def {
            TypeDef::Struct(def) => Some((package, ty, def)),
            TypeDef::Enum(_) => None,
            TypeDef::Alias(target) => self.struct_of(package, target),
        }
    }

    fn field(&mut self, ty: &'a Type, field: &'a Field) {
        let shape = shape(&field.ty);
        let wrong = [
            (
                "list",
                field.list.is_some() && !self.may_be(&field.ty, Shape::List) && !is_bytes(&field.ty),
                "`list` goes on a Vec",
            ),
            // upstream has mapType on structs as well
            (
                "map",
                (field.atomic_map || field.granular_map) && matches!(shape, Shape::Scalar | Shape::List),
                "`map` goes on a BTreeMap",
            ),
            (
                "wire",
                field.wrapped && shape != Shape::List && !is_map_of_lists(&field.ty),
                "`wire = \"list\"` goes on a Vec, or on a BTreeMap of them",
            ),
            (
                "inline",
                field.inline && !self.may_be(&field.ty, Shape::Named),
                "`inline` goes on a struct that is always there",
            ),
        ];
        for (marker, _, message) in wrong.into_iter().filter(|(_, wrong, _)| *wrong) {
            self.report((&ty.name, Some(&field.name), Some(marker)), message, None);
        }
        let keys = match &field.list {
            Some(ListType::Map(keys)) => keys.iter().map(|key| ("list", key)).collect(),
            _ => Vec::new(),
        };
        for (marker, key) in keys.into_iter().chain(field.patch.merge_key.iter().map(|key| ("merge_key", key))) {
            self.key(ty, field, marker, key);
        }
    }

    /// A key of a list's elements is a field of theirs.
    fn key(&mut self, ty: &'a Type, field: &'a Field, marker: &str, key: &str) {
        let Some((_, element, def)) = self.struct_of(self.package, &field.ty) else { return };
        let names: Vec<&str> = def.fields.iter().flat_map(|field| self.json_names(field, 8)).collect();
        if !names.contains(&key) {
            let message = format!("`{}` has no field `{key}`", element.name);
            let hint = did_you_mean(key, names);
            self.report((&ty.name, Some(&field.name), Some(marker)), message, hint);
        }
    }

    /// Whether a type is of a shape, as far as is known.
    fn may_be(&self, ty: &TypeRef, wanted: Shape) -> bool {
        let named = match ty {
            TypeRef::Local(name) => self.package.types.get(name).map(|ty| &ty.def),
            _ => None,
        };
        match (shape(ty), named) {
            (Shape::Named, Some(TypeDef::Alias(target))) => self.may_be(target, wanted),
            (Shape::Named, Some(TypeDef::Enum(_))) => false,
            (Shape::Named, Some(TypeDef::Struct(_))) => wanted == Shape::Named,
            (Shape::Named, None) => true,
            (shape, _) => shape == wanted,
        }
    }

    fn kind(&mut self, ty: &'a Type, kind: &'a KindMarkers) {
        let TypeDef::Struct(def) = &ty.def else {
            self.report((&ty.name, None, Some("kind")), "a kind is a struct", None);
            return;
        };
        match &kind.list_of {
            Some(item) => self.list_kind(ty, def, item),
            None if !kind.no_resource => self.metadata(ty, def, "ObjectMeta", "kind"),
            None => {}
        }
        for entry in &kind.selectable {
            self.path(ty, "selectable", selectable_parts(entry).1);
        }
        for (number, subresource) in kind.subresources.iter().enumerate() {
            self.subresource(ty, def, subresource, &numbered("subresource", number));
        }
        for (number, column) in kind.columns.iter().enumerate() {
            self.column(ty, column, &numbered("column", number));
        }
        self.lifecycle(ty, &kind.lifecycle);
        if let Some(hub) = &kind.spoke_of {
            self.hub(ty, hub);
        }
        let mut names: Vec<&str> = kind.subresources.iter().map(|subresource| subresource.name.as_str()).collect();
        names.sort_unstable();
        if let Some([twice, _]) = names.array_windows().find(|[one, other]| one == other) {
            self.report((&ty.name, None, Some("subresource")), format!("subresource `{twice}` is given twice"), None);
        }
    }

    fn metadata(&mut self, ty: &'a Type, def: &'a Struct, want: &str, marker: &str) {
        let wanted = format!("{META_V1}::{want}");
        let hint = || Some(format!("#[api(tag = 1)] pub metadata: {want}"));
        match def.fields.iter().find(|field| field.name == "metadata") {
            None => {
                let message = format!("the kind has no field `metadata: {want}`");
                let hint =
                    hint().map(|hint| format!("{hint}; a request or an answer without one is `kind, no_resource`"));
                self.report((&ty.name, None, Some(marker)), message, hint);
            }
            Some(field) => {
                let is = match &field.ty {
                    TypeRef::Foreign(path) => {
                        *path == wanted || path.rsplit("::").next() == Some(want) && self.reach == Reach::OneItem
                    }
                    TypeRef::Local(name) if self.reach == Reach::OneItem => name == want,
                    TypeRef::Local(name) => name == want && self.package.module == META_V1,
                    _ => false,
                };
                if !is {
                    let message = format!("`metadata` of this kind is an {want}");
                    self.report((&ty.name, Some("metadata"), None), message, hint());
                }
            }
        }
    }

    fn list_kind(&mut self, ty: &'a Type, def: &'a Struct, item: &str) {
        self.metadata(ty, def, "ListMeta", "list");
        match def.fields.iter().find(|field| field.name == "items") {
            None => {
                let hint = format!("#[api(tag = 2, required)] pub items: Vec<{item}>");
                self.report((&ty.name, None, Some("list")), "the list kind has no field `items`", Some(hint));
            }
            Some(field) if shape(&field.ty) != Shape::List => {
                let hint = format!("pub items: Vec<{item}>");
                self.report((&ty.name, Some("items"), None), "`items` of a list kind is a Vec", Some(hint));
            }
            Some(_) => {}
        }
        let known = item == "RawExtension" || self.package.types.get(item).is_some_and(|ty| ty.kind.is_some());
        if !known && self.reach == Reach::All {
            let kinds = self.package.types.values().filter(|ty| ty.kind.is_some()).map(|ty| ty.name.as_str());
            let message = match self.package.types.get(item) {
                Some(_) => format!("`{item}` is listed but is no kind"),
                None => format!("list kind of unknown kind `{item}`"),
            };
            let hint = did_you_mean(item, kinds);
            self.report((&ty.name, None, Some("list")), message, hint);
        }
    }

    /// A JSON path such as `spec.nodeName` leads to a field.
    fn path(&mut self, ty: &'a Type, marker: &str, path: &str) {
        let mut at = Some((self.package, ty));
        let mut list_or_map = false;
        for name in path.trim_start_matches('.').split('.') {
            // below a type that was not loaded, or in a map, anything may be
            let Some((package, holder)) = at.filter(|_| !list_or_map) else { return };
            let TypeDef::Struct(def) = &holder.def else { return };
            let Some((package, field)) = self.find_field(package, def, name, 8) else {
                if self.reach == Reach::OneItem && def.fields.iter().any(|field| field.inline) {
                    return;
                }
                let message = format!("path `{path}` leads nowhere: `{}` has no field `{name}`", holder.name);
                let names: Vec<&str> = def.fields.iter().flat_map(|field| self.json_names(field, 8)).collect();
                let hint = did_you_mean(name, names);
                self.report((&ty.name, None, Some(marker)), message, hint);
                return;
            };
            list_or_map = matches!(shape(&field.ty), Shape::List | Shape::Map);
            at = self.struct_of(package, &field.ty).map(|(package, ty, _)| (package, ty));
        }
    }

    /// The field with a JSON name, inlined structs' fields included, and the package whose names its type uses.
    fn find_field(
        &self,
        package: &'a Package,
        def: &'a Struct,
        json: &str,
        depth: u8,
    ) -> Option<(&'a Package, &'a Field)> {
        def.fields.iter().find_map(|field| {
            if !field.inline {
                return (field.json == json).then_some((package, field));
            }
            let (package, _, def) = self.struct_of(package, &field.ty)?;
            if depth == 0 { None } else { self.find_field(package, def, json, depth - 1) }
        })
    }

    /// A spoke's hub is there, and is marked as one.
    fn hub(&mut self, ty: &'a Type, hub: &KindRef) {
        if self.reach == Reach::OneItem {
            return;
        }
        let package = self.package;
        if (&hub.group, &hub.version, &hub.kind) == (&package.group, &package.version, &ty.name) {
            let message = format!("`{}` of version \"{}\" is a spoke of itself", ty.name, hub.version);
            let hint = "name the version of the hub, or mark it `hub`";
            self.report((&ty.name, None, Some("spoke_of")), message, Some(hint.into()));
            return;
        }
        if let Err((message, hint)) = self.find_hub(hub) {
            self.report((&ty.name, None, Some("spoke_of")), format!("spoke without a hub: {message}"), hint);
        }
    }

    fn find_hub(&self, hub: &KindRef) -> Result<(), (String, Option<String>)> {
        let KindRef { group, version, kind } = hub;
        let of_group: Vec<&Package> = self.packages.iter().filter(|package| package.group == *group).collect();
        if of_group.is_empty() {
            let groups = self.packages.iter().map(|package| package.group.as_str());
            let hint = did_you_mean(group, groups.filter(|group| !group.is_empty()));
            let hint = hint.unwrap_or_else(|| "the hub's package must be in the same run".into());
            return Err((format!("no package of group \"{group}\" is in this run"), Some(hint)));
        }
        let Some(package) = of_group.iter().find(|package| package.version == *version) else {
            let versions: Vec<&str> = of_group.iter().map(|package| package.version.as_str()).collect();
            let hint = format!("its versions are {}", versions.join(", "));
            return Err((format!("group \"{group}\" has no version \"{version}\""), Some(hint)));
        };
        let version = package.group_version();
        match package.types.get(kind).and_then(|ty| ty.kind.as_ref()) {
            None => {
                let kinds = package.types.values().filter(|ty| ty.kind.is_some()).map(|ty| ty.name.as_str());
                Err((format!("{version} has no kind `{kind}`"), did_you_mean(kind, kinds)))
            }
            Some(markers) if !markers.hub => {
                let message = format!("`{kind}` of {version} is not marked `hub`");
                Err((message, Some("add `hub` to its attributes".into())))
            }
            Some(_) => Ok(()),
        }
    }
}

/// What a type is, without looking names up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Scalar,
    Pointer,
    List,
    Map,
    Named,
}

/// Bytes are a list in Go: a few of them carry its topology.
fn is_bytes(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Scalar(Scalar::ByteString))
}

fn is_map_of_lists(ty: &TypeRef) -> bool {
    matches!(ty, TypeRef::Map(value) if matches!(**value, TypeRef::List(_)))
}

fn shape(ty: &TypeRef) -> Shape {
    match ty {
        TypeRef::Scalar(_) => Shape::Scalar,
        TypeRef::Optional(_) | TypeRef::Boxed(_) => Shape::Pointer,
        TypeRef::List(_) => Shape::List,
        TypeRef::Map(_) => Shape::Map,
        TypeRef::Local(_) | TypeRef::Foreign(_) => Shape::Named,
    }
}
