//! Volumes, claims and what provides them.

use kubeforge_api::{
    core::v1::{PersistentVolume, PersistentVolumeAccessMode, PersistentVolumeClaim},
    storage::v1::{CSIDriver, CSINode, StorageClass, VolumeAttachment, VolumeAttributesClass},
};
use kubeforge_apiserver::table::Cell;

use super::{Tables, age_of, text};

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

pub(super) fn register(tables: &mut Tables) {
    tables.add::<PersistentVolume>(|it| {
        let (spec, status) = (&it.spec, &it.status);
        let phase = if it.metadata.deletion_timestamp.is_some() { "Terminating" } else { status.phase.as_str() };
        let claim = spec.claim_ref.as_ref().map_or_else(String::new, |c| format!("{}/{}", c.namespace, c.name));
        let class = it.metadata.annotations.get(BETA_CLASS).unwrap_or(&spec.storage_class_name);
        vec![
            it.metadata.name.clone().into(),
            spec.capacity.get("storage").map_or_else(|| "0".to_owned(), ToString::to_string).into(),
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
    });
    tables.add::<PersistentVolumeClaim>(|it| {
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
    });
    tables.add::<StorageClass>(|it| {
        let default = DEFAULT_CLASS.iter().any(|key| it.metadata.annotations.get(*key).is_some_and(|v| v == "true"));
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
    });
    tables.add::<VolumeAttributesClass>(|it| {
        vec![it.metadata.name.clone().into(), it.driver_name.clone().into(), age_of(&it.metadata)].into()
    });
    tables.add::<VolumeAttachment>(|it| {
        vec![
            it.metadata.name.clone().into(),
            it.spec.attacher.clone().into(),
            it.spec.source.persistent_volume_name.clone().unwrap_or_default().into(),
            it.spec.node_name.clone().into(),
            it.status.attached.into(),
            age_of(&it.metadata),
        ]
        .into()
    });
    tables.add::<CSINode>(|it| {
        vec![
            it.metadata.name.clone().into(),
            Cell::Integer(it.spec.drivers.len().try_into().unwrap_or(i64::MAX)),
            age_of(&it.metadata),
        ]
        .into()
    });
    tables.add::<CSIDriver>(|it| {
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
    });
}
