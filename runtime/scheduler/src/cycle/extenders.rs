//! Cycles of pods about whose nodes extenders are asked.

use std::sync::Arc;

use kubeforge_api::core::v1::Node;

use super::{Cycle, Feasible, Found, Nominated, Run, scoring::pick};
use crate::{
    extender::Opinion,
    framework::{CycleState, Row},
    metrics::{Point, Stopwatch},
    node_order::Looked,
};

/// Under this name extenders stand among the plugins that turned nodes away (kube-scheduler's ExtenderName).
const EXTENDER: &str = "Extender";

/// The nodes that extenders are to be asked about.
pub(crate) struct ToAsk {
    pub(crate) nodes: Vec<Arc<Node>>,
    pub(crate) looked: Looked,
}

impl Cycle<'_> {
    /// Finds the node among those that extenders let through, their scores added.
    pub(crate) fn run_with(&self, random: u64, opinion: &Opinion, watch: &mut Stopwatch) -> Run {
        let is_let_through =
            |row: &Row| self.nodes().node(*row).is_some_and(|node| opinion.nodes.contains_key(node.name()));
        let (mut state, mut feasible) = self.feasible(None, Nominated::First, watch);
        if matches!(&feasible, Ok((Feasible::Rows(rows), _)) if !rows.iter().any(is_let_through)) {
            (state, feasible) = self.feasible(None, Nominated::LikeOthers, watch);
        }
        let (rows, looked) = match feasible {
            Ok((Feasible::Rows(rows), looked)) => (rows, looked),
            Ok((Feasible::Ranked, looked)) => (self.class.verdicts.passed_rows().iter().collect(), looked),
            Err(found) => return Run { state, found, looked: Looked { evaluated: self.nodes().len(), feasible: 0 } },
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
        watch.lap(Point::Score);
        Run { state, found, looked }
    }

    /// The nodes that extenders are to be asked about.
    ///
    /// # Errors
    /// Where there are none.
    pub(crate) fn nodes_to_ask(&self, watch: &mut Stopwatch) -> Result<ToAsk, (CycleState, Found)> {
        let (state, feasible) = self.feasible(None, Nominated::LikeOthers, watch);
        let (rows, looked) = match feasible {
            Ok((Feasible::Rows(rows), looked)) => (rows, looked),
            Ok((Feasible::Ranked, looked)) => (self.class.verdicts.passed_rows().iter().collect(), looked),
            Err(found) => return Err((state, found)),
        };
        let nodes = rows.iter().filter_map(|row| self.nodes().node(*row)?.node().cloned());
        Ok(ToAsk { nodes: nodes.collect(), looked })
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
