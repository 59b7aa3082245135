//! Persistent volumes, and those written out in attachments: where the content is never changes.

use kubeforge_api::core::v1::{
    NodeSelectorRequirement, PersistentVolume, PersistentVolumeMode, PersistentVolumeReclaimPolicy,
    PersistentVolumeSource, PersistentVolumeSpec, VolumeNodeAffinity,
};
use kubeforge_machinery::{
    Quantity,
    field::{BadValue, Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_subdomain},
};

use super::{
    access_modes::{access_modes, volume_mode},
    sources::{self, NodeAffinity},
};
use crate::{
    BuiltIn,
    common::{
        IMMUTABLE, SelectorOptions, difference, has_invalid_values, immutable, invalid_each, node_selector,
        positive_quantity, shown, shown_internal,
    },
    groups::deprecation,
};

const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
const MOUNT_OPTIONS_ANNOTATION: &str = "volume.beta.kubernetes.io/mount-options";
const NOT_INLINE: &str = "may not be specified in the context of inline volumes";

pub(super) fn register(all: &mut BuiltIn) {
    let checks =
        Checks::new(|_: &CheckContext<'_>, volume: &PersistentVolume| validate(volume, SelectorOptions::Strict))
            .update(|_: &CheckContext<'_>, new: &PersistentVolume, old: &PersistentVolume| validate_update(new, old))
            .subresource("status", |_: &CheckContext<'_>, _: &PersistentVolume, _: &PersistentVolume| ErrorList::new())
            .warnings(|_: &CheckContext<'_>, volume: &PersistentVolume, _| warnings(volume));
    all.add("", "persistentvolumes", checks);
}

fn validate(volume: &PersistentVolume, options: SelectorOptions) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, spec) = (Path::new("spec"), &volume.spec);
    if spec.access_modes.is_empty() {
        errors.push(Error::required(&path.child("accessModes"), ""));
    }
    access_modes(&spec.access_modes, &path.child("accessModes"), &mut errors);
    check_capacity(spec, &path.child("capacity"), &mut errors);
    if let PersistentVolumeReclaimPolicy::Other(other) = &spec.persistent_volume_reclaim_policy
        && !other.is_empty()
    {
        let policies = ["Delete", "Recycle", "Retain"];
        errors.push(Error::not_supported(&path.child("persistentVolumeReclaimPolicy"), other, &policies));
    }
    check_affinity(spec.node_affinity.as_ref(), options, &path.child("nodeAffinity"), &mut errors);
    let affinity = if spec.node_affinity.is_some() { NodeAffinity::Given } else { NodeAffinity::Absent };
    sources::check(&spec.persistent_volume_source, &volume.metadata.name, affinity, &path, &mut errors);
    check_recycling(spec, &path, &mut errors);
    if !spec.storage_class_name.is_empty() {
        let class = &spec.storage_class_name;
        invalid_each(&path.child("storageClassName"), class, is_dns1123_subdomain(class), &mut errors);
    }
    volume_mode(spec.volume_mode.as_ref(), &path.child("volumeMode"), &mut errors);
    check_attributes_class(spec, &path, &mut errors);
    check_mount_options(volume, &mut errors);
    errors
}

/// How big it is; there is nothing else that a volume has an amount of.
fn check_capacity(spec: &PersistentVolumeSpec, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.capacity.is_empty() {
        errors.push(Error::required(path, ""));
    }
    if spec.capacity.len() > 1 || !spec.capacity.contains_key("storage") {
        errors.push(Error::not_supported(path, shown(&spec.capacity), &["storage"]));
    }
    for (name, amount) in &spec.capacity {
        let path = path.key(name);
        basic_amount(amount, &path, errors);
        positive_quantity(amount, &path, errors);
    }
}

/// An amount that can be.
pub(super) fn basic_amount(amount: &Quantity, path: &Path<'_>, errors: &mut ErrorList) {
    if amount.is_negative() {
        errors.push(Error::invalid(path, amount.value(), "must be a valid resource quantity"));
    }
}

fn check_affinity(
    affinity: Option<&VolumeNodeAffinity>,
    options: SelectorOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let Some(affinity) = affinity else { return };
    let required = path.child("required");
    match &affinity.required {
        Some(selector) => node_selector(selector, options, &required, errors),
        None => errors.push(Error::required(&required, "must specify required node constraints")),
    }
}

/// A node's whole file system is not to be emptied.
fn check_recycling(spec: &PersistentVolumeSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let is_root = |path: &str| path.starts_with('/') && path.split('/').all(|part| matches!(part, "" | "." | ".."));
    if spec.persistent_volume_source.host_path.as_ref().is_some_and(|it| is_root(&it.path))
        && spec.persistent_volume_reclaim_policy == PersistentVolumeReclaimPolicy::Recycle
    {
        let text = "may not be 'recycle' for a hostPath mount of '/'";
        errors.push(Error::forbidden(&path.child("persistentVolumeReclaimPolicy"), text));
    }
}

fn check_attributes_class(spec: &PersistentVolumeSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(class) = &spec.volume_attributes_class_name else { return };
    let own = path.child("volumeAttributesClassName");
    if class.is_empty() {
        errors.push(Error::required(&own, "an empty string is disallowed"));
    } else {
        invalid_each(&own, class, is_dns1123_subdomain(class), errors);
    }
    if spec.persistent_volume_source.csi.is_none() {
        let text = "has to be specified when using volumeAttributesClassName";
        errors.push(Error::required(&path.child("csi"), text));
    }
}

/// Not every kind of volume is mounted in a way that options could change.
fn check_mount_options(volume: &PersistentVolume, errors: &mut ErrorList) {
    if !volume.metadata.annotations.contains_key(MOUNT_OPTIONS_ANNOTATION) {
        return;
    }
    let source = &volume.spec.persistent_volume_source;
    let without_options = PersistentVolumeSource {
        host_path: source.host_path.clone(),
        fc: source.fc.clone(),
        flocker: source.flocker.clone(),
        flex_volume: source.flex_volume.clone(),
        photon_persistent_disk: source.photon_persistent_disk.clone(),
        scale_io: source.scale_io.clone(),
        local: source.local.clone(),
        storage_os: source.storage_os.clone(),
        csi: source.csi.clone(),
        ..PersistentVolumeSource::default()
    };
    if *source == without_options {
        let path = Path::new("metadata.annotations");
        let text = "may not specify mount options for this volume type";
        errors.push(Error::forbidden(&path.child(MOUNT_OPTIONS_ANNOTATION), text));
    }
}

/// What is wrong with a volume that an attachment writes out: it must be a CSI volume that no claim has anything to do
/// with.
pub(super) fn inline_spec(spec: &PersistentVolumeSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let forbid = |given: bool, name: &str, errors: &mut ErrorList| {
        if given {
            errors.push(Error::forbidden(&path.child(name), NOT_INLINE));
        }
    };
    forbid(spec.claim_ref.is_some(), "claimRef", errors);
    forbid(!spec.capacity.is_empty(), "capacity", errors);
    if spec.persistent_volume_source.csi.is_none() {
        let text = "has to be specified in the context of inline volumes";
        errors.push(Error::required(&path.child("csi"), text));
    }
    if spec.access_modes.is_empty() {
        errors.push(Error::required(&path.child("accessModes"), ""));
    }
    access_modes(&spec.access_modes, &path.child("accessModes"), errors);
    let policy = &spec.persistent_volume_reclaim_policy;
    if !policy.is_empty() && *policy != PersistentVolumeReclaimPolicy::Retain {
        let text = "may only be Retain in the context of inline volumes";
        errors.push(Error::forbidden(&path.child("persistentVolumeReclaimPolicy"), text));
    }
    forbid(spec.node_affinity.is_some(), "nodeAffinity", errors);
    sources::check(&spec.persistent_volume_source, "", NodeAffinity::Absent, path, errors);
    check_recycling(spec, path, errors);
    forbid(!spec.storage_class_name.is_empty(), "storageClassName", errors);
    if spec.volume_mode.as_ref().is_some_and(|mode| *mode != PersistentVolumeMode::Filesystem) {
        let text = "may not specify volumeMode other than Filesystem in the context of inline volumes";
        errors.push(Error::forbidden(&path.child("volumeMode"), text));
    }
}

fn validate_update(new: &PersistentVolume, old: &PersistentVolume) -> ErrorList {
    let options = match old.spec.node_affinity.as_ref().and_then(|affinity| affinity.required.as_ref()) {
        Some(selector) if has_invalid_values(selector) => SelectorOptions::AllowInvalidValues,
        _ => SelectorOptions::Strict,
    };
    let mut errors = validate(new, options);
    let old_source = &old.spec.persistent_volume_source;
    let mut source = new.spec.persistent_volume_source.clone();
    if let (Some(new), Some(old)) = (&mut source.csi, &old_source.csi)
        && old.controller_expand_secret_ref.is_none()
    {
        // a driver may learn to grow volumes, and then needs a secret for it
        new.controller_expand_secret_ref = None;
    }
    if source != *old_source {
        let text =
            format!("spec.persistentvolumesource is immutable after creation\n{}", difference(old_source, &source));
        errors.push(Error::forbidden(&Path::new("spec.persistentvolumesource"), text));
    }
    immutable(&new.spec.volume_mode, &old.spec.volume_mode, &Path::new("volumeMode"), &mut errors);
    if let Some(old) = &old.spec.node_affinity
        && !is_same_affinity(new.spec.node_affinity.as_ref(), old)
    {
        let shown = new.spec.node_affinity.as_ref().map_or(BadValue::Null, shown_internal);
        errors.push(Error::invalid(&Path::new("nodeAffinity"), shown, IMMUTABLE));
    }
    if old.spec.volume_attributes_class_name.is_some() && new.spec.volume_attributes_class_name.is_none() {
        let text = "update from non-nil value to nil is forbidden";
        errors.push(Error::forbidden(&Path::new("spec.volumeAttributesClassName"), text));
    }
    errors
}

/// Whether it selects the same nodes, where labels of old may have got their names of today.
fn is_same_affinity(new: Option<&VolumeNodeAffinity>, old: &VolumeNodeAffinity) -> bool {
    let Some(new) = new else { return false };
    let mut renamed = old.clone();
    let news = expressions_of(new).into_iter();
    for (old, new) in renamed
        .required
        .iter_mut()
        .flat_map(|selector| &mut selector.node_selector_terms)
        .flat_map(|term| &mut term.match_expressions)
        .zip(news)
    {
        if label_of_today(&old.key).is_some_and(|key| key == new.key) {
            old.key.clone_from(&new.key);
        }
    }
    renamed == *new
}

fn expressions_of(affinity: &VolumeNodeAffinity) -> Vec<&NodeSelectorRequirement> {
    let terms = affinity.required.iter().flat_map(|selector| &selector.node_selector_terms);
    terms.flat_map(|term| &term.match_expressions).collect()
}

fn label_of_today(label: &str) -> Option<&'static str> {
    Some(match label {
        "failure-domain.beta.kubernetes.io/zone" => "topology.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region" => "topology.kubernetes.io/region",
        "beta.kubernetes.io/instance-type" => "node.kubernetes.io/instance-type",
        "beta.kubernetes.io/os" => "kubernetes.io/os",
        "beta.kubernetes.io/arch" => "kubernetes.io/arch",
        _ => return None,
    })
}

fn warnings(volume: &PersistentVolume) -> Vec<String> {
    let mut warnings = Vec::new();
    let annotations = &volume.metadata.annotations;
    if annotations.contains_key(CLASS_ANNOTATION) {
        warnings.push(format!(
            "metadata.annotations[{CLASS_ANNOTATION}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
        ));
    }
    if annotations.contains_key(MOUNT_OPTIONS_ANNOTATION) {
        warnings.push(format!(
            "metadata.annotations[{MOUNT_OPTIONS_ANNOTATION}]: deprecated since v1.31; use \"mountOptions\" attribute \
             instead"
        ));
    }
    if volume.spec.persistent_volume_reclaim_policy == PersistentVolumeReclaimPolicy::Recycle {
        warnings.push(
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended \
             approach is to use dynamic provisioning."
                .to_owned(),
        );
    }
    affinity_warnings(volume.spec.node_affinity.as_ref(), &mut warnings);
    let source = &volume.spec.persistent_volume_source;
    let out_of_use = [
        (source.photon_persistent_disk.is_some(), "photonPersistentDisk", "v1.11", "v1.16+"),
        (source.scale_io.is_some(), "scaleIO", "v1.16", "v1.22+"),
        (source.storage_os.is_some(), "storageOS", "v1.22", "v1.25+"),
        (source.glusterfs.is_some(), "glusterfs", "v1.25", "v1.26+"),
        (source.ceph_fs.is_some(), "cephfs", "v1.28", "v1.31+"),
        (source.rbd.is_some(), "rbd", "v1.28", "v1.31+"),
    ];
    for (is_used, name, deprecated, ended) in out_of_use {
        if is_used {
            warnings.push(format!("spec.{name}: deprecated in {deprecated}, non-functional in {ended}"));
        }
    }
    warnings
}

fn affinity_warnings(affinity: Option<&VolumeNodeAffinity>, warnings: &mut Vec<String>) {
    let selector = affinity.and_then(|affinity| affinity.required.as_ref());
    for (term, it) in selector.into_iter().flat_map(|selector| selector.node_selector_terms.iter().enumerate()) {
        for (at, expression) in it.match_expressions.iter().enumerate() {
            if let Some(text) = deprecation(&expression.key) {
                let path = format!("spec.nodeAffinity.required.nodeSelectorTerms[{term}].matchExpressions[{at}].key");
                warnings.push(format!("{path}: {} is {text}", expression.key));
            }
        }
    }
}
