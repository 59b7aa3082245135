//! Conditions on nodes, parsed once per pod: `nodeSelector`, required and preferred node affinity.
//!
//! Follows component-helpers `scheduling/corev1/nodeaffinity`. A term that cannot be parsed matches no node; only
//! where no other term matches does it count as an error.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{
    NodeAffinity, NodeSelector, NodeSelectorOperator, NodeSelectorRequirement, NodeSelectorTerm, Pod,
    PreferredSchedulingTerm,
};
use kubeforge_machinery::labels::{Operator, Requirement};

/// The only field of a node that terms may name.
const NAME_FIELD: &str = "metadata.name";

/// What is wrong with a term.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeSelectorError {
    /// The operator is none that fits.
    #[error("{operator:?} is not a valid {what} operator")]
    BadOperator {
        /// As given.
        operator: String,
        /// `label selector` or `field selector`: where it stands.
        what: &'static str,
    },
    /// A field is compared with no value, or with several.
    #[error("unexpected number of value ({count}) for node field selector operator {operator:?}")]
    FieldValues {
        /// How many there are.
        count: usize,
        /// How the field is compared.
        operator: String,
    },
    /// A key or value does not have its form.
    #[error("{0}")]
    Requirement(String),
}

/// A condition on nodes: one of the terms must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    terms: Vec<Term>,
}

/// A condition on nodes: all of it must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(Result<Conditions, NodeSelectorError>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Conditions {
    labels: Vec<Requirement>,
    /// Conditions on the node's name.
    name: Vec<NameIs>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NameIs {
    /// What is compared: the name, or a field that no node has.
    is_name: bool,
    value: String,
    /// Whether it must be the value, or must not be.
    wanted: bool,
}

impl Selector {
    /// Parses the terms; empty ones, which match nothing, are dropped.
    pub fn new(selector: &NodeSelector) -> Self {
        Self { terms: selector.node_selector_terms.iter().filter_map(Term::new).collect() }
    }

    /// Whether a node with this name and these labels matches.
    pub fn matches(&self, name: &str, labels: &BTreeMap<String, String>) -> bool {
        self.terms.iter().any(|term| term.matches(name, labels))
    }
}

impl Selector {
    /// The conditions on labels, one list for each term: what a node without a name has to fulfil, as volumes' affinity is
    /// checked.
    pub fn label_alternatives(&self) -> impl Iterator<Item = Vec<Requirement>> {
        self.terms.iter().filter_map(|term| Some(term.0.as_ref().ok()?.labels.clone()))
    }
}

impl Term {
    /// Parses a term; none for an empty one, which matches nothing.
    pub fn new(term: &NodeSelectorTerm) -> Option<Self> {
        if term.match_expressions.is_empty() && term.match_fields.is_empty() {
            return None;
        }
        Some(Self(parse(term)))
    }

    /// Whether a node with this name and these labels matches.
    pub fn matches(&self, name: &str, labels: &BTreeMap<String, String>) -> bool {
        let Ok(conditions) = &self.0 else { return false };
        let labels_match =
            |requirement: &Requirement| requirement.matches(labels.get(requirement.key()).map(String::as_str));
        // a node without a name has no fields, and what is said of them does not count
        conditions.labels.iter().all(labels_match)
            && (name.is_empty() || conditions.name.iter().all(|condition| condition.matches(name)))
    }
}

impl NameIs {
    fn matches(&self, name: &str) -> bool {
        let value = if self.is_name { name } else { "" };
        (value == self.value) == self.wanted
    }
}

fn parse(term: &NodeSelectorTerm) -> Result<Conditions, NodeSelectorError> {
    let labels = term.match_expressions.iter().map(label_condition).collect::<Result<_, _>>()?;
    let name = term.match_fields.iter().map(name_condition).collect::<Result<_, _>>()?;
    Ok(Conditions { labels, name })
}

fn label_condition(requirement: &NodeSelectorRequirement) -> Result<Requirement, NodeSelectorError> {
    let operator = match &requirement.operator {
        NodeSelectorOperator::In => Operator::In,
        NodeSelectorOperator::NotIn => Operator::NotIn,
        NodeSelectorOperator::Exists => Operator::Exists,
        NodeSelectorOperator::DoesNotExist => Operator::DoesNotExist,
        NodeSelectorOperator::Gt => Operator::GreaterThan,
        NodeSelectorOperator::Lt => Operator::LessThan,
        NodeSelectorOperator::Other(text) => {
            return Err(NodeSelectorError::BadOperator { operator: text.clone(), what: "label selector" });
        }
    };
    Requirement::new(&requirement.key, operator, requirement.values.clone())
        .map_err(|error| NodeSelectorError::Requirement(error.to_string()))
}

fn name_condition(requirement: &NodeSelectorRequirement) -> Result<NameIs, NodeSelectorError> {
    let wanted = match &requirement.operator {
        NodeSelectorOperator::In => true,
        NodeSelectorOperator::NotIn => false,
        operator => {
            let operator = operator.as_str().to_owned();
            return Err(NodeSelectorError::BadOperator { operator, what: "field selector" });
        }
    };
    let [value] = requirement.values.as_slice() else {
        let operator = requirement.operator.as_str().to_owned();
        return Err(NodeSelectorError::FieldValues { count: requirement.values.len(), operator });
    };
    Ok(NameIs { is_name: requirement.key == NAME_FIELD, value: value.clone(), wanted })
}

/// Where a pod must go: its `nodeSelector` and its required node affinity, both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequiredNodeAffinity {
    labels: BTreeMap<String, String>,
    affinity: Option<Selector>,
}

impl RequiredNodeAffinity {
    /// What the pod requires.
    pub fn of(pod: &Pod) -> Self {
        let affinity = node_affinity(pod)
            .and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref())
            .map(Selector::new);
        Self { labels: pod.spec.node_selector.clone(), affinity }
    }

    /// Whether it requires nothing.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.affinity.is_none()
    }

    /// Whether a node with this name and these labels will do.
    pub fn matches(&self, name: &str, labels: &BTreeMap<String, String>) -> bool {
        self.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.affinity.as_ref().is_none_or(|affinity| affinity.matches(name, labels))
    }
}

/// Where a pod would rather go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreferredNodeAffinity {
    terms: Vec<(Term, i64)>,
}

impl PreferredNodeAffinity {
    /// Parses the terms; those that are empty or weigh nothing are dropped.
    ///
    /// # Errors
    /// What is wrong with the first term that cannot be parsed.
    pub fn new(terms: &[PreferredSchedulingTerm]) -> Result<Self, NodeSelectorError> {
        let weighing = terms.iter().filter(|term| term.weight != 0);
        let terms: Vec<(Term, i64)> =
            weighing.filter_map(|term| Some((Term::new(&term.preference)?, i64::from(term.weight)))).collect();
        match terms.iter().find_map(|(term, _)| term.0.as_ref().err()) {
            Some(error) => Err(error.clone()),
            None => Ok(Self { terms }),
        }
    }

    /// Whether there is nothing that it would rather have.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The weights of the terms that a node fulfils, added up.
    pub fn score(&self, name: &str, labels: &BTreeMap<String, String>) -> i64 {
        self.terms.iter().filter(|(term, _)| term.matches(name, labels)).map(|(_, weight)| weight).sum()
    }
}

/// The pod's node affinity.
pub fn node_affinity(pod: &Pod) -> Option<&NodeAffinity> {
    pod.spec.affinity.as_ref()?.node_affinity.as_deref()
}

/// The nodes that required affinity names one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedNodes {
    /// It does not narrow the names down.
    Any,
    /// Only these.
    Only(BTreeSet<String>),
    /// Each term asks for two different names at once.
    Conflict,
}

impl NamedNodes {
    /// The names that the terms' `matchFields` leave; any, unless every term names some.
    pub fn of(selector: &NodeSelector) -> Self {
        if selector.node_selector_terms.is_empty() {
            return Self::Any;
        }
        let mut all = BTreeSet::new();
        for term in &selector.node_selector_terms {
            match names_of(term) {
                Some(names) => all.extend(names),
                None => return Self::Any,
            }
        }
        if all.is_empty() { Self::Conflict } else { Self::Only(all) }
    }
}

fn names_of(term: &NodeSelectorTerm) -> Option<BTreeSet<String>> {
    let named = term.match_fields.iter();
    named
        .filter(|requirement| requirement.key == NAME_FIELD && requirement.operator == NodeSelectorOperator::In)
        .map(|requirement| requirement.values.iter().cloned().collect::<BTreeSet<_>>())
        .reduce(|names, others| names.intersection(&others).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(key: &str, operator: &str, values: &[&str]) -> NodeSelectorRequirement {
        NodeSelectorRequirement {
            key: key.to_owned(),
            operator: operator.into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    fn by_label(key: &str, operator: &str, values: &[&str]) -> NodeSelectorTerm {
        NodeSelectorTerm { match_expressions: vec![requirement(key, operator, values)], match_fields: vec![] }
    }

    fn by_name(operator: &str, values: &[&str]) -> NodeSelectorTerm {
        NodeSelectorTerm { match_expressions: vec![], match_fields: vec![requirement(NAME_FIELD, operator, values)] }
    }

    #[track_caller]
    fn check(terms: Vec<NodeSelectorTerm>, want: bool) {
        let labels = BTreeMap::from([("cores".to_owned(), "8".to_owned()), ("disk".to_owned(), "ssd".to_owned())]);
        let selector = Selector::new(&NodeSelector { node_selector_terms: terms.clone() });
        assert_eq!(selector.matches("n1", &labels), want, "{terms:?}");
    }

    #[test]
    fn operators() {
        check(vec![by_label("disk", "In", &["hdd", "ssd"])], true);
        check(vec![by_label("disk", "NotIn", &["ssd"])], false);
        check(vec![by_label("tier", "NotIn", &["a"])], true);
        check(vec![by_label("tier", "Exists", &[])], false);
        check(vec![by_label("tier", "DoesNotExist", &[])], true);
        check(vec![by_label("cores", "Gt", &["7"])], true);
        check(vec![by_label("cores", "Lt", &["8"])], false);
        check(vec![by_label("disk", "Gt", &["7"])], false);
        check(vec![by_name("In", &["n1"])], true);
        check(vec![by_name("NotIn", &["n1"])], false);
    }

    #[test]
    fn what_is_said_of_the_name_of_a_node_without_one_does_not_count() {
        let mut term = by_label("disk", "In", &["ssd"]);
        term.match_fields = by_name("In", &["n1"]).match_fields;
        let selector = Selector::new(&NodeSelector { node_selector_terms: vec![term] });
        let matches =
            |name, disk: &str| selector.matches(name, &BTreeMap::from([("disk".to_owned(), disk.to_owned())]));
        assert!(matches("n1", "ssd") && !matches("n2", "ssd"));
        assert!(matches("", "ssd") && !matches("", "hdd"));
        assert_eq!(selector.label_alternatives().count(), 1);
    }

    #[test]
    fn empty_and_malformed_terms_match_nothing_and_spoil_nothing() {
        check(vec![], false);
        check(vec![NodeSelectorTerm::default()], false);
        check(vec![by_label("cores", "Gt", &["many"])], false);
        check(vec![by_label("cores", "Gt", &["many"]), by_name("In", &["n1"])], true);
    }

    #[test]
    fn names_narrow_only_where_every_term_has_one() {
        let of = |terms: Vec<NodeSelectorTerm>| NamedNodes::of(&NodeSelector { node_selector_terms: terms });
        assert_eq!(of(vec![by_name("In", &["a"]), by_label("disk", "Exists", &[])]), NamedNodes::Any);
        let both = NamedNodes::Only(BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(of(vec![by_name("In", &["a"]), by_name("In", &["b"])]), both);
        let mut torn = by_name("In", &["a"]);
        torn.match_fields.push(requirement(NAME_FIELD, "In", &["b"]));
        assert_eq!(of(vec![torn]), NamedNodes::Conflict);
    }
}
