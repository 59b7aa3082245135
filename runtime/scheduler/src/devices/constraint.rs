//! What the devices of a claim must have in common, or not.

use kubeforge_api::resource::v1::DeviceConstraint;
use kubeforge_cel::device::Attribute;

use super::{features::Features, view::Candidate};

/// Which request a device is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestName<'a> {
    /// The request.
    pub(crate) request: &'a str,
    /// Its alternative, where it has some.
    pub(crate) alternative: Option<&'a str>,
}

impl RequestName<'_> {
    /// Whether a reference is to the request or to this alternative of it.
    pub(crate) fn is_meant_by(self, reference: &str) -> bool {
        let alternative = || {
            let (request, alternative) = reference.split_once('/')?;
            Some(request == self.request && Some(alternative) == self.alternative)
        };
        reference == self.request || alternative() == Some(true)
    }
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    Match,
    Distinct,
}

/// A constraint, and the values of the devices that were picked under it.
#[derive(Clone, Debug)]
pub(crate) struct Constraint<'a> {
    requests: &'a [String],
    attribute: &'a str,
    rule: Rule,
    /// Attributes may have several values.
    has_lists: bool,
    values: Vec<Attribute<'a>>,
}

impl<'a> Constraint<'a> {
    /// The constraint of a claim; none where it is of a kind that is not known here.
    pub(crate) fn new(constraint: &'a DeviceConstraint, features: Features) -> Option<Self> {
        let (attribute, rule) = match constraint {
            DeviceConstraint { match_attribute: Some(name), .. } => (name, Rule::Match),
            DeviceConstraint { distinct_attribute: Some(name), .. } => (name, Rule::Distinct),
            _ => return None,
        };
        let has_lists = features.lists;
        Some(Self { requests: &constraint.requests, attribute, rule, has_lists, values: Vec::new() })
    }

    fn concerns(&self, name: RequestName<'_>) -> bool {
        self.requests.is_empty() || self.requests.iter().any(|reference| name.is_meant_by(reference))
    }

    /// Adds a device, unless it breaks the constraint.
    pub(crate) fn add(&mut self, name: RequestName<'_>, candidate: Candidate<'a>) -> bool {
        if !self.concerns(name) {
            return true;
        }
        let Some(value) = candidate.attribute(self.attribute) else { return false };
        let is_kept = if self.has_lists { self.is_kept_by_any_of(value) } else { self.is_kept_by(value) };
        if is_kept {
            self.values.push(value);
        }
        is_kept
    }

    /// Whether one value keeps the constraint. Where lists are turned off, they are like nothing but still are values.
    fn is_kept_by(&self, value: Attribute<'a>) -> bool {
        let Some(first) = self.values.first() else { return true };
        match self.rule {
            _ if value.is_list() => false,
            Rule::Match => *first == value,
            Rule::Distinct => !self.values.contains(&value),
        }
    }

    /// Whether values keep the constraint: one of them is among those of all other devices, or none is among any's.
    fn is_kept_by_any_of(&self, value: Attribute<'a>) -> bool {
        let others: Vec<_> = self.values.iter().map(|other| other.values()).collect();
        let values = value.values();
        match self.rule {
            Rule::Match => values.iter().any(|value| others.iter().all(|other| other.contains(value))),
            Rule::Distinct => !values.iter().any(|value| others.iter().any(|other| other.contains(value))),
        }
    }

    /// Takes the device out again that was added last.
    pub(crate) fn remove_last(&mut self, name: RequestName<'_>) {
        if self.concerns(name) {
            self.values.pop();
        }
    }
}
