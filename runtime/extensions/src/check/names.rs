//! Names of a definition.

use kubeforge_api::apiextensions::v1::CustomResourceDefinitionNames;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1035_label,
};

/// Checks names that are there.
pub(super) fn check(names: &CustomResourceDefinitionNames, path: &Path<'_>, errors: &mut ErrorList) {
    let mut label = |path: &Path<'_>, value: &str| {
        let wrong = is_dns1035_label(value);
        if !wrong.is_empty() {
            errors.push(Error::invalid(path, value, wrong.join(",")));
        }
    };
    for (field, value) in [("plural", &names.plural), ("singular", &names.singular)] {
        if !value.is_empty() {
            label(&path.child(field), value);
        }
    }
    for (field, value) in [("kind", &names.kind), ("listKind", &names.list_kind)] {
        let wrong = is_dns1035_label(&value.to_lowercase());
        if !value.is_empty() && !wrong.is_empty() {
            let text = format!("may have mixed case, but should otherwise match: {}", wrong.join(","));
            errors.push(Error::invalid(&path.child(field), value, text));
        }
    }
    let labels = |field: &str, values: &[String], errors: &mut ErrorList| {
        for (at, value) in values.iter().enumerate() {
            let wrong = is_dns1035_label(value);
            if !wrong.is_empty() {
                errors.push(Error::invalid(&path.child(field).index(at), value, wrong.join(",")));
            }
        }
    };
    labels("shortNames", &names.short_names, errors);
    if !names.kind.is_empty() && names.kind == names.list_kind {
        let text = "kind and listKind may not be the same";
        errors.push(Error::invalid(&path.child("listKind"), &names.list_kind, text));
    }
    labels("categories", &names.categories, errors);
}

/// Checks that the names that a spec needs are there.
pub(super) fn check_required(names: &CustomResourceDefinitionNames, path: &Path<'_>, errors: &mut ErrorList) {
    let wanted = [
        ("plural", &names.plural),
        ("singular", &names.singular),
        ("kind", &names.kind),
        ("listKind", &names.list_kind),
    ];
    for (field, _) in wanted.iter().filter(|(_, value)| value.is_empty()) {
        errors.push(Error::required(&path.child(field), ""));
    }
}
