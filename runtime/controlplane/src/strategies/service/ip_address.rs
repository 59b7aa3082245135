//! Every cluster address has an object that says whose it is; making it is what takes the address for good.
//!
//! They are written past admission, as upstream's server does it with a client of its own.

use std::{collections::BTreeMap, net::IpAddr};

use kubeforge_api::{
    core::v1::Service,
    networking::v1::{IPAddress, IPAddressSpec, ParentReference},
};
use kubeforge_apiserver::request::RequestContext;
use kubeforge_machinery::{
    FieldsV1, GroupResource,
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType, ObjectMeta},
    validation::canonical_ip,
};
use kubeforge_storage::storage::{Change, ObjectKey, Preconditions, Storage, StorageError};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

pub(super) const IP_ADDRESSES: GroupResource = GroupResource::new("networking.k8s.io", "ipaddresses");
pub(super) const LABEL_FAMILY: &str = "ipaddress.kubernetes.io/ip-family";
pub(super) const LABEL_MANAGED_BY: &str = "ipaddress.kubernetes.io/managed-by";
pub(super) const MANAGED_BY: &str = "ipallocator.k8s.io";

fn storage(ctx: &RequestContext) -> Option<Arc<dyn Storage>> {
    ctx.registry.resource(&IP_ADDRESSES)?.storage.clone()
}

fn key(address: IpAddr) -> ObjectKey {
    ObjectKey { namespace: String::new(), name: canonical_ip(address) }
}

/// Notes that the address is the service's.
///
/// # Errors
/// [`StorageError::Exists`] where it is somebody's already, and what else the store says.
pub(super) async fn create(ctx: &RequestContext, service: &Service, address: IpAddr) -> Result<(), StorageError> {
    let Some(storage) = storage(ctx) else { return Ok(()) };
    storage.create(&key(address), Box::new(object(ctx, service, address)), None).await.map(drop)
}

fn object(ctx: &RequestContext, service: &Service, address: IpAddr) -> IPAddress {
    let mut metadata = ObjectMeta {
        name: canonical_ip(address),
        labels: labels(address),
        uid: Uuid::new_v4().hyphenated().to_string(),
        creation_timestamp: ctx.now,
        ..ObjectMeta::default()
    };
    let fields = json!({
        "f:metadata": {"f:labels": {
            ".": {},
            (format!("f:{LABEL_FAMILY}")): {},
            (format!("f:{LABEL_MANAGED_BY}")): {},
        }},
        "f:spec": {"f:parentRef": {".": {}, "f:name": {}, "f:namespace": {}, "f:resource": {}}},
    });
    metadata.managed_fields = vec![ManagedFieldsEntry {
        manager: "kube-apiserver".to_owned(),
        operation: ManagedFieldsOperationType::Update,
        api_version: "networking.k8s.io/v1".to_owned(),
        time: Some(ctx.now),
        fields_type: "FieldsV1".to_owned(),
        fields_v1: Some(FieldsV1::from_value(&fields)),
        ..ManagedFieldsEntry::default()
    }];
    IPAddress { metadata, spec: IPAddressSpec { parent_ref: Some(Box::new(parent(service))) } }
}

/// The word for the address' family.
pub(super) fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

/// The labels by which the objects of cluster addresses are known.
pub(super) fn labels(address: IpAddr) -> BTreeMap<String, String> {
    [(LABEL_FAMILY, family(address)), (LABEL_MANAGED_BY, MANAGED_BY)]
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .into()
}

/// Says whose the address is.
pub(super) fn parent(service: &Service) -> ParentReference {
    ParentReference {
        resource: "services".to_owned(),
        namespace: service.metadata.namespace.clone(),
        name: service.metadata.name.clone(),
        ..ParentReference::default()
    }
}

/// Notes that the addresses are free again.
pub(super) async fn delete_all(ctx: &RequestContext, addresses: Vec<IpAddr>) {
    let Some(storage) = storage(ctx) else { return };
    for address in addresses {
        let removed = storage
            .update(
                &key(address),
                &Preconditions::default(),
                Box::new(|current| {
                    Box::pin(async move {
                        let Some(entry) = current else { return Ok(Change::Keep) };
                        entry.object().map(Change::Delete).map_err(kubeforge_machinery::ApiError::internal_error)
                    })
                }),
            )
            .await;
        match removed {
            Ok(_) | Err(StorageError::NotFound(_)) => {}
            // it stays taken until somebody deletes the object
            Err(error) => tracing::warn!(%address, %error, "cannot delete the object of a free cluster address"),
        }
    }
}
