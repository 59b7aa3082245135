//! `/metrics/resources`: what each pod asks for and may take at most. Follows kube-scheduler's
//! metrics/resources/resources.go and component-helpers' resource/helpers.go.

use std::fmt::Write as _;

use kubeforge_api::core::v1::{
    Pod, PodPhase, RESOURCE_CPU, RESOURCE_EPHEMERAL_STORAGE, RESOURCE_MEMORY, RESOURCE_STORAGE, ResourceList,
    ResourceRequirements,
};
use kubeforge_machinery::Quantity;

use crate::resources::{ATTACHABLE_VOLUMES_PREFIX, HUGE_PAGES_PREFIX, Total, add, is_pod_level, is_restartable, raise};

/// Which amounts of a container.
type Pick = fn(&ResourceRequirements) -> &ResourceList;

/// The families: their names, what they are of, how they add up, and whether overhead counts where there is nothing else.
const FAMILIES: [(&str, &str, Pick, Overhead); 2] = [
    (
        "kube_pod_resource_limit",
        "Resources limit for workloads on the cluster, by pod, with the unit of the resource where it has one.",
        |resources| &resources.limits,
        Overhead::OfWhatIsLimited,
    ),
    (
        "kube_pod_resource_request",
        "Resources requested by workloads on the cluster, by pod, with the unit of the resource where it has one.",
        |resources| &resources.requests,
        Overhead::Always,
    ),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Overhead {
    Always,
    OfWhatIsLimited,
}

/// The families of these pods as text; pods that have ended take nothing.
pub fn resources<'a>(pods: impl Iterator<Item = &'a Pod> + Clone) -> String {
    let mut text = String::new();
    for (name, help, pick, overhead) in FAMILIES {
        // writing to a String cannot fail
        let _infallible = writeln!(text, "# HELP {name} [STABLE] {help}\n# TYPE {name} gauge");
        let taking = pods.clone().filter(|pod| {
            pod.spec.node_name.is_empty() || !matches!(pod.status.phase, PodPhase::Succeeded | PodPhase::Failed)
        });
        for pod in taking {
            for (resource, amount) in total(pod, pick, overhead).iter().filter(|(_, amount)| !amount.is_zero()) {
                line(&mut text, name, pod, resource, amount);
            }
        }
    }
    text
}

fn line(text: &mut String, name: &str, pod: &Pod, resource: &str, amount: &Quantity) {
    let labels = [
        ("namespace", pod.metadata.namespace.as_str()),
        ("node", &pod.spec.node_name),
        ("pod", &pod.metadata.name),
        ("priority", &pod.spec.priority.map(|priority| priority.to_string()).unwrap_or_default()),
        ("resource", resource),
        ("scheduler", &pod.spec.scheduler_name),
        ("unit", unit(resource)),
    ];
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels = labels.map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).join(",");
    let _infallible = writeln!(text, "{name}{{{labels}}} {}", amount.as_f64());
}

fn unit(resource: &str) -> &'static str {
    match resource {
        RESOURCE_CPU => "cores",
        RESOURCE_MEMORY | RESOURCE_STORAGE | RESOURCE_EPHEMERAL_STORAGE => "bytes",
        _ if resource.starts_with(HUGE_PAGES_PREFIX) => "bytes",
        _ if resource.starts_with(ATTACHABLE_VOLUMES_PREFIX) => "integer",
        _ => "",
    }
}

/// What the containers take together, or the largest of what its init containers do.
fn total(pod: &Pod, pick: Pick, overhead: Overhead) -> Total<'_> {
    let mut total = Total::new();
    for container in &pod.spec.containers {
        add_all(&mut total, pick(&container.resources));
    }
    let (mut beside, mut peak) = (Total::new(), Total::new());
    for container in &pod.spec.init_containers {
        let amounts = pick(&container.resources);
        if is_restartable(container) {
            add_all(&mut total, amounts);
            add_all(&mut beside, amounts);
            raise(&mut peak, beside.clone());
        } else {
            let mut needed = beside.clone();
            add_all(&mut needed, amounts);
            raise(&mut peak, needed);
        }
    }
    raise(&mut total, peak);
    if let Some(own) = &pod.spec.resources {
        let amounts = pick(own).iter().filter(|(name, _)| is_pod_level(name));
        total.extend(amounts.map(|(name, quantity)| (name.as_str(), quantity.clone())));
    }
    for (name, quantity) in &pod.spec.overhead {
        let is_limited = total.get(name.as_str()).is_some_and(|amount| !amount.is_zero());
        if overhead == Overhead::Always || is_limited {
            add(&mut total, name, quantity);
        }
    }
    total
}

fn add_all<'a>(total: &mut Total<'a>, amounts: &'a ResourceList) {
    for (name, quantity) in amounts {
        add(total, name, quantity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_are_told_of_by_resource() {
        let pod: Pod = serde_json::from_value(serde_json::json!({
            "metadata": { "namespace": "n", "name": "p" },
            "spec": {
                "nodeName": "a", "schedulerName": "s", "priority": 5, "overhead": { "cpu": "100m", "memory": "1Mi" },
                "initContainers": [{ "name": "i", "resources": { "requests": { "cpu": "3" } } }],
                "containers": [
                    { "name": "c", "resources": { "requests": { "cpu": "1", "example.com/x": "2" }, "limits": { "cpu": "2" } } }
                ]
            }
        }))
        .unwrap();
        let text = resources(std::iter::once(&pod));
        let head = |name: &str, resource: &str, unit: &str| {
            format!(
                "{name}{{namespace=\"n\",node=\"a\",pod=\"p\",priority=\"5\",resource=\"{resource}\",scheduler=\"s\",unit=\"{unit}\"}}"
            )
        };
        for want in [
            format!("{} 3.1", head("kube_pod_resource_request", "cpu", "cores")),
            format!("{} 2", head("kube_pod_resource_request", "example.com/x", "")),
            format!("{} 1048576", head("kube_pod_resource_request", "memory", "bytes")),
            format!("{} 2.1", head("kube_pod_resource_limit", "cpu", "cores")),
        ] {
            assert!(text.lines().any(|line| line == want), "{want} is not in\n{text}");
        }
        assert!(
            !text.contains("limit{namespace=\"n\",node=\"a\",pod=\"p\",priority=\"5\",resource=\"memory\""),
            "{text}"
        );
    }
}
