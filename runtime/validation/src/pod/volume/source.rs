//! What a volume is.

use kubeforge_api::core::v1::{EmptyDirVolumeSource, PersistentVolumeClaimVolumeSource, Volume};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
};

use super::{
    super::{allowances::Allowances, basics::required, only_one::OnlyOne},
    cloud, csi, ephemeral, files, host_path, image, iscsi, network, projected,
};

/// Checks a volume's source. The order, and the names that are not the fields', are upstream's.
pub(super) fn volume_source(
    volume: &Volume,
    pod_name: Option<&str>,
    allowed: Allowances,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let source = &volume.volume_source;
    let mut one = OnlyOne::of(path, "may not specify more than 1 volume type");
    one.field("emptyDir", source.empty_dir.as_deref(), errors, empty_dir);
    one.field("hostPath", source.host_path.as_deref(), errors, host_path::host_path);
    one.field("gitRepo", source.git_repo.as_deref(), errors, files::git_repo);
    let gce = source.gce_persistent_disk.as_deref();
    one.field_shown_as("gcePersistentDisk", "persistentDisk", gce, errors, cloud::gce_persistent_disk);
    let aws = source.aws_elastic_block_store.as_deref();
    one.field("awsElasticBlockStore", aws, errors, cloud::aws_elastic_block_store);
    one.field("secret", source.secret.as_deref(), errors, files::secret);
    one.field("nfs", source.nfs.as_deref(), errors, network::nfs);
    one.field("iscsi", source.iscsi.as_deref(), errors, iscsi::iscsi);
    iscsi::session_name(volume, path, errors);
    one.field("glusterfs", source.glusterfs.as_deref(), errors, network::glusterfs);
    one.field("flocker", source.flocker.as_deref(), errors, network::flocker);
    one.field("persistentVolumeClaim", source.persistent_volume_claim.as_deref(), errors, claim);
    one.field("rbd", source.rbd.as_deref(), errors, network::rbd);
    one.field("cinder", source.cinder.as_deref(), errors, cloud::cinder);
    one.field_shown_as("cephFS", "cephfs", source.ceph_fs.as_deref(), errors, network::ceph_fs);
    one.field("quobyte", source.quobyte.as_deref(), errors, network::quobyte);
    let downward = source.downward_api.as_deref();
    one.field_shown_as("downwarAPI", "downwardAPI", downward, errors, files::downward_api);
    one.field("fc", source.fc.as_deref(), errors, network::fibre_channel);
    one.field("flexVolume", source.flex_volume.as_deref(), errors, network::flex_volume);
    one.field("configMap", source.config_map.as_deref(), errors, files::config_map);
    one.field("azureFile", source.azure_file.as_deref(), errors, cloud::azure_file);
    one.field("vsphereVolume", source.vsphere_volume.as_deref(), errors, cloud::vsphere_volume);
    let photon = source.photon_persistent_disk.as_deref();
    one.field("photonPersistentDisk", photon, errors, cloud::photon_persistent_disk);
    one.field("portworxVolume", source.portworx_volume.as_deref(), errors, cloud::portworx);
    one.field("azureDisk", source.azure_disk.as_deref(), errors, cloud::azure_disk);
    one.field("storageos", source.storage_os.as_deref(), errors, network::storage_os);
    one.field("projected", source.projected.as_deref(), errors, |source, path, errors| {
        projected::projected(source, allowed, path, errors);
    });
    one.field("scaleIO", source.scale_io.as_deref(), errors, network::scale_io);
    one.field("csi", source.csi.as_deref(), errors, csi::csi);
    one.field("ephemeral", source.ephemeral.as_ref(), errors, |source, ephemeral, errors| {
        ephemeral::ephemeral(source, ephemeral, errors);
        ephemeral::claim_name(pod_name, &volume.name, &path.child("name"), errors);
    });
    one.field("image", source.image.as_deref(), errors, |source, path, errors| {
        image::image(source, allowed, path, errors);
    });
    if one.is_none() {
        errors.push(Error::required(path, "must specify a volume type"));
    }
}

fn empty_dir(source: &EmptyDirVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    if source.size_limit.as_ref().is_some_and(Quantity::is_negative) {
        let text = "SizeLimit field must be a valid resource quantity";
        errors.push(Error::forbidden(&path.child("sizeLimit"), text));
    }
}

fn claim(source: &PersistentVolumeClaimVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.claim_name, &path.child("claimName"), errors);
}
