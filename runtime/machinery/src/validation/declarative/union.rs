//! Rules on which fields exclude each other.

use crate::{
    field::{Error, ErrorList, Path},
    quote::quote,
};

/// How many members of a union are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// One.
    ExactlyOne,
    /// None or one.
    AtMostOne,
    /// One or more.
    AtLeastOne,
}

/// So many of the members are set. An update that sets and clears none is not looked at.
pub fn count(
    errors: &mut ErrorList,
    path: &Path<'_>,
    want: Count,
    members: &[&str],
    set: &[bool],
    old_set: Option<&[bool]>,
) {
    let given = set.iter().filter(|set| **set).count();
    let is_empty = given == 0 && want != Count::AtMostOne;
    let is_crowded = given > 1 && want != Count::AtLeastOne;
    if old_set == Some(set) || !(is_empty || is_crowded) {
        return;
    }
    let all = members.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (value, rule) = if is_empty {
        let rule = if want == Count::AtLeastOne { "must specify at least one of" } else { "must specify one of" };
        (String::new(), rule)
    } else {
        let given = members.iter().zip(set).filter(|(_, set)| **set).map(|(name, _)| *name).collect::<Vec<_>>();
        let rule = if want == Count::AtMostOne { "must specify at most one of" } else { "must specify exactly one of" };
        (format!("{{{}}}", given.join(", ")), rule)
    };
    errors.push(Error::invalid(path, value, format!("{rule}: {all}")).with_origin("union"));
}

/// A member of a union with a discriminator.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The field's JSON name.
    pub field: &'a str,
    /// The discriminator's value that asks for it.
    pub value: &'a str,
}

/// The discriminator of a union.
#[derive(Clone, Copy, Debug)]
pub struct Discriminator<'a> {
    /// The field's JSON name.
    pub field: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Its old value.
    pub old: Option<&'a str>,
}

/// The member that the discriminator names is set, and no other. A value that names no member is left to the rules of
/// the discriminator itself.
pub fn discriminated(
    errors: &mut ErrorList,
    path: &Path<'_>,
    discriminator: Discriminator<'_>,
    members: &[Member<'_>],
    set: &[bool],
    old_set: Option<&[bool]>,
) {
    if discriminator.old == Some(discriminator.value) && old_set == Some(set) {
        return;
    }
    for (member, &is_set) in members.iter().zip(set) {
        let is_named = member.value == discriminator.value;
        let rule = match (is_set, is_named) {
            (true, false) => "may only be specified when",
            (false, true) => "must be specified when",
            _ => continue,
        };
        let detail = format!("{rule} `{}` is {}", discriminator.field, quote(member.value));
        errors.push(Error::invalid(&path.child(member.field), "", detail).with_origin("union"));
    }
}
