//! Deleting one object. Follows apiserver pkg/registry/rest/delete.go and pkg/registry/generic/registry/store.go.

use std::sync::Arc;

use http::StatusCode;
use kubeforge_machinery::{
    ApiError, GroupResource, Object, Time,
    meta::v1::{
        DeleteOptions, DeletionPropagation, FINALIZER_DELETE_DEPENDENTS, FINALIZER_ORPHAN_DEPENDENTS, ObjectMeta,
        STATUS_SUCCESS, Status, StatusDetails,
    },
};
use kubeforge_storage::{
    entry::Entry,
    storage::{Change, ObjectKey, Preconditions, ReadAt, Updated},
};
use parking_lot::Mutex;

use super::{Call, write};
use crate::{
    admission::{Attributes, Operation},
    delete_options, errors, metadata,
    respond::{self, Answer},
    strategy::{GarbageCollection, Grace, Strategy},
};

/// What a delete did.
#[derive(Debug)]
pub enum Deleted {
    /// The object is gone; this was its last state.
    Gone(Box<dyn Object>),
    /// It is marked and waits for somebody.
    Pending(Box<dyn Object>),
}

/// Deletes the object of the request and answers with a `Status`, or with the object where it is still there.
///
/// # Errors
/// 404, 409 for preconditions, and what admission says.
pub async fn delete(call: Call<'_>) -> Result<Answer, ApiError> {
    let options = delete_options::parse(call.headers, call.body, call.query, call.ctx)?;
    call.scope.strategy.warnings_on_delete(&options).into_iter().for_each(|text| call.ctx.warn(text));
    let deleted = delete_object(call, call.info.namespace, call.info.name, &options).await?;
    let scope = call.scope;
    match deleted {
        Deleted::Pending(object) => {
            let waits = options.orphan_dependents == Some(false)
                || options.propagation_policy == Some(DeletionPropagation::Foreground);
            let status = if waits { StatusCode::ACCEPTED } else { StatusCode::OK };
            respond::object(scope, call.form, object, status)
        }
        Deleted::Gone(object) if scope.strategy.returns_deleted_object() => {
            respond::object(scope, call.form, object, StatusCode::OK)
        }
        Deleted::Gone(object) => {
            let details = StatusDetails {
                name: object.name().to_owned(),
                group: scope.resource.group.to_string(),
                kind: scope.resource.resource.to_string(),
                uid: object.meta().map(|meta| meta.uid.clone()).unwrap_or_default(),
                ..StatusDetails::default()
            };
            let status =
                Status { status: STATUS_SUCCESS.to_owned(), details: Some(Box::new(details)), ..Status::default() };
            Ok(respond::status(call.form.output, &status))
        }
    }
}

/// Deletes one object; the request may be for many. Also for handlers of subresources, such as evictions.
///
/// # Errors
/// 404, 409 for preconditions, and what admission says.
pub async fn delete_object(
    call: Call<'_>,
    namespace: &str,
    name: &str,
    options: &DeleteOptions,
) -> Result<Deleted, ApiError> {
    let Call { scope, ctx, .. } = call;
    let key = scope.key(namespace, name);
    let storage = scope.storage()?;
    let deletion = Deletion { call, key: &key, options, outcome: Mutex::new(None) };
    if ctx.is_dry_run() || !options.dry_run.is_empty() {
        let current =
            storage.get(&key, ReadAt::Latest).await.map_err(|err| errors::from_storage(err, scope.target(name)))?;
        deletion.attempt(Some(current)).await?;
    } else {
        let preconditions = Preconditions::default();
        let updated = storage
            .update(&key, &preconditions, Box::new(|current| Box::pin(deletion.attempt(current))))
            .await
            .map_err(|err| errors::from_storage(err, scope.target(name)))?;
        if let Updated::Changed(entry) = &updated {
            // the stored state carries the resource version of the mark
            return Ok(Deleted::Pending(entry.object().map_err(errors::internal)?));
        }
        if let Some(Deleted::Gone(object)) = deletion.outcome.lock().as_mut() {
            // the last state is that of the deletion
            metadata::of(object.as_mut())?.resource_version = updated.entry().revision().to_string();
        }
    }
    let is_dry_run = ctx.is_dry_run() || !options.dry_run.is_empty();
    let deleted = deletion.outcome.into_inner();
    if let Some(Deleted::Gone(object)) = &deleted
        && scope.strategy.has_after_hooks()
        && !is_dry_run
    {
        scope.strategy.after_delete(ctx, object.as_ref()).await;
    }
    deleted.ok_or_else(|| errors::internal("a delete left nothing behind"))
}

struct Deletion<'a> {
    call: Call<'a>,
    key: &'a ObjectKey,
    options: &'a DeleteOptions,
    outcome: Mutex<Option<Deleted>>,
}

impl Deletion<'_> {
    async fn attempt(&self, current: Option<Arc<Entry>>) -> Result<Change, ApiError> {
        let Call { scope, ctx, .. } = self.call;
        let Some(entry) = current else {
            return Err(ApiError::not_found(&scope.resource, &self.key.name));
        };
        let mut object = entry.object().map_err(errors::internal)?;
        let strategy = scope.strategy.as_ref();
        self.check_preconditions(metadata::of(object.as_mut())?)?;
        if scope.admission.handles(Operation::Delete) {
            let old = entry.object().map_err(errors::internal)?;
            let attributes = Attributes {
                name: &self.key.name,
                namespace: &self.key.namespace,
                delete_options: Some(self.options),
                ..write::attributes(self.call, "", Operation::Delete, Some(old.as_ref()))
            };
            scope.admission.mutate(&attributes, None).await?;
            scope.admission.validate(&attributes, None).await?;
        }
        let was_marked = object.meta().is_some_and(|meta| meta.deletion_timestamp.is_some());
        strategy.check_graceful_delete(ctx, object.as_mut())?;
        let grace = self.grace(strategy, object.as_mut())?;
        let meta = metadata::of(object.as_mut())?;
        let finalizers = if scope.garbage_collector {
            finalizers_after(strategy, meta, self.options)
        } else {
            // nobody would take them away
            meta.finalizers.clone()
        };
        let changed_finalizers = finalizers != meta.finalizers;
        meta.finalizers = finalizers;
        let held = !meta.finalizers.is_empty() || !strategy.may_remove(object.as_ref());
        let (change, deleted) = match grace {
            GraceState::None if !held => {
                let last = object.deep_copy_object();
                (Change::Delete(object), Deleted::Gone(last))
            }
            GraceState::None => {
                let changed = mark(strategy, ctx.now, metadata::of(object.as_mut())?);
                self.pending(object, changed || changed_finalizers || !was_marked)
            }
            GraceState::Started(0) if !held => {
                let last = object.deep_copy_object();
                (Change::Delete(object), Deleted::Gone(last))
            }
            GraceState::Started(_) => self.pending(object, true),
            GraceState::Running => self.pending(object, changed_finalizers),
        };
        *self.outcome.lock() = Some(deleted);
        Ok(change)
    }

    fn pending(&self, object: Box<dyn Object>, changed: bool) -> (Change, Deleted) {
        let shown = object.deep_copy_object();
        (if changed { Change::Put(object) } else { Change::Keep }, Deleted::Pending(shown))
    }

    fn check_preconditions(&self, meta: &ObjectMeta) -> Result<(), ApiError> {
        let Some(preconditions) = &self.options.preconditions else { return Ok(()) };
        let kind =
            GroupResource { group: self.call.scope.kind.group.clone(), resource: self.call.scope.kind.kind.clone() };
        let refuse = |why: String| Err(ApiError::conflict(&kind, &self.key.name, why));
        match &preconditions.uid {
            Some(uid) if *uid != meta.uid => {
                return refuse(format!(
                    "the UID in the precondition ({uid}) does not match the UID in record ({}). The object might have \
                     been deleted and then recreated",
                    meta.uid
                ));
            }
            _ => {}
        }
        match &preconditions.resource_version {
            Some(version) if *version != meta.resource_version => refuse(format!(
                "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record \
                 ({}). The object might have been modified",
                meta.resource_version
            )),
            _ => Ok(()),
        }
    }

    /// Marks the object for a graceful delete, where its kind has that.
    fn grace(&self, strategy: &dyn Strategy, object: &mut dyn Object) -> Result<GraceState, ApiError> {
        let ctx = self.call.ctx;
        let asked = self.options.grace_period_seconds;
        let meta = metadata::of(object)?;
        if let Some(marked) = meta.deletion_timestamp {
            let running = match meta.deletion_grace_period_seconds {
                None | Some(0) => return Ok(GraceState::None),
                Some(running) => running,
            };
            // a period can only be shortened
            return Ok(match asked.map(at_least_zero) {
                Some(shorter) if shorter < running => {
                    meta.deletion_timestamp = Some(Time::from_unix(marked.unix() - running + shorter));
                    meta.deletion_grace_period_seconds = Some(shorter);
                    GraceState::Started(shorter)
                }
                _ => GraceState::Running,
            });
        }
        let seconds = match strategy.grace(ctx, object, self.options) {
            Grace::Immediate => return Ok(GraceState::None),
            Grace::Seconds(seconds) => at_least_zero(seconds),
        };
        let meta = metadata::of(object)?;
        meta.deletion_timestamp = Some(Time::from_unix(ctx.now.unix().saturating_add(seconds)));
        meta.deletion_grace_period_seconds = Some(seconds);
        if meta.generation > 0 {
            meta.generation += 1;
        }
        Ok(GraceState::Started(seconds))
    }
}

/// A negative period means one second, as upstream has it.
fn at_least_zero(seconds: i64) -> i64 {
    if seconds < 0 { 1 } else { seconds }
}

/// Where a graceful delete stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GraceState {
    /// The kind has none, or it is over.
    None,
    /// It begins, or was shortened, to this many seconds.
    Started(i64),
    /// It goes on as before.
    Running,
}

/// Marks an object that finalizers hold. Says whether that changed it.
fn mark(strategy: &dyn Strategy, now: Time, meta: &mut ObjectMeta) -> bool {
    let marks_grace = strategy.marks_grace_when_held();
    let before = (meta.deletion_timestamp, meta.deletion_grace_period_seconds);
    if meta.deletion_timestamp.is_none() {
        meta.deletion_timestamp = Some(now);
        if meta.generation > 0 && strategy.counts_mark() {
            meta.generation += 1;
        }
    }
    if marks_grace {
        meta.deletion_grace_period_seconds = Some(0);
    }
    before != (meta.deletion_timestamp, meta.deletion_grace_period_seconds)
}

/// The finalizers that the object has from now on: those of garbage collection as the options and the kind say.
fn finalizers_after(strategy: &dyn Strategy, meta: &ObjectMeta, options: &DeleteOptions) -> Vec<String> {
    let has = |finalizer: &str| meta.finalizers.iter().any(|found| found == finalizer);
    let orphan = match (&options.orphan_dependents, &options.propagation_policy) {
        (Some(orphan), _) => *orphan,
        (None, Some(policy)) => *policy == DeletionPropagation::Orphan,
        (None, None) if has(FINALIZER_ORPHAN_DEPENDENTS) => true,
        (None, None) if has(FINALIZER_DELETE_DEPENDENTS) => false,
        (None, None) => strategy.garbage_collection() == GarbageCollection::Orphan,
    };
    let foreground = match (&options.orphan_dependents, &options.propagation_policy) {
        (Some(_), _) => false,
        (None, Some(policy)) => *policy == DeletionPropagation::Foreground,
        (None, None) => has(FINALIZER_DELETE_DEPENDENTS),
    };
    if orphan == has(FINALIZER_ORPHAN_DEPENDENTS) && foreground == has(FINALIZER_DELETE_DEPENDENTS) {
        return meta.finalizers.clone();
    }
    let is_collector =
        |finalizer: &str| finalizer == FINALIZER_ORPHAN_DEPENDENTS || finalizer == FINALIZER_DELETE_DEPENDENTS;
    let mut finalizers: Vec<String> =
        meta.finalizers.iter().filter(|finalizer| !is_collector(finalizer)).cloned().collect();
    if orphan {
        finalizers.push(FINALIZER_ORPHAN_DEPENDENTS.to_owned());
    }
    if foreground {
        finalizers.push(FINALIZER_DELETE_DEPENDENTS.to_owned());
    }
    finalizers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategy::DefaultStrategy;

    fn after(finalizers: &[&str], policy: Option<DeletionPropagation>) -> Vec<String> {
        let meta = ObjectMeta {
            finalizers: finalizers.iter().map(|finalizer| (*finalizer).to_owned()).collect(),
            ..ObjectMeta::default()
        };
        let options = DeleteOptions { propagation_policy: policy, ..DeleteOptions::default() };
        finalizers_after(&DefaultStrategy, &meta, &options)
    }

    #[test]
    fn propagation_becomes_finalizers() {
        assert_eq!(after(&["a/b"], None), ["a/b"]);
        assert_eq!(after(&["a/b"], Some(DeletionPropagation::Orphan)), ["a/b", "orphan"]);
        assert_eq!(after(&["orphan"], Some(DeletionPropagation::Foreground)), ["foregroundDeletion"]);
        assert_eq!(after(&["orphan"], Some(DeletionPropagation::Background)), Vec::<String>::new());
        assert_eq!(after(&["foregroundDeletion"], None), ["foregroundDeletion"]);
    }
}
