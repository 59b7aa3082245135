use super::*;
use crate::{
    core::v1::{ContainerPort, ServicePort},
    testing::defaulted,
};

fn amounts(list: &[(&str, &str)]) -> ResourceList {
    list.iter().map(|(name, amount)| ((*name).to_owned(), amount.parse().unwrap())).collect()
}

fn pod() -> Pod {
    let mut pod = Pod::default();
    pod.spec.containers.push(Container { name: "main".into(), image: "app:1".into(), ..Default::default() });
    pod
}

#[test]
fn a_limit_is_a_request_in_a_pod() {
    let mut pod = pod();
    pod.spec.containers[0].resources.limits = amounts(&[("cpu", "1"), ("memory", "1Gi")]);
    pod.spec.containers[0].resources.requests = amounts(&[("cpu", "500m")]);
    let pod = defaulted(pod);
    assert_eq!(pod.spec.containers[0].resources.requests, amounts(&[("cpu", "500m"), ("memory", "1Gi")]));
}

#[test]
fn amounts_are_rounded_up_to_thousandths() {
    let mut pod = pod();
    pod.spec.containers[0].resources.requests = amounts(&[("cpu", "100u")]);
    assert_eq!(defaulted(pod).spec.containers[0].resources.requests, amounts(&[("cpu", "1m")]));
}

#[test]
fn host_ports_are_the_container_ports_on_the_host_network() {
    let mut pod = pod();
    pod.spec.host_network = true;
    pod.spec.containers[0].ports.push(ContainerPort { container_port: 80, ..Default::default() });
    let port = &defaulted(pod).spec.containers[0].ports[0];
    assert_eq!((port.host_port, &port.protocol), (80, &Protocol::TCP));
}

#[test]
fn pod_level_requests_come_from_the_containers_then_from_the_limits() {
    let mut pod = pod();
    pod.spec.containers[0].resources.requests = amounts(&[("cpu", "1")]);
    pod.spec.init_containers.push(Container {
        resources: ResourceRequirements { requests: amounts(&[("cpu", "3")]), ..Default::default() },
        ..Default::default()
    });
    pod.spec.resources = Some(Box::new(ResourceRequirements {
        limits: amounts(&[("cpu", "4"), ("memory", "2Gi")]),
        ..Default::default()
    }));
    let resources = defaulted(pod).spec.resources.unwrap();
    assert_eq!(resources.requests, amounts(&[("cpu", "3"), ("memory", "2Gi")]));
}

#[test]
fn pod_level_huge_pages_come_from_the_containers_limits() {
    let mut pod = pod();
    pod.spec.containers[0].resources.limits = amounts(&[("hugepages-2Mi", "4Mi"), ("cpu", "1")]);
    pod.spec.resources =
        Some(Box::new(ResourceRequirements { requests: amounts(&[("cpu", "1")]), ..Default::default() }));
    let resources = defaulted(pod).spec.resources.unwrap();
    assert_eq!(resources.limits, amounts(&[("hugepages-2Mi", "4Mi")]));
    assert_eq!(resources.requests, amounts(&[("cpu", "1"), ("hugepages-2Mi", "4Mi")]));
}

#[test]
fn a_volume_without_a_source_is_an_empty_directory() {
    let volume = defaulted(Volume { name: "scratch".into(), ..Default::default() });
    assert!(volume.volume_source.empty_dir.is_some());
}

#[test]
fn a_service_leads_to_the_same_port() {
    let mut service = Service::default();
    service.spec.ports.push(ServicePort { port: 443, ..Default::default() });
    let spec = defaulted(service).spec;
    assert_eq!(spec.type_, ServiceType::ClusterIP);
    assert_eq!(spec.session_affinity, ServiceAffinity::None);
    assert_eq!(spec.internal_traffic_policy, Some(ServiceInternalTrafficPolicy::Cluster));
    assert!(spec.external_traffic_policy.is_empty());
    assert_eq!((spec.ports[0].target_port.clone(), &spec.ports[0].protocol), (IntOrString::Int(443), &Protocol::TCP));
}

#[test]
fn container_limits_fill_one_another() {
    let item = defaulted(LimitRangeItem {
        type_: LimitType::Container,
        max: amounts(&[("cpu", "2")]),
        default: amounts(&[("memory", "1Gi")]),
        ..Default::default()
    });
    assert_eq!(item.default, amounts(&[("cpu", "2"), ("memory", "1Gi")]));
    assert_eq!(item.default_request, item.default);
}
