//! Sets of paths.

use std::collections::BTreeMap;

use super::PathElement;

/// A set of paths to fields, as a tree: each node says whether the path to it is in the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    /// Whether the path that leads here is in the set.
    pub(super) member: bool,
    pub(super) children: BTreeMap<PathElement, FieldSet>,
}

impl FieldSet {
    /// The set with only the empty path: what a whole value is below its parent.
    pub(super) fn leaf() -> Self {
        Self { member: true, children: BTreeMap::new() }
    }

    /// Whether the set has no path.
    pub fn is_empty(&self) -> bool {
        !self.member && self.children.values().all(Self::is_empty)
    }

    /// Adds what is below one step; an empty set adds nothing.
    pub(super) fn add_child(&mut self, element: PathElement, set: FieldSet) {
        if !set.is_empty() {
            self.children.entry(element).or_default().unite(set);
        }
    }

    /// Adds all paths of another set.
    pub fn unite(&mut self, other: FieldSet) {
        self.member |= other.member;
        for (element, set) in other.children {
            match self.children.get_mut(&element) {
                Some(existing) => existing.unite(set),
                None => {
                    self.children.insert(element, set);
                }
            }
        }
    }

    /// Removes all paths of another set.
    pub fn subtract(&mut self, other: &FieldSet) {
        self.member &= !other.member;
        self.children.retain(|element, set| {
            if let Some(other) = other.children.get(element) {
                set.subtract(other);
            }
            !set.is_empty()
        });
    }

    /// Removes all paths of another set and everything below them.
    pub fn subtract_recursively(&mut self, other: &FieldSet) {
        self.children.retain(|element, set| match other.children.get(element) {
            Some(other) if other.member => false,
            Some(other) => {
                set.subtract_recursively(other);
                !set.is_empty()
            }
            None => true,
        });
    }

    /// Keeps only the paths that another set has as well.
    pub fn intersect(&mut self, other: &FieldSet) {
        self.member &= other.member;
        self.children.retain(|element, set| match other.children.get(element) {
            Some(other) => {
                set.intersect(other);
                !set.is_empty()
            }
            None => false,
        });
    }

    /// Adds the paths of all fields that lead to paths of the set.
    pub fn name_holders(&mut self) {
        for (element, set) in &mut self.children {
            set.name_holders();
            if matches!(element, PathElement::Field(_)) && !set.is_empty() {
                set.member = true;
            }
        }
    }

    /// Calls `visit` with each path, parents before children.
    pub fn visit(&self, visit: &mut dyn FnMut(&[&PathElement])) {
        self.visit_below(&mut Vec::new(), visit);
    }

    fn visit_below<'a>(&'a self, path: &mut Vec<&'a PathElement>, visit: &mut dyn FnMut(&[&PathElement])) {
        if self.member && !path.is_empty() {
            visit(path);
        }
        for (element, set) in &self.children {
            path.push(element);
            set.visit_below(path, visit);
            path.pop();
        }
    }

    /// Adds the path of these fields.
    pub fn insert_fields(&mut self, fields: &[&str]) {
        let mut set = self;
        for field in fields {
            set = set.children.entry(PathElement::Field((*field).to_owned())).or_default();
        }
        set.member = true;
    }

    /// The set of paths of fields, each written with dots.
    pub fn of_dotted<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self::default();
        for path in paths {
            set.insert_fields(&path.split('.').collect::<Vec<_>>());
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtracting_leaves_the_rest() {
        let mut set = FieldSet::of_dotted(["spec.a", "spec.b", "metadata.labels.x"]);
        set.subtract(&FieldSet::of_dotted(["spec.a", "metadata.labels"]));
        assert_eq!(set, FieldSet::of_dotted(["spec.b", "metadata.labels.x"]));
        set.subtract_recursively(&FieldSet::of_dotted(["metadata.labels"]));
        assert_eq!(set, FieldSet::of_dotted(["spec.b"]));
        set.subtract(&FieldSet::of_dotted(["spec.b"]));
        assert!(set.is_empty());
    }
}
