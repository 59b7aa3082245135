//! Containers, and what all kinds of them have in common.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{
    Container, ContainerPort, ContainerResizePolicy, EnvFromSource, EnvVar, EphemeralContainerCommon, OSName, PodSpec,
    PullPolicy, ResourceRequirements, RestartPolicy, SecurityContext, TerminationMessagePolicy, VolumeDevice,
    VolumeMount,
};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    allowances::Allowances,
    basics::{dns_label, required},
    env::{env, env_from},
    lifecycle::lifecycle,
    mount::{Power, devices, mounts},
    options::PodOptions,
    ports::{HostPorts, ports},
    probe::Probes,
    resize_policy::resize_policy,
    resources::requirements,
    restart_policy::restart_policy,
    security_context::{has_host_users, of_container},
    volume::Volumes,
};
use crate::common::{resource_name::container_resource_name, shown};

const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];
const MESSAGE_POLICIES: [&str; 2] = ["File", "FallbackToLogsOnError"];

/// What of a pod its containers are checked against.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings<'a> {
    volumes: &'a Volumes<'a>,
    claims: BTreeSet<&'a str>,
    restart_policy: &'a RestartPolicy,
    pub(super) allowed: Allowances,
    host_users: bool,
    options: PodOptions<'a>,
    pub(super) grace_period_seconds: Option<i64>,
    pub(super) os: Option<&'a OSName>,
}

impl<'a> Surroundings<'a> {
    /// Those of a spec, with its valid volumes and what is let through of errors.
    pub(crate) fn of(
        spec: &'a PodSpec,
        volumes: &'a Volumes<'a>,
        allowed: Allowances,
        options: PodOptions<'a>,
    ) -> Self {
        let claims = spec.resource_claims.iter().map(|claim| claim.name.as_str());
        Self {
            volumes,
            claims: claims.filter(|name| !name.is_empty()).collect(),
            restart_policy: &spec.restart_policy,
            allowed,
            host_users: has_host_users(spec),
            options,
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
    /// Checks them.
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
        let resources = path.child("resources");
        requirements(self.resources, container_resource_name, &around.claims, around.allowed, &resources, errors);
        resize_policy(self.resize_policy, around.restart_policy, &path.child("resizePolicy"), errors);
        if let Some(context) = self.security_context {
            of_container(context, around.host_users, &around.options, &path.child("securityContext"), errors);
        }
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

#[cfg(test)]
mod tests {
    use kubeforge_machinery::{
        GroupVersionKind,
        codec::from_json_slice,
        validation::{CheckContext, FeatureGates},
    };

    use super::{
        super::{init_container::init_containers, volume::volumes},
        *,
    };

    /// Checks a spec of a container `a` with all that must be given, and what `more` says of it and of the pod.
    #[track_caller]
    fn check(more: &str, pod: &str, want: &[&str]) {
        let container = r#""name":"a","image":"i","terminationMessagePolicy":"File","imagePullPolicy":"Always""#;
        let json = format!(r#"{{"containers":[{{{container}{more}}}]{}}}"#, pod.replace("SAME", container));
        let spec: PodSpec = from_json_slice(json.as_bytes()).expect("a spec");
        let mut errors = ErrorList::new();
        let valid = volumes(&spec.volumes, None, Allowances::default(), &Path::new("v"), &mut errors);
        let (kind, gates) = (GroupVersionKind::new("", "v1", "PodTemplate"), FeatureGates::default());
        let ctx = CheckContext { kind: &kind, subresource: "", gates: &gates };
        let around = Surroundings::of(&spec, &valid, Allowances::default(), PodOptions::of_template(&ctx, None));
        containers(&spec.containers, &around, &Path::new("c"), &mut errors);
        init_containers(&spec.init_containers, &spec.containers, &around, &Path::new("i"), &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, want, "{json}");
    }

    #[test]
    fn mounts_are_of_volumes_that_are_there_and_apart() {
        let volumes =
            r#","volumes":[{"name":"v","emptyDir":{}},{"name":"d","persistentVolumeClaim":{"claimName":"d"}}]"#;
        check(
            r#","volumeMounts":[{"name":"v","mountPath":"/v"}],"volumeDevices":[{"name":"d","devicePath":"/d"}]"#,
            volumes,
            &[],
        );
        check(
            r#","volumeMounts":[{"name":"w","mountPath":"/v","subPath":"../x"}]"#,
            volumes,
            &[
                r#"c[0].volumeMounts[0].name: Not found: "w""#,
                r#"c[0].volumeMounts.subPath: Invalid value: "../x": must not contain '..'"#,
            ],
        );
        check(
            r#","volumeDevices":[{"name":"v","devicePath":"/a/../b"}]"#,
            volumes,
            &[
                r#"c[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"#,
                r#"c[0].volumeDevices[0].devicePath: Invalid value: "/a/../b": can not contain backsteps ('..')"#,
            ],
        );
        check(
            r#","volumeMounts":[{"name":"v","mountPath":"/v","mountPropagation":"Bidirectional","recursiveReadOnly":"Enabled"}]"#,
            volumes,
            &[
                "c[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers",
                "c[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
                "c[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified",
            ],
        );
    }

    #[test]
    fn probes_and_hooks_do_one_thing() {
        check(
            r#","livenessProbe":{"exec":{"command":["x"]},"httpGet":{},"successThreshold":2}"#,
            "",
            &[
                "c[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type",
                "c[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
            ],
        );
        check(
            r#","readinessProbe":{"tcpSocket":{"port":"no_port"},"terminationGracePeriodSeconds":5}"#,
            "",
            &[
                r#"c[0].readinessProbe.tcpSocket.port: Invalid value: "no_port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"#,
                "c[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes",
            ],
        );
        let pod = r#","terminationGracePeriodSeconds":30,"os":{"name":"windows"}"#;
        check(
            r#","lifecycle":{"preStop":{"sleep":{"seconds":31}},"stopSignal":"SIGHUP"}"#,
            pod,
            &[
                "c[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
                r#"c[0].lifecycle.stopSignal: Unsupported value: "SIGHUP": supported values: "SIGKILL", "SIGTERM""#,
            ],
        );
    }

    #[test]
    fn ports_of_the_node_are_taken_once() {
        let port = r#"{"containerPort":1,"hostPort":80,"protocol":"TCP"}"#;
        check(&format!(r#","ports":[{port},{port}]"#), "", &[r#"c[0].ports[1].hostPort: Duplicate value: "TCP//80""#]);
        // init containers run one after the other
        check(
            &format!(r#","ports":[{port}]"#),
            &format!(r#","initContainers":[{{SAME,"name":"b","ports":[{port}]}}]"#),
            &[],
        );
    }

    #[test]
    fn init_containers_end_unless_they_always_restart() {
        let probe = r#""startupProbe":{"exec":{"command":["x"]},"successThreshold":1}"#;
        check("", &format!(r#","initContainers":[{{SAME,"name":"b","restartPolicy":"Always",{probe}}}]"#), &[]);
        check(
            "",
            &format!(r#","initContainers":[{{SAME,{probe}}}]"#),
            &[
                r#"i[0].name: Duplicate value: "a""#,
                "i[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
            ],
        );
        check(
            r#","restartPolicyRules":[{"action":"Restart"}]"#,
            "",
            &[
                "c[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
                "c[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
            ],
        );
    }

    #[test]
    fn variables_have_one_source() {
        check(
            r#","env":[{"name":"A=","valueFrom":{"secretKeyRef":{"name":"s","key":"k"},"resourceFieldRef":{"resource":"limits.gpu"}}}]"#,
            "",
            &[
                r#"c[0].env[0].name: Invalid value: "A=": a valid environment variable name must consist only of printable ASCII characters other than '='"#,
                r#"c[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory""#,
                r#"c[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time"#,
            ],
        );
        check(
            r#","envFrom":[{"configMapRef":{"name":"c-"}},{}]"#,
            "",
            &[r#"c[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`"#],
        );
    }
}
