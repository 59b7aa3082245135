//! Containers, and what all kinds of them have in common.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{
    Container, ContainerPort, ContainerResizePolicy, EnvFromSource, EnvVar, EphemeralContainerCommon, OSName, PodSpec,
    PullPolicy, ResourceRequirements, RestartPolicy, SecurityContext, TerminationMessagePolicy, VolumeDevice,
    VolumeMount,
};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    basics::{dns_label, required},
    env::{env, env_from},
    lifecycle::lifecycle,
    mount::{Power, devices, mounts},
    ports::{HostPorts, ports},
    probe::Probes,
    resize_policy::resize_policy,
    resource_name::container_resource_name,
    resources::requirements,
    restart_policy::restart_policy,
    volume::Volumes,
};
use crate::common::shown;

const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];
const MESSAGE_POLICIES: [&str; 2] = ["File", "FallbackToLogsOnError"];

/// What of a pod its containers are checked against.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings<'a> {
    volumes: &'a Volumes<'a>,
    claims: BTreeSet<&'a str>,
    restart_policy: &'a RestartPolicy,
    pub(super) grace_period_seconds: Option<i64>,
    pub(super) os: Option<&'a OSName>,
}

impl<'a> Surroundings<'a> {
    /// Those of a spec, with its valid volumes.
    pub(crate) fn of(spec: &'a PodSpec, volumes: &'a Volumes<'a>) -> Self {
        let claims = spec.resource_claims.iter().map(|claim| claim.name.as_str());
        Self {
            volumes,
            claims: claims.filter(|name| !name.is_empty()).collect(),
            restart_policy: &spec.restart_policy,
            grace_period_seconds: spec.termination_grace_period_seconds,
            os: spec.os.as_ref().map(|os| &os.name),
        }
    }
}

/// Checks the containers of a spec; there must be one. Init containers come next, then ephemeral ones.
pub(crate) fn containers(containers: &[Container], around: &Surroundings<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if containers.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    let mut names = BTreeSet::new();
    for (at, container) in containers.iter().enumerate() {
        let path = path.index(at);
        Common::from(container).check(around, &path, errors);
        if !names.insert(container.name.as_str()) {
            errors.push(Error::duplicate(&path.child("name"), &container.name));
        }
        if let Some(value) = container.lifecycle.as_deref() {
            lifecycle(value, around.os, around.grace_period_seconds, &path.child("lifecycle"), errors);
        }
        probes(container).check(around.grace_period_seconds, &path, errors);
        restart_policy(container.restart_policy.as_ref(), &container.restart_policy_rules, &path, errors);
    }
    let mut taken = HostPorts::default();
    for (at, container) in containers.iter().enumerate() {
        taken.take(&container.ports, &path.index(at).child("ports"), errors);
    }
}

/// A container's probes.
pub(super) fn probes(container: &Container) -> Probes<'_> {
    Probes {
        liveness: container.liveness_probe.as_deref(),
        readiness: container.readiness_probe.as_deref(),
        startup: container.startup_probe.as_deref(),
    }
}

/// The fields that are checked alike in containers, init containers and ephemeral containers.
pub(crate) struct Common<'a> {
    name: &'a str,
    image: &'a str,
    termination_message_policy: &'a TerminationMessagePolicy,
    ports: &'a [ContainerPort],
    env: &'a [EnvVar],
    env_from: &'a [EnvFromSource],
    volume_mounts: &'a [VolumeMount],
    volume_devices: &'a [VolumeDevice],
    image_pull_policy: &'a PullPolicy,
    resources: &'a ResourceRequirements,
    resize_policy: &'a [ContainerResizePolicy],
    security_context: Option<&'a SecurityContext>,
}

macro_rules! common_of {
    ($type:ty) => {
        impl<'a> From<&'a $type> for Common<'a> {
            fn from(container: &'a $type) -> Self {
                Self {
                    name: &container.name,
                    image: &container.image,
                    termination_message_policy: &container.termination_message_policy,
                    ports: &container.ports,
                    env: &container.env,
                    env_from: &container.env_from,
                    volume_mounts: &container.volume_mounts,
                    volume_devices: &container.volume_devices,
                    image_pull_policy: &container.image_pull_policy,
                    resources: &container.resources,
                    resize_policy: &container.resize_policy,
                    security_context: container.security_context.as_deref(),
                }
            }
        }
    };
}

common_of!(Container);
common_of!(EphemeralContainerCommon);

impl Common<'_> {
    /// Checks them, but for the security context.
    pub(crate) fn check(&self, around: &Surroundings<'_>, path: &Path<'_>, errors: &mut ErrorList) {
        let name = path.child("name");
        required(self.name, &name, errors);
        if !self.name.is_empty() {
            dns_label(self.name, &name, errors);
        }
        required(self.image, &path.child("image"), errors);
        message_policy(self.termination_message_policy, &path.child("terminationMessagePolicy"), errors);
        ports(self.ports, &path.child("ports"), errors);
        env(self.env, &path.child("env"), errors);
        env_from(self.env_from, &path.child("envFrom"), errors);
        let mount_path = path.child("volumeMounts");
        mounts(self.volume_mounts, self.volume_devices, around.volumes, self.power(), &mount_path, errors);
        let device_path = path.child("volumeDevices");
        devices(self.volume_devices, self.volume_mounts, around.volumes, &device_path, errors);
        pull_policy(self.image_pull_policy, &path.child("imagePullPolicy"), errors);
        requirements(self.resources, container_resource_name, &around.claims, &path.child("resources"), errors);
        resize_policy(self.resize_policy, around.restart_policy, &path.child("resizePolicy"), errors);
    }

    fn power(&self) -> Power {
        match self.security_context.and_then(|context| context.privileged) {
            Some(true) => Power::Privileged,
            Some(false) | None => Power::Restricted,
        }
    }
}

fn message_policy(policy: &TerminationMessagePolicy, path: &Path<'_>, errors: &mut ErrorList) {
    if policy.is_empty() {
        errors.push(Error::required(path, ""));
    } else if !MESSAGE_POLICIES.contains(&policy.as_str()) {
        errors.push(Error::not_supported(path, shown(policy), &MESSAGE_POLICIES));
    }
}

/// The policy is one of those for pulling images.
pub(super) fn pull_policy(policy: &PullPolicy, path: &Path<'_>, errors: &mut ErrorList) {
    if policy.is_empty() {
        errors.push(Error::required(path, ""));
    } else if !PULL_POLICIES.contains(&policy.as_str()) {
        errors.push(Error::not_supported(path, shown(policy), &PULL_POLICIES));
    }
}
