//! Markers of types.

use super::Merge;
use crate::{
    model::{KindMarkers, Rule, Scope, Type},
    write,
};

impl<'a> Merge<'a> {
    /// Adds markers that a type lacks, and reports what differs.
    pub(super) fn type_markers(&mut self, known: &'a Type, ty: &'a Type) {
        let mut groups = Vec::new();
        match (&known.kind, &ty.kind) {
            (Some(have), Some(want)) => {
                for difference in kind_differences(have, want) {
                    self.differs(&known.file, format!("{}: {difference}", known.name));
                }
                groups.extend(missing_kind_marks(ty, have, want));
            }
            (Some(_), None) => self.differs(&known.file, format!("{} is no kind in the document", known.name)),
            (None, Some(_)) => self.differs(&known.file, format!("{} is a kind in the document", known.name)),
            (None, None) => {}
        }
        if ty.atomic && !known.atomic {
            groups.push(vec![Rule::flag("atomic")]);
        }
        for rule in &ty.rules {
            let mut same = known.rules.iter().filter(|other| other.name == rule.name).peekable();
            match (same.peek().is_some(), repeats(rule)) {
                (false, _) => groups.push(vec![rule.clone()]),
                (true, true) if !same.any(|other| other == rule) => groups.push(vec![rule.clone()]),
                (true, false) if !same.any(|other| other == rule) => {
                    self.differs(&known.file, format!("{} has not `{rule}`, as the document has", known.name));
                }
                (true, _) => {}
            }
        }
        let Some(at) = self.sources.struct_(&known.name).filter(|_| !groups.is_empty()) else { return };
        self.edits.insert(at.file, at.head, write::attributes_of(&groups, write::On::Type));
        let marks: Vec<String> = groups.iter().flatten().map(ToString::to_string).collect();
        self.added(at.file, format!("{} on {}", marks.join(", "), known.name));
    }
}

/// Rules of which a type may have several.
fn repeats(rule: &Rule) -> bool {
    ["cel", "union", "one_of", "at_most_one_of", "at_least_one_of"].contains(&rule.name.as_str())
}

/// What can't be mended by adding.
fn kind_differences(have: &KindMarkers, want: &KindMarkers) -> Vec<String> {
    let mut found = Vec::new();
    if have.list_of.is_some() || want.list_of.is_some() || have.no_resource {
        return found;
    }
    let scope = |scope| match scope {
        Scope::Cluster => "cluster-wide",
        Scope::Namespaced => "namespaced",
    };
    match (want.no_resource, want.plural.is_empty()) {
        (true, _) => return vec!["is no resource in the document".into()],
        // without paths, nothing is known of it
        (false, true) => return found,
        (false, false) => {}
    }
    if have.scope != want.scope {
        found.push(format!("is {} here, {} in the document", scope(have.scope), scope(want.scope)));
    }
    if !have.plural.is_empty() && have.plural != want.plural {
        found.push(format!("its plural is {} in the document", want.plural));
    }
    if have.verbs != want.verbs {
        let verbs = want.verbs.as_deref().unwrap_or(&crate::model::Verb::ALL);
        let verbs: Vec<&str> = verbs.iter().map(|verb| verb.name()).collect();
        found.push(format!("its verbs are {} in the document", verbs.join(", ")));
    }
    for subresource in &have.subresources {
        match want.subresources.iter().find(|other| other.name == subresource.name) {
            None => found.push(format!("subresource {} is not in the document", subresource.name)),
            Some(other) if (other.create.as_ref(), &other.kind) != (subresource.create.as_ref(), &subresource.kind) => {
                // that a scale takes a Scale goes without saying
                if subresource.name != "scale" {
                    found.push(format!("subresource {} takes another kind in the document", subresource.name));
                }
            }
            Some(_) => {}
        }
    }
    found
}

/// The marks of what the kind lacks.
fn missing_kind_marks(ty: &Type, have: &KindMarkers, want: &KindMarkers) -> Vec<Vec<Rule>> {
    let mut missing = KindMarkers::default();
    let new = |known: bool| !known;
    missing.subresources = want.subresources.clone();
    missing.subresources.retain(|new_one| new(have.subresources.iter().any(|known| known.name == new_one.name)));
    missing.columns = want.columns.clone();
    missing.columns.retain(|new_one| new(have.columns.iter().any(|known| known.name == new_one.name)));
    missing.selectable = want.selectable.clone();
    missing.selectable.retain(|path| new(have.selectable.contains(path)));
    if have.short.is_empty() {
        missing.short = want.short.clone();
    }
    if have.categories.is_empty() {
        missing.categories = want.categories.clone();
    }
    let marks = write::type_marks(&Type { kind: Some(missing), rules: Vec::new(), atomic: false, ..ty.clone() });
    // that it is a kind, it says already
    let said = ["kind", "cluster", "namespaced", "definition"];
    let groups =
        marks.into_iter().map(|group| group.into_iter().filter(|mark| !said.contains(&mark.name.as_str())).collect());
    groups.filter(|group: &Vec<Rule>| !group.is_empty()).collect()
}
