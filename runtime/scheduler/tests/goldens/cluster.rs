//! A cluster of plain objects, and the little that the API server does to them on the way in: defaults, priorities,
//! tolerations for nodes that are not ready.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_api::core::v1::{
    Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod, PodPhase, PreemptionPolicy, Service, TaintEffect,
    Toleration, TolerationOperator,
};
use kubeforge_api::policy::v1::PodDisruptionBudget;
use kubeforge_api::scheduling::v1::PriorityClass;
use kubeforge_api::storage::v1::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass};
use kubeforge_machinery::{
    Defaulted, Time,
    meta::v1::{LabelSelectorOperator, LabelSelectorRequirement},
};
use kubeforge_scheduler::framework::ClusterObject;
use serde_json::Value;

use crate::cases::Reference;
use crate::volumes::Volumes;

/// What changed: what an informer would say.
pub(crate) enum Change {
    NodeSet(Node),
    NodeDeleted(Node),
    PodSet(Pod),
    PodDeleted(Pod),
    ObjectSet(ClusterObject),
}

#[derive(Default)]
pub(crate) struct Cluster {
    pub(crate) nodes: BTreeMap<String, Node>,
    pub(crate) pods: BTreeMap<String, Pod>,
    pub(crate) volumes: Volumes,
    classes: BTreeMap<String, PriorityClass>,
    created: i64,
}

/// The first object was created then; each is a second younger than the one before.
const EPOCH_SECONDS: i64 = 1_767_225_600;

impl Cluster {
    /// Creates an object; `None` for kinds that have nothing to do with what is tested, and for volumes and claims, see
    /// [`Volumes::changes`].
    pub(crate) fn create(&mut self, object: &Value) -> Option<Change> {
        self.created += 1;
        match object["kind"].as_str()? {
            "Node" => {
                let mut node: Node = typed(object);
                node.set_defaults();
                self.nodes.insert(node.metadata.name.clone(), node.clone());
                Some(Change::NodeSet(node))
            }
            "Pod" => {
                let pod = self.admit(typed(object));
                self.pods.insert(key(&pod), pod.clone());
                Some(Change::PodSet(pod))
            }
            "PriorityClass" => {
                let class: PriorityClass = typed(object);
                self.classes.insert(class.metadata.name.clone(), class);
                None
            }
            "PersistentVolume" => {
                self.volumes.add(&defaulted::<PersistentVolume>(object));
                None
            }
            "PersistentVolumeClaim" => {
                self.volumes.add(&defaulted::<PersistentVolumeClaim>(object));
                None
            }
            kind => other(kind, object).map(Change::ObjectSet),
        }
    }

    fn admit(&self, mut pod: Pod) -> Pod {
        pod.set_defaults();
        merge_label_keys(&mut pod);
        pod.metadata.uid = format!("00000000-0000-0000-0000-{:012}", self.created);
        pod.metadata.creation_timestamp = time(EPOCH_SECONDS + self.created);
        if pod.status.phase.is_empty() {
            pod.status.phase = PodPhase::Pending;
        }
        let class = self.class_of(&pod);
        pod.spec.priority = Some(class.0);
        pod.spec.preemption_policy = Some(class.1);
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            let tolerated = |toleration: &Toleration| {
                (toleration.key == key || toleration.key.is_empty())
                    && (toleration.effect == TaintEffect::NoExecute || toleration.effect.is_empty())
            };
            if !pod.spec.tolerations.iter().any(tolerated) {
                pod.spec.tolerations.push(Toleration {
                    key: key.to_owned(),
                    operator: TolerationOperator::Exists,
                    effect: TaintEffect::NoExecute,
                    toleration_seconds: Some(300),
                    ..Default::default()
                });
            }
        }
        pod
    }

    fn class_of(&self, pod: &Pod) -> (i32, PreemptionPolicy) {
        let class = match pod.spec.priority_class_name.as_str() {
            "system-cluster-critical" => return (2_000_000_000, PreemptionPolicy::PreemptLowerPriority),
            "system-node-critical" => return (2_000_001_000, PreemptionPolicy::PreemptLowerPriority),
            "" => self.classes.values().find(|class| class.global_default),
            name => self.classes.get(name),
        };
        let policy = class.and_then(|class| class.preemption_policy.clone());
        (class.map_or(0, |class| class.value), policy.unwrap_or(PreemptionPolicy::PreemptLowerPriority))
    }

    pub(crate) fn delete(&mut self, reference: &Reference) -> Option<Change> {
        match reference.kind.as_str() {
            "Node" => self.nodes.remove(&reference.name).map(Change::NodeDeleted),
            "Pod" => {
                let key = format!("{}/{}", reference.namespace, reference.name);
                match reference.grace {
                    Some(grace) if grace > 0 => self.mark_for_deletion(&key),
                    _ => self.pods.remove(&key).map(Change::PodDeleted),
                }
            }
            kind => panic!("no {kind} is deleted here"),
        }
    }

    /// Tells a pod to go; it stays until it is reaped, unless it needs no time.
    pub(crate) fn mark_for_deletion(&mut self, key: &str) -> Option<Change> {
        let mut pod = self.pods.get(key)?.clone();
        if pod.spec.termination_grace_period_seconds == Some(0) {
            return self.pods.remove(key).map(Change::PodDeleted);
        }
        self.created += 1;
        pod.metadata.deletion_timestamp = Some(time(EPOCH_SECONDS + self.created));
        self.pods.insert(key.to_owned(), pod.clone());
        Some(Change::PodSet(pod))
    }

    pub(crate) fn reap(&mut self) -> Vec<Change> {
        let going = |pod: &Pod| pod.metadata.deletion_timestamp.is_some();
        let keys: Vec<String> = self.pods.iter().filter(|(_, pod)| going(pod)).map(|(key, _)| key.clone()).collect();
        keys.iter().filter_map(|key| self.pods.remove(key)).map(Change::PodDeleted).collect()
    }

    pub(crate) fn patch(&mut self, reference: &Reference) -> Change {
        match reference.kind.as_str() {
            "Node" => {
                let new: Node = patched(&self.nodes[&reference.name], &reference.body);
                self.nodes.insert(reference.name.clone(), new.clone());
                Change::NodeSet(new)
            }
            "Pod" => {
                let key = format!("{}/{}", reference.namespace, reference.name);
                let new: Pod = patched(&self.pods[&key], &reference.body);
                self.pods.insert(key, new.clone());
                Change::PodSet(new)
            }
            kind => panic!("no {kind} is patched here"),
        }
    }

    /// Changes a pod that is there.
    pub(crate) fn update_pod(&mut self, key: &str, change: impl FnOnce(&mut Pod)) -> Change {
        let pod = self.pods.get_mut(key).expect("a pod that is there");
        change(pod);
        Change::PodSet(pod.clone())
    }
}

/// Adds to the pod's terms about other pods what its own labels say (`matchLabelKeys`, `mismatchLabelKeys`).
fn merge_label_keys(pod: &mut Pod) {
    let labels = pod.metadata.labels.clone();
    let Some(affinity) = &mut pod.spec.affinity else { return };
    let near = affinity.pod_affinity.iter_mut().flat_map(|near| {
        let required = near.required_during_scheduling_ignored_during_execution.iter_mut();
        let preferred = near.preferred_during_scheduling_ignored_during_execution.iter_mut();
        required.chain(preferred.map(|term| &mut term.pod_affinity_term))
    });
    let apart = affinity.pod_anti_affinity.iter_mut().flat_map(|apart| {
        let required = apart.required_during_scheduling_ignored_during_execution.iter_mut();
        let preferred = apart.preferred_during_scheduling_ignored_during_execution.iter_mut();
        required.chain(preferred.map(|term| &mut term.pod_affinity_term))
    });
    for term in near.chain(apart) {
        let Some(selector) = &mut term.label_selector else { continue };
        let keys = term.match_label_keys.iter().map(|key| (key, LabelSelectorOperator::In));
        let keys = keys.chain(term.mismatch_label_keys.iter().map(|key| (key, LabelSelectorOperator::NotIn)));
        for (key, operator) in keys {
            let Some(value) = labels.get(key) else { continue };
            selector.match_expressions.push(LabelSelectorRequirement {
                key: key.clone(),
                operator,
                values: vec![value.clone()],
            });
        }
    }
}

/// The namespace and name of a pod that is still JSON.
pub(crate) fn key_of(pod: &Value) -> String {
    format!(
        "{}/{}",
        pod["metadata"]["namespace"].as_str().unwrap_or("default"),
        pod["metadata"]["name"].as_str().unwrap_or("")
    )
}

pub(crate) fn key(pod: &Pod) -> String {
    format!("{}/{}", pod.metadata.namespace, pod.metadata.name)
}

/// An object of a kind that plugins read beside nodes and pods, with the defaults of the API server.
fn other(kind: &str, object: &Value) -> Option<ClusterObject> {
    Some(match kind {
        "Namespace" => {
            let mut namespace: Namespace = defaulted(object);
            let name = namespace.metadata.name.clone();
            namespace.metadata.labels.insert("kubernetes.io/metadata.name".to_owned(), name);
            Arc::new(namespace).into()
        }
        "Service" => Arc::new(defaulted::<Service>(object)).into(),
        "StorageClass" => Arc::new(defaulted::<StorageClass>(object)).into(),
        "CSINode" => Arc::new(defaulted::<CSINode>(object)).into(),
        "CSIDriver" => Arc::new(defaulted::<CSIDriver>(object)).into(),
        "CSIStorageCapacity" => Arc::new(defaulted::<CSIStorageCapacity>(object)).into(),
        "PodDisruptionBudget" => Arc::new(defaulted::<PodDisruptionBudget>(object)).into(),
        _ => return None,
    })
}

fn defaulted<T: serde::de::DeserializeOwned + Defaulted>(object: &Value) -> T {
    let mut object: T = typed(object);
    object.set_defaults();
    object
}

fn time(seconds: i64) -> Time {
    Time::from_unix(seconds)
}

fn typed<T: serde::de::DeserializeOwned>(object: &Value) -> T {
    serde_json::from_value(object.clone()).expect("an object of its kind")
}

fn patched<T: serde::Serialize + serde::de::DeserializeOwned>(object: &T, patch: &Value) -> T {
    let mut value = serde_json::to_value(object).expect("objects are JSON");
    merge(&mut value, patch);
    serde_json::from_value(value).expect("still an object")
}

fn merge(target: &mut Value, patch: &Value) {
    let (Value::Object(target), Value::Object(patch)) = (&mut *target, patch) else {
        *target = patch.clone();
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}
