//! The order of merged lists: first what the patch says, then what was there before.

use std::cmp::Ordering;

use serde_json::Value;

use super::{DIRECTIVE, StrategicPatchError};
use crate::patch::go_format::GoSlice;

/// What identifies an element: a member of an object, or the element itself.
fn identity<'a>(element: &'a Value, key: Option<&str>) -> Result<&'a Value, StrategicPatchError> {
    match key {
        None => Ok(element),
        Some(key) if element.is_object() => {
            element.get(key).ok_or_else(|| StrategicPatchError::no_merge_key(element, key))
        }
        Some(_) => Err(StrategicPatchError::wrong_type("map[string]interface {}", element)),
    }
}

/// Elements with their positions in two other lists.
struct Placed {
    element: Value,
    wanted: Option<usize>,
    live: Option<usize>,
}

/// Puts elements that `wanted` lists into its order, and the others into that of `live`, between them where they were.
pub(super) fn arrange(
    elements: Vec<Value>,
    wanted: &[Value],
    live: &[Value],
    key: Option<&str>,
) -> Result<Vec<Value>, StrategicPatchError> {
    let identities = |list: &'_ [Value]| -> Result<Vec<Value>, StrategicPatchError> {
        list.iter().map(|element| identity(element, key).cloned()).collect()
    };
    let (wanted, live) = (identities(wanted)?, identities(live)?);
    let mut listed = Vec::new();
    let mut others = Vec::new();
    for element in elements {
        let own = identity(&element, key)?;
        let position = |list: &[Value]| list.iter().position(|other| other == own);
        let (wanted, live) = (position(&wanted), position(&live));
        let placed = Placed { element, wanted, live };
        if placed.wanted.is_some() { listed.push(placed) } else { others.push(placed) }
    }
    listed.sort_by_key(|placed| placed.wanted);
    others.sort_by_key(|placed| placed.live);
    Ok(interleave(others, listed))
}

/// Merges two lists: an element of the first comes before one of the second only if it did so in the live list.
fn interleave(others: Vec<Placed>, listed: Vec<Placed>) -> Vec<Value> {
    let mut arranged = Vec::with_capacity(others.len() + listed.len());
    let (mut others, mut listed) = (others.into_iter().peekable(), listed.into_iter().peekable());
    loop {
        let next = match (others.peek(), listed.peek()) {
            (Some(other), Some(wanted)) => match (other.live, wanted.live) {
                (Some(a), Some(b)) if a.cmp(&b) == Ordering::Less => others.next(),
                _ => listed.next(),
            },
            (Some(_), None) => others.next(),
            (None, _) => listed.next(),
        };
        match next {
            Some(placed) => arranged.push(placed.element),
            None => return arranged,
        }
    }
}

/// Checks that the patch's elements are all in `wanted`, in the same order. Deletions don't count.
pub(super) fn check(patch: &[Value], wanted: &[Value], key: Option<&str>) -> Result<(), StrategicPatchError> {
    if patch.is_empty() || wanted.is_empty() {
        return Ok(());
    }
    let mut rest = wanted.iter();
    for element in patch.iter().filter(|element| element.get(DIRECTIVE).is_none()) {
        let own = identity(element, key)?;
        let mut is_listed = false;
        for other in rest.by_ref() {
            if identity(other, key)? == own {
                is_listed = true;
                break;
            }
        }
        if !is_listed {
            return Err(StrategicPatchError::Unfit(format!(
                "The order in patch list:\n{}\n doesn't match $setElementOrder list:\n{}\n",
                GoSlice(patch),
                GoSlice(wanted)
            )));
        }
    }
    Ok(())
}
