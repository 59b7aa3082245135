//! How large the types are: decoding clears this memory, so an optional struct of more than three words is boxed.

use std::mem::size_of;

use kubeforge_api::{apps, autoscaling, batch, core, discovery, events, policy, rbac, storage};
use kubeforge_machinery::meta::v1 as meta;

macro_rules! sizes {
    ($($type:ty),* $(,)?) => { vec![$((stringify!($type), size_of::<$type>())),*] };
}

#[test]
fn the_ten_largest_types() {
    let mut sizes = sizes![
        meta::ObjectMeta,
        meta::Status,
        core::v1::Pod,
        core::v1::PodSpec,
        core::v1::PodStatus,
        core::v1::PodTemplateSpec,
        core::v1::Container,
        core::v1::EphemeralContainer,
        core::v1::ContainerStatus,
        core::v1::Volume,
        core::v1::VolumeSource,
        core::v1::Probe,
        core::v1::SecurityContext,
        core::v1::PodSecurityContext,
        core::v1::Node,
        core::v1::NodeStatus,
        core::v1::Service,
        core::v1::ServiceSpec,
        core::v1::PersistentVolume,
        core::v1::PersistentVolumeSpec,
        core::v1::PersistentVolumeClaim,
        core::v1::Event,
        core::v1::Secret,
        core::v1::ConfigMap,
        core::v1::ReplicationController,
        apps::v1::Deployment,
        apps::v1::ReplicaSet,
        apps::v1::StatefulSet,
        apps::v1::DaemonSet,
        batch::v1::Job,
        batch::v1::JobSpec,
        batch::v1::CronJob,
        autoscaling::v1::HorizontalPodAutoscaler,
        autoscaling::v2::HorizontalPodAutoscaler,
        discovery::v1::EndpointSlice,
        discovery::v1::Endpoint,
        events::v1::Event,
        policy::v1::PodDisruptionBudget,
        rbac::v1::ClusterRole,
        rbac::v1::RoleBinding,
        storage::v1::StorageClass,
        storage::v1::CSIDriver,
        storage::v1::VolumeAttachment,
    ];
    sizes.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
    for (name, size) in sizes.iter().take(10) {
        println!("{size:6} {}", name.replace(' ', ""));
    }
    let of = |wanted: &str| sizes.iter().find(|(name, _)| name.replace(' ', "") == wanted).unwrap().1;
    // Unboxed these would be 3,128, 2,080 and 2,376 bytes.
    assert!(of("core::v1::Volume") <= 320);
    assert!(of("core::v1::Container") <= 720);
    assert!(of("core::v1::Pod") <= 1800);
}
