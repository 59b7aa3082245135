//! The volumes and claims of a cluster, in an API server in memory, as PreBind writes to it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use kubeforge_api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimPhase, PersistentVolumePhase,
};
use kubeforge_client_set::fake::Clientset;
use kubeforge_machinery::{Object, Resource};
use kubeforge_scheduler::core::Binding;
use kubeforge_scheduler::framework::{BindContext, ClusterObject, Status};
use tokio::{runtime::Runtime, task::JoinHandle};

use crate::cases::ExpectClaim;

/// Longer than PreBind takes to write what it writes; time passes as soon as nobody has anything to do.
const A_WHILE: Duration = Duration::from_secs(3);

pub(crate) struct Volumes {
    clients: Clientset,
    runtime: Runtime,
    /// By kind, namespace and name: the versions of which the scheduler was told.
    told: BTreeMap<(&'static str, String, String), String>,
}

impl Default for Volumes {
    fn default() -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        Self {
            clients: Clientset::new(&[]).expect("an empty cluster"),
            runtime: runtime.enable_time().start_paused(true).build().expect("a runtime"),
            told: BTreeMap::new(),
        }
    }
}

impl Volumes {
    pub(crate) fn add(&mut self, object: &dyn Object) {
        self.clients.cluster().add(object).expect("an object with a name");
    }

    /// What the scheduler has not been told of yet.
    pub(crate) fn changes(&mut self) -> Vec<ClusterObject> {
        let mut changes = Vec::new();
        changes.extend(self.new_versions::<PersistentVolume>());
        changes.extend(self.new_versions::<PersistentVolumeClaim>());
        changes
    }

    fn new_versions<K: Resource>(&mut self) -> Vec<ClusterObject>
    where
        Arc<K>: Into<ClusterObject>,
    {
        let objects = self.clients.cluster().tracker().list::<K>().expect("objects of the kind");
        let mut changes = Vec::new();
        for object in objects {
            let meta = object.object_meta();
            let (key, version) =
                ((K::PLURAL, meta.namespace.clone(), meta.name.clone()), meta.resource_version.clone());
            if self.told.insert(key, version.clone()) != Some(version) {
                changes.push(Arc::new(object).into());
            }
        }
        changes
    }

    /// Starts PreBind, and lets it write.
    pub(crate) fn pre_bind(&mut self, binding: Arc<Binding>) -> JoinHandle<Status> {
        let context = BindContext {
            clientset: kubeforge_client_set::Clientset::clone(&self.clients),
            state: Arc::clone(&binding.state),
            interruption: binding.interruption.clone(),
            devices: Default::default(),
        };
        let task = self.runtime.spawn(async move {
            for plugin in &binding.profile.pre_bind {
                let Some(plugin) = plugin.pre_bind() else { continue };
                if plugin.pre_flight(&context.state, &binding.pod, &binding.node).is_skip() {
                    continue;
                }
                let status = plugin.pre_bind_pod(&context, &binding.pod, &binding.node).await;
                if !status.is_success() {
                    return status;
                }
            }
            Status::success()
        });
        self.runtime.block_on(async { tokio::time::sleep(A_WHILE).await });
        task
    }

    /// How PreBind went; none where it still waits.
    pub(crate) fn outcome(&mut self, task: JoinHandle<Status>) -> Option<Status> {
        let outcome = self.runtime.block_on(async { tokio::time::timeout(A_WHILE, task).await });
        outcome.ok().map(|status| status.expect("PreBind ends"))
    }

    /// Binds claims to the volumes that are theirs, as the controller of volumes does.
    pub(crate) fn bind_claims(&mut self) {
        let tracker = self.clients.cluster().tracker();
        for volume in tracker.list::<PersistentVolume>().expect("volumes") {
            let Some(reference) = &volume.spec.claim_ref else { continue };
            let name = &volume.metadata.name;
            let bind_claim = |claim: &mut PersistentVolumeClaim| {
                claim.spec.volume_name.clone_from(name);
                let annotations = &mut claim.metadata.annotations;
                annotations.insert("pv.kubernetes.io/bind-completed".to_owned(), "yes".to_owned());
                claim.status.phase = PersistentVolumeClaimPhase::Bound;
            };
            tracker.modify(&reference.namespace, &reference.name, bind_claim).expect("the volume's claim");
            let bind_volume = |volume: &mut PersistentVolume| volume.status.phase = PersistentVolumePhase::Bound;
            tracker.modify("", name, bind_volume).expect("the volume");
        }
    }

    /// What has become of a claim.
    pub(crate) fn claim(&self, key: &str) -> Option<ExpectClaim> {
        let (namespace, name) = key.split_once('/')?;
        let claim = self.clients.cluster().tracker().get::<PersistentVolumeClaim>(namespace, name).ok()?;
        let selected = claim.metadata.annotations.get("volume.kubernetes.io/selected-node");
        Some(ExpectClaim { selected_node: selected.cloned().unwrap_or_default(), volume: claim.spec.volume_name })
    }
}
