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
    framework::{NodeInfo, Row, RowSet, Snapshot},
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

    /// The rows at which it holds, of some.
    fn keep(&self, rows: &mut RowSet) {
        let mut with_value = RowSet::default();
        match self.requirement.operator() {
            Operator::In | Operator::Equals | Operator::DoubleEquals => {
                self.named.iter().for_each(|domain| self.column.add_rows_of(*domain, &mut with_value));
                rows.intersect(&with_value);
            }
            Operator::NotIn | Operator::NotEquals => {
                self.named.iter().for_each(|domain| self.column.add_rows_of(*domain, &mut with_value));
                rows.subtract(&with_value);
            }
            Operator::Exists => rows.intersect(self.column.labelled_rows()),
            Operator::DoesNotExist => rows.subtract(self.column.labelled_rows()),
            Operator::GreaterThan | Operator::LessThan => {
                let holds = self.column.values().filter(|(value, _)| self.requirement.matches(Some(value)));
                holds.for_each(|(_, domain)| self.column.add_rows_of(domain, &mut with_value));
                rows.intersect(&with_value);
            }
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

    /// Whether it asks for nothing but one of some values of a label.
    fn is_of_one_value(&self) -> bool {
        matches!(self.0.as_slice(), [conditions] if matches!(conditions.as_slice(), [only] if only.wanted().is_some()))
    }

    /// Leaves the rows at which it holds.
    pub fn keep(&self, rows: &mut RowSet) {
        match self.0.as_slice() {
            [] => rows.clear(),
            [only] => only.iter().for_each(|condition| condition.keep(rows)),
            [first, others @ ..] => {
                let mut kept = rows.clone();
                first.iter().for_each(|condition| condition.keep(&mut kept));
                for conditions in others {
                    let mut also = rows.clone();
                    conditions.iter().for_each(|condition| condition.keep(&mut also));
                    kept.unite(&also);
                }
                *rows = kept;
            }
        }
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

    /// Leaves the rows of the nodes that can reach one of the things.
    pub fn keep(&self, rows: &mut RowSet) {
        let mut reached = RowSet::default();
        let selector = |place: &usize| self.things.get(*place).and_then(|(selector, _)| selector.as_ref());
        for (column, by_value) in &self.by_value {
            for (domain, places) in by_value {
                if places.iter().filter_map(selector).any(RowSelector::is_of_one_value) {
                    column.add_rows_of(*domain, &mut reached);
                    continue;
                }
                let mut near = RowSet::default();
                column.add_rows_of(*domain, &mut near);
                places.iter().filter_map(selector).for_each(|selector| {
                    let mut near = near.clone();
                    selector.keep(&mut near);
                    reached.unite(&near);
                });
            }
        }
        for place in &self.others {
            let Some(selector) = selector(place) else { return };
            let mut also = rows.clone();
            selector.keep(&mut also);
            reached.unite(&also);
        }
        rows.intersect(&reached);
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.things.is_empty()
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::columns::Columns;

    const OPERATORS: [Operator; 6] = [
        Operator::In,
        Operator::NotIn,
        Operator::Exists,
        Operator::DoesNotExist,
        Operator::GreaterThan,
        Operator::LessThan,
    ];

    /// A source of numbers that are the same every time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % bound
        }

        fn selector(&mut self, nodes: &Snapshot) -> RowSelector {
            let mut alternatives = Vec::new();
            for _ in 0..self.below(3) {
                let conditions = 1 + self.below(2);
                alternatives.push((0..conditions).map(|_| self.condition()).collect());
            }
            RowSelector::new(alternatives, nodes)
        }

        fn condition(&mut self) -> Requirement {
            let operator = OPERATORS[self.below(OPERATORS.len())];
            let values = match operator {
                Operator::Exists | Operator::DoesNotExist => vec![],
                Operator::GreaterThan | Operator::LessThan => vec![self.below(6).to_string()],
                _ => vec![self.below(6).to_string(), self.below(200).to_string()],
            };
            Requirement::new(["zone", "host"][self.below(2)], operator, values).unwrap()
        }
    }

    #[test]
    fn sets_are_what_is_said_of_each_row() {
        let mut columns = Columns::default();
        for number in 0..150 {
            let mut labels = json!({"host": number.to_string()});
            if number % 4 > 0 {
                labels["zone"] = json!((number % 5).to_string());
            }
            let node = json!({"metadata": {"name": format!("n{number}"), "labels": labels}});
            columns.set_node(Arc::new(serde_json::from_value(node).unwrap()));
        }
        let nodes = columns.snapshot();
        let mut random = Random(1);
        for round in 0..300 {
            let some: RowSet = nodes.iter().map(|(row, _)| row).filter(|_| random.below(4) > 0).collect();
            let selector = random.selector(nodes);
            let mut kept = some.clone();
            selector.keep(&mut kept);
            let mut things: Vec<_> = (0..random.below(5)).map(|thing| (Some(random.selector(nodes)), thing)).collect();
            if round % 10 == 0 {
                things.push((None, 9));
            }
            let reach = Reach::new(things);
            let mut reached = some.clone();
            reach.keep(&mut reached);
            for (row, node) in nodes.iter() {
                let (place, is_in) = (Place::of(node).unwrap(), some.contains(row));
                assert_eq!(kept.contains(row), is_in && selector.holds(place), "round {round}: {selector:?}");
                let first = reach.first(place, |_| true);
                assert_eq!(reached.contains(row), is_in && first.is_some(), "round {round}");
                assert_eq!(first, reach.first(Place { row: Row::NOWHERE, ..place }, |_| true), "round {round}");
            }
        }
    }
}
