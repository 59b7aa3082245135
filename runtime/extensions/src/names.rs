//! Which of its names a definition gets. Follows apiextensions pkg/controller/status/naming_controller.go.

use std::collections::BTreeSet;

use kubeforge_api::apiextensions::v1::{
    ConditionStatus, CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames,
    ESTABLISHED, NAMES_ACCEPTED,
};

use crate::conditions::{self, condition};

/// Names that definitions of a group hold already.
#[derive(Debug, Default)]
struct Taken {
    resources: BTreeSet<String>,
    kinds: BTreeSet<String>,
}

impl Taken {
    fn of<'a>(group: &str, all: impl Iterator<Item = &'a CustomResourceDefinition>) -> Self {
        let mut taken = Self::default();
        for names in all.filter(|other| other.spec.group == group).map(|other| &other.status.accepted_names) {
            taken.resources.extend([names.plural.clone(), names.singular.clone()]);
            taken.resources.extend(names.short_names.iter().cloned());
            taken.kinds.extend([names.kind.clone(), names.list_kind.clone()]);
        }
        taken
    }
}

/// What becomes of a definition's names.
#[derive(Debug, PartialEq)]
pub struct Naming {
    /// The names that it has from now on.
    pub accepted: CustomResourceDefinitionNames,
    /// `NamesAccepted`.
    pub names_accepted: CustomResourceDefinitionCondition,
    /// `Established`.
    pub established: CustomResourceDefinitionCondition,
}

/// Gives a definition the names that are free; `all` are all definitions, itself included. `None` where nothing changes.
pub fn naming<'a>(
    definition: &CustomResourceDefinition,
    all: impl Iterator<Item = &'a CustomResourceDefinition>,
) -> Option<Naming> {
    let (wanted, has) = (&definition.spec.names, &definition.status.accepted_names);
    if wanted == has {
        return None;
    }
    let taken = Taken::of(&definition.spec.group, all);
    let mut accepted = has.clone();
    let mut conflict: Option<(&str, String)> = None;
    let in_use = |name: &str| format!("{name:?} is already in use");
    let is_free = |wanted: &str, has: &str, taken: &BTreeSet<String>| wanted == has || !taken.contains(wanted);
    if is_free(&wanted.plural, &has.plural, &taken.resources) {
        accepted.plural.clone_from(&wanted.plural);
    } else {
        conflict = Some(("PluralConflict", in_use(&wanted.plural)));
    }
    if is_free(&wanted.singular, &has.singular, &taken.resources) {
        accepted.singular.clone_from(&wanted.singular);
    } else {
        conflict = Some(("SingularConflict", in_use(&wanted.singular)));
    }
    if wanted.short_names != has.short_names {
        let is_own = |name: &String| has.short_names.contains(name) || *name == has.plural || *name == has.singular;
        let mut conflicts: Vec<String> = wanted
            .short_names
            .iter()
            .filter(|name| !is_own(name) && taken.resources.contains(*name))
            .map(|name| in_use(name))
            .collect();
        conflicts.dedup();
        match conflicts.as_slice() {
            [] => accepted.short_names.clone_from(&wanted.short_names),
            [only] => conflict = Some(("ShortNamesConflict", only.clone())),
            several => conflict = Some(("ShortNamesConflict", format!("[{}]", several.join(", ")))),
        }
    }
    if is_free(&wanted.kind, &has.kind, &taken.kinds) {
        accepted.kind.clone_from(&wanted.kind);
    } else {
        conflict = Some(("KindConflict", in_use(&wanted.kind)));
    }
    if is_free(&wanted.list_kind, &has.list_kind, &taken.kinds) {
        accepted.list_kind.clone_from(&wanted.list_kind);
    } else {
        conflict = Some(("ListKindConflict", in_use(&wanted.list_kind)));
    }
    accepted.categories.clone_from(&wanted.categories);
    let is_accepted = conflict.is_none();
    let names_accepted = match conflict {
        Some((reason, message)) => condition(NAMES_ACCEPTED, ConditionStatus::False, reason, &message),
        None => condition(NAMES_ACCEPTED, ConditionStatus::True, "NoConflicts", "no conflicts found"),
    };
    let before = conditions::find(definition, ESTABLISHED);
    let established = match before {
        Some(before) if before.status == ConditionStatus::True || !is_accepted => before.clone(),
        _ if is_accepted => {
            let message = "the initial names have been accepted";
            condition(ESTABLISHED, ConditionStatus::False, "Installing", message)
        }
        _ => condition(ESTABLISHED, ConditionStatus::False, "NotAccepted", "not all names are accepted"),
    };
    let is_same = accepted == *has
        && conditions::find(definition, NAMES_ACCEPTED)
            .is_some_and(|known| conditions::equivalent(known, &names_accepted));
    (!is_same).then_some(Naming { accepted, names_accepted, established })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(plural: &str, kind: &str, short: &[&str]) -> CustomResourceDefinitionNames {
        CustomResourceDefinitionNames {
            plural: plural.to_owned(),
            singular: kind.to_lowercase(),
            kind: kind.to_owned(),
            list_kind: format!("{kind}List"),
            short_names: short.iter().map(|name| (*name).to_owned()).collect(),
            categories: Vec::new(),
        }
    }

    #[test]
    fn names_that_others_hold_are_refused_one_by_one() {
        let mut first = CustomResourceDefinition::default();
        first.spec.names = names("nuts", "Nut", &["nn"]);
        first.status.accepted_names = first.spec.names.clone();
        let mut second = CustomResourceDefinition::default();
        second.spec.names = names("others", "Other", &["nn"]);
        let all = [first, second.clone()];
        let found = naming(&second, all.iter()).unwrap();
        assert_eq!((found.accepted.plural.as_str(), found.accepted.short_names.len()), ("others", 0));
        assert_eq!(found.names_accepted.reason, "ShortNamesConflict");
        assert_eq!(found.names_accepted.message, r#""nn" is already in use"#);
        assert_eq!(found.established.reason, "NotAccepted");
    }
}
