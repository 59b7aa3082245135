//! Admission: what may change or refuse a write after it was decoded and before it is stored.

use std::time::Instant;

use async_trait::async_trait;
use kubeforge_machinery::{GroupVersionKind, GroupVersionResource, Object, meta::v1::DeleteOptions, status::ApiError};

use crate::{metrics::AdmissionMetrics, request::RequestContext};

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A new object.
    Create,
    /// A changed object, or a patch of it.
    Update,
    /// A removal.
    Delete,
    /// A request to an object that is no change of it, such as `pods/exec`.
    Connect,
}

impl Operation {
    /// The name in configurations, reviews and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }
}

/// A write, as admission sees it. Objects are in the hub version.
#[derive(Debug)]
pub struct Attributes<'a> {
    /// What it does.
    pub operation: Operation,
    /// The kind of the object, in the version of the request.
    pub kind: &'a GroupVersionKind,
    /// The resource of the request.
    pub resource: &'a GroupVersionResource,
    /// The subresource; empty for none.
    pub subresource: &'a str,
    /// The namespace; empty for cluster-scoped resources.
    pub namespace: &'a str,
    /// The object's name; empty while it is still to be generated.
    pub name: &'a str,
    /// What is stored, for updates and deletes.
    pub old_object: Option<&'a dyn Object>,
    /// The options of a delete.
    pub delete_options: Option<&'a DeleteOptions>,
    /// The request.
    pub ctx: &'a RequestContext,
}

/// An admission plugin.
#[async_trait]
pub trait Admission: Send + Sync + 'static {
    /// Its name, as flags spell it.
    fn name(&self) -> &'static str;

    /// Whether it has a say in such operations.
    fn handles(&self, operation: Operation) -> bool;

    /// Changes the object (`None` for deletes and connects), or refuses the request.
    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        let _unchanged = (attributes, object);
        Ok(())
    }

    /// Refuses the request, or not. Runs after all mutation and validation.
    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        let _allowed = (attributes, object);
        Ok(())
    }
}

/// The plugins of a server, in order.
#[derive(Default)]
pub struct AdmissionChain {
    plugins: Vec<Box<dyn Admission>>,
    metrics: Option<AdmissionMetrics>,
}

impl std::fmt::Debug for AdmissionChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.plugins.iter().map(|plugin| plugin.name())).finish()
    }
}

impl AdmissionChain {
    /// The plugins in their order.
    pub fn new(plugins: Vec<Box<dyn Admission>>) -> Self {
        Self { plugins, metrics: None }
    }

    /// The same chain, timed.
    #[must_use]
    pub fn measured(self, metrics: AdmissionMetrics) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    /// Whether any plugin has a say in such operations.
    pub fn handles(&self, operation: Operation) -> bool {
        self.plugins.iter().any(|plugin| plugin.handles(operation))
    }

    /// Every plugin's changes, one after another.
    ///
    /// # Errors
    /// The first plugin's that refuses.
    pub async fn mutate(
        &self,
        attributes: &Attributes<'_>,
        mut object: Option<&mut dyn Object>,
    ) -> Result<(), ApiError> {
        let all = Instant::now();
        for plugin in self.plugins.iter().filter(|plugin| plugin.handles(attributes.operation)) {
            #[expect(clippy::manual_map, reason = "`as_deref_mut` would borrow for as long as the object lives")]
            let object = match &mut object {
                Some(object) => Some(&mut **object),
                None => None,
            };
            let began = Instant::now();
            let result = plugin.mutate(attributes, object).await;
            self.note(ADMIT, plugin.name(), attributes.operation, began, all, result)?;
        }
        self.passed(ADMIT, attributes.operation, all);
        Ok(())
    }

    /// Every plugin's checks, one after another.
    ///
    /// # Errors
    /// The first plugin's that refuses.
    pub async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        let all = Instant::now();
        for plugin in self.plugins.iter().filter(|plugin| plugin.handles(attributes.operation)) {
            let began = Instant::now();
            let result = plugin.validate(attributes, object).await;
            self.note(VALIDATE, plugin.name(), attributes.operation, began, all, result)?;
        }
        self.passed(VALIDATE, attributes.operation, all);
        Ok(())
    }

    /// Tells the metrics what a plugin did, and where it refused that the step is over.
    fn note(
        &self,
        step: &str,
        plugin: &str,
        operation: Operation,
        began: Instant,
        all: Instant,
        result: Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        if let Some(metrics) = &self.metrics {
            metrics.plugin(plugin, step, operation, result.is_err(), began.elapsed());
            if result.is_err() {
                metrics.step(step, operation, true, all.elapsed());
            }
        }
        result
    }

    /// Tells the metrics that no plugin refused.
    fn passed(&self, step: &str, operation: Operation, all: Instant) {
        if let Some(metrics) = &self.metrics {
            metrics.step(step, operation, false, all.elapsed());
        }
    }
}

const ADMIT: &str = "admit";
const VALIDATE: &str = "validate";
