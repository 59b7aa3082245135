use kubeforge_api::core::v1::{PodCondition, PodSpec, ResourceRequirements};

use super::*;

fn list(amounts: &[(&str, &str)]) -> ResourceList {
    amounts.iter().map(|(name, text)| ((*name).to_owned(), Quantity::parse(text).unwrap())).collect()
}

fn container(cpu: &str) -> Container {
    let requests = list(&[("cpu", cpu)]);
    Container { resources: ResourceRequirements { requests, ..Default::default() }, ..Default::default() }
}

fn sidecar(cpu: &str) -> Container {
    Container { restart_policy: Some(ContainerRestartPolicy::Always), ..container(cpu) }
}

fn pod(init_containers: Vec<Container>, containers: Vec<Container>) -> Pod {
    Pod { spec: PodSpec { init_containers, containers, ..Default::default() }, ..Default::default() }
}

#[track_caller]
fn check_cpu(pod: &Pod, want: i64) {
    assert_eq!(PodResources::of(pod).requests.milli_cpu, want);
}

#[test]
fn init_containers_run_one_after_the_other_beside_the_sidecars_before_them() {
    check_cpu(&pod(vec![], vec![container("1"), container("500m")]), 1500);
    check_cpu(&pod(vec![container("3")], vec![container("1"), container("1")]), 3000);
    check_cpu(&pod(vec![sidecar("1")], vec![container("1")]), 2000);
    check_cpu(&pod(vec![sidecar("1"), container("2")], vec![container("1")]), 3000);
    check_cpu(&pod(vec![container("2"), sidecar("1")], vec![container("500m")]), 2000);
}

#[test]
fn amounts_of_the_pod_stand_for_the_sum_and_overhead_comes_on_top() {
    let mut pod = pod(vec![], vec![container("1")]);
    pod.spec.resources = Some(Box::new(ResourceRequirements { requests: list(&[("cpu", "3")]), ..Default::default() }));
    check_cpu(&pod, 3000);
    assert_eq!(PodResources::of(&pod).scored.milli_cpu, 1000);
    pod.spec.overhead = list(&[("cpu", "250m")]);
    check_cpu(&pod, 3250);
}

#[test]
fn huge_pages_of_the_pod_do_not_count_when_it_is_scored() {
    let mut pod = pod(vec![], vec![container("1")]);
    let requests = list(&[("hugepages-2Mi", "8Mi"), ("example.com/gpu", "1")]);
    pod.spec.resources = Some(Box::new(ResourceRequirements { requests, ..Default::default() }));
    let resources = PodResources::of(&pod);
    assert_eq!((resources.requests.get("hugepages-2Mi"), resources.scored.get("hugepages-2Mi")), (8 << 20, 0));
    assert_eq!(resources.requests.get("example.com/gpu"), 0, "not for pods as a whole");
}

/// What a pod as a whole asks for (`spec`), was given (`status`) and is promised (`allocated`).
#[track_caller]
fn check_resize(spec: &str, status: Option<&str>, allocated: &str, reason: &str, want: i64) {
    let cpu = |text: &str| list(if text.is_empty() { vec![] } else { vec![("cpu", text)] }.as_slice());
    let own = |requests| Some(Box::new(ResourceRequirements { requests, ..Default::default() }));
    let mut pod = pod(vec![], vec![container("100m")]);
    pod.spec.resources = own(cpu(spec));
    pod.spec.overhead = list(&[("cpu", "10m")]);
    pod.status.resources = status.map(cpu).and_then(own);
    pod.status.allocated_resources = cpu(allocated);
    let type_ = "PodResizePending".to_owned();
    pod.status.conditions = vec![PodCondition { type_, reason: reason.to_owned(), ..Default::default() }];
    check_cpu(&pod, want);
}

#[test]
fn a_pod_that_is_being_resized_counts_with_the_most_that_it_may_have() {
    check_resize("1", None, "3", "", 1010);
    check_resize("1", Some("2"), "3", "", 3010);
    check_resize("1", Some("2"), "500m", "Deferred", 2010);
    check_resize("4", Some("2"), "3", "Deferred", 4010);
    check_resize("4", Some("2"), "3", "Infeasible", 3010);
    check_resize("4", Some(""), "", "Infeasible", 10);
    check_resize("", Some("2"), "3", "", 110);
}

#[test]
fn containers_that_are_being_resized_count_by_themselves() {
    let given = |name: &str, status: Option<&str>, allocated: &str| ContainerStatus {
        name: name.to_owned(),
        resources: status
            .map(|cpu| Box::new(ResourceRequirements { requests: list(&[("cpu", cpu)]), ..Default::default() })),
        allocated_resources: list(&[("cpu", allocated)]),
        ..Default::default()
    };
    let named = |name: &str, container: Container| Container { name: name.to_owned(), ..container };
    let mut pod = pod(
        vec![named("init", container("1")), named("side", sidecar("1"))],
        vec![named("a", container("1")), named("b", container("2"))],
    );
    pod.status.container_statuses = vec![given("a", Some("3"), "1"), given("b", None, "9")];
    check_cpu(&pod, 1000 + 3000 + 2000);
    pod.status.init_container_statuses = vec![given("side", Some("1"), "2"), given("init", Some("20"), "20")];
    check_cpu(&pod, 2000 + 3000 + 2000);
}

#[test]
fn where_the_pod_says_how_much_containers_that_do_not_say_weigh_nothing() {
    let mut pod = pod(vec![], vec![container("0"), Container::default()]);
    let requests = list(&[("memory", "1Gi")]);
    pod.spec.resources = Some(Box::new(ResourceRequirements { requests, ..Default::default() }));
    assert_eq!(PodResources::of(&pod).nonzero, Nonzero { milli_cpu: 0, memory: 1 << 30 });
    pod.spec.containers.remove(0);
    assert_eq!(PodResources::of(&pod).nonzero, Nonzero { milli_cpu: 100, memory: 1 << 30 });
}

#[test]
fn containers_without_requests_weigh_something() {
    let resources = PodResources::of(&pod(vec![], vec![container("1"), Container::default()]));
    assert_eq!(resources.requests.memory, 0);
    assert_eq!(resources.nonzero, Nonzero { milli_cpu: 1100, memory: 2 * DEFAULT_MEMORY_REQUEST });
    assert_eq!((resources.scored.milli_cpu, resources.scored.memory), (1100, 2 * DEFAULT_MEMORY_REQUEST));
}

#[test]
fn a_request_of_zero_is_a_request() {
    assert_eq!(PodResources::of(&pod(vec![], vec![container("0")])).nonzero.milli_cpu, 0);
}

#[test]
fn only_names_with_a_domain_are_extended() {
    assert!(is_extended("example.com/gpu") && is_scalar("hugepages-2Mi"));
    assert!(!is_scalar("pods") && !is_extended("requests.example.com/gpu") && !is_extended("kubernetes.io/x"));
}
