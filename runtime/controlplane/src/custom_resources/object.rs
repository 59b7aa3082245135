//! What is particular to an object of a custom resource when it is written. Follows apiextensions
//! pkg/registry/customresource/{strategy,status_strategy}.go.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use async_trait::async_trait;
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_extensions::{
    CustomObject,
    check_object::{self, Door},
};
use kubeforge_machinery::{ApiError, GroupResource, Object, Scheme, field::ErrorList};

/// The strategy of a custom resource's objects, in one version.
#[derive(Clone, Debug)]
pub(super) struct ObjectStrategy {
    /// The resource, as messages name it.
    pub(super) resource: GroupResource,
    /// A `status` subresource owns the status.
    pub(super) has_status: bool,
    /// The definition is being deleted: nothing new is taken.
    pub(super) is_terminating: Arc<AtomicBool>,
}

fn custom(object: &dyn Object) -> Option<&CustomObject> {
    object.downcast_ref()
}

const STATUS: &str = "status";

impl ObjectStrategy {
    fn update(&self, new: &dyn Object, old: &dyn Object, door: Door) -> ErrorList {
        custom(new).zip(custom(old)).map(|(new, old)| check_object::check_update(new, old, door)).unwrap_or_default()
    }
}

#[async_trait]
impl Strategy for ObjectStrategy {
    fn validate(&self, _ctx: &RequestContext, object: &dyn Object) -> ErrorList {
        custom(object).map(check_object::check_create).unwrap_or_default()
    }

    fn validate_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        self.update(new, old, Door::Main)
    }

    fn validate_status_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        self.update(new, old, Door::Status)
    }

    fn warnings_on_create(&self, _ctx: &RequestContext, object: &dyn Object) -> Vec<String> {
        custom(object).map(|object| check_object::warnings(object, None)).unwrap_or_default()
    }

    fn warnings_on_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> Vec<String> {
        custom(new).map(|new| check_object::warnings(new, custom(old))).unwrap_or_default()
    }

    fn allow_unconditional_update(&self) -> bool {
        false
    }

    /// All but the metadata counts, and the status where no subresource owns it.
    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }

    fn spec_changed(&self, new: &dyn Object, old: &dyn Object) -> bool {
        custom(new).zip(custom(old)).is_some_and(|(new, old)| new.inner.content != old.inner.content)
    }

    fn keep_status(&self, _: &Scheme, new: &mut Box<dyn Object>, old: Option<&dyn Object>) -> Result<(), ApiError> {
        if let Some(new) = new.downcast_mut::<CustomObject>() {
            let content = &mut new.inner.content;
            match old.and_then(custom).and_then(|old| old.inner.content.get(STATUS)) {
                Some(status) => content.insert(STATUS.to_owned(), status.clone()),
                None => content.remove(STATUS),
            };
        }
        Ok(())
    }

    /// Of the metadata too, all but the record of managers stays.
    fn keep_all_but_status(&self, _: &Scheme, new: &mut Box<dyn Object>, old: &dyn Object) -> Result<(), ApiError> {
        let (Some(new), Some(old)) = (new.downcast_mut::<CustomObject>(), custom(old)) else { return Ok(()) };
        let status = new.inner.content.remove(STATUS);
        let managers = std::mem::take(&mut new.inner.metadata.managed_fields);
        *new = old.clone();
        new.inner.metadata.managed_fields = managers;
        match status {
            Some(status) => new.inner.content.insert(STATUS.to_owned(), status),
            None => new.inner.content.remove(STATUS),
        };
        Ok(())
    }

    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        Some(match subresource {
            "status" => &["spec"],
            _ if self.has_status => &["status"],
            _ => &[],
        })
    }

    async fn begin_create(&self, _ctx: &RequestContext, _object: &mut dyn Object) -> Result<(), ApiError> {
        if self.is_terminating.load(Relaxed) {
            let mut status = ApiError::method_not_supported(&self.resource, "create").into_status();
            "create not allowed while custom resource definition is terminating".clone_into(&mut status.message);
            return Err(status.into());
        }
        Ok(())
    }
}
