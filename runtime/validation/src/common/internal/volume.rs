//! Volumes of pods and all their sources.

super::types! {
    HOST_PATH_VOLUME_SOURCE:
        "Path" "path" TEXT, "Type" "type" NULLABLE;
    EMPTY_DIR_VOLUME_SOURCE:
        "Medium" "medium" TEXT, "SizeLimit" "sizeLimit" NULLABLE;
    GCE_PERSISTENT_DISK_VOLUME_SOURCE:
        "PDName" "pdName" TEXT, "FSType" "fsType" TEXT, "Partition" "partition" NUMBER, "ReadOnly" "readOnly" BOOL;
    AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE:
        "VolumeID" "volumeID" TEXT, "FSType" "fsType" TEXT, "Partition" "partition" NUMBER,
        "ReadOnly" "readOnly" BOOL;
    GIT_REPO_VOLUME_SOURCE:
        "Repository" "repository" TEXT, "Revision" "revision" TEXT, "Directory" "directory" TEXT;
    KEY_TO_PATH:
        "Key" "key" TEXT, "Path" "path" TEXT, "Mode" "mode" NULLABLE;
    SECRET_VOLUME_SOURCE:
        "SecretName" "secretName" TEXT, "Items" "items" list(&KEY_TO_PATH), "DefaultMode" "defaultMode" NULLABLE,
        "Optional" "optional" NULLABLE;
    NFS_VOLUME_SOURCE:
        "Server" "server" TEXT, "Path" "path" TEXT, "ReadOnly" "readOnly" BOOL;
    LOCAL_OBJECT_REFERENCE:
        "Name" "name" TEXT;
    ISCSI_VOLUME_SOURCE:
        "TargetPortal" "targetPortal" TEXT, "IQN" "iqn" TEXT, "Lun" "lun" NUMBER,
        "ISCSIInterface" "iscsiInterface" TEXT, "FSType" "fsType" TEXT, "ReadOnly" "readOnly" BOOL,
        "Portals" "portals" NULLABLE, "DiscoveryCHAPAuth" "chapAuthDiscovery" BOOL,
        "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE), "SessionCHAPAuth" "chapAuthSession" BOOL,
        "InitiatorName" "initiatorName" NULLABLE;
    GLUSTERFS_VOLUME_SOURCE:
        "EndpointsName" "endpoints" TEXT, "Path" "path" TEXT, "ReadOnly" "readOnly" BOOL;
    PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE:
        "ClaimName" "claimName" TEXT, "ReadOnly" "readOnly" BOOL;
    RBD_VOLUME_SOURCE:
        "CephMonitors" "monitors" NULLABLE, "RBDImage" "image" TEXT, "FSType" "fsType" TEXT, "RBDPool" "pool" TEXT,
        "RadosUser" "user" TEXT, "Keyring" "keyring" TEXT, "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE),
        "ReadOnly" "readOnly" BOOL;
    QUOBYTE_VOLUME_SOURCE:
        "Registry" "registry" TEXT, "Volume" "volume" TEXT, "ReadOnly" "readOnly" BOOL, "User" "user" TEXT,
        "Group" "group" TEXT, "Tenant" "tenant" TEXT;
    FLEX_VOLUME_SOURCE:
        "Driver" "driver" TEXT, "FSType" "fsType" TEXT, "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE),
        "ReadOnly" "readOnly" BOOL, "Options" "options" NULLABLE;
    CINDER_VOLUME_SOURCE:
        "VolumeID" "volumeID" TEXT, "FSType" "fsType" TEXT, "ReadOnly" "readOnly" BOOL,
        "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE);
    CEPH_FS_VOLUME_SOURCE:
        "Monitors" "monitors" NULLABLE, "Path" "path" TEXT, "User" "user" TEXT, "SecretFile" "secretFile" TEXT,
        "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE), "ReadOnly" "readOnly" BOOL;
    FLOCKER_VOLUME_SOURCE:
        "DatasetName" "datasetName" TEXT, "DatasetUUID" "datasetUUID" TEXT;
    OBJECT_FIELD_SELECTOR:
        "APIVersion" "apiVersion" TEXT, "FieldPath" "fieldPath" TEXT;
    RESOURCE_FIELD_SELECTOR:
        "ContainerName" "containerName" TEXT, "Resource" "resource" TEXT, "Divisor" "divisor" QUANTITY;
    DOWNWARD_API_VOLUME_FILE:
        "Path" "path" TEXT, "FieldRef" "fieldRef" pointer(&OBJECT_FIELD_SELECTOR),
        "ResourceFieldRef" "resourceFieldRef" pointer(&RESOURCE_FIELD_SELECTOR), "Mode" "mode" NULLABLE;
    DOWNWARD_API_VOLUME_SOURCE:
        "Items" "items" list(&DOWNWARD_API_VOLUME_FILE), "DefaultMode" "defaultMode" NULLABLE;
    FC_VOLUME_SOURCE:
        "TargetWWNs" "targetWWNs" NULLABLE, "Lun" "lun" NULLABLE, "FSType" "fsType" TEXT, "ReadOnly" "readOnly" BOOL,
        "WWIDs" "wwids" NULLABLE;
    AZURE_FILE_VOLUME_SOURCE:
        "SecretName" "secretName" TEXT, "ShareName" "shareName" TEXT, "ReadOnly" "readOnly" BOOL;
    CONFIG_MAP_VOLUME_SOURCE:
        embedded(&LOCAL_OBJECT_REFERENCE), "Items" "items" list(&KEY_TO_PATH), "DefaultMode" "defaultMode" NULLABLE,
        "Optional" "optional" NULLABLE;
    VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE:
        "VolumePath" "volumePath" TEXT, "FSType" "fsType" TEXT, "StoragePolicyName" "storagePolicyName" TEXT,
        "StoragePolicyID" "storagePolicyID" TEXT;
    AZURE_DISK_VOLUME_SOURCE:
        "DiskName" "diskName" TEXT, "DataDiskURI" "diskURI" TEXT, "CachingMode" "cachingMode" NULLABLE,
        "FSType" "fsType" NULLABLE, "ReadOnly" "readOnly" NULLABLE, "Kind" "kind" NULLABLE;
    PHOTON_PERSISTENT_DISK_VOLUME_SOURCE:
        "PdID" "pdID" TEXT, "FSType" "fsType" TEXT;
    SECRET_PROJECTION:
        embedded(&LOCAL_OBJECT_REFERENCE), "Items" "items" list(&KEY_TO_PATH), "Optional" "optional" NULLABLE;
    DOWNWARD_API_PROJECTION:
        "Items" "items" list(&DOWNWARD_API_VOLUME_FILE);
    CONFIG_MAP_PROJECTION:
        embedded(&LOCAL_OBJECT_REFERENCE), "Items" "items" list(&KEY_TO_PATH), "Optional" "optional" NULLABLE;
    SERVICE_ACCOUNT_TOKEN_PROJECTION:
        "Audience" "audience" TEXT, "ExpirationSeconds" "expirationSeconds" NULLABLE, "Path" "path" TEXT;
    CLUSTER_TRUST_BUNDLE_PROJECTION:
        "Name" "name" NULLABLE, "SignerName" "signerName" NULLABLE, "LabelSelector" "labelSelector" NULLABLE,
        "Optional" "optional" NULLABLE, "Path" "path" TEXT;
    POD_CERTIFICATE_PROJECTION:
        "SignerName" "signerName" TEXT, "KeyType" "keyType" TEXT,
        "MaxExpirationSeconds" "maxExpirationSeconds" NULLABLE, "CredentialBundlePath" "credentialBundlePath" TEXT,
        "KeyPath" "keyPath" TEXT, "CertificateChainPath" "certificateChainPath" TEXT,
        "UserAnnotations" "userAnnotations" NULLABLE;
    VOLUME_PROJECTION:
        "Secret" "secret" pointer(&SECRET_PROJECTION), "DownwardAPI" "downwardAPI" pointer(&DOWNWARD_API_PROJECTION),
        "ConfigMap" "configMap" pointer(&CONFIG_MAP_PROJECTION),
        "ServiceAccountToken" "serviceAccountToken" pointer(&SERVICE_ACCOUNT_TOKEN_PROJECTION),
        "ClusterTrustBundle" "clusterTrustBundle" pointer(&CLUSTER_TRUST_BUNDLE_PROJECTION),
        "PodCertificate" "podCertificate" pointer(&POD_CERTIFICATE_PROJECTION);
    PROJECTED_VOLUME_SOURCE:
        "Sources" "sources" list(&VOLUME_PROJECTION), "DefaultMode" "defaultMode" NULLABLE;
    PORTWORX_VOLUME_SOURCE:
        "VolumeID" "volumeID" TEXT, "FSType" "fsType" TEXT, "ReadOnly" "readOnly" BOOL;
    SCALE_IO_VOLUME_SOURCE:
        "Gateway" "gateway" TEXT, "System" "system" TEXT, "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE),
        "SSLEnabled" "sslEnabled" BOOL, "ProtectionDomain" "protectionDomain" TEXT, "StoragePool" "storagePool" TEXT,
        "StorageMode" "storageMode" TEXT, "VolumeName" "volumeName" TEXT, "FSType" "fsType" TEXT,
        "ReadOnly" "readOnly" BOOL;
    STORAGE_OS_VOLUME_SOURCE:
        "VolumeName" "volumeName" TEXT, "VolumeNamespace" "volumeNamespace" TEXT, "FSType" "fsType" TEXT,
        "ReadOnly" "readOnly" BOOL, "SecretRef" "secretRef" pointer(&LOCAL_OBJECT_REFERENCE);
    CSI_VOLUME_SOURCE:
        "Driver" "driver" TEXT, "ReadOnly" "readOnly" NULLABLE, "FSType" "fsType" NULLABLE,
        "VolumeAttributes" "volumeAttributes" NULLABLE,
        "NodePublishSecretRef" "nodePublishSecretRef" pointer(&LOCAL_OBJECT_REFERENCE);
    VOLUME_RESOURCE_REQUIREMENTS:
        "Limits" "limits" NULLABLE, "Requests" "requests" NULLABLE;
    TYPED_LOCAL_OBJECT_REFERENCE:
        "APIGroup" "apiGroup" NULLABLE, "Kind" "kind" TEXT, "Name" "name" TEXT;
    TYPED_OBJECT_REFERENCE:
        "APIGroup" "apiGroup" NULLABLE, "Kind" "kind" TEXT, "Name" "name" TEXT, "Namespace" "namespace" NULLABLE;
    PERSISTENT_VOLUME_CLAIM_SPEC:
        "AccessModes" "accessModes" NULLABLE, "Selector" "selector" NULLABLE,
        "Resources" "resources" value(&VOLUME_RESOURCE_REQUIREMENTS), "VolumeName" "volumeName" TEXT,
        "StorageClassName" "storageClassName" NULLABLE, "VolumeMode" "volumeMode" NULLABLE,
        "DataSource" "dataSource" pointer(&TYPED_LOCAL_OBJECT_REFERENCE),
        "DataSourceRef" "dataSourceRef" pointer(&TYPED_OBJECT_REFERENCE),
        "VolumeAttributesClassName" "volumeAttributesClassName" NULLABLE;
    PERSISTENT_VOLUME_CLAIM_TEMPLATE:
        "ObjectMeta" "metadata" METADATA, "Spec" "spec" value(&PERSISTENT_VOLUME_CLAIM_SPEC);
    EPHEMERAL_VOLUME_SOURCE:
        "VolumeClaimTemplate" "volumeClaimTemplate" pointer(&PERSISTENT_VOLUME_CLAIM_TEMPLATE);
    IMAGE_VOLUME_SOURCE:
        "Reference" "reference" TEXT, "PullPolicy" "pullPolicy" TEXT;
    VOLUME_SOURCE:
        "HostPath" "hostPath" pointer(&HOST_PATH_VOLUME_SOURCE),
        "EmptyDir" "emptyDir" pointer(&EMPTY_DIR_VOLUME_SOURCE),
        "GCEPersistentDisk" "gcePersistentDisk" pointer(&GCE_PERSISTENT_DISK_VOLUME_SOURCE),
        "AWSElasticBlockStore" "awsElasticBlockStore" pointer(&AWS_ELASTIC_BLOCK_STORE_VOLUME_SOURCE),
        "GitRepo" "gitRepo" pointer(&GIT_REPO_VOLUME_SOURCE), "Secret" "secret" pointer(&SECRET_VOLUME_SOURCE),
        "NFS" "nfs" pointer(&NFS_VOLUME_SOURCE), "ISCSI" "iscsi" pointer(&ISCSI_VOLUME_SOURCE),
        "Glusterfs" "glusterfs" pointer(&GLUSTERFS_VOLUME_SOURCE),
        "PersistentVolumeClaim" "persistentVolumeClaim" pointer(&PERSISTENT_VOLUME_CLAIM_VOLUME_SOURCE),
        "RBD" "rbd" pointer(&RBD_VOLUME_SOURCE), "Quobyte" "quobyte" pointer(&QUOBYTE_VOLUME_SOURCE),
        "FlexVolume" "flexVolume" pointer(&FLEX_VOLUME_SOURCE), "Cinder" "cinder" pointer(&CINDER_VOLUME_SOURCE),
        "CephFS" "cephfs" pointer(&CEPH_FS_VOLUME_SOURCE), "Flocker" "flocker" pointer(&FLOCKER_VOLUME_SOURCE),
        "DownwardAPI" "downwardAPI" pointer(&DOWNWARD_API_VOLUME_SOURCE), "FC" "fc" pointer(&FC_VOLUME_SOURCE),
        "AzureFile" "azureFile" pointer(&AZURE_FILE_VOLUME_SOURCE),
        "ConfigMap" "configMap" pointer(&CONFIG_MAP_VOLUME_SOURCE),
        "VsphereVolume" "vsphereVolume" pointer(&VSPHERE_VIRTUAL_DISK_VOLUME_SOURCE),
        "AzureDisk" "azureDisk" pointer(&AZURE_DISK_VOLUME_SOURCE),
        "PhotonPersistentDisk" "photonPersistentDisk" pointer(&PHOTON_PERSISTENT_DISK_VOLUME_SOURCE),
        "Projected" "projected" pointer(&PROJECTED_VOLUME_SOURCE),
        "PortworxVolume" "portworxVolume" pointer(&PORTWORX_VOLUME_SOURCE),
        "ScaleIO" "scaleIO" pointer(&SCALE_IO_VOLUME_SOURCE),
        "StorageOS" "storageos" pointer(&STORAGE_OS_VOLUME_SOURCE), "CSI" "csi" pointer(&CSI_VOLUME_SOURCE),
        "Ephemeral" "ephemeral" pointer(&EPHEMERAL_VOLUME_SOURCE), "Image" "image" pointer(&IMAGE_VOLUME_SOURCE);
    VOLUME:
        "Name" "name" TEXT, embedded(&VOLUME_SOURCE);
}
