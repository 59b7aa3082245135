//! Admission: what may change or refuse a write after it was decoded and before it is stored.

use std::time::Instant;

use async_trait::async_trait;
use kubeforge_machinery::{GroupVersionKind, GroupVersionResource, Object, meta::v1::DeleteOptions, status::ApiError};

use crate::{
    metrics::{AdmissionMetrics, Step, Timer},
    request::RequestContext,
};

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
    plugins: Vec<Measured>,
    all: Option<Timer>,
}

/// A plugin, and how long it takes.
struct Measured {
    plugin: Box<dyn Admission>,
    timer: Option<Timer>,
}

impl std::fmt::Debug for AdmissionChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.plugins.iter().map(|it| it.plugin.name())).finish()
    }
}

impl AdmissionChain {
    /// The plugins in their order.
    pub fn new(plugins: Vec<Box<dyn Admission>>) -> Self {
        Self { plugins: plugins.into_iter().map(|plugin| Measured { plugin, timer: None }).collect(), all: None }
    }

    /// The same chain, timed.
    #[must_use]
    pub fn measured(mut self, metrics: &AdmissionMetrics) -> Self {
        for it in &mut self.plugins {
            it.timer = Some(metrics.plugin(it.plugin.name()));
        }
        Self { all: Some(metrics.all()), ..self }
    }

    /// Whether any plugin has a say in such operations.
    pub fn handles(&self, operation: Operation) -> bool {
        self.plugins.iter().any(|it| it.plugin.handles(operation))
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
        let mut watch = self.watch(Step::Admit, attributes.operation);
        for it in self.plugins.iter().filter(|it| it.plugin.handles(attributes.operation)) {
            #[expect(clippy::manual_map, reason = "`as_deref_mut` would borrow for as long as the object lives")]
            let object = match &mut object {
                Some(object) => Some(&mut **object),
                None => None,
            };
            watch.passed(it, it.plugin.mutate(attributes, object).await)?;
        }
        watch.end(false);
        Ok(())
    }

    /// Every plugin's checks, one after another.
    ///
    /// # Errors
    /// The first plugin's that refuses.
    pub async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        let mut watch = self.watch(Step::Validate, attributes.operation);
        for it in self.plugins.iter().filter(|it| it.plugin.handles(attributes.operation)) {
            watch.passed(it, it.plugin.validate(attributes, object).await)?;
        }
        watch.end(false);
        Ok(())
    }

    fn watch(&self, step: Step, operation: Operation) -> Stopwatch<'_> {
        let began = Instant::now();
        Stopwatch { all: self.all.as_ref(), step, operation, began, lap: began }
    }
}

/// Times one step of admission: each plugin begins where the one before it ended.
struct Stopwatch<'a> {
    all: Option<&'a Timer>,
    step: Step,
    operation: Operation,
    began: Instant,
    lap: Instant,
}

impl Stopwatch<'_> {
    /// A plugin is through; where it refused, the step is.
    fn passed(&mut self, it: &Measured, result: Result<(), ApiError>) -> Result<(), ApiError> {
        if let Some(timer) = &it.timer {
            let now = Instant::now();
            timer.took(self.step, self.operation, result.is_err(), now - self.lap);
            self.lap = now;
        }
        if result.is_err() {
            self.end(true);
        }
        result
    }

    /// The step is over.
    fn end(&self, is_rejected: bool) {
        if let Some(all) = self.all {
            all.took(self.step, self.operation, is_rejected, self.began.elapsed());
        }
    }
}
