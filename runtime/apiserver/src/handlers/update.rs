//! Replacing objects.

use http::StatusCode;
use kubeforge_machinery::{ApiError, Object};
use parking_lot::Mutex;

use super::{
    Call,
    write::{Creation, Outcome, Source, View, Write},
};
use crate::{
    decode, errors,
    managed_fields::Current,
    metadata,
    respond::{self, Answer},
};

/// Replaces the object by the body and answers with the result.
///
/// # Errors
/// 404, 409 and 422 besides what can't be decoded.
pub async fn update(call: Call<'_>, view: View<'_>) -> Result<Answer, ApiError> {
    let replacement = Replacement::read(call)?;
    let creation = match view {
        View::Main => Creation::IfAllowed,
        View::Status | View::Other { .. } => Creation::Refused,
    };
    let outcome = Write { call, view, source: &replacement, creation }.run().await?;
    answer(call, outcome)
}

/// Answers with what a write left.
pub(super) fn answer(call: Call<'_>, outcome: Outcome) -> Result<Answer, ApiError> {
    let status = |created| if created { StatusCode::CREATED } else { StatusCode::OK };
    match outcome {
        Outcome::Stored { entry, created } => respond::entry(call.scope, call.form, &entry, status(created)),
        Outcome::Shown { object, created } => respond::object(call.scope, call.form, object, status(created)),
    }
}

/// The body as the next state. It is decoded once; again where another writer was faster.
struct Replacement<'a> {
    call: Call<'a>,
    uid: String,
    decoded: Mutex<Option<Box<dyn Object>>>,
}

impl<'a> Replacement<'a> {
    fn read(call: Call<'a>) -> Result<Self, ApiError> {
        let object = Self::decode(call)?;
        let uid = object.meta().map(|meta| meta.uid.clone()).unwrap_or_default();
        Ok(Self { call, uid, decoded: Mutex::new(Some(object)) })
    }

    fn decode(call: Call<'_>) -> Result<Box<dyn Object>, ApiError> {
        let Call { scope, ctx, info, .. } = call;
        let media = decode::body_media(call.headers, scope.has_proto(), ctx)?;
        let decoded = decode::resource_object(scope, ctx, media, call.body)?;
        let mut object = scope.scheme.to_hub(decoded).map_err(errors::internal)?;
        let meta = metadata::of(object.as_mut())?;
        metadata::check_name(info.name, meta)?;
        metadata::bind_namespace(scope.namespaced(), info.namespace, meta)?;
        Ok(object)
    }
}

impl Source for Replacement<'_> {
    fn next(&self, _current: Option<&Current>) -> Result<Box<dyn Object>, ApiError> {
        let decoded = self.decoded.lock().take();
        decoded.map_or_else(|| Self::decode(self.call), Ok)
    }

    fn uid(&self) -> Option<&str> {
        (!self.uid.is_empty()).then_some(self.uid.as_str())
    }
}
