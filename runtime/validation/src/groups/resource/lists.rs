//! Lists with limits: one that is too long is told of and not looked into.

use std::collections::BTreeSet;

use kubeforge_machinery::field::{Error, ErrorList, Path};

/// Checks each element of a list, unless there are too many.
pub(super) fn each<T>(
    items: &[T],
    max: usize,
    path: &Path<'_>,
    errors: &mut ErrorList,
    mut check: impl FnMut(&T, &Path<'_>, &mut ErrorList),
) {
    if items.len() > max {
        errors.push(Error::too_many(path, items.len(), max).with_origin("maxItems"));
        return;
    }
    for (at, item) in items.iter().enumerate() {
        check(item, &path.index(at), errors);
    }
}

/// The same for elements whose keys are unique.
pub(super) fn each_unique<T>(
    items: &[T],
    max: usize,
    key: impl Fn(&T) -> String,
    path: &Path<'_>,
    errors: &mut ErrorList,
    check: impl FnMut(&T, &Path<'_>, &mut ErrorList),
) {
    each(items, max, path, errors, check);
    if items.len() > max {
        return;
    }
    let mut seen = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        let key = key(item);
        if seen.contains(&key) {
            errors.push(Error::duplicate(&path.index(at), key));
        } else {
            seen.insert(key);
        }
    }
}
