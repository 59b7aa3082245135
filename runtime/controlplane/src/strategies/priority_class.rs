//! Priority classes: users' stay below the system's, and a class' meaning never changes.

use std::sync::Arc;

use kubeforge_apiserver::strategy::{Generation, Strategy};

use super::Options;

/// The system's classes and their values.
pub(crate) const SYSTEM: [(&str, i32); 2] =
    [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];

struct PriorityClassStrategy;

impl Strategy for PriorityClassStrategy {
    fn generation(&self) -> Option<Generation> {
        Some(Generation::Constant)
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("scheduling.k8s.io", "priorityclasses").strategy = Some(Arc::new(PriorityClassStrategy));
}
