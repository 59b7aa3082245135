//! What a file calls types, and the imports that this takes.

use std::collections::{BTreeMap, BTreeSet};

use super::imports;
use crate::model::{Package, Scalar, TypeRef};

/// The crate of machinery, as the model's paths spell it.
const MACHINERY: &str = "kubeforge_machinery";

/// Names in a file.
pub(crate) struct Names<'a> {
    package: &'a Package,
    /// Types that the file defines.
    own: BTreeSet<&'a str>,
    /// Paths by the name that the file has them under.
    known: BTreeMap<String, Vec<String>>,
    /// Those that it imports for what was written.
    new: BTreeSet<Vec<String>>,
}

impl<'a> Names<'a> {
    /// Of a new file, which defines these types.
    pub(crate) fn of_file(package: &'a Package, own: BTreeSet<&'a str>) -> Self {
        Self { package, own, known: BTreeMap::new(), new: BTreeSet::new() }
    }

    /// Of a file with imports.
    pub(crate) fn with_imports(mut self, known: BTreeMap<String, Vec<String>>) -> Self {
        self.known = known;
        self
    }

    /// The imports that what was written needs besides those that were there.
    pub(crate) fn new_imports(&self) -> &BTreeSet<Vec<String>> {
        &self.new
    }

    /// The import section of a new file, with an empty line at its end.
    pub(super) fn imports_text(&self) -> String {
        let lines = imports::use_lines(&self.new);
        if lines.is_empty() { lines } else { format!("{lines}\n") }
    }

    /// The type's text.
    pub(crate) fn ty(&mut self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Scalar(scalar) => self.scalar(*scalar),
            TypeRef::Optional(inner) => format!("Option<{}>", self.ty(inner)),
            TypeRef::Boxed(inner) => format!("Box<{}>", self.ty(inner)),
            TypeRef::List(inner) => format!("Vec<{}>", self.ty(inner)),
            TypeRef::Map(inner) => format!("{}<String, {}>", self.path("std::collections::BTreeMap"), self.ty(inner)),
            TypeRef::Local(name) if self.own.contains(name.as_str()) => name.clone(),
            TypeRef::Local(name) => self.path(&format!("super::{name}")),
            TypeRef::Foreign(path) => self.path(path),
        }
    }

    fn scalar(&mut self, scalar: Scalar) -> String {
        let name = match scalar {
            Scalar::String => return "String".into(),
            Scalar::Bool => return "bool".into(),
            Scalar::I32 => return "i32".into(),
            Scalar::I64 => return "i64".into(),
            Scalar::F64 => return "f64".into(),
            Scalar::Value => return self.path("serde_json::Value"),
            Scalar::ByteString => "ByteString",
            Scalar::Quantity => "Quantity",
            Scalar::Time => "Time",
            Scalar::MicroTime => "MicroTime",
            Scalar::Duration => "Duration",
            Scalar::IntOrString => "IntOrString",
            Scalar::RawExtension => "RawExtension",
            Scalar::FieldsV1 => "FieldsV1",
        };
        self.path(&format!("{MACHINERY}::{name}"))
    }

    /// Imports a path and answers its name; the path itself where the name means something else here.
    pub(crate) fn path(&mut self, path: &str) -> String {
        let path = self.as_seen_here(path);
        let Some(name) = path.last().cloned() else { return String::new() };
        match self.known.get(&name) {
            Some(known) if *known == path => return name,
            Some(_) => return path.join("::"),
            None => {}
        }
        let local = path.first().is_some_and(|first| first == "super");
        if self.own.contains(name.as_str()) || (!local && self.package.types.contains_key(&name)) {
            return path.join("::");
        }
        self.known.insert(name.clone(), path.clone());
        self.new.insert(path);
        name
    }

    /// The path as this crate writes it.
    fn as_seen_here(&self, path: &str) -> Vec<String> {
        let machinery = self.package.machinery.trim_start_matches("::");
        let machinery = if machinery.is_empty() { MACHINERY } else { machinery };
        let path = match path.strip_prefix(MACHINERY) {
            Some(rest) if rest.is_empty() || rest.starts_with("::") => format!("{machinery}{rest}"),
            _ => path.to_owned(),
        };
        let mut segments: Vec<String> = path.split("::").map(str::to_owned).collect();
        let home = self.package.module.split("::").next().unwrap_or_default();
        if let Some(first) = segments.first_mut().filter(|first| *first == home) {
            *first = "crate".into();
        }
        segments
    }
}
