//! What a kubelet would say of a pod.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    net::Ipv4Addr,
};

use kubeforge_api::core::v1::{
    CONTAINERS_READY, ConditionStatus, Container, ContainerRestartPolicy, ContainerState, ContainerStateRunning,
    ContainerStateTerminated, ContainerStatus, HostIP, POD_INITIALIZED, POD_READY, POD_READY_TO_START_CONTAINERS,
    POD_SCHEDULED, Pod, PodCondition, PodIP, PodPhase, PodStatus, RecursiveReadOnlyMode, ResourceRequirements,
    VolumeMount, VolumeMountStatus,
};
use kubeforge_machinery::Time;

/// What a program answers to SIGTERM that does nothing about it: 128 and the signal's number.
const EXIT_CODE_TERMINATED: i32 = 143;

/// Whether the pod's status says that it is ready.
pub(super) fn is_ready(pod: &Pod) -> bool {
    holds(pod, POD_READY)
}

/// Whether a running pod is ready: its containers are, so its readiness gates decide.
pub(super) fn should_be_ready(pod: &Pod) -> bool {
    pod.spec.readiness_gates.iter().all(|gate| holds(pod, &gate.condition_type))
}

fn holds(pod: &Pod, type_: &str) -> bool {
    known(pod, type_).is_some_and(|condition| condition.status == ConditionStatus::True)
}

fn known<'a>(pod: &'a Pod, type_: &str) -> Option<&'a PodCondition> {
    pod.status.conditions.iter().find(|condition| condition.type_ == type_)
}

/// The status of a pod whose containers run: what a kubelet writes; the rest stays as it is.
pub(super) fn running(pod: &Pod, host: Ipv4Addr, address: Ipv4Addr, now: Time) -> PodStatus {
    let started = pod.status.start_time.unwrap_or(now);
    let ready = if should_be_ready(pod) {
        condition(pod, POD_READY, ConditionStatus::True, "", "", now)
    } else {
        let message = "corresponding condition of pod readiness gate is not True";
        condition(pod, POD_READY, ConditionStatus::False, "ReadinessGatesNotReady", message, now)
    };
    let yes = |type_| condition(pod, type_, ConditionStatus::True, "", "", now);
    PodStatus {
        observed_generation: pod.metadata.generation,
        phase: PodPhase::Running,
        conditions: vec![
            yes(POD_READY_TO_START_CONTAINERS),
            yes(POD_INITIALIZED),
            ready,
            yes(CONTAINERS_READY),
            yes(POD_SCHEDULED),
        ],
        host_ip: host.to_string(),
        host_ips: vec![HostIP { ip: host.to_string() }],
        pod_ip: address.to_string(),
        pod_ips: vec![PodIP { ip: address.to_string() }],
        start_time: Some(started),
        init_container_statuses: pod.spec.init_containers.iter().map(|init| init_status(pod, init, started)).collect(),
        container_statuses: pod
            .spec
            .containers
            .iter()
            .map(|container| running_status(pod, container, started))
            .collect(),
        ephemeral_container_statuses: pod
            .spec
            .ephemeral_containers
            .iter()
            .map(|ephemeral| {
                let common = &ephemeral.ephemeral_container_common;
                let status = status(pod, &common.name, &common.image);
                ContainerStatus { state: in_run(started), ..status }
            })
            .collect(),
        ..PodStatus::default()
    }
}

/// The status of a pod whose containers were told to end.
pub(super) fn stopped(pod: &Pod, now: Time) -> PodStatus {
    let no = |type_| condition(pod, type_, ConditionStatus::False, "PodFailed", "", now);
    let mut status = pod.status.clone();
    status.observed_generation = pod.metadata.generation;
    status.phase = PodPhase::Failed;
    status.conditions = vec![no(POD_READY), no(CONTAINERS_READY)];
    for container in &mut status.container_statuses {
        let started_at = container.state.running.as_ref().map(|running| running.started_at).unwrap_or(now);
        let ended = ContainerStateTerminated {
            exit_code: EXIT_CODE_TERMINATED,
            reason: "Error".to_owned(),
            started_at,
            finished_at: now,
            container_id: container.container_id.clone(),
            ..ContainerStateTerminated::default()
        };
        container.state = ContainerState { terminated: Some(Box::new(ended)), ..ContainerState::default() };
        container.ready = false;
        container.started = Some(false);
    }
    status
}

/// A condition, with the time of its last change.
fn condition(pod: &Pod, type_: &str, status: ConditionStatus, reason: &str, message: &str, now: Time) -> PodCondition {
    let since = known(pod, type_).filter(|known| known.status == status).map(|known| known.last_transition_time);
    PodCondition {
        type_: type_.to_owned(),
        observed_generation: pod.metadata.generation,
        status,
        last_transition_time: since.unwrap_or(now),
        reason: reason.to_owned(),
        message: message.to_owned(),
        ..PodCondition::default()
    }
}

fn in_run(started: Time) -> ContainerState {
    ContainerState { running: Some(ContainerStateRunning { started_at: started }), ..ContainerState::default() }
}

fn running_status(pod: &Pod, container: &Container, started: Time) -> ContainerStatus {
    ContainerStatus {
        state: in_run(started),
        ready: true,
        started: Some(true),
        allocated_resources: container.resources.requests.clone(),
        resources: has_any(&container.resources).then(|| Box::new(container.resources.clone())),
        volume_mounts: container.volume_mounts.iter().map(mount_status).collect(),
        ..status(pod, &container.name, &container.image)
    }
}

/// An init container has done its work; one that is restarted always runs beside the others.
fn init_status(pod: &Pod, container: &Container, started: Time) -> ContainerStatus {
    if container.restart_policy == Some(ContainerRestartPolicy::Always) {
        return running_status(pod, container, started);
    }
    let status = running_status(pod, container, started);
    let ended = ContainerStateTerminated {
        reason: "Completed".to_owned(),
        started_at: started,
        finished_at: started,
        container_id: status.container_id.clone(),
        ..ContainerStateTerminated::default()
    };
    let state = ContainerState { terminated: Some(Box::new(ended)), ..ContainerState::default() };
    ContainerStatus { state, started: Some(false), ..status }
}

/// A container's name, image and identifiers.
fn status(pod: &Pod, name: &str, image: &str) -> ContainerStatus {
    ContainerStatus {
        name: name.to_owned(),
        image: image.to_owned(),
        image_id: format!("{}@sha256:{}", repository(image), digest(&[image])),
        container_id: format!("containerd://{}", digest(&[&pod.metadata.uid, name])),
        ..ContainerStatus::default()
    }
}

fn has_any(resources: &ResourceRequirements) -> bool {
    *resources != ResourceRequirements::default()
}

fn mount_status(mount: &VolumeMount) -> VolumeMountStatus {
    VolumeMountStatus {
        name: mount.name.clone(),
        mount_path: mount.mount_path.clone(),
        read_only: mount.read_only,
        recursive_read_only: mount.read_only.then_some(RecursiveReadOnlyMode::Disabled),
        ..VolumeMountStatus::default()
    }
}

/// An image's name without tag and digest.
fn repository(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    match name.rsplit_once(':') {
        // a colon before a slash belongs to the registry's port
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// Sixty-four hexadecimal digits that stand for `parts`; not a digest of anything.
fn digest(parts: &[&str]) -> String {
    let word = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, parts).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    };
    (0..4).map(word).collect()
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::PodReadinessGate;

    use super::*;

    fn container(name: &str) -> Container {
        Container { name: name.to_owned(), image: "registry:5000/app:1".to_owned(), ..Container::default() }
    }

    fn pod() -> Pod {
        let mut pod = Pod::default();
        pod.metadata.generation = 3;
        pod.spec.containers = vec![container("app")];
        let sidecar = Container { restart_policy: Some(ContainerRestartPolicy::Always), ..container("sidecar") };
        pod.spec.init_containers = vec![container("init"), sidecar];
        pod
    }

    fn run(pod: &Pod, seconds: i64) -> PodStatus {
        running(pod, [172, 16, 0, 1].into(), [10, 0, 0, 2].into(), Time::from_unix(seconds))
    }

    #[test]
    fn a_running_pod_has_running_containers_and_done_init_containers() {
        let status = run(&pod(), 100);
        assert_eq!((status.phase, status.observed_generation), (PodPhase::Running, 3));
        assert!(status.conditions.iter().all(|condition| condition.status == ConditionStatus::True));
        let app = &status.container_statuses[0];
        assert!(app.ready && app.state.running.is_some());
        assert!(app.image_id.starts_with("registry:5000/app@sha256:") && app.container_id.len() == 13 + 64);
        let [init, sidecar] = &status.init_container_statuses[..] else { panic!() };
        assert_eq!(init.state.terminated.as_ref().unwrap().reason, "Completed");
        assert!(sidecar.state.running.is_some());
    }

    #[test]
    fn times_of_change_are_kept() {
        let mut pod = pod();
        pod.status = run(&pod, 100);
        pod.spec.readiness_gates = vec![PodReadinessGate { condition_type: "gate".to_owned() }];
        assert!(is_ready(&pod) && !should_be_ready(&pod));
        let later = run(&pod, 200);
        let of = |type_: &str| later.conditions.iter().find(|condition| condition.type_ == type_).unwrap();
        assert_eq!(of(POD_INITIALIZED).last_transition_time, Time::from_unix(100));
        assert_eq!(of(POD_READY).last_transition_time, Time::from_unix(200));
        assert_eq!(of(POD_READY).reason, "ReadinessGatesNotReady");
        assert_eq!(later.start_time, Some(Time::from_unix(100)));
    }

    #[test]
    fn a_stopped_pod_has_failed() {
        let mut pod = pod();
        pod.status = run(&pod, 100);
        let status = stopped(&pod, Time::from_unix(160));
        assert_eq!(status.phase, PodPhase::Failed);
        let ended = status.container_statuses[0].state.terminated.as_ref().unwrap();
        assert_eq!(
            (ended.exit_code, ended.started_at, ended.finished_at),
            (143, Time::from_unix(100), Time::from_unix(160))
        );
    }

    #[test]
    fn repositories_lose_tag_and_digest() {
        for (image, want) in [("nginx", "nginx"), ("nginx:1", "nginx"), ("h:5/a/b", "h:5/a/b"), ("a@sha256:0", "a")] {
            assert_eq!(repository(image), want);
        }
    }
}
