//! Documents about the resources that there are, made anew when resources come or go.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;

use crate::{discovery::Discovery, nonresource::PathHandler, openapi::OpenApi, registry::Registry};

/// Discovery and OpenAPI documents of the resources of the moment.
#[derive(Debug)]
pub struct Documents {
    registry: Arc<Registry>,
    priorities: Vec<&'static str>,
    advertise: String,
    /// Those of the resources that the server was built with, which never change.
    fixed: Arc<OpenApi>,
    made: Mutex<Made>,
}

/// What was made, and of which [`crate::registry::DynamicTable`].
#[derive(Debug)]
struct Made {
    generation: u64,
    discovery: Arc<Discovery>,
    openapi: Arc<OpenApi>,
}

impl Documents {
    /// The documents of a registry's resources and of other paths. `advertise` is the `host:port` that clients reach the server at,
    /// `version` the server's.
    pub fn new(
        registry: Arc<Registry>,
        paths: &BTreeMap<String, Arc<dyn PathHandler>>,
        priorities: Vec<&'static str>,
        advertise: String,
        version: &str,
    ) -> Self {
        let described = paths.iter().filter_map(|(path, handler)| Some((path.as_str(), handler.description()?)));
        let fixed = Arc::new(OpenApi::new(registry.scopes().cloned(), described, version));
        let made = Made {
            generation: registry.dynamic().generation,
            discovery: Arc::new(Discovery::new(&registry, &priorities, &advertise)),
            openapi: fixed.clone(),
        };
        Self { registry, priorities, advertise, fixed, made: Mutex::new(made) }
    }

    /// What there is.
    pub fn discovery(&self) -> Arc<Discovery> {
        self.current(|made| made.discovery.clone())
    }

    /// What it is like.
    pub fn openapi(&self) -> Arc<OpenApi> {
        self.current(|made| made.openapi.clone())
    }

    fn current<T>(&self, take: impl FnOnce(&Made) -> T) -> T {
        let dynamic = self.registry.dynamic();
        let mut made = self.made.lock();
        if made.generation != dynamic.generation {
            *made = Made {
                generation: dynamic.generation,
                discovery: Arc::new(Discovery::new(&self.registry, &self.priorities, &self.advertise)),
                openapi: Arc::new(OpenApi::beside(self.fixed.clone(), dynamic.scopes().cloned())),
            };
        }
        take(&made)
    }
}
