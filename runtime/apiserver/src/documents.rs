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
    discovery: (u64, Arc<Discovery>),
    openapi: (u64, Arc<OpenApi>),
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
        let generation = registry.dynamic().generation;
        let made = Made {
            discovery: (generation, Arc::new(Discovery::new(&registry, &priorities, &advertise))),
            openapi: (generation, fixed.clone()),
        };
        Self { registry, priorities, advertise, fixed, made: Mutex::new(made) }
    }

    /// What there is.
    pub fn discovery(&self) -> Arc<Discovery> {
        let generation = self.registry.dynamic().generation;
        let mut made = self.made.lock();
        if made.discovery.0 != generation {
            let discovery = Discovery::new(&self.registry, &self.priorities, &self.advertise);
            made.discovery = (generation, Arc::new(discovery));
        }
        made.discovery.1.clone()
    }

    /// What it is like.
    pub fn openapi(&self) -> Arc<OpenApi> {
        let dynamic = self.registry.dynamic();
        let mut made = self.made.lock();
        if made.openapi.0 != dynamic.generation {
            let before = made.openapi.1.clone();
            let openapi = OpenApi::beside(self.fixed.clone(), dynamic.scopes().cloned(), Some(&before));
            made.openapi = (dynamic.generation, Arc::new(openapi));
        }
        made.openapi.1.clone()
    }
}
