//! Every kind that both sides have.

use std::{fmt, sync::LazyLock};

use k8s_openapi::{
    api as openapi, apiextensions_apiserver::pkg::apis::apiextensions, kube_aggregator::pkg::apis::apiregistration,
};
use kubeforge_api as ours;
use kubeforge_machinery::{arbitrary::Arbitrary, codec::to_proto_vec, object::Kind};
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    contestant::{Contestant, OurJson, OurProto, Prost, SerdeJson},
    messages::k8s::io::{
        api as messages, apiextensions_apiserver::pkg::apis::apiextensions as apiextensions_messages,
        kube_aggregator::pkg::apis::apiregistration as apiregistration_messages,
    },
    objects,
};

/// An object and who reads and writes it.
pub struct Case {
    /// Its kind.
    pub name: String,
    /// Its JSON.
    pub json: Vec<u8>,
    /// Its protobuf message.
    pub proto: Vec<u8>,
    /// JSON, by us.
    pub our_json: Contestant,
    /// JSON, by k8s-openapi and serde_json.
    pub serde_json: Contestant,
    /// Protobuf, by us.
    pub our_proto: Contestant,
    /// Protobuf, by prost.
    pub prost: Contestant,
}

/// divan's name of the case.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Case {
    fn of<T: Kind, O: Serialize + DeserializeOwned, P: Message + Default>(object: &T) -> Self {
        let version = if T::GROUP.is_empty() { T::VERSION.to_owned() } else { format!("{}/{}", T::GROUP, T::VERSION) };
        Self {
            name: format!("{} {version}", T::KIND),
            json: objects::document(object),
            proto: to_proto_vec(object),
            our_json: Contestant::of::<OurJson<T>>(),
            serde_json: Contestant::of::<SerdeJson<O>>(),
            our_proto: Contestant::of::<OurProto<T>>(),
            prost: Contestant::of::<Prost<P>>(),
        }
    }
}

/// All of them.
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        let mut cases = kinds();
        cases.extend(pod_list());
        cases.sort_by(|a, b| a.name.cmp(&b.name));
        cases
    });
    &CASES
}

fn kind<T: Kind + Arbitrary, O: Serialize + DeserializeOwned, P: Message + Default>() -> Case {
    Case::of::<T, O, P>(&objects::of(|object: &T| {
        let case = Case::of::<T, O, P>(object);
        (case.serde_json.recode)(&case.json).is_ok() && (case.prost.recode)(&case.proto).is_ok()
    }))
}

fn pod_list() -> Option<Case> {
    type Pods = k8s_openapi::List<openapi::core::v1::Pod>;
    let pods = objects::pods(&objects::of(|_| true));
    let case = Case::of::<ours::core::v1::PodList, Pods, messages::core::v1::PodList>(&pods);
    Some(Case { name: format!("PodList v1, {} pods", pods.items.len()), ..case })
}

macro_rules! kinds {
    ($($group:ident::$version:ident, $openapi:ident, $messages:ident: $($kind:ident $(as $message:ident)?),+;)+) => {
        fn kinds() -> Vec<Case> {
            vec![$($(
                kind::<
                    ours::$group::$version::$kind,
                    kinds!(@path $openapi $group $version $kind),
                    kinds!(@message $messages $group $version $kind $($message)?),
                >(),
            )+)+]
        }
    };
    (@path openapi $group:ident $version:ident $kind:ident) => { openapi::$group::$version::$kind };
    (@path $own:ident $group:ident $version:ident $kind:ident) => { $own::$version::$kind };
    (@message messages $group:ident $version:ident $kind:ident) => { messages::$group::$version::$kind };
    (@message messages $group:ident $version:ident $kind:ident $message:ident) => { messages::$group::$version::$message };
    (@message $own:ident $group:ident $version:ident $kind:ident) => { $own::$version::$kind };
    (@message $own:ident $group:ident $version:ident $kind:ident $message:ident) => { $own::$version::$message };
}

// prost's names differ where a name has several capitals in a row
kinds! {
    admissionregistration::v1, openapi, messages: MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhookConfiguration,
        ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration;
    apiextensions::v1, apiextensions, apiextensions_messages: CustomResourceDefinition;
    apiregistration::v1, apiregistration, apiregistration_messages: APIService as ApiService;
    apiserverinternal::v1alpha1, openapi, messages: StorageVersion;
    apps::v1, openapi, messages: ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet;
    autoscaling::v1, openapi, messages: HorizontalPodAutoscaler;
    autoscaling::v2, openapi, messages: HorizontalPodAutoscaler;
    batch::v1, openapi, messages: CronJob, Job;
    certificates::v1, openapi, messages: CertificateSigningRequest;
    certificates::v1beta1, openapi, messages: ClusterTrustBundle, PodCertificateRequest;
    coordination::v1, openapi, messages: Lease;
    coordination::v1beta1, openapi, messages: LeaseCandidate;
    core::v1, openapi, messages: ComponentStatus, ConfigMap, Endpoints, Event, LimitRange, Namespace, Node, PersistentVolume,
        PersistentVolumeClaim, Pod, PodTemplate, ReplicationController, ResourceQuota, Secret, Service, ServiceAccount;
    discovery::v1, openapi, messages: EndpointSlice;
    events::v1, openapi, messages: Event;
    flowcontrol::v1, openapi, messages: FlowSchema, PriorityLevelConfiguration;
    networking::v1, openapi, messages: IPAddress as IpAddress, Ingress, IngressClass, NetworkPolicy, ServiceCIDR as ServiceCidr;
    node::v1, openapi, messages: RuntimeClass;
    policy::v1, openapi, messages: PodDisruptionBudget;
    rbac::v1, openapi, messages: ClusterRole, ClusterRoleBinding, Role, RoleBinding;
    resource::v1, openapi, messages: DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice;
    resource::v1alpha3, openapi, messages: ResourcePoolStatusRequest;
    resource::v1beta2, openapi, messages: DeviceTaintRule;
    scheduling::v1, openapi, messages: PriorityClass;
    scheduling::v1alpha2, openapi, messages: PodGroup, Workload;
    storage::v1, openapi, messages: CSIDriver as CsiDriver, CSINode as CsiNode, CSIStorageCapacity as CsiStorageCapacity, StorageClass,
        VolumeAttachment, VolumeAttributesClass;
    storagemigration::v1beta1, openapi, messages: StorageVersionMigration;
}
