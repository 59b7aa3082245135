//! A value and its place.

use std::collections::BTreeSet;

use serde_json::Number;

use super::{Node, Report};

/// A value in a document, with the path to it: `.spec.versions[0].schema`.
#[derive(Clone)]
pub(crate) struct At<'a> {
    pub(crate) node: &'a Node,
    pub(crate) path: String,
    pub(crate) file: &'a str,
    pub(crate) report: &'a Report,
}

impl<'a> At<'a> {
    /// A document; `path` says which one of several in a file.
    pub(crate) fn root(node: &'a Node, path: String, file: &'a str, report: &'a Report) -> Self {
        Self { node, path, file, report }
    }

    fn step(&self, node: &'a Node, step: &str) -> Self {
        Self { node, path: format!("{}{step}", self.path), file: self.file, report: self.report }
    }

    /// Reports that something is wrong here.
    pub(crate) fn error(&self, message: impl Into<String>) {
        self.report.error(self.file, &self.path, message);
    }

    /// Reports that this can't be said in Rust.
    pub(crate) fn lost(&self, message: impl Into<String>) {
        self.report.lost(self.file, &self.path, message);
    }

    fn expected(&self, what: &str) {
        self.error(format!("expected {what}, found {}", self.node.describe()));
    }

    /// The object, to take values out of; an error where it is none.
    pub(crate) fn object(&self) -> Option<Object<'a>> {
        match self.node {
            Node::Object(entries) => Some(Object { at: self.clone(), entries, used: BTreeSet::new() }),
            _ => {
                self.expected("an object");
                None
            }
        }
    }

    /// The elements; an error where it is no list.
    pub(crate) fn items(&self) -> Vec<Self> {
        match self.node {
            Node::List(items) => {
                items.iter().enumerate().map(|(index, node)| self.step(node, &format!("[{index}]"))).collect()
            }
            _ => {
                self.expected("a list");
                Vec::new()
            }
        }
    }

    /// The keys and values; an error where it is no object.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Self)> {
        match self.node {
            Node::Object(entries) => {
                entries.iter().map(|(name, node)| (name.as_str(), self.step(node, &key_step(name)))).collect()
            }
            _ => {
                self.expected("an object");
                Vec::new()
            }
        }
    }

    /// The text; an error where it is none.
    pub(crate) fn text(&self) -> Option<&'a str> {
        let text = self.node.as_text();
        if text.is_none() {
            self.expected("a text");
        }
        text
    }
}

/// A step of a path: `.name`, or `["io.k8s.api"]` where the name is not a word.
fn key_step(key: &str) -> String {
    let word = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    if word { format!(".{key}") } else { format!("[{key:?}]") }
}

/// An object that remembers which of its values were looked at.
pub(crate) struct Object<'a> {
    pub(crate) at: At<'a>,
    entries: &'a [(String, Node)],
    used: BTreeSet<&'a str>,
}

impl<'a> Object<'a> {
    /// The value of a key, once; null counts as none.
    pub(crate) fn take(&mut self, key: &str) -> Option<At<'a>> {
        let (name, node) = self.entries.iter().find(|(name, _)| name == key)?;
        let first = self.used.insert(name);
        (first && *node != Node::Null).then(|| self.at.step(node, &key_step(name)))
    }

    /// The value of a key that was not taken, without taking it.
    pub(crate) fn peek(&self, key: &str) -> Option<&'a Node> {
        let (_, node) = self.entries.iter().find(|(name, _)| name == key && !self.used.contains(name.as_str()))?;
        (*node != Node::Null).then_some(node)
    }

    /// Whether a key is there and was not taken.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.peek(key).is_some()
    }

    /// The text of a key.
    pub(crate) fn text(&mut self, key: &str) -> Option<String> {
        self.take(key)?.text().map(str::to_owned)
    }

    /// The text of a key that must be there.
    pub(crate) fn need_text(&mut self, key: &str) -> Option<String> {
        if !self.has(key) {
            self.at.error(format!("has no `{key}`"));
        }
        self.text(key)
    }

    /// The bool of a key; false where it is not there.
    pub(crate) fn flag(&mut self, key: &str) -> bool {
        self.bool(key).unwrap_or_default()
    }

    /// The bool of a key.
    pub(crate) fn bool(&mut self, key: &str) -> Option<bool> {
        let at = self.take(key)?;
        match at.node {
            Node::Bool(bool) => Some(*bool),
            _ => {
                at.expected("true or false");
                None
            }
        }
    }

    /// The number of a key.
    pub(crate) fn number(&mut self, key: &str) -> Option<Number> {
        let at = self.take(key)?;
        match at.node {
            Node::Number(number) => Some(number.clone()),
            _ => {
                at.expected("a number");
                None
            }
        }
    }

    /// The integer of a key.
    pub(crate) fn int(&mut self, key: &str) -> Option<i64> {
        let at = self.take(key)?;
        let number = match at.node {
            // 1.0 is an integer in JSON Schema
            Node::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            _ => None,
        };
        if number.is_none() {
            at.expected("an integer");
        }
        number
    }

    /// The texts of a key; none where it is not there.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<String> {
        let items = self.take(key).map(|at| at.items()).unwrap_or_default();
        items.iter().filter_map(|item| item.text().map(str::to_owned)).collect()
    }

    /// The elements of a key; none where it is not there.
    pub(crate) fn items(&mut self, key: &str) -> Vec<At<'a>> {
        self.take(key).map(|at| at.items()).unwrap_or_default()
    }

    /// The entries of a key; none where it is not there.
    pub(crate) fn pairs(&mut self, key: &str) -> Vec<(&'a str, At<'a>)> {
        self.take(key).map(|at| at.entries()).unwrap_or_default()
    }

    /// The same object, none of whose values were looked at.
    pub(crate) fn again(&self) -> Self {
        Self { at: self.at.clone(), entries: self.entries, used: BTreeSet::new() }
    }

    /// What was not looked at.
    pub(crate) fn rest(&self) -> Vec<At<'a>> {
        let unused =
            self.entries.iter().filter(|(name, node)| !self.used.contains(name.as_str()) && *node != Node::Null);
        unused.map(|(name, node)| self.at.step(node, &key_step(name))).collect()
    }
}

fn whole(number: f64) -> Option<i64> {
    // f64 holds integers of up to 53 bits exactly
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}
