//! Where a persistent volume's content is: sources that Kubernetes' nodes know, and those that went out of use.

mod block;
mod cloud;
mod csi;
mod network;

use kubeforge_api::core::v1::{LocalVolumeSource, PersistentVolumeSource};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::pod::volume::{host_path::host_path, no_backsteps};

/// Whether a volume says from which nodes it can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeAffinity {
    Given,
    Absent,
}

/// Checks the one source that a volume has; `volume` is its name.
pub(super) fn check(
    source: &PersistentVolumeSource,
    volume: &str,
    affinity: NodeAffinity,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut sources = Sources { path, errors, count: 0 };
    sources.add(source.host_path.as_deref(), "hostPath", host_path);
    // this source is told of under another name than its field's
    sources.add_as(source.gce_persistent_disk.as_deref(), ["gcePersistentDisk", "persistentDisk"], cloud::gce_disk);
    sources.add(source.aws_elastic_block_store.as_deref(), "awsElasticBlockStore", cloud::aws_block_store);
    sources.add(source.glusterfs.as_deref(), "glusterfs", network::glusterfs);
    sources.add(source.flocker.as_deref(), "flocker", network::flocker);
    sources.add(source.nfs.as_deref(), "nfs", network::nfs);
    sources.add(source.rbd.as_deref(), "rbd", network::rbd);
    sources.add(source.quobyte.as_deref(), "quobyte", network::quobyte);
    sources.add_as(source.ceph_fs.as_deref(), ["cephFS", "cephfs"], network::ceph_fs);
    sources.add(source.iscsi.as_deref(), "iscsi", |it, path, errors| block::iscsi(it, volume, path, errors));
    sources.add(source.cinder.as_deref(), "cinder", cloud::cinder);
    sources.add(source.fc.as_deref(), "fc", block::fibre_channel);
    if let Some(flex) = source.flex_volume.as_deref() {
        // upstream does not mind another source beside this one
        sources.count += 1;
        network::flex(flex, &path.child("flexVolume"), sources.errors);
    }
    sources.add(source.azure_file.as_deref(), "azureFile", cloud::azure_file);
    sources.add(source.vsphere_volume.as_deref(), "vsphereVolume", cloud::vsphere);
    sources.add(source.photon_persistent_disk.as_deref(), "photonPersistentDisk", cloud::photon);
    sources.add(source.portworx_volume.as_deref(), "portworxVolume", network::portworx);
    sources.add(source.azure_disk.as_deref(), "azureDisk", cloud::azure_disk);
    sources.add(source.scale_io.as_deref(), "scaleIO", network::scale_io);
    let is_first = sources.count == 0;
    sources.add(source.local.as_deref(), "local", local);
    if source.local.is_some() && is_first && affinity == NodeAffinity::Absent {
        let text = "Local volume requires node affinity";
        sources.errors.push(Error::required(&path.child("nodeAffinity"), text));
    }
    sources.add(source.storage_os.as_deref(), "storageos", network::storage_os);
    sources.add(source.csi.as_deref(), "csi", csi::csi);
    if sources.count == 0 {
        sources.errors.push(Error::required(path, "must specify a volume type"));
    }
}

/// Sources as they are found.
struct Sources<'a, 'p> {
    path: &'a Path<'p>,
    errors: &'a mut ErrorList,
    count: usize,
}

impl Sources<'_, '_> {
    /// Checks a source if it is the first.
    fn add<T>(&mut self, source: Option<&T>, name: &str, check: impl Fn(&T, &Path<'_>, &mut ErrorList)) {
        self.add_as(source, [name, name], check);
    }

    /// The same for a source that errors call `names[0]` if it is one too many, and `names[1]` if it is wrong.
    fn add_as<T>(&mut self, source: Option<&T>, names: [&str; 2], check: impl Fn(&T, &Path<'_>, &mut ErrorList)) {
        let (Some(source), [surplus, own]) = (source, names) else { return };
        if self.count > 0 {
            let text = "may not specify more than 1 volume type";
            self.errors.push(Error::forbidden(&self.path.child(surplus), text));
            return;
        }
        self.count += 1;
        check(source, &self.path.child(own), self.errors);
    }
}

fn local(source: &LocalVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let own = path.child("path");
    if source.path.is_empty() {
        errors.push(Error::required(&own, ""));
        return;
    }
    no_backsteps(&source.path, &own, errors);
}

/// Tells each field whose text is empty.
fn required(fields: &[(&str, &str)], path: &Path<'_>, errors: &mut ErrorList) {
    for (name, value) in fields {
        if value.is_empty() {
            errors.push(Error::required(&path.child(name), ""));
        }
    }
}
