//! The volume types that CSI drivers took over from code inside Kubernetes.
//!
//! A node's CSINode names, in an annotation, those whose volumes the drivers serve there; then such a volume counts as the
//! driver's, and its zone is looked for under the driver's label. Follows csi-translation-lib.

use kubeforge_api::core::v1::{
    NodeSelector, NodeSelectorOperator, NodeSelectorRequirement, NodeSelectorTerm, PersistentVolume, VolumeSource,
};
use kubeforge_api::storage::v1::CSINode;

/// On a CSINode: the types whose volumes drivers serve there.
const ANNOTATION_MIGRATED: &str = "storage.alpha.kubernetes.io/migrated-plugins";

const ZONE: &str = "topology.kubernetes.io/zone";
const REGION: &str = "topology.kubernetes.io/region";
const BETA_ZONE: &str = "failure-domain.beta.kubernetes.io/zone";
const BETA_REGION: &str = "failure-domain.beta.kubernetes.io/region";
/// Between the zones of a volume that is in several.
pub const ZONE_DELIMITER: &str = "__";

/// A volume type and the driver that took it over.
#[derive(Debug, PartialEq, Eq)]
pub struct InTreeType {
    /// The type, as a class's provisioner.
    pub plugin: &'static str,
    /// The driver.
    pub driver: &'static str,
    /// The label in which the driver has nodes say their zone.
    zone_label: Option<&'static str>,
    /// Whether kube-scheduler counts its volumes as the driver's.
    is_counted: bool,
}

const AWS_EBS: InTreeType = InTreeType {
    plugin: "kubernetes.io/aws-ebs",
    driver: "ebs.csi.aws.com",
    zone_label: Some("topology.ebs.csi.aws.com/zone"),
    is_counted: true,
};
const GCE_PD: InTreeType = InTreeType {
    plugin: "kubernetes.io/gce-pd",
    driver: "pd.csi.storage.gke.io",
    zone_label: Some("topology.gke.io/zone"),
    is_counted: true,
};
const AZURE_DISK: InTreeType = InTreeType {
    plugin: "kubernetes.io/azure-disk",
    driver: "disk.csi.azure.com",
    zone_label: Some("topology.disk.csi.azure.com/zone"),
    is_counted: true,
};
const CINDER: InTreeType = InTreeType {
    plugin: "kubernetes.io/cinder",
    driver: "cinder.csi.openstack.org",
    zone_label: Some("topology.cinder.csi.openstack.org/zone"),
    is_counted: true,
};
const PORTWORX: InTreeType = InTreeType {
    plugin: "kubernetes.io/portworx-volume",
    driver: "pxd.portworx.com",
    zone_label: None,
    is_counted: true,
};
const AZURE_FILE: InTreeType = InTreeType {
    plugin: "kubernetes.io/azure-file",
    driver: "file.csi.azure.com",
    zone_label: None,
    is_counted: false,
};
const VSPHERE: InTreeType = InTreeType {
    plugin: "kubernetes.io/vsphere-volume",
    driver: "csi.vsphere.vmware.com",
    zone_label: None,
    is_counted: false,
};

const ALL: &[&InTreeType] = &[&AWS_EBS, &GCE_PD, &AZURE_DISK, &CINDER, &PORTWORX, &AZURE_FILE, &VSPHERE];

/// A volume of one of the types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTreeVolume {
    /// Its type.
    pub type_: &'static InTreeType,
    /// As the driver names it; none where it can't.
    pub handle: Option<String>,
}

impl InTreeType {
    /// The type of this name.
    pub fn by_name(plugin: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|type_| type_.plugin == plugin)
    }

    /// Whether the driver serves the type's volumes on a node.
    pub fn is_migrated_on(&self, node: Option<&CSINode>) -> bool {
        let names = node.and_then(|node| node.metadata.annotations.get(ANNOTATION_MIGRATED));
        self.is_counted && names.is_some_and(|names| names.split(',').any(|name| name == self.plugin))
    }
}

/// Whether two states of a CSINode differ in which types drivers serve there.
pub fn migration_changed(old: &CSINode, new: &CSINode) -> bool {
    old.metadata.annotations.get(ANNOTATION_MIGRATED) != new.metadata.annotations.get(ANNOTATION_MIGRATED)
}

/// The volume that a pod names itself, if it is of one of the types.
pub fn of_source(source: &VolumeSource) -> Option<InTreeVolume> {
    let volume = |type_: &'static InTreeType, handle: Option<String>| Some(InTreeVolume { type_, handle });
    if let Some(disk) = &source.aws_elastic_block_store {
        return volume(&AWS_EBS, ebs_handle(&disk.volume_id));
    }
    if let Some(disk) = &source.gce_persistent_disk {
        return volume(&GCE_PD, gce_handle(&disk.pd_name, ""));
    }
    if let Some(disk) = &source.azure_disk {
        return volume(&AZURE_DISK, Some(disk.data_disk_uri.clone()));
    }
    if let Some(disk) = &source.cinder {
        return volume(&CINDER, Some(disk.volume_id.clone()));
    }
    if let Some(disk) = &source.portworx_volume {
        return volume(&PORTWORX, Some(disk.volume_id.clone()));
    }
    if source.azure_file.is_some() {
        return volume(&AZURE_FILE, None);
    }
    source.vsphere_volume.as_ref().and_then(|_| volume(&VSPHERE, None))
}

/// The persistent volume as one of the types, if it is.
pub fn of_persistent(volume: &PersistentVolume) -> Option<InTreeVolume> {
    let source = &volume.spec.persistent_volume_source;
    let of = |type_: &'static InTreeType, handle: Option<String>| Some(InTreeVolume { type_, handle });
    if let Some(disk) = &source.aws_elastic_block_store {
        return of(&AWS_EBS, ebs_handle(&disk.volume_id));
    }
    if let Some(disk) = &source.gce_persistent_disk {
        let label = |key: &str| volume.metadata.labels.get(key).filter(|zones| !zones.is_empty());
        return of(
            &GCE_PD,
            gce_handle(&disk.pd_name, label(ZONE).or_else(|| label(BETA_ZONE)).map_or("", String::as_str)),
        );
    }
    if let Some(disk) = &source.azure_disk {
        return of(&AZURE_DISK, Some(disk.data_disk_uri.clone()));
    }
    if let Some(disk) = &source.cinder {
        return of(&CINDER, Some(disk.volume_id.clone()));
    }
    if let Some(disk) = &source.portworx_volume {
        return of(&PORTWORX, Some(disk.volume_id.clone()));
    }
    if source.azure_file.is_some() {
        return of(&AZURE_FILE, None);
    }
    source.vsphere_volume.as_ref().and_then(|_| of(&VSPHERE, None))
}

/// `vol-1`, or in a URL behind its zone.
fn ebs_handle(id: &str) -> Option<String> {
    let Some(rest) = id.strip_prefix("aws://") else { return Some(id.to_owned()) };
    let name = rest.split_once('/')?.1.trim_matches('/');
    let is_name = |digits: &str| !digits.is_empty() && digits.chars().all(|char| char.is_ascii_alphanumeric());
    name.strip_prefix("vol-").is_some_and(is_name).then(|| name.to_owned())
}

fn gce_handle(disk: &str, zones: &str) -> Option<String> {
    let zones: Vec<&str> = zones.split(ZONE_DELIMITER).collect();
    match zones.as_slice() {
        [""] | [] => Some(format!("projects/UNSPECIFIED/zones/UNSPECIFIED/disks/{disk}")),
        [zone] => Some(format!("projects/UNSPECIFIED/zones/{zone}/disks/{disk}")),
        [first, rest @ ..] => {
            let region = first.rsplit_once('-')?.0;
            let is_same = |zone: &&str| zone.rsplit_once('-').is_some_and(|(other, _)| other == region);
            rest.iter().all(is_same).then(|| format!("projects/UNSPECIFIED/regions/{region}/disks/{disk}"))
        }
    }
}

/// Which nodes can reach a volume of one of the types where the driver serves it: zones under the driver's label.
pub fn migrated_affinity(volume: &PersistentVolume, type_: &InTreeType) -> Option<NodeSelector> {
    let affinity = volume.spec.node_affinity.as_ref().and_then(|affinity| affinity.required.clone());
    let Some(zone_label) = type_.zone_label else { return affinity };
    let names = |key: &str| {
        let terms = affinity.iter().flat_map(|affinity| &affinity.node_selector_terms);
        terms.flat_map(|term| &term.match_expressions).any(|requirement| requirement.key == key)
    };
    let is_stable = names(ZONE) || volume.metadata.labels.contains_key(ZONE);
    let zone = if is_stable { ZONE } else { BETA_ZONE };
    let (has_zone, has_beta_region) = (names(zone), !is_stable && names(BETA_REGION));
    let labelled = volume.metadata.labels.get(zone).filter(|zones| !has_zone && !zones.is_empty());
    let mut affinity = match (affinity, labelled) {
        (None, None) => return None,
        (None, Some(_)) => NodeSelector { node_selector_terms: vec![NodeSelectorTerm::default()] },
        (Some(affinity), _) => affinity,
    };
    for term in &mut affinity.node_selector_terms {
        for requirement in &mut term.match_expressions {
            if requirement.key == zone {
                zone_label.clone_into(&mut requirement.key);
            } else if has_beta_region && requirement.key == BETA_REGION {
                REGION.clone_into(&mut requirement.key);
            }
        }
        if let Some(zones) = labelled {
            term.match_expressions.push(NodeSelectorRequirement {
                key: zone_label.to_owned(),
                operator: NodeSelectorOperator::In,
                values: zones.split(ZONE_DELIMITER).map(str::to_owned).collect(),
            });
        }
    }
    Some(affinity)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check_handle(labels: Value, spec: Value, driver: &str, handle: Option<&str>) {
        let volume =
            serde_json::from_value(json!({"metadata": {"name": "v", "labels": labels}, "spec": spec})).unwrap();
        let found = of_persistent(&volume).unwrap();
        assert_eq!((found.type_.driver, found.handle.as_deref()), (driver, handle));
    }

    #[test]
    fn drivers_name_volumes_in_their_way() {
        let ebs = |id: &str| json!({"awsElasticBlockStore": {"volumeID": id}});
        check_handle(json!({}), ebs("vol-1"), "ebs.csi.aws.com", Some("vol-1"));
        check_handle(json!({}), ebs("aws://us-east-1a/vol-1"), "ebs.csi.aws.com", Some("vol-1"));
        check_handle(json!({}), ebs("aws://us-east-1a/disk"), "ebs.csi.aws.com", None);
        let gce = json!({"gcePersistentDisk": {"pdName": "d"}});
        let zones = |zones: &str| json!({ZONE: zones});
        let unspecified = "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d";
        check_handle(json!({}), gce.clone(), "pd.csi.storage.gke.io", Some(unspecified));
        let regional = "projects/UNSPECIFIED/regions/eu-1/disks/d";
        check_handle(zones("eu-1-a__eu-1-b"), gce.clone(), "pd.csi.storage.gke.io", Some(regional));
        check_handle(zones("eu-1-a__eu-2-b"), gce, "pd.csi.storage.gke.io", None);
    }

    #[test]
    fn zones_move_to_the_drivers_label() {
        let spec = json!({"awsElasticBlockStore": {"volumeID": "vol-1"}});
        let volume = json!({"metadata": {"name": "v", "labels": {ZONE: "a"}}, "spec": spec});
        let affinity = migrated_affinity(&serde_json::from_value(volume).unwrap(), &AWS_EBS).unwrap();
        let requirement = &affinity.node_selector_terms[0].match_expressions[0];
        assert_eq!(
            (requirement.key.as_str(), &*requirement.values),
            ("topology.ebs.csi.aws.com/zone", &["a".to_owned()][..])
        );
    }

    #[test]
    fn a_node_says_what_drivers_serve() {
        let node = |plugins: &str| CSINode {
            metadata: kubeforge_machinery::meta::v1::ObjectMeta {
                annotations: [(ANNOTATION_MIGRATED.to_owned(), plugins.to_owned())].into(),
                ..Default::default()
            },
            ..Default::default()
        };
        assert!(AWS_EBS.is_migrated_on(Some(&node("kubernetes.io/cinder,kubernetes.io/aws-ebs"))));
        assert!(!AWS_EBS.is_migrated_on(Some(&node("kubernetes.io/cinder"))) && !AWS_EBS.is_migrated_on(None));
        assert!(!VSPHERE.is_migrated_on(Some(&node("kubernetes.io/vsphere-volume"))));
    }
}
