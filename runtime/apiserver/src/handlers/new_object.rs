//! New objects, whether a create or an update makes them: from the decoded object to one that can be stored, and what
//! follows. The steps and their order follow apiserver pkg/registry/generic/registry/store.go.

use kubeforge_machinery::{ApiError, Object, field::ErrorList, validation::NameRule};
use kubeforge_storage::entry::Entry;

use super::{
    Call,
    write::{attributes, refuse_if_any},
};
use crate::{
    admission::{Attributes, Operation},
    declarative, errors, metadata, metadata_validation,
};

/// From a decoded new object, whose managers are recorded, to one that can be stored. The name may be generated here.
pub(super) async fn prepare(call: Call<'_>, mut object: Box<dyn Object>) -> Result<Box<dyn Object>, ApiError> {
    let Call { scope, ctx, info, .. } = call;
    let strategy = scope.strategy.as_ref();
    metadata::dedup_owners(ctx, metadata::of(object.as_mut())?);
    if scope.admission.handles(Operation::Create) {
        let name = object.name().to_owned();
        let attributes = Attributes { name: &name, ..attributes(call, "", Operation::Create, None) };
        scope.admission.mutate(&attributes, Some(object.as_mut())).await?;
        metadata::dedup_owners(ctx, metadata::of(object.as_mut())?);
    }
    strategy.check_rights(ctx, object.as_ref(), None).await?;
    let generation = metadata::generation_of(scope, object.as_ref());
    let meta = metadata::of(object.as_mut())?;
    metadata::bind_namespace(scope.namespaced(), info.namespace, meta)?;
    metadata::fill_for_create(ctx, generation, meta);
    if meta.name.is_empty() && !meta.generate_name.is_empty() {
        meta.name = strategy.generate_name(&meta.generate_name);
    }
    strategy.begin_create(ctx, object.as_mut()).await?;
    match finish_new(call, object).await {
        Ok(object) => Ok(object),
        Err((error, object)) => {
            strategy.create_failed(ctx, object.as_ref()).await;
            Err(error)
        }
    }
}

/// What of [`prepare`] must be undone if it fails.
async fn finish_new(
    call: Call<'_>,
    mut object: Box<dyn Object>,
) -> Result<Box<dyn Object>, (ApiError, Box<dyn Object>)> {
    let Call { scope, ctx, .. } = call;
    let strategy = scope.strategy.as_ref();
    if scope.has_status
        && let Err(error) = strategy.keep_status(&scope.scheme, &mut object, None)
    {
        return Err((error, object));
    }
    strategy.prepare_for_create(ctx, object.as_mut());
    if let Err(error) = validate_new(call, object.as_ref()) {
        return Err((error, object));
    }
    let warnings = strategy.warnings_on_create(ctx, object.as_ref());
    let checked = scope.checks.warnings_on(&scope.check_context(""), object.as_ref(), None);
    warnings.into_iter().chain(checked).for_each(|text| ctx.warn(text));
    strategy.canonicalize(object.as_mut());
    if scope.admission.handles(Operation::Create) {
        let name = object.name().to_owned();
        let attributes = Attributes { name: &name, ..attributes(call, "", Operation::Create, None) };
        if let Err(error) = scope.admission.validate(&attributes, Some(object.as_ref())).await {
            return Err((error, object));
        }
    }
    Ok(object)
}

fn validate_new(call: Call<'_>, object: &dyn Object) -> Result<(), ApiError> {
    let Call { scope, ctx, .. } = call;
    let Some(meta) = object.meta() else { return Ok(()) };
    let kind = scope.hub.group_kind();
    let rule = scope.checks.name_rule();
    let finalizers = scope.checks.finalizer_names();
    let mut found = if rule.is_checked() {
        metadata_validation::validate(meta, scope.namespaced(), rule, finalizers)
    } else {
        ErrorList::new()
    };
    let declared = declarative::validate(scope, "", object, None)?;
    let mut by_hand = scope.strategy.validate(ctx, object);
    by_hand.extend(scope.checks.check_create(&scope.check_context(""), object));
    found.extend(declarative::merge(scope, declared, by_hand));
    refuse_if_any(&kind, &meta.name, &found)?;
    if !rule.is_checked() {
        let found = metadata_validation::validate(meta, scope.namespaced(), NameRule::PathSegment, finalizers);
        refuse_if_any(&kind, &meta.name, &found)?;
    }
    Ok(())
}

/// Runs the hook after a create.
pub(super) async fn after_create(call: Call<'_>, entry: &Entry) -> Result<(), ApiError> {
    if call.scope.strategy.has_after_hooks() {
        let object = entry.object().map_err(errors::internal)?;
        call.scope.strategy.after_create(call.ctx, object.as_ref()).await;
    }
    Ok(())
}
