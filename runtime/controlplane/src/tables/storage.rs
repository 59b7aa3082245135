//! Volumes, claims and what provides them.

use kubeforge_api::{
    core::v1::{PersistentVolume, PersistentVolumeAccessMode, PersistentVolumeClaim},
    storage::v1::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment, VolumeAttributesClass},
};
use kubeforge_apiserver::table::{Cell, Column};

use super::{Tables, age, age_of, name, text};

/// Marks the default class.
const DEFAULT_CLASS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
/// Where claims and volumes named their class before it was a field.
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const UNSET: &str = "<unset>";

/// The access modes' short forms, in a fixed order.
fn access_modes(modes: &[PersistentVolumeAccessMode]) -> String {
    use PersistentVolumeAccessMode as Mode;
    let short = [
        (Mode::ReadWriteOnce, "RWO"),
        (Mode::ReadOnlyMany, "ROX"),
        (Mode::ReadWriteMany, "RWX"),
        (Mode::ReadWriteOncePod, "RWOP"),
    ];
    text::comma(short.into_iter().filter(|(mode, _)| modes.contains(mode)).map(|(_, short)| short))
}

fn attributes_class() -> Column {
    Column::text("VolumeAttributesClass", "The class of its attributes.")
}

pub(super) fn register(tables: &mut Tables) {
    tables.add::<PersistentVolume>(
        vec![
            name(),
            Column::text("Capacity", "How much it holds."),
            Column::text("Access Modes", "How it may be mounted."),
            Column::text("Reclaim Policy", "What becomes of it when its claim is gone."),
            Column::text("Status", "Whether it is bound."),
            Column::text("Claim", "The claim that it is bound to."),
            Column::text("StorageClass", "Its class."),
            attributes_class(),
            Column::text("Reason", "Why it is in that state."),
            age(),
            Column::text("VolumeMode", "Whether it is a file system or a block device.").wide(),
        ],
        |it| {
            let (spec, status) = (&it.spec, &it.status);
            let phase = if it.metadata.deletion_timestamp.is_some() { "Terminating" } else { status.phase.as_str() };
            let claim = spec.claim_ref.as_ref().map_or_else(String::new, |c| format!("{}/{}", c.namespace, c.name));
            let class = it.metadata.annotations.get(BETA_CLASS).unwrap_or(&spec.storage_class_name);
            vec![
                it.metadata.name.clone().into(),
                spec.capacity.get("storage").map_or_else(String::new, ToString::to_string).into(),
                access_modes(&spec.access_modes).into(),
                spec.persistent_volume_reclaim_policy.as_str().to_owned().into(),
                phase.to_owned().into(),
                claim.into(),
                class.clone().into(),
                spec.volume_attributes_class_name.clone().unwrap_or_else(|| UNSET.to_owned()).into(),
                status.reason.clone().into(),
                age_of(&it.metadata),
                spec.volume_mode.as_ref().map_or_else(|| UNSET.to_owned(), |mode| mode.as_str().to_owned()).into(),
            ]
            .into()
        },
    );
    tables.add::<PersistentVolumeClaim>(
        vec![
            name(),
            Column::text("Status", "Whether it is bound."),
            Column::text("Volume", "The volume that it is bound to."),
            Column::text("Capacity", "How much the volume holds."),
            Column::text("Access Modes", "How the volume may be mounted."),
            Column::text("StorageClass", "The class it asks for."),
            attributes_class(),
            age(),
            Column::text("VolumeMode", "Whether it is a file system or a block device.").wide(),
        ],
        |it| {
            let (spec, status) = (&it.spec, &it.status);
            let phase = if it.metadata.deletion_timestamp.is_some() { "Terminating" } else { status.phase.as_str() };
            let bound = !spec.volume_name.is_empty();
            let class = it.metadata.annotations.get(BETA_CLASS).cloned().or_else(|| spec.storage_class_name.clone());
            vec![
                it.metadata.name.clone().into(),
                phase.to_owned().into(),
                spec.volume_name.clone().into(),
                match status.capacity.get("storage") {
                    Some(capacity) if bound => capacity.to_string().into(),
                    None if bound => "0".into(),
                    _ => "".into(),
                },
                if bound { access_modes(&status.access_modes) } else { String::new() }.into(),
                class.unwrap_or_default().into(),
                spec.volume_attributes_class_name.clone().unwrap_or_else(|| UNSET.to_owned()).into(),
                age_of(&it.metadata),
                spec.volume_mode.as_ref().map_or_else(|| UNSET.to_owned(), |mode| mode.as_str().to_owned()).into(),
            ]
            .into()
        },
    );
    tables.add::<StorageClass>(
        vec![
            name(),
            Column::text("Provisioner", "What makes its volumes."),
            Column::text("ReclaimPolicy", "What becomes of a volume when its claim is gone."),
            Column::text("VolumeBindingMode", "When volumes are bound."),
            Column::text("AllowVolumeExpansion", "Whether volumes may grow."),
            age(),
        ],
        |it| {
            let default =
                DEFAULT_CLASS.iter().any(|key| it.metadata.annotations.get(*key).is_some_and(|v| v == "true"));
            let name = &it.metadata.name;
            vec![
                if default { format!("{name} (default)") } else { name.clone() }.into(),
                it.provisioner.clone().into(),
                it.reclaim_policy.as_ref().map_or("Delete", |policy| policy.as_str()).to_owned().into(),
                it.volume_binding_mode.as_ref().map_or("Immediate", |mode| mode.as_str()).to_owned().into(),
                it.allow_volume_expansion.unwrap_or_default().into(),
                age_of(&it.metadata),
            ]
            .into()
        },
    );
    tables.add::<VolumeAttributesClass>(
        vec![name(), Column::text("DriverName", "The driver that it is for."), age()],
        |it| vec![it.metadata.name.clone().into(), it.driver_name.clone().into(), age_of(&it.metadata)].into(),
    );
    tables.add::<VolumeAttachment>(
        vec![
            name(),
            Column::text("Attacher", "The driver that attaches it."),
            Column::text("PV", "The volume."),
            Column::text("Node", "The node."),
            Column::text("Attached", "Whether it is attached.").with_type("boolean"),
            age(),
        ],
        |it| {
            vec![
                it.metadata.name.clone().into(),
                it.spec.attacher.clone().into(),
                it.spec.source.persistent_volume_name.clone().unwrap_or_default().into(),
                it.spec.node_name.clone().into(),
                it.status.attached.into(),
                age_of(&it.metadata),
            ]
            .into()
        },
    );
    tables.add::<CSINode>(
        vec![name(), Column::text("Drivers", "How many drivers the node has.").with_type("integer"), age()],
        |it| {
            vec![
                it.metadata.name.clone().into(),
                Cell::Integer(it.spec.drivers.len().try_into().unwrap_or(i64::MAX)),
                age_of(&it.metadata),
            ]
            .into()
        },
    );
    tables.add::<CSIDriver>(
        vec![
            name(),
            Column::text("AttachRequired", "Whether volumes must be attached first.").with_type("boolean"),
            Column::text("PodInfoOnMount", "Whether the driver is told of the pod.").with_type("boolean"),
            Column::text("StorageCapacity", "Whether it publishes its capacity.").with_type("boolean"),
            Column::text("TokenRequests", "Audiences of the tokens that it wants."),
            Column::text("RequiresRepublish", "Whether it is called again from time to time.").with_type("boolean"),
            Column::text("Modes", "How long its volumes live."),
            age(),
        ],
        |it| {
            let spec = &it.spec;
            vec![
                it.metadata.name.clone().into(),
                spec.attach_required.unwrap_or(true).into(),
                spec.pod_info_on_mount.unwrap_or(false).into(),
                spec.storage_capacity.unwrap_or(false).into(),
                if spec.token_requests.is_empty() {
                    UNSET.into()
                } else {
                    text::comma(spec.token_requests.iter().map(|request| &request.audience)).into()
                },
                spec.requires_republish.unwrap_or(false).into(),
                text::or_none(&text::comma(spec.volume_lifecycle_modes.iter().map(|mode| mode.as_str()))),
                age_of(&it.metadata),
            ]
            .into()
        },
    );
    tables.add::<CSIStorageCapacity>(
        vec![
            name(),
            Column::text("StorageClassName", "The class that it is about."),
            Column::text("Capacity", "How much is left."),
        ],
        |it| {
            vec![
                it.metadata.name.clone().into(),
                it.storage_class_name.clone().into(),
                it.capacity.as_ref().map_or_else(|| UNSET.to_owned(), ToString::to_string).into(),
            ]
            .into()
        },
    );
}
