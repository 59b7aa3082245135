use kubeforge_machinery::meta::v1::LabelSelector;
use kubeforge_machinery::{Quantity, Time};

use super::*;
use crate::core::v1::ConditionStatus;

fn quantity(text: &str) -> Option<Quantity> {
    Some(text.parse().unwrap())
}

fn spoke(target: Option<i32>) -> HorizontalPodAutoscaler {
    let spec = HorizontalPodAutoscalerSpec {
        max_replicas: 3,
        target_cpu_utilization_percentage: target,
        ..HorizontalPodAutoscalerSpec::default()
    };
    HorizontalPodAutoscaler { spec, ..HorizontalPodAutoscaler::default() }
}

fn hub(metrics: Vec<v2::MetricSpec>) -> v2::HorizontalPodAutoscaler {
    let spec = v2::HorizontalPodAutoscalerSpec { max_replicas: 3, metrics, ..Default::default() };
    v2::HorizontalPodAutoscaler { spec, ..Default::default() }
}

#[track_caller]
fn check_round_trip(hub: &v2::HorizontalPodAutoscaler) -> HorizontalPodAutoscaler {
    let spoke = generated::horizontal_pod_autoscaler_from_hub(hub.clone()).unwrap();
    assert_eq!(&generated::horizontal_pod_autoscaler_to_hub(spoke.clone()).unwrap(), hub);
    spoke
}

#[test]
fn no_metric_means_eighty_percent_of_cpu() {
    let hub = generated::horizontal_pod_autoscaler_to_hub(spoke(None)).unwrap();
    assert_eq!(hub.spec.metrics, [cpu::target(80)]);
    assert_eq!(check_round_trip(&hub).spec.target_cpu_utilization_percentage, Some(80));
}

#[test]
fn the_cpu_target_needs_no_annotation() {
    let spoke = check_round_trip(&hub(vec![cpu::target(70)]));
    assert_eq!(spoke.spec.target_cpu_utilization_percentage, Some(70));
    assert!(spoke.metadata.annotations.is_empty());
}

#[test]
fn other_metrics_travel_in_an_annotation() {
    let memory = v2::MetricSpec {
        type_: v2::MetricSourceType::Resource,
        resource: Some(Box::new(v2::ResourceMetricSource {
            name: "memory".into(),
            target: v2::MetricTarget {
                type_: v2::MetricTargetType::AverageValue,
                average_value: quantity("500Mi"),
                ..Default::default()
            },
        })),
        ..Default::default()
    };
    let spoke = check_round_trip(&hub(vec![memory]));
    assert_eq!(spoke.spec.target_cpu_utilization_percentage, None);
    assert_eq!(
        spoke.metadata.annotations[METRICS],
        r#"[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"500Mi"}}]"#
    );
}

#[test]
fn every_kind_of_metric_round_trips() {
    let identifier = || v2::MetricIdentifier {
        name: "m".into(),
        selector: Some(Box::new(LabelSelector {
            match_labels: [("a".to_owned(), "b".to_owned())].into(),
            ..Default::default()
        })),
    };
    let described =
        || v2::CrossVersionObjectReference { kind: "Service".into(), name: "web".into(), ..Default::default() };
    let average = || v2::MetricTarget {
        type_: v2::MetricTargetType::AverageValue,
        average_value: quantity("3"),
        ..Default::default()
    };
    let value = || v2::MetricTarget { type_: v2::MetricTargetType::Value, value: quantity("10"), ..Default::default() };
    let mut metrics = Vec::new();
    for target in [average(), value()] {
        metrics.push(v2::MetricSpec {
            type_: v2::MetricSourceType::Object,
            object: Some(Box::new(v2::ObjectMetricSource {
                described_object: described(),
                target: target.clone(),
                metric: identifier(),
            })),
            ..Default::default()
        });
        metrics.push(v2::MetricSpec {
            type_: v2::MetricSourceType::External,
            external: Some(Box::new(v2::ExternalMetricSource { metric: identifier(), target })),
            ..Default::default()
        });
    }
    metrics.push(v2::MetricSpec {
        type_: v2::MetricSourceType::Pods,
        pods: Some(Box::new(v2::PodsMetricSource { metric: identifier(), target: average() })),
        ..Default::default()
    });
    metrics.push(v2::MetricSpec {
        type_: v2::MetricSourceType::ContainerResource,
        container_resource: Some(Box::new(v2::ContainerResourceMetricSource {
            name: "cpu".into(),
            target: average(),
            container: "main".into(),
        })),
        ..Default::default()
    });
    metrics.push(cpu::target(50));
    check_round_trip(&hub(metrics));
}

#[test]
fn status_and_conditions_round_trip() {
    let mut hub = hub(vec![cpu::target(50)]);
    hub.status.current_metrics = [v2::MetricStatus {
        type_: v2::MetricSourceType::Resource,
        resource: Some(Box::new(v2::ResourceMetricStatus {
            name: "cpu".into(),
            current: v2::MetricValueStatus {
                average_utilization: Some(40),
                average_value: quantity("200m"),
                ..Default::default()
            },
        })),
        ..Default::default()
    }]
    .into();
    hub.status.conditions = vec![v2::HorizontalPodAutoscalerCondition {
        type_: v2::ABLE_TO_SCALE.into(),
        status: ConditionStatus::True,
        last_transition_time: Time::default(),
        reason: "ReadyForNewScale".into(),
        message: String::new(),
    }];
    let spoke = check_round_trip(&hub);
    assert_eq!(spoke.status.current_cpu_utilization_percentage, Some(40));
}

#[test]
fn behavior_is_written_with_go_field_names() {
    let mut hub = hub(vec![cpu::target(50)]);
    hub.spec.behavior = Some(v2::HorizontalPodAutoscalerBehavior {
        scale_up: Some(Box::new(v2::HPAScalingRules {
            stabilization_window_seconds: Some(0),
            select_policy: Some(v2::ScalingPolicySelect::Max),
            policies: [v2::HPAScalingPolicy { type_: v2::HPAScalingPolicyType::Pods, value: 4, period_seconds: 15 }]
                .into(),
            tolerance: None,
        })),
        scale_down: None,
    });
    assert_eq!(
        check_round_trip(&hub).metadata.annotations[BEHAVIOR],
        r#"{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":null}"#
    );
}

#[test]
fn annotations_of_the_user_do_not_reach_the_hub() {
    let mut v1 = spoke(Some(60));
    v1.metadata.annotations.insert(METRICS.into(), "not json".into());
    v1.metadata.annotations.insert("keep".into(), "me".into());
    let hub = generated::horizontal_pod_autoscaler_to_hub(v1).unwrap();
    assert_eq!(hub.spec.metrics, [cpu::target(60)]);
    assert_eq!(hub.metadata.annotations.keys().collect::<Vec<_>>(), ["keep"]);
}
