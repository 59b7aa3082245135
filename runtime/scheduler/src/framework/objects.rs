//! The objects beside nodes and pods that plugins read: what informers said last.

use std::sync::Arc;

use kubeforge_api::{
    apps::v1::{ReplicaSet, StatefulSet},
    core::v1::{Namespace, ObjectReference, PersistentVolume, PersistentVolumeClaim, ReplicationController, Service},
    policy::v1::PodDisruptionBudget,
    resource::{
        v1::{DeviceClass, ResourceClaim, ResourceSlice},
        v1beta2::DeviceTaintRule,
    },
    storage::v1::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment},
};
use kubeforge_client::store::Store;
use kubeforge_machinery::{Object, Resource};

use super::Action;
use crate::{
    assumed::Assumed,
    devices::{DeviceState, extended, pools, taken},
    volumes::claims::class_of_volume,
};

/// One list of the kinds, for all that goes by kind.
macro_rules! objects {
    ($($(#[$doc:meta])* $field:ident: $kind:ident,)*) => {
        /// The objects beside nodes and pods that plugins read.
        #[derive(Debug)]
        pub struct Objects {
            $($(#[$doc])* pub $field: Store<$kind>,)*
            /// What is known of devices beside the objects.
            pub(crate) devices: DeviceState,
            /// Volumes as they will be: pods of all profiles take of the same.
            pub(crate) assumed_volumes: Assumed<PersistentVolume>,
            /// Claims as they will be.
            pub(crate) assumed_claims: Assumed<PersistentVolumeClaim>,
        }

        /// The kinds of [`Objects`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the names of the kinds say it")]
        pub enum ObjectKind {
            $($kind,)*
        }

        impl ObjectKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// What happened to an object of the kind, as metrics name it.
            pub(super) const fn label(self, action: Action) -> &'static str {
                match (self, action) {
                    $((Self::$kind, Action::Added) => concat!(stringify!($kind), "Add"),
                    (Self::$kind, Action::Updated) => concat!(stringify!($kind), "Update"),
                    (Self::$kind, Action::Deleted) => concat!(stringify!($kind), "Delete"),)*
                }
            }
        }

        /// An object of one of the kinds of [`Objects`].
        #[derive(Clone, Debug)]
        #[allow(missing_docs, reason = "the names of the kinds say it")]
        pub enum ClusterObject {
            $($kind(Arc<$kind>),)*
        }

        impl ClusterObject {
            /// An object of one of the kinds; none for others.
            pub fn from_object(object: Box<dyn Object>) -> Option<Self> {
                $(let object = match object.downcast::<$kind>() {
                    Ok(object) => return Some(Self::$kind(Arc::from(object))),
                    Err(object) => object,
                };)*
                drop(object);
                None
            }

            /// Its kind.
            pub const fn kind(&self) -> ObjectKind {
                match self {
                    $(Self::$kind(_) => ObjectKind::$kind,)*
                }
            }
        }

        impl Objects {
            fn bare() -> Self {
                Self {
                    $($field: Store::default(),)*
                    devices: DeviceState::default(),
                    assumed_volumes: Assumed::default(),
                    assumed_claims: Assumed::default(),
                }
            }

            /// Puts an object in the place of the one with its name, which is returned.
            pub fn insert(&self, object: ClusterObject) -> Option<ClusterObject> {
                match object {
                    $(ClusterObject::$kind(object) => self.$field.insert(object).map(ClusterObject::$kind),)*
                }
            }

            /// Takes an object out.
            pub fn remove(&self, object: &ClusterObject) -> Option<ClusterObject> {
                match object {
                    $(ClusterObject::$kind(object) => remove(&self.$field, object).map(ClusterObject::$kind),)*
                }
            }
        }

        $(impl From<Arc<$kind>> for ClusterObject {
            fn from(object: Arc<$kind>) -> Self {
                Self::$kind(object)
            }
        })*
    };
}

objects! {
    /// Namespaces.
    namespaces: Namespace,
    /// Services.
    services: Service,
    /// Replication controllers.
    replication_controllers: ReplicationController,
    /// Replica sets.
    replica_sets: ReplicaSet,
    /// Stateful sets.
    stateful_sets: StatefulSet,
    /// Disruption budgets.
    disruption_budgets: PodDisruptionBudget,
    /// Volumes.
    persistent_volumes: PersistentVolume,
    /// Claims of volumes.
    persistent_volume_claims: PersistentVolumeClaim,
    /// Storage classes.
    storage_classes: StorageClass,
    /// Storage drivers as nodes report them.
    csi_nodes: CSINode,
    /// Storage drivers.
    csi_drivers: CSIDriver,
    /// How much storage there is left where.
    csi_storage_capacities: CSIStorageCapacity,
    /// Which volumes are attached where.
    volume_attachments: VolumeAttachment,
    /// Claims of devices.
    resource_claims: ResourceClaim,
    /// Devices.
    resource_slices: ResourceSlice,
    /// Classes of devices.
    device_classes: DeviceClass,
    /// What administrators think is wrong with devices; none where that is turned off.
    device_taint_rules: DeviceTaintRule,
}

impl Objects {
    /// An index: volumes that are kept for nobody, and reports of how much storage there is, by class.
    pub const BY_CLASS: &'static str = "class";
    /// An index: volumes by the claim that has them or for which they are kept, `namespace/name`.
    pub const BY_CLAIM: &'static str = "claim";
    /// An index: claims, and attachments, by the volume.
    pub const BY_VOLUME: &'static str = "volume";
    /// An index: attachments, and slices of devices, by node; empty for slices that are not for just one node.
    pub const BY_NODE: &'static str = "node";
    /// An index: claims by the devices that they have, `driver/pool/device`.
    pub const BY_DEVICE: &'static str = "device";
    /// An index: slices by the pool, `driver/pool`.
    pub const BY_POOL: &'static str = "pool";
    /// An index: classes of devices by the extended resources that stand for them.
    pub const BY_RESOURCE: &'static str = "resource";
}

impl Default for Objects {
    /// None, and the indexes by which they will be found.
    fn default() -> Self {
        let objects = Self::bare();
        objects.persistent_volumes.add_index(Self::BY_CLASS, |volume| match volume.spec.claim_ref {
            None => vec![class_of_volume(volume).to_owned()],
            Some(_) => vec![],
        });
        objects.persistent_volumes.add_index(Self::BY_CLAIM, |volume| {
            let key = |claim: &ObjectReference| format!("{}/{}", claim.namespace, claim.name);
            volume.spec.claim_ref.iter().map(|claim| key(claim)).collect()
        });
        objects.csi_storage_capacities.add_index(Self::BY_CLASS, |capacity| vec![capacity.storage_class_name.clone()]);
        objects.persistent_volume_claims.add_index(Self::BY_VOLUME, |claim| vec![claim.spec.volume_name.clone()]);
        objects.volume_attachments.add_index(Self::BY_VOLUME, |attachment| {
            attachment.spec.source.persistent_volume_name.iter().cloned().collect()
        });
        objects.volume_attachments.add_index(Self::BY_NODE, |attachment| vec![attachment.spec.node_name.clone()]);
        objects.resource_claims.add_index(Self::BY_DEVICE, taken::devices_of);
        objects.resource_slices.add_index(Self::BY_NODE, |slice| vec![pools::node_of(slice)]);
        objects.resource_slices.add_index(Self::BY_POOL, |slice| vec![pools::pool_of(slice)]);
        objects.device_classes.add_index(Self::BY_RESOURCE, extended::resources_of);
        objects
    }
}

fn remove<K: Resource>(store: &Store<K>, object: &K) -> Option<Arc<K>> {
    let meta = object.object_meta();
    store.remove(&meta.namespace, &meta.name)
}
