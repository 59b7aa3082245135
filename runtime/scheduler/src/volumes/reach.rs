//! Conditions on the labels of nodes, checked by row; and what is bound to such conditions, found by row.
//!
//! A condition is looked up in columns of labels, so that it costs a few comparisons of numbers per node. Where there are
//! many things that one node each can reach, as local volumes are, only those of the node are looked at.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kubeforge_machinery::labels::{Operator, Requirement};

use crate::{
    framework::{NodeInfo, Row, Snapshot},
    label_column::{Domain, LabelColumn},
};

/// A node, as far as such conditions are about it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its row; [`Row::NOWHERE`] where its labels have to be looked at.
    pub row: Row,
    /// Its name.
    pub name: &'a str,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
}

impl<'a> Place<'a> {
    /// A node of a snapshot.
    pub fn of(node: &'a NodeInfo) -> Option<Self> {
        let labels = &node.node()?.metadata.labels;
        Some(Self { row: node.row(), name: node.name(), labels })
    }
}

/// A condition on one label.
#[derive(Clone, Debug)]
struct Condition {
    requirement: Requirement,
    column: Arc<LabelColumn>,
    /// The values that are named, as far as a node has them.
    named: Vec<Domain>,
}

impl Condition {
    fn new(requirement: Requirement, nodes: &Snapshot) -> Self {
        let column = nodes.label_column(requirement.key());
        let named = requirement.values().iter().filter_map(|value| column.domain_of(value)).collect();
        Self { requirement, column, named }
    }

    /// The values of which a node must have one, where that is all that is asked.
    fn wanted(&self) -> Option<&[Domain]> {
        matches!(self.requirement.operator(), Operator::In | Operator::Equals | Operator::DoubleEquals)
            .then_some(self.named.as_slice())
    }

    fn holds(&self, place: Place<'_>) -> bool {
        let domain = || self.column.domain(place.row);
        match self.requirement.operator() {
            _ if place.row == Row::NOWHERE => self.holds_by_labels(place),
            Operator::In | Operator::Equals | Operator::DoubleEquals => {
                domain().is_some_and(|domain| self.named.contains(&domain))
            }
            Operator::NotIn | Operator::NotEquals => !domain().is_some_and(|domain| self.named.contains(&domain)),
            Operator::Exists => domain().is_some(),
            Operator::DoesNotExist => domain().is_none(),
            Operator::GreaterThan | Operator::LessThan => self.holds_by_labels(place),
        }
    }

    fn holds_by_labels(&self, place: Place<'_>) -> bool {
        self.requirement.matches(place.labels.get(self.requirement.key()).map(String::as_str))
    }
}

/// Alternatives; all conditions of one must hold.
#[derive(Clone, Debug)]
pub struct RowSelector(Vec<Vec<Condition>>);

impl RowSelector {
    /// From the requirements of each alternative; one without any holds everywhere.
    pub fn new(alternatives: impl IntoIterator<Item = Vec<Requirement>>, nodes: &Snapshot) -> Self {
        let conditions =
            |all: Vec<Requirement>| all.into_iter().map(|requirement| Condition::new(requirement, nodes)).collect();
        Self(alternatives.into_iter().map(conditions).collect())
    }

    /// Whether it holds at a node.
    pub fn holds(&self, place: Place<'_>) -> bool {
        self.0.iter().any(|conditions| conditions.iter().all(|condition| condition.holds(place)))
    }
}

/// By value of a label: the places of the things that nodes with the value may reach.
type Tied = HashMap<Domain, Vec<usize>>;

/// Things that only some nodes can reach, in an order of preference.
#[derive(Clone, Debug)]
pub struct Reach<T> {
    things: Vec<(Option<RowSelector>, T)>,
    /// By label: the things, by their places, that each value reaches.
    by_value: Vec<(Arc<LabelColumn>, Tied)>,
    /// The places of those that are not tied to a value.
    others: Vec<usize>,
}

impl<T> Reach<T> {
    /// Of things with the conditions on nodes that reach them, if there are any.
    pub fn new(things: Vec<(Option<RowSelector>, T)>) -> Self {
        let mut reach = Self { things, by_value: Vec::new(), others: Vec::new() };
        for (place, (selector, _)) in reach.things.iter().enumerate() {
            let alternatives = selector.as_ref().map(|selector| selector.0.as_slice());
            let tie = match alternatives {
                Some([conditions]) => conditions.iter().find_map(|it| Some((&it.column, it.wanted()?))),
                _ => None,
            };
            let Some((column, domains)) = tie else {
                reach.others.push(place);
                continue;
            };
            let known = reach.by_value.iter().position(|(other, _)| other.key() == column.key());
            let known = known.unwrap_or_else(|| {
                reach.by_value.push((Arc::clone(column), HashMap::new()));
                reach.by_value.len() - 1
            });
            if let Some((_, by_value)) = reach.by_value.get_mut(known) {
                for domain in domains {
                    by_value.entry(*domain).or_default().push(place);
                }
            }
        }
        reach
    }

    /// The first thing that a node can reach and that is wanted.
    pub fn first(&self, place: Place<'_>, is_wanted: impl Fn(&T) -> bool) -> Option<&T> {
        let thing = |index: usize| {
            let (selector, thing) = self.things.get(index)?;
            let reaches = selector.as_ref().is_none_or(|selector| selector.holds(place));
            (reaches && is_wanted(thing)).then_some((index, thing))
        };
        if place.row == Row::NOWHERE {
            return (0..self.things.len()).find_map(&thing).map(|(_, thing)| thing);
        }
        let tied = self.by_value.iter().filter_map(|(column, by_value)| by_value.get(&column.domain(place.row)?));
        let firsts = tied.chain([&self.others]).filter_map(|places| places.iter().copied().find_map(&thing));
        firsts.min_by_key(|(index, _)| *index).map(|(_, thing)| thing)
    }
}
