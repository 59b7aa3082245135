//! What informers tell the core.

use std::sync::Arc;

use kubeforge_api::core::v1::{Node, Pod};
use kubeforge_client::{
    InformerFactory, SharedInformer,
    informer::{HandlerFns, HandlerRegistration},
};
use kubeforge_client_set::Informers as _;
use kubeforge_machinery::{Resource, feature_gates::FeatureGates};
use tokio::sync::mpsc::UnboundedSender;
use tracing::debug;

use crate::{
    devices::features::TAINT_RULES,
    framework::{ClusterObject, ObjectKind},
};

/// Something that happened.
pub(crate) enum Input {
    /// A node came or changed.
    SetNode(Arc<Node>),
    /// A node went.
    RemoveNode(Arc<Node>),
    /// A pod came or changed.
    SetPod(Arc<Pod>),
    /// A pod went.
    RemovePod(Arc<Pod>),
    /// Another object came or changed.
    SetObject(ClusterObject),
    /// Another object went.
    RemoveObject(ClusterObject),
}

/// Waits until everything that was there has been told.
pub(crate) struct Registered(Vec<Syncing>);

type Syncing = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl Registered {
    /// Waits until everything that was there has been told.
    pub(crate) async fn wait_for_sync(self) {
        for syncing in self.0 {
            syncing.await;
        }
        debug!("informers have told what was there");
    }
}

/// Has informers tell what happens. The channel has no bound, for the informers' own queues have none: what is in it are
/// references to objects that the informers hold anyway. Kinds that are of use for a feature alone, and that servers need not
/// serve, are asked for where it is on.
pub(crate) fn subscribe(sender: UnboundedSender<Input>, factory: &InformerFactory, gates: &FeatureGates) -> Registered {
    let subscriber = Subscriber { sender, factory };
    let mut registered = vec![
        subscriber.add(&factory.core_v1().nodes(), Input::SetNode, Input::RemoveNode),
        subscriber.add(&factory.core_v1().pods(), Input::SetPod, Input::RemovePod),
    ];
    let wanted = ObjectKind::ALL.iter().filter(|kind| gate_of(**kind).is_none_or(|gate| gates.enabled(gate)));
    registered.extend(wanted.map(|kind| subscriber.add_kind(*kind)));
    Registered(registered)
}

/// The feature that a kind is for.
const fn gate_of(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::DeviceTaintRule => Some(TAINT_RULES),
        _ => None,
    }
}

struct Subscriber<'a> {
    sender: UnboundedSender<Input>,
    factory: &'a InformerFactory,
}

impl Subscriber<'_> {
    fn add_kind(&self, kind: ObjectKind) -> Syncing {
        let factory = self.factory;
        match kind {
            ObjectKind::Namespace => self.add_object(&factory.core_v1().namespaces()),
            ObjectKind::Service => self.add_object(&factory.core_v1().services()),
            ObjectKind::ReplicationController => self.add_object(&factory.core_v1().replication_controllers()),
            ObjectKind::ReplicaSet => self.add_object(&factory.apps_v1().replica_sets()),
            ObjectKind::StatefulSet => self.add_object(&factory.apps_v1().stateful_sets()),
            ObjectKind::PodDisruptionBudget => self.add_object(&factory.policy_v1().pod_disruption_budgets()),
            ObjectKind::PersistentVolume => self.add_object(&factory.core_v1().persistent_volumes()),
            ObjectKind::PersistentVolumeClaim => self.add_object(&factory.core_v1().persistent_volume_claims()),
            ObjectKind::StorageClass => self.add_object(&factory.storage_v1().storage_classes()),
            ObjectKind::CSINode => self.add_object(&factory.storage_v1().csi_nodes()),
            ObjectKind::CSIDriver => self.add_object(&factory.storage_v1().csi_drivers()),
            ObjectKind::CSIStorageCapacity => self.add_object(&factory.storage_v1().csi_storage_capacities()),
            ObjectKind::VolumeAttachment => self.add_object(&factory.storage_v1().volume_attachments()),
            ObjectKind::ResourceClaim => self.add_object(&factory.resource_v1().resource_claims()),
            ObjectKind::ResourceSlice => self.add_object(&factory.resource_v1().resource_slices()),
            ObjectKind::DeviceClass => self.add_object(&factory.resource_v1().device_classes()),
            ObjectKind::DeviceTaintRule => self.add_object(&factory.resource_v1beta2().device_taint_rules()),
        }
    }

    fn add_object<K>(&self, informer: &SharedInformer<K>) -> Syncing
    where
        K: Resource,
        Arc<K>: Into<ClusterObject>,
    {
        self.add(informer, |object| Input::SetObject(object.into()), |object| Input::RemoveObject(object.into()))
    }

    fn add<K: Resource>(
        &self,
        informer: &SharedInformer<K>,
        set: fn(Arc<K>) -> Input,
        remove: fn(Arc<K>) -> Input,
    ) -> Syncing {
        let mut registration: HandlerRegistration<K> = informer.add_handler(handler(&self.sender, set, remove));
        Box::pin(async move {
            registration.wait_for_sync().await;
        })
    }
}

fn handler<K: Resource>(
    sender: &UnboundedSender<Input>,
    set: fn(Arc<K>) -> Input,
    remove: fn(Arc<K>) -> Input,
) -> HandlerFns<K> {
    let tell = {
        let sender = sender.clone();
        move |input| {
            if sender.send(input).is_err() {
                debug!("the scheduler has ended");
            }
        }
    };
    let (add, update, delete) = (tell.clone(), tell.clone(), tell);
    HandlerFns::new()
        .on_add(move |object| add(set(Arc::clone(object))))
        .on_update(move |old, new| {
            // another object of the same name
            if old.object_meta().uid != new.object_meta().uid {
                update(remove(Arc::clone(old)));
            }
            update(set(Arc::clone(new)));
        })
        .on_delete(move |object| delete(remove(Arc::clone(object))))
}
