//! Where types, fields and markers stand, for findings made after loading.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Location};

/// What one of several marks of the same marker is noted under, counted from 0.
pub(super) fn numbered(marker: &str, number: usize) -> String {
    format!("{marker}#{number}")
}

/// The places of a package's types, fields and markers.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    places: BTreeMap<(String, String, String), Location>,
}

impl Spans {
    /// Notes where a type (empty field), field, or one of their markers (not empty) stands. The first one counts.
    pub(super) fn note(&mut self, type_name: &str, field: &str, marker: &str, at: Location) {
        self.places.entry((type_name.into(), field.into(), marker.into())).or_insert(at);
    }

    /// Where a field's or type's marker stands; else the field; else the type.
    pub fn find(&self, type_name: &str, field: Option<&str>, marker: Option<&str>) -> Option<&Location> {
        let place = |field: &str, marker: &str| self.places.get(&(type_name.into(), field.into(), marker.into()));
        let field = field.unwrap_or_default();
        place(field, marker.unwrap_or_default()).or_else(|| place(field, "")).or_else(|| place("", ""))
    }

    /// Where a type's marker stands; `None` where the type has no such marker.
    pub fn mark(&self, type_name: &str, marker: &str) -> Option<&Location> {
        self.places.get(&(type_name.into(), String::new(), marker.into()))
    }

    /// A finding about a type, one of its fields, or one of their markers.
    pub fn finding(
        &self,
        (type_name, field, marker): (&str, Option<&str>, Option<&str>),
        message: impl Into<String>,
        hint: Option<String>,
    ) -> Diagnostic {
        Diagnostic { at: self.find(type_name, field, marker).cloned(), message: message.into(), hint }
    }
}
