//! Rules on lists and maps, and finding an element's old state.

use std::{collections::HashSet, hash::Hash};

use crate::{
    codec::{Json, to_json_vec},
    field::{BadValue, Error, ErrorList, Path},
};

/// Up to so many elements are compared with one another; above, their keys are collected.
const COMPARED_MAX: usize = 16;

/// There are `min` elements or more.
pub fn min_items(errors: &mut ErrorList, path: &Path<'_>, count: usize, min: usize) -> bool {
    if count < min {
        errors.push(Error::too_few(path, count, min).with_origin("minItems"));
    }
    count < min
}

/// There are `max` elements or fewer.
pub fn max_items(errors: &mut ErrorList, path: &Path<'_>, count: usize, max: usize) -> bool {
    if count > max {
        errors.push(Error::too_many(path, count, max).with_origin("maxItems"));
    }
    count > max
}

/// There are `min` entries or more.
pub fn min_entries(errors: &mut ErrorList, path: &Path<'_>, count: usize, min: usize) -> bool {
    if count < min {
        errors.push(Error::too_few(path, count, min).with_origin("minProperties"));
    }
    count < min
}

/// There are `max` entries or fewer.
pub fn max_entries(errors: &mut ErrorList, path: &Path<'_>, count: usize, max: usize) -> bool {
    if count > max {
        errors.push(Error::too_many(path, count, max).with_origin("maxProperties"));
    }
    count > max
}

/// No two elements have the same key. The later one of two is reported.
pub fn unique<'a, T, K: Eq + Hash>(
    errors: &mut ErrorList,
    path: &Path<'_>,
    list: &'a [T],
    key: impl Fn(&'a T) -> K,
    shown: impl Fn(&'a T) -> BadValue,
) {
    let mut seen = HashSet::new();
    for (index, element) in list.iter().enumerate() {
        let element_key = key(element);
        let is_duplicate = if list.len() <= COMPARED_MAX {
            list.iter().take(index).any(|earlier| key(earlier) == element_key)
        } else {
            !seen.insert(element_key)
        };
        if is_duplicate {
            errors.push(Error::duplicate(&path.index(index), shown(element)));
        }
    }
}

/// No two elements are equal, where elements can only be compared. The later one of two is reported.
pub fn distinct<'a, T: PartialEq>(
    errors: &mut ErrorList,
    path: &Path<'_>,
    list: &'a [T],
    shown: impl Fn(&'a T) -> BadValue,
) {
    for (index, element) in list.iter().enumerate() {
        if list.iter().take(index).any(|earlier| earlier == element) {
            errors.push(Error::duplicate(&path.index(index), shown(element)));
        }
    }
}

/// The old state of an element that nothing identifies: none.
pub const fn unrelated<T>(_element: &T) -> Option<&T> {
    None
}

/// The old element with the same key. Elements rarely move, so the same place is looked at first.
pub fn by_key<'a, T, K: PartialEq>(
    old: Option<&'a [T]>,
    index: usize,
    element: &'a T,
    key: impl Fn(&'a T) -> K,
) -> Option<&'a T> {
    let old = old?;
    let wanted = key(element);
    let same = |candidate: &&'a T| key(candidate) == wanted;
    old.get(index).filter(same).or_else(|| old.iter().find(same))
}

/// An equal old element.
pub fn by_value<'a, T: PartialEq>(old: Option<&'a [T]>, index: usize, element: &T) -> Option<&'a T> {
    let old = old?;
    old.get(index).filter(|old| *old == element).or_else(|| old.iter().find(|old| *old == element))
}

/// The key of an element whose fields only its JSON tells: what stands at these names. For the derive macro, which sees
/// no type but the one it is put on.
pub fn json_key<T: Json>(element: &T, names: &[&str]) -> Vec<Option<serde_json::Value>> {
    let mut json: serde_json::Value = serde_json::from_slice(&to_json_vec(element)).unwrap_or_default();
    names.iter().map(|name| json.get_mut(*name).map(serde_json::Value::take)).collect()
}
