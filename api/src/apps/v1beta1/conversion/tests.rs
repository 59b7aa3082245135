use std::collections::BTreeMap;

use kubeforge_machinery::meta::v1::ObjectMeta;

use super::super::generated::conversion as generated;
use super::*;
use crate::apps::v1::DEPRECATED_ROLLBACK_TO;

fn metadata(annotations: &[(&str, &str)]) -> ObjectMeta {
    let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    ObjectMeta { annotations: annotations.collect(), ..ObjectMeta::default() }
}

fn spoke(rollback_to: Option<i64>, annotations: &[(&str, &str)]) -> Deployment {
    let rollback_to = rollback_to.map(|revision| Box::new(RollbackConfig { revision }));
    let spec = DeploymentSpec { rollback_to, ..DeploymentSpec::default() };
    Deployment { metadata: metadata(annotations), spec, ..Deployment::default() }
}

fn hub(annotations: &[(&str, &str)]) -> v1::Deployment {
    v1::Deployment { metadata: metadata(annotations), ..v1::Deployment::default() }
}

#[track_caller]
fn check(spoke: Deployment, hub: v1::Deployment) {
    assert_eq!(generated::deployment_to_hub(spoke.clone()).unwrap(), hub);
    assert_eq!(generated::deployment_from_hub(hub).unwrap(), spoke);
}

#[test]
fn the_revision_to_go_back_to_travels_in_an_annotation() {
    check(spoke(None, &[("a", "b")]), hub(&[("a", "b")]));
    check(spoke(Some(7), &[("a", "b")]), hub(&[("a", "b"), (DEPRECATED_ROLLBACK_TO, "7")]));
}

#[test]
fn zero_asks_for_the_revision_before() {
    check(spoke(Some(0), &[]), hub(&[(DEPRECATED_ROLLBACK_TO, "0")]));
}

#[test]
fn the_field_goes_before_an_annotation() {
    let annotated = |rollback_to| spoke(rollback_to, &[(DEPRECATED_ROLLBACK_TO, "3")]);
    assert_eq!(generated::deployment_to_hub(annotated(Some(4))).unwrap(), hub(&[(DEPRECATED_ROLLBACK_TO, "4")]));
    assert_eq!(generated::deployment_to_hub(annotated(None)).unwrap(), hub(&[]));
}

#[test]
fn an_annotation_that_is_no_number_is_an_error() {
    let error = |text| generated::deployment_from_hub(hub(&[(DEPRECATED_ROLLBACK_TO, text)])).unwrap_err().to_string();
    let prefix = "failed to parse annotation[deprecated.deployment.rollback.to]=";
    assert_eq!(error("x"), format!(r#"{prefix}x as int64: strconv.ParseInt: parsing "x": invalid syntax"#));
    let large = "9223372036854775808";
    let expected = format!(r#"{prefix}{large} as int64: strconv.ParseInt: parsing "{large}": value out of range"#);
    assert_eq!(error(large), expected);
}

#[test]
fn an_empty_annotation_says_nothing() {
    let empty = generated::deployment_from_hub(hub(&[(DEPRECATED_ROLLBACK_TO, "")])).unwrap();
    assert_eq!(empty, spoke(None, &[(DEPRECATED_ROLLBACK_TO, "")]));
}

#[test]
fn a_generation_that_was_not_observed_is_zero() {
    let hub = generated::stateful_set_status_to_hub(StatefulSetStatus::default()).unwrap();
    assert_eq!(hub.observed_generation, 0);
    assert_eq!(generated::stateful_set_status_from_hub(hub).unwrap().observed_generation, Some(0));
}

#[test]
fn labels_of_a_scale_become_a_query() {
    let selector = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
    let spoke = ScaleStatus { replicas: 2, selector: selector.clone(), target_selector: String::new() };
    let hub = generated::scale_status_to_hub(spoke).unwrap();
    assert_eq!((hub.replicas, hub.selector.as_str()), (2, "a=1"));
    let back = generated::scale_status_from_hub(hub).unwrap();
    assert_eq!(back, ScaleStatus { replicas: 2, selector, target_selector: "a=1".to_owned() });
}
