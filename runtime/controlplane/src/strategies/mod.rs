//! What is particular to the built-in kinds when they are written: one file per kind, or per family of kinds that
//! differ in flags only. Facts follow the registries' strategies of Kubernetes 1.36.

mod binding;
mod job;
mod namespace;
mod node;
mod plain;
mod pod;
pub(crate) mod priority_class;
mod service;
mod volume;
mod workloads;

pub(crate) use service::ServiceAllocator;

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_apiserver::registry::ResourceOptions;
use kubeforge_machinery::GroupResource;

use crate::security::Security;

/// What the server's builder must know of the built-in resources, by group and plural.
pub(crate) fn built_in(
    services: Arc<ServiceAllocator>,
    security: &Security,
) -> BTreeMap<GroupResource, ResourceOptions> {
    let mut options = Options(BTreeMap::new());
    pod::register(&mut options);
    binding::register(&mut options);
    namespace::register(&mut options);
    node::register(&mut options);
    service::register(&mut options, services);
    volume::register(&mut options);
    job::register(&mut options);
    workloads::register(&mut options);
    plain::register(&mut options);
    priority_class::register(&mut options);
    security.register(&mut options);
    options.0
}

pub(crate) struct Options(BTreeMap<GroupResource, ResourceOptions>);

impl Options {
    pub(crate) fn of(&mut self, group: &'static str, plural: &'static str) -> &mut ResourceOptions {
        self.0.entry(GroupResource::new(group, plural)).or_default()
    }
}
