//! What is particular to a resource when it is written.
//!
//! Every method has a default that comes from the kind's definition; a kind overrides what differs. Methods take the
//! hub version. They are called in this order: on a create `prepare_for_create`, names and defaults of metadata,
//! `validate`, `warnings_on_create`, `canonicalize`; on an update `prepare_for_update`, `validate_update`,
//! `warnings_on_update`, `canonicalize`. Admission that mutates runs before, admission that validates after. Before each
//! `validate…` the rules of the kind's definition are checked, after it its [`Checks`](kubeforge_machinery::validation::Checks).

use std::time::Duration;

use async_trait::async_trait;
use kubeforge_machinery::{Object, Scheme, field::ErrorList, meta::v1::DeleteOptions, status::ApiError};

use crate::{
    names,
    parts::{self, Part},
    request::RequestContext,
};

/// When `metadata.generation` counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// The kind carries none.
    Absent,
    /// It is 1 and stays so unless the strategy changes it.
    Constant,
    /// A change of the spec increments it.
    Spec,
}

/// What becomes of dependents when the client does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GarbageCollection {
    /// They are deleted in the background.
    Background,
    /// They lose their owner.
    Orphan,
}

/// Whether a delete waits for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// The object is removed at once (unless finalizers hold it).
    Immediate,
    /// It is marked with this many seconds and removed by a later delete with 0.
    Seconds(i64),
}

/// The behaviour of one resource.
#[async_trait]
pub trait Strategy: Send + Sync + 'static {
    /// Clears or fills fields of a new object before it is validated. The default leaves the object as it is; what the
    /// `status` subresource owns was removed already (see [`Strategy::keep_status`]).
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        let _unchanged = (ctx, object);
    }

    /// Restores fields that an update must not change.
    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let _unchanged = (ctx, new, old);
    }

    /// All that is wrong with a new object, beyond its metadata.
    fn validate(&self, ctx: &RequestContext, object: &dyn Object) -> ErrorList {
        let _valid = (ctx, object);
        ErrorList::new()
    }

    /// All that is wrong with an update, beyond metadata.
    fn validate_update(&self, ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        let _valid = (ctx, new, old);
        ErrorList::new()
    }

    /// All that is wrong with an update through the `status` subresource. The default checks it like other updates.
    fn validate_status_update(&self, ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        self.validate_update(ctx, new, old)
    }

    /// What to tell the client of a valid new object.
    fn warnings_on_create(&self, ctx: &RequestContext, object: &dyn Object) -> Vec<String> {
        let _none = (ctx, object);
        Vec::new()
    }

    /// What to tell the client of a valid update.
    fn warnings_on_update(&self, ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> Vec<String> {
        let _none = (ctx, new, old);
        Vec::new()
    }

    /// What to tell the client of a delete, of one object or of many.
    fn warnings_on_delete(&self, options: &DeleteOptions) -> Vec<String> {
        let _none = options;
        Vec::new()
    }

    /// Brings a valid object into its one canonical form.
    fn canonicalize(&self, object: &mut dyn Object) {
        let _canonical = object;
    }

    /// An update of an object that does not exist creates it.
    fn allow_create_on_update(&self) -> bool {
        false
    }

    /// An update without a resource version overwrites whatever there is.
    fn allow_unconditional_update(&self) -> bool {
        true
    }

    /// A name for `metadata.generateName`.
    fn generate_name(&self, base: &str) -> String {
        names::generate(base)
    }

    /// When the generation counts on. The default, `None`, is derived: [`Generation::Spec`] for kinds with a `spec`
    /// and a `status` subresource, else [`Generation::Absent`].
    fn generation(&self) -> Option<Generation> {
        None
    }

    /// Whether the two differ in what the generation counts: the spec. Typed strategies compare fields.
    fn spec_changed(&self, new: &dyn Object, old: &dyn Object) -> bool {
        parts::differ(new, old, Part::Spec)
    }

    /// Gives `new` the status of `old`, or an empty one: an ordinary write does not change what the `status`
    /// subresource owns. Only called for kinds that have the subresource. Typed strategies assign the field;
    /// [`crate::status_field!`] writes both methods.
    fn keep_status(
        &self,
        scheme: &Scheme,
        new: &mut Box<dyn Object>,
        old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        parts::keep_status(scheme, new, old)
    }

    /// Makes all of `new` but its metadata and status that of `old`, for writes through the `status` subresource. A
    /// strategy that keeps more (labels, owners) does so in [`Strategy::prepare_for_status_update`].
    fn keep_all_but_status(
        &self,
        scheme: &Scheme,
        new: &mut Box<dyn Object>,
        old: &dyn Object,
    ) -> Result<(), ApiError> {
        parts::keep_all_but_status(scheme, new, old)
    }

    /// Changes the object in ways that only a write through the `status` subresource may; the default allows any
    /// status. Called after [`Strategy::keep_all_but_status`].
    fn prepare_for_status_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let _unchanged = (ctx, new, old);
    }

    /// Whether a delete is graceful. `options.grace_period_seconds` is what the client asked for.
    fn grace(&self, ctx: &RequestContext, object: &dyn Object, options: &DeleteOptions) -> Grace {
        let _not_graceful = (ctx, object, options);
        Grace::Immediate
    }

    /// Refuses a delete or prepares the object for it (called once the object is known, before finalizers count).
    fn check_graceful_delete(&self, ctx: &RequestContext, object: &mut dyn Object) -> Result<(), ApiError> {
        let _allowed = (ctx, object);
        Ok(())
    }

    /// What becomes of dependents when the client does not say.
    fn garbage_collection(&self) -> GarbageCollection {
        GarbageCollection::Background
    }

    /// Whether an object whose finalizers are gone (and that is marked as deleted) may now be removed. Namespaces
    /// wait for `spec.finalizers` as well.
    fn may_remove(&self, object: &dyn Object) -> bool {
        let _yes = object;
        true
    }

    /// An object that finalizers hold is marked with a grace period of 0. Namespaces are not: their controller empties
    /// them first.
    fn marks_grace_when_held(&self) -> bool {
        true
    }

    /// The mark of a delete that finalizers hold counts as a new generation.
    fn counts_mark(&self) -> bool {
        true
    }

    /// The version that discovery tells of as the stored one, where that is not the one this server stores.
    fn told_stored_version(&self) -> Option<&'static str> {
        None
    }

    /// Fields, as paths with dots, that a write through a subresource (empty: the object itself) can't change, so that
    /// whoever sends them does not become their manager. The default, `None`, is `status` where the kind has that
    /// subresource, and `spec` for writes of the status.
    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        let _derived = subresource;
        None
    }

    /// How long a new object lives (events).
    fn ttl(&self, object: &dyn Object) -> Option<Duration> {
        let _forever = object;
        None
    }

    /// A delete answers with the removed object instead of a `Status` (pods, services, …).
    fn returns_deleted_object(&self) -> bool {
        false
    }

    /// Whether a label that is no label of the selectable fields is known nevertheless; it never matches.
    fn knows_field_label(&self, label: &str) -> bool {
        let _unknown = label;
        false
    }

    /// Refuses what the user may not write (privilege escalation through roles and bindings). Runs right after admission's
    /// changes; `old` is `None` for a new object.
    async fn check_rights(
        &self,
        ctx: &RequestContext,
        new: &dyn Object,
        old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        let _allowed = (ctx, new, old);
        Ok(())
    }

    /// Runs after admission's changes and before [`Strategy::prepare_for_create`]: takes addresses, ports and the like.
    /// What it took is given back in [`Strategy::create_failed`].
    async fn begin_create(&self, ctx: &RequestContext, object: &mut dyn Object) -> Result<(), ApiError> {
        let _nothing = (ctx, object);
        Ok(())
    }

    /// Something after [`Strategy::begin_create`] failed, or it was a dry run.
    async fn create_failed(&self, ctx: &RequestContext, object: &dyn Object) {
        let _nothing = (ctx, object);
    }

    /// As [`Strategy::begin_create`], for updates of the object itself: before [`Strategy::prepare_for_update`].
    async fn begin_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) -> Result<(), ApiError> {
        let _nothing = (ctx, new, old);
        Ok(())
    }

    /// After an object was created.
    async fn after_create(&self, ctx: &RequestContext, object: &dyn Object) {
        let _nothing = (ctx, object);
    }

    /// After an object was changed, or an update that [`Strategy::begin_update`] prepared for failed or was a dry run:
    /// the object is as it is stored now. What it does not hold any more can be given back.
    async fn after_update(&self, ctx: &RequestContext, object: &dyn Object) {
        let _nothing = (ctx, object);
    }

    /// After an object was removed.
    async fn after_delete(&self, ctx: &RequestContext, object: &dyn Object) {
        let _nothing = (ctx, object);
    }

    /// Whether the three hooks after a write do anything; they need the object decoded.
    fn has_after_hooks(&self) -> bool {
        false
    }

    /// Changes an object on its way to the client, in lists as well (`decorator` upstream). `None` is the usual case
    /// and keeps the stored bytes in use.
    fn decorate(&self) -> Option<fn(&mut dyn Object)> {
        None
    }

    /// Annotations that stand for fields of Kubernetes' internal type. Metadata without its object, in tables and as
    /// `PartialObjectMetadata`, is that of the internal object and lacks them.
    fn internal_annotations(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A strategy for a resource that needs none of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultStrategy;

impl Strategy for DefaultStrategy {}

/// Writes [`Strategy::keep_status`] and [`Strategy::keep_all_but_status`] for a type with a `status` field (and
/// [`Strategy::spec_changed`] where a `spec` is named as well): to be put inside the `impl Strategy` block.
///
/// ```ignore
/// impl Strategy for DeploymentStrategy {
///     kubeforge_apiserver::status_field!(Deployment, status, spec);
/// }
/// ```
#[macro_export]
macro_rules! status_field {
    ($kind:ty, $status:ident, $spec:ident) => {
        $crate::status_field!($kind, $status);

        fn spec_changed(
            &self,
            new: &dyn ::kubeforge_machinery::Object,
            old: &dyn ::kubeforge_machinery::Object,
        ) -> bool {
            match (new.downcast_ref::<$kind>(), old.downcast_ref::<$kind>()) {
                (Some(new), Some(old)) => new.$spec != old.$spec,
                _ => false,
            }
        }
    };
    ($kind:ty, $status:ident) => {
        fn keep_status(
            &self,
            _scheme: &::kubeforge_machinery::Scheme,
            new: &mut ::std::boxed::Box<dyn ::kubeforge_machinery::Object>,
            old: ::std::option::Option<&dyn ::kubeforge_machinery::Object>,
        ) -> ::std::result::Result<(), ::kubeforge_machinery::status::ApiError> {
            if let Some(new) = new.as_mut().downcast_mut::<$kind>() {
                new.$status =
                    old.and_then(|old| old.downcast_ref::<$kind>()).map(|old| old.$status.clone()).unwrap_or_default();
            }
            Ok(())
        }

        fn keep_all_but_status(
            &self,
            _scheme: &::kubeforge_machinery::Scheme,
            new: &mut ::std::boxed::Box<dyn ::kubeforge_machinery::Object>,
            old: &dyn ::kubeforge_machinery::Object,
        ) -> ::std::result::Result<(), ::kubeforge_machinery::status::ApiError> {
            if let (Some(new), Some(old)) = (new.as_mut().downcast_mut::<$kind>(), old.downcast_ref::<$kind>()) {
                let status = ::std::mem::take(&mut new.$status);
                let metadata = ::std::mem::take(&mut new.metadata);
                *new = <$kind>::clone(old);
                new.$status = status;
                new.metadata = metadata;
            }
            Ok(())
        }
    };
}
