//! One field: what it lacks, and how it differs.

use super::{Merge, compare, source::StructAt};
use crate::{
    model::{DefaultValue, Field, Patch, Rule, Type},
    write,
};

impl<'a> Merge<'a> {
    /// Adds the markers that a known field lacks, and reports what differs.
    pub(super) fn field(&mut self, known: &'a Type, have: &'a Field, want: &'a Field, at: &StructAt<'a>) {
        let place = format!("{}.{}", known.name, have.name);
        for difference in self.differences(have, want) {
            self.differs(at.file, format!("{place}: {difference}"));
        }
        let marks = missing_marks(have, want);
        let Some(field) = at.fields.iter().find(|field| field.name == have.name).filter(|_| !marks.is_empty()) else {
            return;
        };
        let text = write::attributes(&marks, write::On::Field);
        self.edits.insert(at.file, field.head, format!("{}    ", text.trim_start()));
        let marks: Vec<String> = marks.iter().map(ToString::to_string).collect();
        self.added(at.file, format!("{} on {place}", marks.join(", ")));
    }

    /// What can't be mended by adding.
    fn differences(&self, have: &'a Field, want: &'a Field) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(compare::types(self, have, want));
        if have.required != want.required {
            found.push(
                if have.required { "is not required in the document" } else { "is required in the document" }.into(),
            );
        }
        let list = |field: &Field| write::field_marks(&Field { list: field.list.clone(), ..bare(field) });
        if have.list.is_some() && have.list != want.list {
            found.push(differs("the list type", &list(have), &list(want)));
        }
        let patch = |field: &Field| write::field_marks(&Field { patch: field.patch.clone(), ..bare(field) });
        if have.patch != Patch::default() && have.patch != want.patch {
            found.push(differs("the patch strategy", &patch(have), &patch(want)));
        }
        let default = |field: &Field| write::field_marks(&Field { default: field.default.clone(), ..bare(field) });
        let paths = matches!(have.default, Some(DefaultValue::Path(_)));
        if let (Some(_), Some(_), false) = (&have.default, &want.default, paths || have.default == want.default) {
            found.push(differs("the default", &default(have), &default(want)));
        }
        if let (Some(tag), Some(other)) = (have.tag, want.tag)
            && tag != other
        {
            found.push(format!("has protobuf number {tag}, {other} in the table"));
        }
        for rule in &want.rules {
            let same: Vec<&Rule> = have.rules.iter().filter(|known| known.name == rule.name).collect();
            if !repeats(rule) && !same.is_empty() && !same.contains(&rule) {
                found.push(format!("has not `{rule}`, as the document has"));
            }
        }
        found
    }
}

/// Rules of which a field may have several.
fn repeats(rule: &Rule) -> bool {
    rule.name == "cel"
}

fn differs(what: &str, have: &[Rule], want: &[Rule]) -> String {
    let text = |marks: &[Rule]| match marks {
        [] => "none".to_owned(),
        marks => marks.iter().map(|mark| format!("`{mark}`")).collect::<Vec<_>>().join(", "),
    };
    format!("{what} is {} here, {} in the document", text(have), text(want))
}

/// The field without anything that is marked, but inlined if it is.
fn bare(of: &Field) -> Field {
    let inline = of.inline;
    Field { inline, converts_to: of.converts_to.clone(), ..Field::new(of.name.clone(), of.ty.clone()) }
}

/// The marks of facts that the field has none of.
fn missing_marks(have: &Field, want: &Field) -> Vec<Rule> {
    let mut missing = bare(have);
    if have.tag.is_none() {
        missing.tag = want.tag;
    }
    if have.list.is_none() {
        missing.list = want.list.clone();
    }
    if have.patch == Patch::default() {
        missing.patch = want.patch.clone();
    }
    if have.default.is_none() {
        missing.default = want.default.clone();
    }
    if !(have.atomic_map || have.granular_map || have.atomic) {
        (missing.atomic_map, missing.granular_map, missing.atomic) = (want.atomic_map, want.granular_map, want.atomic);
    }
    missing.nullable = want.nullable && !have.nullable;
    missing.deprecated = want.deprecated && !have.deprecated;
    let known = |rule: &Rule| {
        have.rules.iter().any(|known| if repeats(rule) { known == rule } else { known.name == rule.name })
    };
    missing.rules = want.rules.iter().filter(|rule| !known(rule)).cloned().collect();
    missing.inline = false;
    write::field_marks(&missing)
}
