//! What an object store is told of its resource.

use std::{sync::Arc, time::Duration};

use kubeforge_machinery::{GroupVersionKind, Scheme};

use super::{Identity, LEASE_REUSE, Transformer};
use crate::{entry::StoredForm, key::Scope};

/// What an object store is told of its resource.
#[derive(Clone)]
pub struct StoreConfig {
    /// Knows the kind's versions.
    pub scheme: Arc<Scheme>,
    /// What all keys begin with, for example `/registry/pods`.
    pub prefix: String,
    /// Whether objects live in namespaces.
    pub scope: Scope,
    /// The version held in memory.
    pub hub: GroupVersionKind,
    /// The version written.
    pub storage: GroupVersionKind,
    /// The encoding written. Any is read.
    pub form: StoredForm,
    /// The last step before the store.
    pub transformer: Arc<dyn Transformer>,
    /// For how long a lease takes new objects.
    pub lease_reuse: Duration,
}

impl StoreConfig {
    /// A kind stored in its hub version: as protobuf where it has that form, as JSON where not.
    pub fn new(scheme: Arc<Scheme>, hub: GroupVersionKind, prefix: impl Into<String>, scope: Scope) -> Self {
        let form = match scheme.get(&hub) {
            Ok(entry) if entry.has_proto => StoredForm::Protobuf,
            _ => StoredForm::Json,
        };
        let transformer = Arc::new(Identity);
        Self {
            scheme,
            prefix: prefix.into(),
            scope,
            storage: hub.clone(),
            hub,
            form,
            transformer,
            lease_reuse: LEASE_REUSE,
        }
    }
}
