//! What creates, updates and patches have in common: from a new state of an object to the stored one.
//!
//! The steps and their order follow apiserver pkg/endpoints/handlers/{create,update,patch}.go and
//! pkg/registry/generic/registry/store.go.

mod wish;

use std::sync::Arc;

use kubeforge_machinery::{
    ApiError, GroupKind, Object,
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::NameRule,
};
use kubeforge_storage::{
    entry::{Entry, as_read_back},
    storage::{Change, ObjectKey, Preconditions, ReadAt, Storage, StorageError, Updated},
};
use parking_lot::Mutex;

pub use self::wish::{Creation, Outcome, Source, Tracking, View};
use super::{Call, new_object};
use crate::{
    admission::{Attributes, Operation},
    auth::{AuthorizationAttributes, Decision},
    declarative, errors,
    managed_fields::{self, Current, Manager},
    metadata::{self},
    metadata_validation,
    strategy::{Generation, Strategy},
};

/// A write of one object.
pub struct Write<'a> {
    /// The request.
    pub call: Call<'a>,
    /// The door.
    pub view: View<'a>,
    /// The next state.
    pub source: &'a dyn Source,
    /// Whether it may create.
    pub creation: Creation,
}

/// What the attempts of a write leave behind.
#[derive(Default)]
struct Trace {
    removed: Option<Box<dyn Object>>,
    created: Option<Box<dyn Object>>,
}

impl<'a> Write<'a> {
    /// Does it.
    ///
    /// # Errors
    /// All that may be wrong with a write.
    pub async fn run(&'a self) -> Result<Outcome, ApiError> {
        let scope = self.call.scope;
        let name = self.call.info.name;
        let key = scope.key(self.call.info.namespace, name);
        let storage = scope.storage()?;
        if self.call.ctx.is_dry_run() {
            let current = match storage.get(&key, ReadAt::Latest).await {
                Ok(entry) => Some(entry),
                Err(StorageError::NotFound(_)) => None,
                Err(error) => return Err(errors::from_storage(error, scope.target(name))),
            };
            return self.dry_run(current).await;
        }
        let trace = Mutex::new(Trace::default());
        let preconditions = Preconditions::default();
        let result = storage
            .update(&key, &preconditions, Box::new(|current| Box::pin(self.attempt(current, &trace))))
            .await
            .map_err(|err| errors::from_storage(err, scope.target(name)));
        let trace = trace.into_inner();
        let updated = match result {
            Ok(updated) => updated,
            Err(error) => {
                match trace.created {
                    Some(object) => scope.strategy.create_failed(self.call.ctx, object.as_ref()).await,
                    None => self.update_failed(storage, &key).await?,
                }
                return Err(error);
            }
        };
        match updated {
            Updated::Created(entry) => {
                new_object::after_create(self.call, &entry).await?;
                Ok(Outcome::Stored { entry, created: true })
            }
            Updated::Changed(entry) => {
                after_update(self.call, &entry).await?;
                Ok(Outcome::Stored { entry, created: false })
            }
            Updated::Deleted(entry) => {
                let object = match trace.removed {
                    Some(object) => object,
                    None => entry.object().map_err(errors::internal)?,
                };
                if scope.strategy.has_after_hooks() {
                    scope.strategy.after_delete(self.call.ctx, object.as_ref()).await;
                }
                Ok(Outcome::Shown { object, created: false })
            }
        }
    }

    async fn dry_run(&self, current: Option<Arc<Entry>>) -> Result<Outcome, ApiError> {
        let created = current.is_none();
        let current_entry = current.clone();
        let trace = Mutex::new(Trace::default());
        let change = self.attempt(current.clone(), &trace).await?;
        let object = match change {
            Change::Put(object) | Change::PutWithTtl(object, _) => {
                as_read_back(&self.call.scope.scheme, object).map_err(errors::internal)?
            }
            Change::Delete(object) => match trace.into_inner().removed {
                Some(removed) => removed,
                None => object,
            },
            Change::Keep => match current {
                Some(entry) => entry.object().map_err(errors::internal)?,
                None => return Err(ApiError::not_found(&self.call.scope.resource, self.call.info.name)),
            },
        };
        match &current_entry {
            None => self.call.scope.strategy.create_failed(self.call.ctx, object.as_ref()).await,
            Some(entry) => after_update(self.call, entry).await?,
        }
        Ok(Outcome::Shown { object, created })
    }

    /// What `begin_update` took goes back: the hook sees the object as it still is.
    async fn update_failed(&self, storage: &Arc<dyn Storage>, key: &ObjectKey) -> Result<(), ApiError> {
        if !self.call.scope.strategy.has_after_hooks() {
            return Ok(());
        }
        match storage.get(key, ReadAt::Latest).await {
            Ok(entry) => after_update(self.call, &entry).await,
            Err(_) => Ok(()),
        }
    }

    async fn attempt(&self, current: Option<Arc<Entry>>, trace: &Mutex<Trace>) -> Result<Change, ApiError> {
        let scope = self.call.scope;
        match current {
            Some(entry) => {
                let old = Current::of(scope, entry.object().map_err(errors::internal)?)?;
                self.check_uid(&entry)?;
                let mut new = self.source.next(Some(&old))?;
                metadata::dedup_owners(self.call.ctx, metadata::of(new.as_mut())?);
                if self.source.tracking() == Tracking::Update {
                    self.track(Some(&old), &mut new)?;
                }
                self.update(old.object, new, trace).await
            }
            None => {
                let allowed = match self.creation {
                    Creation::Refused => false,
                    Creation::IfAllowed => scope.strategy.allow_create_on_update(),
                    Creation::Allowed => true,
                };
                if !allowed {
                    return Err(ApiError::not_found(&scope.resource, self.call.info.name));
                }
                let mut new = self.source.next(None)?;
                if self.source.tracking() == Tracking::Update {
                    self.track(None, &mut new)?;
                }
                let previous = trace.lock().created.take();
                if let Some(previous) = previous {
                    scope.strategy.create_failed(self.call.ctx, previous.as_ref()).await;
                }
                let new = new_object::prepare(self.call, new).await?;
                if let Err(error) = self.check_may_create().await {
                    scope.strategy.create_failed(self.call.ctx, new.as_ref()).await;
                    return Err(error);
                }
                if scope.strategy.has_after_hooks() {
                    trace.lock().created = Some(new.deep_copy_object());
                }
                Ok(match scope.strategy.ttl(new.as_ref()) {
                    Some(ttl) => Change::PutWithTtl(new, ttl),
                    None => Change::Put(new),
                })
            }
        }
    }

    /// An update or apply that makes a new object needs the right to create it as well.
    async fn check_may_create(&self) -> Result<(), ApiError> {
        let Call { scope, info, ctx, .. } = self.call;
        let create = AuthorizationAttributes {
            verb: "create",
            is_resource: true,
            group: info.group,
            version: info.version,
            resource: info.resource,
            subresource: info.subresource,
            namespace: info.namespace,
            name: info.name,
            path: info.path,
            fields: &[],
        };
        match ctx.decide(&create).await {
            Decision::Allow => Ok(()),
            Decision::Deny(why) | Decision::NoOpinion(why) => Err(ApiError::forbidden(&scope.resource, info.name, why)),
        }
    }

    fn check_uid(&self, entry: &Entry) -> Result<(), ApiError> {
        match self.source.uid() {
            Some(uid) if uid != entry.uid() => {
                let error = StorageError::Precondition {
                    key: entry.key().clone(),
                    message: format!(
                        "Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
                        entry.uid()
                    ),
                };
                Err(errors::from_storage(error, self.call.scope.target(self.call.info.name)))
            }
            _ => Ok(()),
        }
    }

    fn track(&self, live: Option<&Current>, new: &mut Box<dyn Object>) -> Result<(), ApiError> {
        let ctx = self.call.ctx;
        let manager = Manager { name: &ctx.field_manager, subresource: self.view.name(), time: ctx.now };
        managed_fields::update(self.call.scope, live, new, &manager)
    }

    async fn update(
        &self,
        old: Box<dyn Object>,
        mut new: Box<dyn Object>,
        trace: &Mutex<Trace>,
    ) -> Result<Change, ApiError> {
        let Call { scope, ctx, info, .. } = self.call;
        let strategy = self.view.strategy(scope);
        let old_meta = old.meta().ok_or_else(|| errors::internal("the stored object has no metadata"))?;
        if scope.admission.handles(Operation::Update) {
            let attributes = self.attributes(Operation::Update, Some(old.as_ref()));
            scope.admission.mutate(&attributes, Some(new.as_mut())).await?;
            metadata::dedup_owners(ctx, metadata::of(new.as_mut())?);
        }
        strategy.check_rights(ctx, new.as_ref(), Some(old.as_ref())).await?;
        self.check_resource_version(strategy, metadata::of(new.as_mut())?, old_meta)?;
        metadata::bind_namespace(scope.namespaced(), info.namespace, metadata::of(new.as_mut())?)?;
        metadata::fill_for_update(ctx, metadata::of(new.as_mut())?, old_meta);
        if matches!(self.view, View::Main) {
            strategy.begin_update(ctx, new.as_mut(), old.as_ref()).await?;
        }
        match self.view {
            View::Main => {
                if scope.has_status {
                    strategy.keep_status(&scope.scheme, &mut new, Some(old.as_ref()))?;
                }
                strategy.prepare_for_update(ctx, new.as_mut(), old.as_ref());
            }
            View::Status => {
                strategy.keep_all_but_status(&scope.scheme, &mut new, old.as_ref())?;
                strategy.prepare_for_status_update(ctx, new.as_mut(), old.as_ref());
            }
            View::Other { .. } => strategy.prepare_for_update(ctx, new.as_mut(), old.as_ref()),
        }
        if !matches!(self.view, View::Status)
            && metadata::generation_of(scope, new.as_ref()) == Generation::Spec
            && strategy.spec_changed(new.as_ref(), old.as_ref())
        {
            metadata::of(new.as_mut())?.generation = old_meta.generation + 1;
        }
        self.validate_update(strategy, new.as_ref(), old.as_ref())?;
        strategy.canonicalize(new.as_mut());
        if scope.admission.handles(Operation::Update) {
            let attributes = self.attributes(Operation::Update, Some(old.as_ref()));
            scope.admission.validate(&attributes, Some(new.as_ref())).await?;
        }
        if is_last_finalizer_gone(strategy, new.as_ref(), old_meta) {
            trace.lock().removed = Some(new.deep_copy_object());
            return Ok(Change::Delete(new));
        }
        Ok(Change::Put(new))
    }

    /// Without a resource version an update overwrites what there is, where the kind allows that; with one it must be
    /// that of the stored object.
    fn check_resource_version(
        &self,
        strategy: &dyn Strategy,
        new: &mut ObjectMeta,
        old: &ObjectMeta,
    ) -> Result<(), ApiError> {
        let Call { scope, info, .. } = self.call;
        if new.resource_version == old.resource_version {
            return Ok(());
        }
        let version: u64 = match new.resource_version.as_str() {
            "" => 0,
            text => text
                .parse()
                .map_err(|_| ApiError::unknown(format!("strconv.ParseUint: parsing \"{text}\": invalid syntax")))?,
        };
        if version != 0 {
            return Err(ApiError::modified(&scope.resource, info.name));
        }
        if !strategy.allow_unconditional_update() {
            let kind = GroupKind { group: scope.resource.group.clone(), kind: scope.resource.resource.clone() };
            let metadata = Path::new("metadata");
            let error = Error::invalid(&metadata.child("resourceVersion"), 0_i64, "must be specified for an update");
            return Err(ApiError::invalid(&kind, info.name, &vec![error]));
        }
        new.resource_version.clone_from(&old.resource_version);
        Ok(())
    }

    fn validate_update(&self, strategy: &dyn Strategy, new: &dyn Object, old: &dyn Object) -> Result<(), ApiError> {
        let Call { scope, ctx, .. } = self.call;
        let (Some(new_meta), Some(old_meta)) = (new.meta(), old.meta()) else { return Ok(()) };
        let (namespaced, finalizers) = (scope.namespaced(), scope.checks.finalizer_names());
        let mut found = metadata_validation::validate_common(new_meta, namespaced, NameRule::PathSegment);
        found.extend(metadata_validation::validate_update(new_meta, old_meta));
        // upstream's kinds check their metadata once more, and tell of it again
        let by_kind = scope.checks.checks_metadata_of(self.view.name());
        if by_kind.is_compared() {
            found.extend(metadata_validation::validate_update_of_kind(new_meta, old_meta, finalizers));
        }
        if by_kind.is_complete() {
            found.extend(metadata_validation::validate(new_meta, namespaced, scope.checks.name_rule(), finalizers));
        }
        let declared = declarative::validate(scope, self.view.name(), new, Some(old))?;
        let mut by_hand = match self.view {
            View::Status => strategy.validate_status_update(ctx, new, old),
            View::Main | View::Other { .. } => strategy.validate_update(ctx, new, old),
        };
        let checked = scope.check_context(self.view.name());
        by_hand.extend(scope.checks.check_update(&checked, new, old));
        found.extend(declarative::merge(scope, declared, by_hand));
        // named by its own group, which is not that of every version: events of either group are the core group's
        refuse_if_any(&scope.hub.group_kind(), &new_meta.name, &found)?;
        let warnings = strategy.warnings_on_update(ctx, new, old);
        warnings.into_iter().chain(scope.checks.warnings_on(&checked, new, Some(old))).for_each(|text| ctx.warn(text));
        Ok(())
    }

    fn attributes(&self, operation: Operation, old_object: Option<&'a dyn Object>) -> Attributes<'a>
    where
        'a: 'a,
    {
        attributes(self.call, self.view.name(), operation, old_object)
    }
}

/// What admission is told of a write.
pub(super) fn attributes<'b>(
    call: Call<'b>,
    subresource: &'b str,
    operation: Operation,
    old_object: Option<&'b dyn Object>,
) -> Attributes<'b> {
    Attributes {
        operation,
        kind: &call.scope.kind,
        resource: &call.scope.gvr,
        subresource,
        namespace: call.info.namespace,
        name: call.info.name,
        old_object,
        delete_options: None,
        ctx: call.ctx,
    }
}

pub(super) fn refuse_if_any(kind: &GroupKind, name: &str, errors: &ErrorList) -> Result<(), ApiError> {
    if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(kind, name, errors)) }
}

/// Whether an update takes away the last thing that kept a deleted object.
fn is_last_finalizer_gone(strategy: &dyn Strategy, new: &dyn Object, old: &ObjectMeta) -> bool {
    old.deletion_timestamp.is_some()
        && matches!(old.deletion_grace_period_seconds, None | Some(0))
        && new.meta().is_some_and(|meta| meta.finalizers.is_empty())
        && strategy.may_remove(new)
}

/// Runs the hook after an update.
async fn after_update(call: Call<'_>, entry: &Entry) -> Result<(), ApiError> {
    if call.scope.strategy.has_after_hooks() {
        let object = entry.object().map_err(errors::internal)?;
        call.scope.strategy.after_update(call.ctx, object.as_ref()).await;
    }
    Ok(())
}
