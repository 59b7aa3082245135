//! The pods of a kind, where the pod's constraints do not say: those of its services and of its controller.

use kubeforge_api::core::v1::Pod;
use kubeforge_machinery::{labels::Selector, meta::v1::OwnerReference};

use crate::framework::Objects;

/// What the services that serve the pod and the controller that made it select; none where there are none.
pub(super) fn of(pod: &Pod, objects: &Objects) -> Option<Selector> {
    let namespace = &pod.metadata.namespace;
    let mut labels = std::collections::BTreeMap::new();
    for service in objects.services.list_namespace(namespace) {
        let selects = service.spec.selector.iter().all(|(key, value)| pod.metadata.labels.get(key) == Some(value));
        if !service.spec.selector.is_empty() && selects {
            labels.extend(service.spec.selector.clone());
        }
    }
    let mut selector = Selector::from_labels(&labels);
    let controller = pod.metadata.owner_references.iter().find(|owner| owner.controller == Some(true));
    let own = controller.and_then(|owner| of_controller(owner, namespace, objects));
    for requirement in own.iter().flat_map(|own| own.requirements().unwrap_or_default()) {
        selector = selector.and(requirement.clone());
    }
    (!selector.is_everything()).then_some(selector)
}

fn of_controller(owner: &OwnerReference, namespace: &str, objects: &Objects) -> Option<Selector> {
    let name = &owner.name;
    let parsed = |selector: Option<&_>| Selector::from_label_selector(selector).ok();
    match (owner.api_version.as_str(), owner.kind.as_str()) {
        ("v1", "ReplicationController") => {
            let controller = objects.replication_controllers.get(namespace, name)?;
            Some(Selector::from_labels(&controller.spec.selector))
        }
        ("apps/v1", "ReplicaSet") => parsed(objects.replica_sets.get(namespace, name)?.spec.selector.as_deref()),
        ("apps/v1", "StatefulSet") => parsed(objects.stateful_sets.get(namespace, name)?.spec.selector.as_deref()),
        _ => None,
    }
}
