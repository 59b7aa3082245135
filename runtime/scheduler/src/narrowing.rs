//! The nodes that PreFilter leaves.

use std::collections::BTreeSet;

use crate::framework::{Row, Snapshot, Status};

/// The nodes that PreFilter leaves, by name, and which plugins left no more.
#[derive(Clone, Default)]
pub(crate) struct Narrowing {
    names: Option<BTreeSet<String>>,
    plugins: BTreeSet<&'static str>,
}

impl Narrowing {
    /// Leaves only what is left by both.
    pub(crate) fn narrow(&mut self, plugin: &'static str, names: BTreeSet<String>) {
        self.plugins.insert(plugin);
        self.names = Some(match self.names.take() {
            Some(left) => left.intersection(&names).cloned().collect(),
            None => names,
        });
    }

    /// The plugins that narrowed.
    pub(crate) const fn plugins(&self) -> &BTreeSet<&'static str> {
        &self.plugins
    }

    /// Whether all nodes are left.
    pub(crate) const fn is_any(&self) -> bool {
        self.names.is_none()
    }

    /// The rows that are left, unless all are.
    pub(crate) fn rows(&self, nodes: &Snapshot) -> Option<BTreeSet<Row>> {
        let names = self.names.as_ref()?;
        Some(names.iter().filter_map(|name| nodes.row(name)).collect())
    }

    /// What is said where nothing is left.
    pub(crate) fn contradiction(&self) -> Option<Status> {
        if self.names.as_ref().is_none_or(|names| !names.is_empty()) {
            return None;
        }
        let text = match self.plugins.len() {
            1 => format!("node(s) didn't satisfy plugin {}", self.first()),
            _ => format!("node(s) didn't satisfy plugin(s) {} simultaneously", self.list()),
        };
        Some(Status::unresolvable(text).by(self.first()))
    }

    /// What is said of the others.
    pub(crate) fn status(&self) -> Status {
        Status::unresolvable(format!("node(s) didn't satisfy plugin(s) {}", self.list())).by(self.first())
    }

    fn first(&self) -> &'static str {
        self.plugins.first().copied().unwrap_or("")
    }

    fn list(&self) -> String {
        format!("[{}]", self.plugins.iter().copied().collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_who_left_nothing() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let said = |narrowings: &[(&'static str, &[&str])]| {
            let mut narrowing = Narrowing::default();
            narrowings.iter().for_each(|(plugin, left)| narrowing.narrow(plugin, names(left)));
            narrowing.contradiction().map(|status| status.message())
        };
        assert_eq!(said(&[("A", &["n"])]), None);
        assert_eq!(said(&[("A", &[])]).as_deref(), Some("node(s) didn't satisfy plugin A"));
        let both = "node(s) didn't satisfy plugin(s) [A B] simultaneously";
        assert_eq!(said(&[("B", &["n"]), ("A", &["m"])]).as_deref(), Some(both));
    }
}
