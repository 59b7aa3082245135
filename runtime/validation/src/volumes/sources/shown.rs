//! Sources as errors show them.

use kubeforge_api::core::v1::{
    AWSElasticBlockStoreVolumeSource, AzureDataDiskCachingMode, AzureDataDiskKind, AzureDiskVolumeSource,
    AzureFilePersistentVolumeSource, CSIPersistentVolumeSource, CephFSPersistentVolumeSource,
    CinderPersistentVolumeSource, FCVolumeSource, FlexPersistentVolumeSource, FlockerVolumeSource,
    GCEPersistentDiskVolumeSource, GlusterfsPersistentVolumeSource, HostPathType, HostPathVolumeSource,
    ISCSIPersistentVolumeSource, LocalVolumeSource, NFSVolumeSource, ObjectReference, PersistentVolumeSource,
    PhotonPersistentDiskVolumeSource, PortworxVolumeSource, QuobyteVolumeSource, RBDPersistentVolumeSource,
    ScaleIOPersistentVolumeSource, SecretReference, StorageOSPersistentVolumeSource, VsphereVirtualDiskVolumeSource,
};

use crate::common::internal;

internal!(HostPathType, AzureDataDiskCachingMode, AzureDataDiskKind);
internal!(
    PersistentVolumeSource {
        "GCEPersistentDisk": gce_persistent_disk,
        "AWSElasticBlockStore": aws_elastic_block_store,
        "HostPath": host_path,
        "Glusterfs": glusterfs,
        "NFS": nfs,
        "RBD": rbd,
        "Quobyte": quobyte,
        "ISCSI": iscsi,
        "FlexVolume": flex_volume,
        "Cinder": cinder,
        "CephFS": ceph_fs,
        "FC": fc,
        "Flocker": flocker,
        "AzureFile": azure_file,
        "VsphereVolume": vsphere_volume,
        "AzureDisk": azure_disk,
        "PhotonPersistentDisk": photon_persistent_disk,
        "PortworxVolume": portworx_volume,
        "ScaleIO": scale_io,
        "Local": local,
        "StorageOS": storage_os,
        "CSI": csi,
    }
    GCEPersistentDiskVolumeSource {
        "PDName": pd_name, "FSType": fs_type, "Partition": partition, "ReadOnly": read_only,
    }
    AWSElasticBlockStoreVolumeSource {
        "VolumeID": volume_id, "FSType": fs_type, "Partition": partition, "ReadOnly": read_only,
    }
    HostPathVolumeSource { "Path": path, "Type": type_ }
    GlusterfsPersistentVolumeSource {
        "EndpointsName": endpoints_name,
        "Path": path,
        "ReadOnly": read_only,
        "EndpointsNamespace": endpoints_namespace,
    }
    NFSVolumeSource { "Server": server, "Path": path, "ReadOnly": read_only }
    RBDPersistentVolumeSource {
        "CephMonitors": ceph_monitors,
        "RBDImage": rbd_image,
        "FSType": fs_type,
        "RBDPool": rbd_pool,
        "RadosUser": rados_user,
        "Keyring": keyring,
        "SecretRef": secret_ref,
        "ReadOnly": read_only,
    }
    QuobyteVolumeSource {
        "Registry": registry,
        "Volume": volume,
        "ReadOnly": read_only,
        "User": user,
        "Group": group,
        "Tenant": tenant,
    }
    ISCSIPersistentVolumeSource {
        "TargetPortal": target_portal,
        "IQN": iqn,
        "Lun": lun,
        "ISCSIInterface": iscsi_interface,
        "FSType": fs_type,
        "ReadOnly": read_only,
        "Portals": portals,
        "DiscoveryCHAPAuth": discovery_chap_auth,
        "SessionCHAPAuth": session_chap_auth,
        "SecretRef": secret_ref,
        "InitiatorName": initiator_name,
    }
    FlexPersistentVolumeSource {
        "Driver": driver, "FSType": fs_type, "SecretRef": secret_ref, "ReadOnly": read_only, "Options": options,
    }
    CinderPersistentVolumeSource {
        "VolumeID": volume_id, "FSType": fs_type, "ReadOnly": read_only, "SecretRef": secret_ref,
    }
    CephFSPersistentVolumeSource {
        "Monitors": monitors,
        "Path": path,
        "User": user,
        "SecretFile": secret_file,
        "SecretRef": secret_ref,
        "ReadOnly": read_only,
    }
    FCVolumeSource {
        "TargetWWNs": target_wwns, "Lun": lun, "FSType": fs_type, "ReadOnly": read_only, "WWIDs": wwids,
    }
    FlockerVolumeSource { "DatasetName": dataset_name, "DatasetUUID": dataset_uuid }
    AzureFilePersistentVolumeSource {
        "SecretName": secret_name,
        "ShareName": share_name,
        "ReadOnly": read_only,
        "SecretNamespace": secret_namespace,
    }
    VsphereVirtualDiskVolumeSource {
        "VolumePath": volume_path,
        "FSType": fs_type,
        "StoragePolicyName": storage_policy_name,
        "StoragePolicyID": storage_policy_id,
    }
    AzureDiskVolumeSource {
        "DiskName": disk_name,
        "DataDiskURI": data_disk_uri,
        "CachingMode": caching_mode,
        "FSType": fs_type,
        "ReadOnly": read_only,
        "Kind": kind,
    }
    PhotonPersistentDiskVolumeSource { "PdID": pd_id, "FSType": fs_type }
    PortworxVolumeSource { "VolumeID": volume_id, "FSType": fs_type, "ReadOnly": read_only }
    ScaleIOPersistentVolumeSource {
        "Gateway": gateway,
        "System": system,
        "SecretRef": secret_ref,
        "SSLEnabled": ssl_enabled,
        "ProtectionDomain": protection_domain,
        "StoragePool": storage_pool,
        "StorageMode": storage_mode,
        "VolumeName": volume_name,
        "FSType": fs_type,
        "ReadOnly": read_only,
    }
    LocalVolumeSource { "Path": path, "FSType": fs_type }
    StorageOSPersistentVolumeSource {
        "VolumeName": volume_name,
        "VolumeNamespace": volume_namespace,
        "FSType": fs_type,
        "ReadOnly": read_only,
        "SecretRef": secret_ref,
    }
    CSIPersistentVolumeSource {
        "Driver": driver,
        "VolumeHandle": volume_handle,
        "ReadOnly": read_only,
        "FSType": fs_type,
        "VolumeAttributes": volume_attributes,
        "ControllerPublishSecretRef": controller_publish_secret_ref,
        "NodeStageSecretRef": node_stage_secret_ref,
        "NodePublishSecretRef": node_publish_secret_ref,
        "ControllerExpandSecretRef": controller_expand_secret_ref,
        "NodeExpandSecretRef": node_expand_secret_ref,
    }
    SecretReference { "Name": name, "Namespace": namespace }
    ObjectReference {
        "Kind": kind,
        "Namespace": namespace,
        "Name": name,
        "UID": uid,
        "APIVersion": api_version,
        "ResourceVersion": resource_version,
        "FieldPath": field_path,
    }
);
