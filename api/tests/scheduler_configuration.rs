//! An empty configuration file of the scheduler gets the defaults that kube-scheduler gives it.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

mod shared;

use std::fs;

use kubeforge_machinery::{
    SchemeBuilder,
    codec::{MediaType, Strictness, decode, encode},
    yaml,
};
use serde_json::Value;

const EMPTY: &[u8] = b"apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

/// The defaults as a document.
fn defaulted(document: &[u8]) -> Value {
    let mut builder = SchemeBuilder::new("configuration files");
    kubeforge_api::register_configuration(&mut builder);
    let mut decoded = decode(&builder.build(), MediaType::Yaml, document, None, Strictness::Strict).unwrap();
    assert!(decoded.strict_errors.is_empty(), "{:?}", decoded.strict_errors);
    decoded.object.set_defaults();
    serde_json::from_slice(&encode(decoded.object.as_ref(), MediaType::Json).unwrap()).unwrap()
}

/// Puts 0 where a plugin has no weight: kube-scheduler wrote its file from its internal types, which cannot tell the two apart.
fn without_unset_weights(config: &mut Value) {
    for profile in config["profiles"].as_array_mut().unwrap() {
        for set in profile["plugins"].as_object_mut().unwrap().values_mut() {
            for plugin in set.get_mut("enabled").and_then(Value::as_array_mut).into_iter().flatten() {
                plugin.as_object_mut().unwrap().entry("weight").or_insert(Value::from(0));
            }
        }
    }
}

#[test]
fn an_empty_configuration_is_what_kube_scheduler_makes_of_it() {
    let Some(dir) = shared::facts("kubernetes-1.36/scheduler") else { return };
    let written = yaml::to_json(&fs::read(dir.join("default-config.yaml")).unwrap(), Strictness::Strict).unwrap();
    let theirs: Value = serde_json::from_slice(&written.json).unwrap();
    let mut ours = defaulted(EMPTY);
    without_unset_weights(&mut ours);
    assert_eq!(ours, theirs, "ours: {ours:#}\ntheirs: {theirs:#}");
}

#[test]
fn a_configuration_with_defaults_stays_as_it_is() {
    let once = defaulted(EMPTY);
    assert_eq!(defaulted(&serde_json::to_vec(&once).unwrap()), once);
}
