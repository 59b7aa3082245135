//! Filling in templates.

use super::{names, scope_marker};
use crate::{
    emit::{camel_plural, client_set_module},
    model::{Package, Scope, snake_case},
};

/// What stands for `{{name}}` in a template.
pub(super) struct Values(Vec<(&'static str, String)>);

/// What a kind's files are made of.
pub(super) struct KindNames<'a> {
    pub(super) group: &'a str,
    pub(super) version: &'a str,
    pub(super) kind: &'a str,
    pub(super) scope: Scope,
    pub(super) short: &'a [String],
}

impl Values {
    /// What follows from a kind's names.
    pub(super) fn of_kind(names: &KindNames<'_>) -> Self {
        let KindNames { group, version, kind, scope, short } = names;
        let plural = names::plural(kind);
        let mut further = String::new();
        if plural != format!("{}s", kind.to_lowercase()) {
            further += &format!(", plural = {plural:?}");
        }
        if !short.is_empty() {
            further += &format!(", short = {short:?}");
        }
        let package = Package { group: (*group).into(), version: (*version).into(), ..Package::default() };
        let [namespace, everywhere] = match scope {
            Scope::Namespaced => ["\"default\"", "\"\""],
            Scope::Cluster => [""; 2],
        };
        Self(vec![
            ("group", (*group).to_owned()),
            ("version", (*version).to_owned()),
            ("prefix", names::reversed(group)),
            ("kind", (*kind).to_owned()),
            ("file", snake_case(kind)),
            ("singular", kind.to_lowercase()),
            ("scope", scope_marker(*scope).to_owned()),
            ("short", further),
            ("client", client_set_module(&package)),
            ("method", snake_case(&camel_plural(kind, &plural))),
            ("namespace", namespace.to_owned()),
            ("everywhere", everywhere.to_owned()),
            ("plural", plural),
        ])
    }

    /// One more.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.0.push((name, value));
        self
    }

    /// The template with everything filled in.
    pub(super) fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (name, value) in &self.0 {
            text = text.replace(&format!("{{{{{name}}}}}"), value);
        }
        text
    }
}
