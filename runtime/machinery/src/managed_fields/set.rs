//! Sets of paths.

use std::{cmp::Ordering, mem};

use super::PathElement;

/// A set of paths to fields, as a tree: each node says whether the path to it is in the set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSet {
    /// Whether the path that leads here is in the set.
    pub(super) member: bool,
    /// What is below, sorted, each element once.
    children: Vec<(PathElement, FieldSet)>,
}

impl FieldSet {
    /// The set with only the empty path: what a whole value is below its parent.
    pub(super) fn leaf() -> Self {
        Self { member: true, children: Vec::new() }
    }

    /// The set of what is below each element, which come in any order; empty sets add nothing.
    pub(super) fn of_children(member: bool, children: impl Iterator<Item = (PathElement, FieldSet)>) -> Self {
        let mut children: Vec<_> = children.filter(|(_, set)| !set.is_empty()).collect();
        if !children.is_sorted_by(|a, b| a.0 < b.0) {
            children.sort_by(|a, b| a.0.cmp(&b.0));
            children.dedup_by(|later, first| {
                let same = later.0 == first.0;
                if same {
                    first.1.unite(mem::take(&mut later.1));
                }
                same
            });
        }
        Self { member, children }
    }

    /// What is below, sorted by element.
    pub(super) fn children(&self) -> &[(PathElement, FieldSet)] {
        &self.children
    }

    /// What is below an element.
    pub(super) fn child(&self, element: &PathElement) -> Option<&FieldSet> {
        self.position(element).ok().and_then(|at| self.children.get(at)).map(|(_, set)| set)
    }

    /// What is below a field.
    pub(super) fn child_field(&self, name: &str) -> Option<&FieldSet> {
        let at = self.children.binary_search_by(|(found, _)| found.cmp_field(name)).ok()?;
        self.children.get(at).map(|(_, set)| set)
    }

    fn position(&self, element: &PathElement) -> Result<usize, usize> {
        self.children.binary_search_by(|(found, _)| found.cmp(element))
    }

    /// Whether the set has no path.
    pub fn is_empty(&self) -> bool {
        !self.member && self.children.iter().all(|(_, set)| set.is_empty())
    }

    /// Adds what is below one step; an empty set adds nothing.
    pub(super) fn add_child(&mut self, element: PathElement, set: FieldSet) {
        if set.is_empty() {
            return;
        }
        match self.position(&element) {
            Ok(at) => {
                if let Some((_, existing)) = self.children.get_mut(at) {
                    existing.unite(set);
                }
            }
            Err(at) => self.children.insert(at, (element, set)),
        }
    }

    /// Adds all paths of another set.
    pub fn unite(&mut self, other: FieldSet) {
        self.member |= other.member;
        if self.children.is_empty() {
            self.children = other.children;
            return;
        }
        if other.children.is_empty() {
            return;
        }
        let mut ours = mem::take(&mut self.children).into_iter().peekable();
        let mut theirs = other.children.into_iter().peekable();
        self.children.reserve(ours.len() + theirs.len());
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            match our.0.cmp(&their.0) {
                Ordering::Less => self.children.extend(ours.next()),
                Ordering::Greater => self.children.extend(theirs.next()),
                Ordering::Equal => {
                    if let (Some((element, mut set)), Some((_, other))) = (ours.next(), theirs.next()) {
                        set.unite(other);
                        self.children.push((element, set));
                    }
                }
            }
        }
        self.children.extend(ours);
        self.children.extend(theirs);
    }

    /// Keeps the children that `keep` says, which sees what another set has below the same element.
    fn retain_beside(&mut self, other: &FieldSet, mut keep: impl FnMut(&mut FieldSet, Option<&FieldSet>) -> bool) {
        let mut theirs = other.children.iter().peekable();
        self.children.retain_mut(|(element, set)| {
            while theirs.next_if(|(their, _)| their < element).is_some() {}
            let their = theirs.next_if(|(their, _)| their == element).map(|(_, set)| set);
            keep(set, their)
        });
    }

    /// Removes all paths of another set.
    pub fn subtract(&mut self, other: &FieldSet) {
        self.member &= !other.member;
        if other.children.is_empty() {
            return;
        }
        self.retain_beside(other, |set, other| {
            if let Some(other) = other {
                set.subtract(other);
            }
            !set.is_empty()
        });
    }

    /// Removes all paths of another set and everything below them.
    pub fn subtract_recursively(&mut self, other: &FieldSet) {
        self.retain_beside(other, |set, other| match other {
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
        self.retain_beside(other, |set, other| match other {
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
        let [first, rest @ ..] = fields else {
            self.member = true;
            return;
        };
        let at = match self.children.binary_search_by(|(found, _)| found.cmp_field(first)) {
            Ok(at) => at,
            Err(at) => {
                let element = PathElement::Field((*first).to_owned().into());
                self.children.insert(at, (element, FieldSet::default()));
                at
            }
        };
        if let Some((_, set)) = self.children.get_mut(at) {
            set.insert_fields(rest);
        }
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

    #[test]
    fn uniting_merges_what_is_sorted() {
        let mut set = FieldSet::of_dotted(["b.x", "d"]);
        set.unite(FieldSet::of_dotted(["a", "b.y", "c", "e"]));
        assert_eq!(set, FieldSet::of_dotted(["a", "b.x", "b.y", "c", "d", "e"]));
        set.intersect(&FieldSet::of_dotted(["b", "b.y", "e", "f"]));
        assert_eq!(set, FieldSet::of_dotted(["b.y", "e"]));
    }

    #[test]
    fn children_come_in_any_order() {
        let field = |name: &'static str, below: &[&str]| {
            (PathElement::Field(name.into()), FieldSet::of_dotted(below.iter().copied()))
        };
        let fields = [field("c", &["x"]), field("a", &["y"]), field("c", &["z"]), field("b", &[])];
        assert_eq!(FieldSet::of_children(false, fields.into_iter()), FieldSet::of_dotted(["a.y", "c.x", "c.z"]));
    }
}
