//! The volume types that CSI drivers took over from code inside Kubernetes.
//!
//! A node's CSINode names, in an annotation, those whose volumes the drivers serve there; then such a volume counts as the
//! driver's, and its zone is looked for under the driver's label. Follows csi-translation-lib.

use std::collections::BTreeSet;

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
    /// The label in which the driver has nodes say their zone, where volumes' zones are looked for there.
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
const AZURE_DISK: InTreeType =
    InTreeType { plugin: "kubernetes.io/azure-disk", driver: "disk.csi.azure.com", zone_label: None, is_counted: true };
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
    /// As the driver names it, or why it can't. Empty for the types that are not counted.
    pub handle: Result<String, String>,
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
    let volume = |type_: &'static InTreeType, handle| Some(InTreeVolume { type_, handle });
    if let Some(disk) = &source.aws_elastic_block_store {
        return volume(&AWS_EBS, ebs_handle(&disk.volume_id));
    }
    if let Some(disk) = &source.gce_persistent_disk {
        return volume(&GCE_PD, gce_handle(&disk.pd_name, ""));
    }
    if let Some(disk) = &source.azure_disk {
        return volume(&AZURE_DISK, Ok(disk.data_disk_uri.clone()));
    }
    if let Some(disk) = &source.cinder {
        return volume(&CINDER, Ok(disk.volume_id.clone()));
    }
    if let Some(disk) = &source.portworx_volume {
        return volume(&PORTWORX, Ok(disk.volume_id.clone()));
    }
    if source.azure_file.is_some() {
        return volume(&AZURE_FILE, Ok(String::new()));
    }
    source.vsphere_volume.as_ref().and_then(|_| volume(&VSPHERE, Ok(String::new())))
}

/// The persistent volume as one of the types, if it is.
pub fn of_persistent(volume: &PersistentVolume) -> Option<InTreeVolume> {
    let source = &volume.spec.persistent_volume_source;
    let of = |type_: &'static InTreeType, handle| Some(InTreeVolume { type_, handle });
    if let Some(disk) = &source.aws_elastic_block_store {
        return of(&AWS_EBS, ebs_handle(&disk.volume_id));
    }
    if let Some(disk) = &source.gce_persistent_disk {
        let label = |key: &str| volume.metadata.labels.get(key).filter(|zones| !zones.is_empty());
        let zones = label(BETA_ZONE).or_else(|| label(ZONE)).map_or("", String::as_str);
        return of(&GCE_PD, gce_handle(&disk.pd_name, zones));
    }
    if let Some(disk) = &source.azure_disk {
        return of(&AZURE_DISK, Ok(disk.data_disk_uri.clone()));
    }
    if let Some(disk) = &source.cinder {
        return of(&CINDER, Ok(disk.volume_id.clone()));
    }
    if let Some(disk) = &source.portworx_volume {
        return of(&PORTWORX, Ok(disk.volume_id.clone()));
    }
    if source.azure_file.is_some() {
        return of(&AZURE_FILE, Ok(String::new()));
    }
    source.vsphere_volume.as_ref().and_then(|_| of(&VSPHERE, Ok(String::new())))
}

/// `vol-1`, or in a URL behind its zone.
fn ebs_handle(id: &str) -> Result<String, String> {
    let Some(rest) = id.strip_prefix("aws://") else { return Ok(id.to_owned()) };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let name = path.split_once('/').map_or("", |(_, name)| name).trim_matches('/');
    let is_name = |name: &str| name.strip_prefix("vol-").is_some_and(|digits| !digits.contains('/'));
    let wrong = || format!("failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS volume ({id})");
    is_name(name).then(|| name.to_owned()).ok_or_else(wrong)
}

fn gce_handle(disk: &str, zones: &str) -> Result<String, String> {
    let zones: Vec<&str> = zones.split(ZONE_DELIMITER).collect();
    match zones.as_slice() {
        [""] | [] => Ok(format!("projects/UNSPECIFIED/zones/UNSPECIFIED/disks/{disk}")),
        [zone] => Ok(format!("projects/UNSPECIFIED/zones/{zone}/disks/{disk}")),
        several => {
            let region = region_of(several).map_err(|error| format!("failed to get region from zones: {error}"))?;
            Ok(format!("projects/UNSPECIFIED/regions/{region}/disks/{disk}"))
        }
    }
}

/// The region in which all the zones are.
fn region_of(zones: &[&str]) -> Result<String, String> {
    let mut regions = BTreeSet::new();
    for zone in zones {
        let [locale, region, _] = zone.split('-').collect::<Vec<_>>()[..] else {
            return Err(format!("zone in unexpected format, expected: {{locale}}-{{region}}-{{zone}}, got: {zone}"));
        };
        regions.insert(format!("{locale}-{region}"));
    }
    match regions.len() {
        1 => Ok(regions.into_iter().collect()),
        _ => {
            let regions: Vec<_> = regions.iter().map(|region| format!("{region}:{{}}")).collect();
            Err(format!("multiple or no regions gotten from zones, got: map[{}]", regions.join(" ")))
        }
    }
}

/// Which nodes can reach a volume of one of the types where the driver serves it: zones under the driver's label.
pub fn migrated_affinity(volume: &PersistentVolume, type_: &InTreeType) -> Option<NodeSelector> {
    let mut affinity = volume.spec.node_affinity.as_ref().and_then(|affinity| affinity.required.clone());
    let Some(zone_label) = type_.zone_label else { return affinity };
    let labels = &volume.metadata.labels;
    let names = |key: &str| affinity.iter().flat_map(requirements).any(|it| it.key == key);
    let has_values =
        |key: &str| affinity.iter().flat_map(requirements).any(|it| it.key == key && !it.values.is_empty());
    // what the affinity names goes before what labels name, and then the label's newer name before its older
    let is_newer = names(ZONE) || !names(BETA_ZONE) && (labels.contains_key(ZONE) || !labels.contains_key(BETA_ZONE));
    let zone = if is_newer { ZONE } else { BETA_ZONE };
    let (has_zones, has_regions) = (has_values(zone), !is_newer && has_values(BETA_REGION));
    if has_zones {
        rename(&mut affinity, zone, zone_label);
    } else if let Some(zones) = labels.get(zone) {
        add_zones(&mut affinity, zone_label, zones);
    }
    if has_regions {
        rename(&mut affinity, BETA_REGION, REGION);
    }
    affinity
}

fn requirements(affinity: &NodeSelector) -> impl Iterator<Item = &NodeSelectorRequirement> {
    affinity.node_selector_terms.iter().flat_map(|term| &term.match_expressions)
}

fn rename(affinity: &mut Option<NodeSelector>, old: &str, new: &str) {
    let terms = affinity.iter_mut().flat_map(|affinity| &mut affinity.node_selector_terms);
    let requirements = terms.flat_map(|term| &mut term.match_expressions);
    requirements.filter(|it| it.key == old).for_each(|it| new.clone_into(&mut it.key));
}

/// Has all terms ask for one of the zones, where some are named.
fn add_zones(affinity: &mut Option<NodeSelector>, label: &str, zones: &str) {
    let zones: BTreeSet<&str> = zones.split(ZONE_DELIMITER).map(str::trim).filter(|zone| !zone.is_empty()).collect();
    if zones.is_empty() {
        return;
    }
    let terms = &mut affinity.get_or_insert_default().node_selector_terms;
    if terms.is_empty() {
        terms.push(NodeSelectorTerm::default());
    }
    for term in terms {
        term.match_expressions.push(NodeSelectorRequirement {
            key: label.to_owned(),
            operator: NodeSelectorOperator::In,
            values: zones.iter().map(|zone| (*zone).to_owned()).collect(),
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check_handle(labels: Value, spec: Value, driver: &str, handle: Result<&str, &str>) {
        let volume =
            serde_json::from_value(json!({"metadata": {"name": "v", "labels": labels}, "spec": spec})).unwrap();
        let found = of_persistent(&volume).unwrap();
        assert_eq!((found.type_.driver, found.handle.as_deref().map_err(String::as_str)), (driver, handle));
    }

    #[test]
    fn drivers_name_volumes_in_their_way() {
        let ebs = |id: &str, handle: Result<&str, &str>| {
            check_handle(json!({}), json!({"awsElasticBlockStore": {"volumeID": id}}), "ebs.csi.aws.com", handle);
        };
        ebs("vol-1", Ok("vol-1"));
        ebs("anything", Ok("anything"));
        ebs("aws://us-east-1a/vol-1", Ok("vol-1"));
        ebs("aws:///vol-1_x/", Ok("vol-1_x"));
        let wrong = "failed to translate Kubernetes ID to EBS Volume ID Invalid format for AWS volume";
        ebs("aws://us-east-1a/disk", Err(&format!("{wrong} (aws://us-east-1a/disk)")));
        ebs("aws://us-east-1a/a/vol-1", Err(&format!("{wrong} (aws://us-east-1a/a/vol-1)")));
        let gce = |labels: Value, handle: Result<&str, &str>| {
            check_handle(labels, json!({"gcePersistentDisk": {"pdName": "d"}}), "pd.csi.storage.gke.io", handle);
        };
        gce(json!({}), Ok("projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d"));
        gce(json!({ZONE: "anywhere"}), Ok("projects/UNSPECIFIED/zones/anywhere/disks/d"));
        gce(json!({ZONE: "eu-1-a", BETA_ZONE: "eu-1-b"}), Ok("projects/UNSPECIFIED/zones/eu-1-b/disks/d"));
        gce(json!({ZONE: "eu-1-a__eu-1-b"}), Ok("projects/UNSPECIFIED/regions/eu-1/disks/d"));
        let wrong = "failed to get region from zones: ";
        let form = "zone in unexpected format, expected: {locale}-{region}-{zone}, got: b";
        gce(json!({ZONE: "eu-1-a__b"}), Err(&format!("{wrong}{form}")));
        let several = "multiple or no regions gotten from zones, got: map[eu-1:{} eu-2:{}]";
        gce(json!({ZONE: "eu-2-a__eu-1-b"}), Err(&format!("{wrong}{several}")));
        let others = [
            (json!({"azureDisk": {"diskName": "n", "diskURI": "u"}}), "disk.csi.azure.com", "u"),
            (json!({"cinder": {"volumeID": "c"}}), "cinder.csi.openstack.org", "c"),
            (json!({"portworxVolume": {"volumeID": "p"}}), "pxd.portworx.com", "p"),
        ];
        for (spec, driver, handle) in others {
            check_handle(json!({}), spec, driver, Ok(handle));
        }
    }

    /// What a volume with these labels and conditions on nodes asks for where the driver serves it.
    #[track_caller]
    fn check_zones(labels: Value, conditions: Value, want: &[(&str, &[&str])]) {
        let terms = match conditions.is_null() {
            true => json!(null),
            false => json!({"required": {"nodeSelectorTerms": [{"matchExpressions": conditions}]}}),
        };
        let volume = json!({"metadata": {"name": "v", "labels": labels}, "spec": {"nodeAffinity": terms}});
        let affinity = migrated_affinity(&serde_json::from_value(volume).unwrap(), &AWS_EBS);
        let found: Vec<_> = affinity.iter().flat_map(requirements).map(|it| (&*it.key, it.values.clone())).collect();
        let want = want.iter().map(|(key, values)| (*key, values.iter().map(|it| (*it).to_owned()).collect()));
        assert_eq!(found, want.collect::<Vec<(_, Vec<_>)>>());
    }

    #[test]
    fn zones_move_to_the_drivers_label() {
        const NEW: &str = "topology.ebs.csi.aws.com/zone";
        let asks = |key: &str, values: &[&str]| json!({"key": key, "operator": "In", "values": values});
        let is_there = |key: &str| json!({"key": key, "operator": "Exists"});
        check_zones(json!({}), json!(null), &[]);
        check_zones(json!({ZONE: "b__a"}), json!(null), &[(NEW, &["a", "b"])]);
        check_zones(json!({BETA_ZONE: " a ____"}), json!(null), &[(NEW, &["a"])]);
        check_zones(json!({ZONE: ""}), json!(null), &[]);
        check_zones(json!({ZONE: "b"}), json!([asks(ZONE, &["a"])]), &[(NEW, &["a"])]);
        check_zones(json!({ZONE: "b"}), json!([asks(BETA_ZONE, &["a"])]), &[(NEW, &["a"])]);
        check_zones(json!({BETA_ZONE: "b"}), json!([asks("k", &["a"])]), &[("k", &["a"]), (NEW, &["b"])]);
        check_zones(json!({ZONE: "b"}), json!([is_there(ZONE)]), &[(ZONE, &[]), (NEW, &["b"])]);
        let both = json!([asks(BETA_ZONE, &["a"]), asks(BETA_REGION, &["r"])]);
        check_zones(json!({}), both, &[(NEW, &["a"]), (REGION, &["r"])]);
        let newer = json!([asks(ZONE, &["a"]), asks(BETA_REGION, &["r"])]);
        check_zones(json!({}), newer, &[(NEW, &["a"]), (BETA_REGION, &["r"])]);
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
