//! The scheduler's core against naive models of its plugins, on random clusters in which random things happen.
//!
//! The core keeps what plugins said and brings it up to date; the models ([`plugins`]) compute everything anew from plain
//! objects. Both must name the same nodes with the same scores, choose one of the same best ones, make room by the same
//! pods' going, and say the same where there is no node. `PROPTEST_CASES` says how many clusters are drawn. A failing case
//! is made as small as it gets and printed as files that `kube-scheduler explain` takes; its seed is kept beside this file.

#![allow(clippy::expect_used, clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::indexing_slicing, reason = "what fails here fails the test, and numbers are small")]

mod cycle;
mod draw;
mod json;
mod objects;
mod plugins;
mod preemption;
mod run;
mod selectors;
mod world;

use std::{cell::RefCell, collections::BTreeSet};

use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestError, TestRunner};

/// Where the seeds of cases that failed are kept.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models/seeds.txt");

/// How many clusters are drawn where nothing is said: some seconds' worth.
const CASES: u32 = 2000;

/// What must be met in a run, however short: each reason of each plugin, and each way in which a pod may go.
const RULES: &[&str] = &[
    "node(s) were unschedulable",
    "node(s) had untolerated taint(s)",
    "pod affinity terms conflict",
    "node(s) didn't satisfy plugin(s) [NodeAffinity]",
    "node(s) didn't match scheduler-enforced node affinity",
    "node(s) didn't match Pod's node affinity/selector",
    "node(s) didn't have free ports for the requested pod ports",
    "Too many pods",
    "Insufficient cpu",
    "Insufficient memory",
    "Insufficient ephemeral-storage",
    "Insufficient example.com/gpu",
    "persistentvolumeclaim \"c0\" not found",
    "node(s) had no available disk",
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
    "node(s) exceed max volume count",
    "persistentvolumeclaim \"c0\" bound to non-existent persistentvolume \"v0\"",
    "pod has unbound immediate PersistentVolumeClaims",
    "node(s) didn't match PersistentVolume's node affinity",
    "node(s) didn't find available persistent volumes to bind",
    "node(s) did not have enough free storage",
    "persistentvolume \"v9\" not found",
    "node(s) had no available volume zone",
    "node(s) didn't match pod topology spread constraints",
    "node(s) didn't match pod topology spread constraints (missing required label)",
    "node(s) didn't match pod affinity rules",
    "node(s) didn't match pod anti-affinity rules",
    "node(s) didn't satisfy existing pods anti-affinity rules",
    "TaintToleration scores",
    "NodeAffinity scores",
    "NodeResourcesFit scores",
    "PodTopologySpread scores",
    "InterPodAffinity scores",
    "NodeResourcesBalancedAllocation scores",
    "ImageLocality scores",
    "room on one of 1",
    "1 go",
    "2 go",
    "it goes where room was made",
    "a volume is bound",
    "a volume is made",
];

#[test]
fn the_core_says_what_the_models_say() {
    let config = Config {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(SEEDS))),
        source_file: Some(file!()),
        max_shrink_iters: 4000,
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { CASES },
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let met = RefCell::new(BTreeSet::new());
    let play = |case: draw::Case| run::play(&case, &mut met.borrow_mut()).map_err(TestCaseError::fail);
    let result = runner.run(&draw::case(), play);
    let met = met.into_inner();
    match result {
        Ok(()) => {
            let missing: Vec<_> = RULES.iter().filter(|rule| !met.contains(**rule)).collect();
            assert!(missing.is_empty(), "no drawn cluster called upon {missing:#?}");
        }
        Err(TestError::Fail(reason, case)) => {
            panic!("{reason}\n# arguments of plugins\n{}", serde_json::to_string(&case.arguments).expect("JSON"))
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}
