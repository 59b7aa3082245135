//! What is particular to the built-in kinds when they are written: one file per kind, or per family of kinds that
//! differ in flags only. Facts follow the registries' strategies of Kubernetes 1.36.

mod api_service;
mod binding;
mod certificate_signing_request;
mod component_status;
mod counted;
mod endpoint_slice;
mod eviction;
mod flow_control;
mod gates;
mod job;
mod lease;
mod limit_range;
mod metadata;
mod namespace;
mod network_policy;
mod node;
mod plain;
mod pod;
pub(crate) mod priority_class;
mod resource_claim;
mod secret;
mod served;
mod service;
mod service_account;
mod volume;
mod workloads;

pub(crate) use service::{PORT_RECORD, PortRecord, ServiceAllocator, repair as service_repair};

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use kubeforge_apiserver::registry::ResourceOptions;
use kubeforge_machinery::{GroupResource, codec::MediaType};

use crate::security::Security;

/// What the server's builder must know of the built-in resources, by group and plural.
pub(crate) fn built_in(
    services: Arc<ServiceAllocator>,
    security: &Security,
    store_answers: &Arc<AtomicBool>,
    event_ttl: Duration,
) -> BTreeMap<GroupResource, ResourceOptions> {
    let mut options = Options(BTreeMap::new());
    pod::register(&mut options);
    binding::register(&mut options);
    eviction::register(&mut options);
    namespace::register(&mut options);
    node::register(&mut options);
    service::register(&mut options, services);
    volume::register(&mut options);
    job::register(&mut options);
    workloads::register(&mut options);
    plain::register(&mut options, event_ttl);
    certificate_signing_request::register(&mut options);
    counted::register(&mut options);
    lease::register(&mut options);
    priority_class::register(&mut options);
    endpoint_slice::register(&mut options);
    limit_range::register(&mut options);
    resource_claim::register(&mut options);
    network_policy::register(&mut options);
    secret::register(&mut options);
    service_account::register(&mut options);
    api_service::register(&mut options);
    flow_control::register(&mut options);
    component_status::register(&mut options, store_answers.clone());
    served::register(&mut options);
    security.register(&mut options);
    let definitions = options.of("apiextensions.k8s.io", "customresourcedefinitions");
    definitions.strategy = Some(Arc::new(crate::custom_resources::DefinitionStrategy));
    // definitions are kept below their group, as what they define is
    definitions.storage_prefix = Some("/apiextensions.k8s.io/customresourcedefinitions".to_owned());
    definitions.storage_version = Some(crate::custom_resources::stored_kind());
    definitions.storage_media = Some(MediaType::Json);
    options.0
}

pub(crate) struct Options(BTreeMap<GroupResource, ResourceOptions>);

impl Options {
    pub(crate) fn of(&mut self, group: &'static str, plural: &'static str) -> &mut ResourceOptions {
        self.0.entry(GroupResource::new(group, plural)).or_default()
    }
}
