//! Clusters in files: manifests as kubectl writes and reads them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use kubeforge_api::{
    core::v1::{Node, Pod, PodPhase, PreemptionPolicy},
    resource::v1::{ResourceClaim, ResourceClaimTemplate},
    scheduling::v1::PriorityClass,
};
use kubeforge_machinery::{
    Object, Scheme, SchemeBuilder,
    codec::{self, MediaType, Strictness},
    yaml,
};
use serde_json::Value;
use tokio::time::Instant;

use super::{
    OfflineError,
    claims::{self, Templates},
};
use crate::{core::Core, framework::ClusterObject};

/// What was found in files.
#[derive(Default)]
pub(super) struct Cluster {
    pub(super) nodes: Vec<Node>,
    pub(super) pods: Vec<Pod>,
    others: Vec<ClusterObject>,
    classes: BTreeMap<String, PriorityClass>,
    templates: Templates,
}

impl Cluster {
    /// Reads files, of one document or several, lists among them.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, OfflineError> {
        let mut builder = SchemeBuilder::new("kube-scheduler");
        kubeforge_api::register_all(&mut builder);
        let scheme = builder.build();
        let mut cluster = Self::default();
        for path in paths {
            let text =
                std::fs::read_to_string(path).map_err(|source| OfflineError::Read { path: path.clone(), source })?;
            for (place, document) in yaml::documents(&text).into_iter().enumerate() {
                cluster.read_document(&scheme, document).map_err(|reason| OfflineError::Document {
                    path: path.clone(),
                    place: place + 1,
                    reason,
                })?;
            }
        }
        for pod in &mut cluster.pods {
            admit(pod, &cluster.classes);
            if pod.spec.node_name.is_empty() {
                cluster.others.extend(claims::make(pod, &cluster.templates));
            }
        }
        Ok(cluster)
    }

    fn read_document(&mut self, scheme: &Scheme, document: &str) -> Result<(), String> {
        let value = yaml::to_value(document.as_bytes()).map_err(|error| error.to_string())?;
        if value.is_null() {
            return Ok(());
        }
        match value.get("items").and_then(Value::as_array) {
            Some(items) if value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) => {
                for (place, item) in items.iter().enumerate() {
                    self.read_object(scheme, item).map_err(|reason| format!("items[{place}]: {reason}"))?;
                }
                Ok(())
            }
            _ => self.read_object(scheme, &value),
        }
    }

    fn read_object(&mut self, scheme: &Scheme, value: &Value) -> Result<(), String> {
        let json = value.to_string();
        let decoded = codec::decode(scheme, MediaType::Json, json.as_bytes(), None, Strictness::Strict);
        let decoded = decoded.map_err(|error| error.to_string())?;
        if let Some(error) = decoded.strict_errors.first() {
            return Err(error.to_string());
        }
        let mut object = decoded.object;
        object.set_defaults();
        self.take(scheme.to_hub(object).map_err(|error| error.to_string())?);
        Ok(())
    }

    /// Keeps what schedulers look at; everything else has no say in where pods go.
    fn take(&mut self, object: Box<dyn Object>) {
        let object = match object.downcast::<Node>() {
            Ok(node) => return self.nodes.push(*node),
            Err(object) => object,
        };
        let object = match object.downcast::<Pod>() {
            Ok(pod) => return self.pods.push(*pod),
            Err(object) => object,
        };
        let object = match object.downcast::<PriorityClass>() {
            Ok(class) => {
                self.classes.insert(class.metadata.name.clone(), *class);
                return;
            }
            Err(object) => object,
        };
        let object = match object.downcast::<ResourceClaim>() {
            Ok(claim) => return self.others.push(Arc::new(claims::admit(*claim)).into()),
            Err(object) => object,
        };
        let object = match object.downcast::<ResourceClaimTemplate>() {
            Ok(template) => {
                let meta = &template.metadata;
                let namespace = if meta.namespace.is_empty() { "default" } else { &meta.namespace };
                self.templates.insert((namespace.to_owned(), meta.name.clone()), *template);
                return;
            }
            Err(object) => object,
        };
        self.others.extend(ClusterObject::from_object(object));
    }

    /// Puts all of it into a scheduler's core but the pods that have no node.
    pub(super) fn fill(&self, core: &mut Core, now: Instant) {
        for object in &self.others {
            core.set_object(object.clone(), now);
        }
        for node in &self.nodes {
            core.set_node(Arc::new(node.clone()), now);
        }
        for pod in self.pods.iter().filter(|pod| !pod.spec.node_name.is_empty()) {
            core.set_pod(Arc::new(pod.clone()), now);
        }
    }

    /// The pods that wait for a node, in the order of the files.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Pod> {
        self.pods.iter().filter(|pod| pod.spec.node_name.is_empty())
    }
}

/// What the API server adds to a pod that its placement depends on, where it is not there yet: namespace, uid, priority.
fn admit(pod: &mut Pod, classes: &BTreeMap<String, PriorityClass>) {
    if pod.metadata.namespace.is_empty() {
        "default".clone_into(&mut pod.metadata.namespace);
    }
    if pod.metadata.uid.is_empty() {
        pod.metadata.uid = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
    }
    if pod.status.phase.is_empty() {
        pod.status.phase = PodPhase::Pending;
    }
    let (value, policy) = match pod.spec.priority_class_name.as_str() {
        "system-cluster-critical" => (2_000_000_000, None),
        "system-node-critical" => (2_000_001_000, None),
        name => {
            let class = match name {
                "" => classes.values().find(|class| class.global_default),
                name => classes.get(name),
            };
            (class.map_or(0, |class| class.value), class.and_then(|class| class.preemption_policy.clone()))
        }
    };
    pod.spec.priority.get_or_insert(value);
    pod.spec.preemption_policy.get_or_insert(policy.unwrap_or(PreemptionPolicy::PreemptLowerPriority));
}

/// Reads one pod that need not be anywhere.
pub(super) fn pod(path: &Path) -> Result<Pod, OfflineError> {
    let cluster = Cluster::read(&[path.to_owned()])?;
    let mut pods = cluster.pods.into_iter();
    match (pods.next(), pods.next()) {
        (Some(pod), None) => Ok(pod),
        _ => Err(OfflineError::NotOnePod { path: path.to_owned() }),
    }
}
