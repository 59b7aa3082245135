//! Which pod runs on which node, and what it refers to. Follows plugin/pkg/auth/authorizer/node/graph.go in meaning.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use kubeforge_api::{
    core::v1::{PersistentVolume, Pod},
    resource::v1::ResourceSlice,
    storage::v1::VolumeAttachment,
};
use kubeforge_machinery::GroupResource;
use kubeforge_storage::{entry::Entry, storage::Storage};
use parking_lot::RwLock;

use super::references;
use crate::{
    follow::{Follower, Index},
    rbac::typed,
};

const RESOURCES: [GroupResource; 4] = [
    GroupResource::new("", "pods"),
    GroupResource::new("", "persistentvolumes"),
    GroupResource::new("storage.k8s.io", "volumeattachments"),
    GroupResource::new("resource.k8s.io", "resourceslices"),
];
const PODS: usize = 0;
const VOLUMES: usize = 1;
const ATTACHMENTS: usize = 2;

/// A kind of object that pods refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Pod,
    Secret,
    ConfigMap,
    VolumeClaim,
    Volume,
    Attachment,
    ResourceClaim,
    ResourceSlice,
    ServiceAccount,
}

type Name = (String, String);

/// The relations between nodes and objects, kept up to date.
pub struct Graph {
    state: Arc<State>,
    follower: Follower,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State(RwLock<Known>);

#[derive(Default)]
struct Known {
    pods: HashMap<Name, Placed>,
    /// How many pods of each node refer to an object.
    users: HashMap<(Kind, Name), HashMap<Arc<str>, usize>>,
    volumes: HashMap<String, Bound>,
    /// The volumes that need a secret.
    secrets: HashMap<Name, HashSet<String>>,
    attachments: HashMap<String, String>,
    slices: HashMap<String, String>,
}

struct Placed {
    node: Arc<str>,
    uses: Vec<(Kind, Name)>,
}

struct Bound {
    claim: Name,
    secrets: Vec<Name>,
}

impl Graph {
    /// Follows the pods, volumes, attachments and slices of a server.
    pub fn start(storage: impl Fn(&GroupResource) -> Option<Arc<dyn Storage>>) -> Self {
        let state = Arc::<State>::default();
        let storages = RESOURCES.iter().filter_map(storage).collect();
        let follower = Follower::start(storages, state.clone());
        Self { state, follower }
    }

    pub(super) async fn settle(&self) {
        self.follower.settle().await;
    }

    /// Whether the node has to do with the object.
    pub(super) fn relates(&self, node: &str, kind: Kind, namespace: &str, name: &str) -> bool {
        self.state.0.read().relates(node, kind, &(namespace.to_owned(), name.to_owned()))
    }
}

impl Known {
    fn relates(&self, node: &str, kind: Kind, name: &Name) -> bool {
        match kind {
            Kind::Pod => self.pods.get(name).is_some_and(|pod| &*pod.node == node),
            Kind::Volume => {
                self.volumes.get(&name.1).is_some_and(|volume| self.uses(node, Kind::VolumeClaim, &volume.claim))
            }
            Kind::Attachment => self.attachments.get(&name.1).is_some_and(|attached| attached == node),
            Kind::ResourceSlice => self.slices.get(&name.1).is_some_and(|owner| owner == node),
            Kind::Secret => {
                self.uses(node, kind, name)
                    || self.secrets.get(name).into_iter().flatten().any(|volume| {
                        let volume = self.volumes.get(volume);
                        volume.is_some_and(|volume| self.uses(node, Kind::VolumeClaim, &volume.claim))
                    })
            }
            Kind::ConfigMap | Kind::VolumeClaim | Kind::ResourceClaim | Kind::ServiceAccount => {
                self.uses(node, kind, name)
            }
        }
    }

    /// Whether a pod of the node refers to the object itself.
    fn uses(&self, node: &str, kind: Kind, name: &Name) -> bool {
        self.users.get(&(kind, name.clone())).is_some_and(|nodes| nodes.contains_key(node))
    }

    fn put_pod(&mut self, pod: &Pod) {
        let name = (pod.metadata.namespace.clone(), pod.metadata.name.clone());
        self.remove_pod(&name);
        if pod.spec.node_name.is_empty() {
            return;
        }
        let node: Arc<str> = pod.spec.node_name.as_str().into();
        let mut uses: Vec<(Kind, Name)> = Vec::new();
        // a node makes mirror pods itself, so they must not open anything to it
        if !pod.metadata.annotations.contains_key("kubernetes.io/config.mirror") {
            let mut add = |kind, used: &str| uses.push((kind, (pod.metadata.namespace.clone(), used.to_owned())));
            if !pod.spec.service_account_name.is_empty() {
                add(Kind::ServiceAccount, &pod.spec.service_account_name);
            }
            references::secrets(&pod.spec).into_iter().for_each(|used| add(Kind::Secret, used));
            references::config_maps(&pod.spec).into_iter().for_each(|used| add(Kind::ConfigMap, used));
            references::volume_claims(pod).iter().for_each(|used| add(Kind::VolumeClaim, used));
            references::resource_claims(pod).into_iter().for_each(|used| add(Kind::ResourceClaim, used));
        }
        for used in &uses {
            *self.users.entry(used.clone()).or_default().entry(node.clone()).or_default() += 1;
        }
        self.pods.insert(name, Placed { node, uses });
    }

    fn remove_pod(&mut self, name: &Name) {
        let Some(Placed { node, uses }) = self.pods.remove(name) else { return };
        for used in uses {
            let Some(nodes) = self.users.get_mut(&used) else { continue };
            if let Some(count) = nodes.get_mut(&node) {
                *count -= 1;
                if *count == 0 {
                    nodes.remove(&node);
                }
            }
            if nodes.is_empty() {
                self.users.remove(&used);
            }
        }
    }

    fn put_volume(&mut self, volume: &PersistentVolume) {
        let name = &volume.metadata.name;
        self.remove_volume(name);
        let Some(claim) = &volume.spec.claim_ref else { return };
        let secrets = references::volume_secrets(volume);
        for secret in &secrets {
            self.secrets.entry(secret.clone()).or_default().insert(name.clone());
        }
        self.volumes.insert(name.clone(), Bound { claim: (claim.namespace.clone(), claim.name.clone()), secrets });
    }

    fn remove_volume(&mut self, name: &str) {
        let Some(volume) = self.volumes.remove(name) else { return };
        for secret in volume.secrets {
            if let Some(volumes) = self.secrets.get_mut(&secret) {
                volumes.remove(name);
                if volumes.is_empty() {
                    self.secrets.remove(&secret);
                }
            }
        }
    }

    fn put(&mut self, resource: usize, entry: &Entry) {
        match resource {
            // most pods that change are not bound yet, and need not be decoded to see that
            PODS if entry.field("spec.nodeName") == Some("") => {
                self.remove_pod(&(entry.key().namespace.clone(), entry.key().name.clone()));
            }
            PODS => {
                if let Some(pod) = typed::<Pod>(entry) {
                    self.put_pod(&pod);
                }
            }
            VOLUMES => {
                if let Some(volume) = typed::<PersistentVolume>(entry) {
                    self.put_volume(&volume);
                }
            }
            ATTACHMENTS => {
                if let Some(attachment) = typed::<VolumeAttachment>(entry) {
                    self.attachments.insert(attachment.metadata.name, attachment.spec.node_name);
                }
            }
            _ => {
                if let Some(slice) = typed::<ResourceSlice>(entry) {
                    self.slices.insert(slice.metadata.name, slice.spec.node_name.unwrap_or_default());
                }
            }
        }
    }
}

impl Index for State {
    fn replace(&self, resource: usize, entries: &[Arc<Entry>]) {
        let mut known = self.0.write();
        match resource {
            PODS => {
                known.pods.clear();
                known.users.clear();
            }
            VOLUMES => {
                known.volumes.clear();
                known.secrets.clear();
            }
            ATTACHMENTS => known.attachments.clear(),
            _ => known.slices.clear(),
        }
        entries.iter().for_each(|entry| known.put(resource, entry));
    }

    fn put(&self, resource: usize, entry: &Arc<Entry>) {
        self.0.write().put(resource, entry);
    }

    fn remove(&self, resource: usize, entry: &Arc<Entry>) {
        let (mut known, key) = (self.0.write(), entry.key());
        match resource {
            PODS => known.remove_pod(&(key.namespace.clone(), key.name.clone())),
            VOLUMES => known.remove_volume(&key.name),
            ATTACHMENTS => drop(known.attachments.remove(&key.name)),
            _ => drop(known.slices.remove(&key.name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::{
        CSIPersistentVolumeSource, ObjectReference, PersistentVolumeClaimVolumeSource, SecretReference,
        SecretVolumeSource, Volume,
    };

    use super::*;

    #[test]
    fn nodes_relate_to_what_their_pods_use() {
        let name = |name: &str| ("a".to_owned(), name.to_owned());
        let mut pod = Pod::default();
        pod.metadata.namespace = "a".to_owned();
        pod.metadata.name = "web".to_owned();
        pod.spec.node_name = "n1".to_owned();
        let mut secret = Volume::default();
        secret.volume_source.secret =
            Some(Box::new(SecretVolumeSource { secret_name: "key".to_owned(), ..SecretVolumeSource::default() }));
        let mut claim = Volume::default();
        claim.volume_source.persistent_volume_claim = Some(Box::new(PersistentVolumeClaimVolumeSource {
            claim_name: "disk".to_owned(),
            ..PersistentVolumeClaimVolumeSource::default()
        }));
        pod.spec.volumes = vec![secret, claim];
        let mut volume = PersistentVolume::default();
        volume.metadata.name = "pv".to_owned();
        volume.spec.claim_ref = Some(Box::new(ObjectReference {
            namespace: "a".to_owned(),
            name: "disk".to_owned(),
            ..ObjectReference::default()
        }));
        volume.spec.persistent_volume_source.csi = Some(Box::new(CSIPersistentVolumeSource {
            node_stage_secret_ref: Some(Box::new(SecretReference {
                namespace: "b".to_owned(),
                name: "stage".to_owned(),
            })),
            ..CSIPersistentVolumeSource::default()
        }));
        let mut known = Known::default();
        known.put_pod(&pod);
        known.put_volume(&volume);
        let stage = ("b".to_owned(), "stage".to_owned());
        let check = |known: &Known, node: &str, want: bool| {
            for (kind, object) in [
                (Kind::Pod, name("web")),
                (Kind::Secret, name("key")),
                (Kind::VolumeClaim, name("disk")),
                (Kind::Volume, (String::new(), "pv".to_owned())),
                (Kind::Secret, stage.clone()),
            ] {
                assert_eq!(known.relates(node, kind, &object), want, "{node} {kind:?} {object:?}");
            }
        };
        check(&known, "n1", true);
        check(&known, "n2", false);
        assert!(!known.relates("n1", Kind::ConfigMap, &name("key")));
        known.remove_pod(&name("web"));
        check(&known, "n1", false);
        assert!(known.users.is_empty());
    }
}
