//! The scheduler's core against naive models of its plugins, on random clusters in which random things happen.
//!
//! The core keeps what plugins said and brings it up to date; the models ([`plugins`]) compute everything anew from plain
//! objects. Both must name the same nodes with the same scores, choose one of the same best ones, make room by the same
//! pods' going, and say the same where there is no node. Some clusters are always the same, so that each rule is sure to be
//! met; `PROPTEST_CASES` says how many others are drawn. A failing case is made as small as it gets and printed as files that `kube-scheduler explain` takes; its seed is kept beside this file.

#![allow(
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "what fails here fails the test, and numbers are small"
)]

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

use proptest::{
    strategy::Strategy,
    test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

/// Where the seeds of cases that failed are kept.
const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models/seeds.txt");

/// How many clusters are the same in every run: some seconds' worth.
const FIXED_CASES: u32 = 2000;
/// Where they begin. For rules that those of the first seed don't meet, those of the next one are drawn.
const SEEDS_OF_FIXED: [u8; 6] = [3, 4, 5, 6, 7, 8];
/// How many others are drawn where nothing is said.
const CASES: u32 = 500;
/// The same for clusters of many nodes.
const LARGE_CASES: u32 = 20;

/// What must be met by the clusters that are always the same: each reason of each plugin, and each way in which a pod may go.
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
    "waiting for ephemeral volume controller to create the persistentvolumeclaim \"asked-e\"",
    "PVC a/asked-e was not created for pod a/asked (pod is not owner)",
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
    "1 go",
    "2 go",
    "it goes where room was made",
    "a pod as a whole is resized",
    "a volume is bound",
    "a volume is made",
];

/// How many cases are drawn: so many, unless it is said; then this share of what is said.
fn config(cases: u32, share: u32) -> Config {
    let said = std::env::var_os("PROPTEST_CASES").is_some();
    Config {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(SEEDS))),
        source_file: Some(file!()),
        max_shrink_iters: 4000,
        cases: if said { Config::default().cases.div_ceil(share) } else { cases },
        ..Config::default()
    }
}

/// Draws other cases in every run.
fn any(config: Config) -> TestRunner {
    TestRunner::new(config)
}

/// Draws the same cases in every run.
fn fixed(config: Config, seed: u8) -> TestRunner {
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

/// Plays drawn cases. Returns what was met.
#[track_caller]
fn check(mut runner: TestRunner, cases: impl Strategy<Value = draw::Case>) -> BTreeSet<String> {
    let met = RefCell::new(BTreeSet::new());
    let play = |case: draw::Case| run::play(&case, &mut met.borrow_mut()).map_err(TestCaseError::fail);
    match runner.run(&cases, play) {
        Ok(()) => met.into_inner(),
        Err(TestError::Fail(reason, case)) => {
            panic!("{reason}\n# arguments of plugins\n{}", serde_json::to_string(&case.arguments).expect("JSON"))
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

#[test]
fn the_core_says_what_the_models_say() {
    // a rule that no drawn cluster calls upon would not be tested
    let mut missing: BTreeSet<_> = RULES.iter().copied().collect();
    for seed in SEEDS_OF_FIXED {
        let met = check(fixed(Config { cases: FIXED_CASES, ..config(CASES, 1) }, seed), draw::case());
        missing.retain(|rule| !met.contains(*rule));
        if missing.is_empty() {
            break;
        }
    }
    assert!(missing.is_empty(), "no drawn cluster called upon {missing:#?}");
    check(any(config(CASES, 1)), draw::case());
}

#[test]
fn of_many_nodes_one_that_can_take_the_pod_is_found_where_there_is_one() {
    let met = check(fixed(config(LARGE_CASES, 100), SEEDS_OF_FIXED[0]), draw::large_case());
    assert!(met.contains("a pod is placed") && met.contains("a pod is turned away"), "{met:#?}");
}
