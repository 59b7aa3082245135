//! What the devices of a claim must have in common, or not.

use kubeforge_api::resource::v1::DeviceConstraint;
use kubeforge_cel::device::Attribute;

use super::view::Candidate;

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
    values: Vec<Attribute<'a>>,
}

impl<'a> Constraint<'a> {
    /// The constraint of a claim; none where it is of a kind that is not known here.
    pub(crate) fn new(constraint: &'a DeviceConstraint) -> Option<Self> {
        let (attribute, rule) = match constraint {
            DeviceConstraint { match_attribute: Some(name), .. } => (name, Rule::Match),
            DeviceConstraint { distinct_attribute: Some(name), .. } => (name, Rule::Distinct),
            _ => return None,
        };
        Some(Self { requests: &constraint.requests, attribute, rule, values: Vec::new() })
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
        let is_kept = match self.rule {
            Rule::Match => self.values.first().is_none_or(|first| *first == value),
            Rule::Distinct => !self.values.contains(&value),
        };
        if is_kept {
            self.values.push(value);
        }
        is_kept
    }

    /// Takes the device out again that was added last.
    pub(crate) fn remove_last(&mut self, name: RequestName<'_>) {
        if self.concerns(name) {
            self.values.pop();
        }
    }
}
