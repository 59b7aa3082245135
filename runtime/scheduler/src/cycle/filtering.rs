//! Which nodes pass all filters, those whose answers are not kept included.

use std::collections::BTreeSet;

use super::{Cycle, is_failure};
use crate::{
    class::code_of,
    framework::{CycleState, NodeInfo, PodInfo, Row, RowSet, Status},
    metrics::Point,
    narrowing::Narrowing,
    node_order::{Looked, Sampling},
    verdicts::{PASSED, Verdicts},
};

impl Cycle<'_> {
    /// The row of the node on which room was made for the pod, where it can take the pod by now.
    pub(super) fn nominated_row(&self, state: &CycleState) -> Option<Row> {
        let row = self.nodes().row(self.nominated.node_of(self.pod.key())?)?;
        let status = self.profile.filter_with_nominated(state, self.pod, self.nodes().node(row)?, self.nominated);
        status.is_success().then_some(row)
    }

    /// The rows on which room was made for other pods that go before this one.
    pub(super) fn contested_rows(&self) -> BTreeSet<Row> {
        let goes_before = |other: &PodInfo| other.priority() >= self.pod.priority() && other.key() != self.pod.key();
        let rooms = self.nominated.rooms().filter(|(_, pods)| pods.iter().any(|other| goes_before(other)));
        rooms.filter_map(|(node, _)| self.nodes().row(node)).collect()
    }

    /// Whether the best of the rows is the best of those that can take the pod, too: room made for others on some of them
    /// may keep the pod off them, but not off this one, and does not change how it is scored.
    pub(super) fn is_best_whatever_happens(&self, row: Row, contested: &BTreeSet<Row>) -> bool {
        contested.is_empty() || !contested.contains(&row) && self.class.has_absolute_totals()
    }

    /// Rows that pass all filters: as many as are enough, if there are so many, and how many were looked at. Why others don't
    /// matters only where none does, see [`Self::filter`]. `told` are all that pass, where that is known.
    ///
    /// # Errors
    /// Where a plugin failed for one of them.
    pub(super) fn passing(
        &self,
        state: &CycleState,
        narrowing: Option<&Narrowing>,
        contested: &BTreeSet<Row>,
        told: Option<&RowSet>,
    ) -> Result<(Vec<Row>, Looked), Status> {
        let left = narrowing.and_then(|narrowing| narrowing.rows(self.nodes()));
        let is_left = |row: &Row| left.as_ref().is_none_or(|left| left.contains(row));
        let candidates = told.unwrap_or_else(|| self.class.verdicts.passed_rows());
        let narrowed = self.narrowed_len(narrowing);
        // where PreFilter left some nodes only, these are few
        let search = self.search.filter(|_| narrowed.is_none());
        let (mut evaluated, mut rows) = (0, Vec::new());
        let mut ordered = search.map(Sampling::rows);
        let mut all = candidates.iter();
        let enough = search.map_or(usize::MAX, |search| search.enough());
        let mut next = || match &mut ordered {
            Some(ordered) => ordered.by_ref().inspect(|_| evaluated += 1).find(|row| candidates.contains(*row)),
            None => all.by_ref().find(is_left),
        };
        while rows.len() < enough {
            let mut some: Vec<Row> = std::iter::from_fn(&mut next).take(enough - rows.len()).collect();
            if some.is_empty() {
                break;
            }
            for (place, plugin) in self.profile.filter.iter().enumerate().skip(self.profile.kept_filters()) {
                if let Some(filter) = plugin.filter().filter(|_| told.is_none() && !state.skips_filter(place)) {
                    let name = plugin.name();
                    self.profile.evaluated(Point::Filter, place, some.len());
                    let ask = || filter.filter_rows(state, self.pod, self.nodes(), &mut some);
                    self.profile
                        .timed(&**plugin, Point::Filter, ask, code_of)
                        .map_err(|failure| failure.in_context(|| format!("running {name:?} filter plugin")).by(name))?;
                }
            }
            for row in some {
                if !contested.contains(&row) || self.fits_with_nominated(state, row)? {
                    rows.push(row);
                }
            }
        }
        let (evaluated, walked) = match (search, narrowed) {
            (Some(_), _) => (evaluated, evaluated),
            (None, narrowed) => (narrowed.unwrap_or(self.nodes().len()), narrowed.unwrap_or(0)),
        };
        let looked = Looked { evaluated, feasible: rows.len(), walked };
        Ok((rows, looked))
    }

    /// How many nodes PreFilter left, unless all are left.
    pub(super) fn narrowed_len(&self, narrowing: Option<&Narrowing>) -> Option<usize> {
        narrowing.unwrap_or(&self.class.narrowing).rows(self.nodes()).map(|rows| rows.len())
    }

    fn fits_with_nominated(&self, state: &CycleState, row: Row) -> Result<bool, Status> {
        let Some(node) = self.nodes().node(row) else { return Ok(false) };
        let status = self.filter_with_rooms(state, node);
        if is_failure(&status) { Err(status) } else { Ok(status.is_success()) }
    }

    /// The rows that pass all filters, and what was said of the others.
    pub(super) fn filter(
        &self,
        state: &CycleState,
        narrowing: Option<&Narrowing>,
        contested: &BTreeSet<Row>,
    ) -> (Vec<Row>, Verdicts) {
        let mut verdicts = self.class.verdicts.clone();
        let left = narrowing.and_then(|narrowing| narrowing.rows(self.nodes()));
        let rest = self.profile.kept_filters()..self.profile.filter.len();
        let mut rows = Vec::new();
        for row in self.rows_in_doubt(narrowing, contested) {
            let Some(node) = self.nodes().node(row) else { continue };
            let status = match (&left, narrowing) {
                (Some(left), Some(narrowing)) if !left.contains(&row) => narrowing.status(),
                _ if !self.class.is_left(row) => continue,
                // what is kept was said of the node without the pods for which room was made; with them more may be wrong
                _ if contested.contains(&row) => self.filter_with_rooms(state, node),
                _ if verdicts.get(row) != PASSED => continue,
                _ => self.profile.filter_node(state, self.pod, node, rest.clone()),
            };
            match status.is_success() {
                true => rows.push(row),
                false => verdicts.set(row, Some(status)),
            }
        }
        (rows, verdicts)
    }

    /// The rows of which something else may have to be said than of the class's other pods.
    fn rows_in_doubt(&self, narrowing: Option<&Narrowing>, contested: &BTreeSet<Row>) -> Vec<Row> {
        if narrowing.is_some() {
            return self.nodes().iter().map(|(row, _)| row).collect();
        }
        let mut rows: Vec<Row> = contested.iter().copied().collect();
        if self.class.verdicts.passed_len() > 0 {
            rows.extend(self.class.verdicts.passed_rows().iter().filter(|row| !contested.contains(row)));
            rows.sort_unstable();
        }
        rows
    }

    /// Whether a node can take the pod beside those for which room was made on it. Pods that are alike are told alike.
    fn filter_with_rooms(&self, state: &CycleState, node: &NodeInfo) -> Status {
        let ask = || self.profile.filter_with_nominated(state, self.pod, node, self.nominated);
        match self.profile.filters_by_node_alone(state) {
            true => self.nominated.answer(self.pod, node, ask),
            false => ask(),
        }
    }
}
