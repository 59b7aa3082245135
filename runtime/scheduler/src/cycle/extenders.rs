//! Cycles of pods about whose nodes extenders are asked.

use std::sync::Arc;

use kubeforge_api::core::v1::Node;

use super::{Cycle, Feasible, Found, Nominated, Run, Searched, scoring::pick};
use crate::{
    extender::Opinion,
    framework::{Row, Status},
    metrics::Stopwatch,
    node_order::Looked,
};

/// Under this name extenders stand among the plugins that turned nodes away (kube-scheduler's ExtenderName).
const EXTENDER: &str = "Extender";

impl Cycle<'_> {
    /// Finds the node among those that extenders let through, their scores added.
    pub(crate) fn run_with(&self, random: u64, opinion: &Opinion, watch: &mut Stopwatch) -> Run {
        let is_let_through =
            |row: &Row| self.nodes().node(*row).is_some_and(|node| opinion.nodes.contains_key(node.name()));
        let mut searched = self.feasible(None, Nominated::First, watch);
        if matches!(&searched.found, Ok(Feasible::Rows(rows)) if !rows.iter().any(is_let_through)) {
            searched = self.feasible(None, Nominated::LikeOthers, watch);
        }
        let Searched { mut state, looked, found } = searched;
        let rows = match found {
            Ok(feasible) => self.rows_of(feasible),
            Err(found) => return Run { state, found, looked },
        };
        let score = |row: &Row| opinion.nodes.get(self.nodes().node(*row)?.name()).copied();
        let (rows, scores): (Vec<Row>, Vec<i64>) = rows.iter().filter_map(|row| Some((*row, score(row)?))).unzip();
        let looked = Looked { feasible: rows.len(), ..looked };
        let found = match rows.as_slice() {
            [] => self.refused_by_extenders(opinion),
            [row] => Found::Node(*row),
            rows => match self.totals(&mut state, rows, watch) {
                Ok(mut totals) => {
                    for (total, score) in totals.iter_mut().zip(&scores) {
                        *total = total.saturating_add(*score);
                    }
                    pick(rows, &totals, random)
                }
                Err(status) => Found::Failed(status),
            },
        };
        Run { state, found, looked }
    }

    /// The nodes that extenders are to be asked about; none where there are none, and what was found instead.
    pub(crate) fn nodes_to_ask(&self, nominated: Nominated, watch: &mut Stopwatch) -> (Run, Option<Vec<Arc<Node>>>) {
        let Searched { state, looked, found } = self.feasible(None, nominated, watch);
        match found {
            Ok(feasible) => {
                let rows = self.rows_of(feasible);
                let nodes = rows.iter().filter_map(|row| self.nodes().node(*row)?.node().cloned()).collect();
                let none = || Found::Failed(Status::error("no node among those that can take the pod"));
                let found = rows.first().map_or_else(none, |row| Found::Node(*row));
                (Run { state, found, looked }, Some(nodes))
            }
            Err(found) => (Run { state, found, looked }, None),
        }
    }

    fn rows_of(&self, feasible: Feasible) -> Vec<Row> {
        match feasible {
            Feasible::Rows(rows) => rows,
            Feasible::Ranked => self.class.verdicts.passed_rows().iter().collect(),
        }
    }

    /// What is known where extenders left no node.
    fn refused_by_extenders(&self, opinion: &Opinion) -> Found {
        let mut verdicts = match self.explain() {
            Ok((_, verdicts)) => verdicts,
            Err(found) => return found,
        };
        for (node, status) in &opinion.refusals {
            if let Some(row) = self.nodes().row(node) {
                verdicts.set(row, Some(status.clone()));
            }
        }
        match self.nothing(verdicts, None) {
            Found::Nothing(mut diagnosis) => {
                diagnosis.plugins.insert(EXTENDER);
                Found::Nothing(diagnosis)
            }
            other => other,
        }
    }
}
