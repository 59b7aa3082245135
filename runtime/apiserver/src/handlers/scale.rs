//! The `scale` subresource: an object's replicas as `autoscaling/v1.Scale`, found through the paths of its definition.

use http::{Method, StatusCode};
use kubeforge_machinery::{
    ApiError, GroupVersionKind, Object,
    codec::{self, JsonReader},
    field::{Error, Path},
    meta::v1::ObjectMeta,
    scale::{at, selector_text, set},
    scheme::ScalePaths,
    unstructured::Unstructured,
    validation::NameRule,
};
use kubeforge_storage::storage::ReadAt;
use serde_json::{Value, json};

use super::{
    Call,
    patch::{self, Patch, PatchKind, Shown},
    write::{Creation, Outcome, Source, View, Write},
};
use crate::{
    decode, errors,
    managed_fields::{self, Current},
    metadata, metadata_validation,
    negotiate::Transform,
    parts,
    respond::{self, Answer},
    scale_table::ScaleTable,
    table_render::{TableShape, TableWriter},
};

/// Answers a request to the subresource.
///
/// # Errors
/// Those of a get, an update or a patch.
pub async fn scale(
    call: Call<'_>,
    method: &Method,
    kind: &GroupVersionKind,
    paths: &ScalePaths,
) -> Result<Answer, ApiError> {
    let scaling = Scaling { call, kind, paths };
    match *method {
        Method::GET => scaling.get().await,
        Method::PUT => {
            let media = decode::body_media(call.headers, true, call.ctx)?;
            let object = decode::object(&call.scope.scheme, call.ctx, media, call.body, kind)?;
            let wanted = Wanted::of(object.as_ref())?;
            scaling.write(Change::Replace(Box::new(wanted))).await
        }
        Method::PATCH => {
            let patch_kind = PatchKind::of(call.headers, !call.scope.is_custom())?;
            let force = patch::check_options(call, patch_kind)?;
            let change = if patch_kind == PatchKind::Apply {
                let _forced_or_not_there_is_one_field = force;
                let json = kubeforge_machinery::yaml::to_json(call.body, codec::Strictness::Lenient)
                    .map_err(|err| ApiError::bad_request(format!("error decoding YAML: {err}")))?
                    .json;
                let (fields, _) = kubeforge_machinery::patch::decode_object(&json)
                    .map_err(|err| ApiError::bad_request(format!("error decoding YAML: {err}")))?;
                Change::Patch(Patch::Merge(fields))
            } else {
                Change::Patch(Patch::decode(patch_kind, call.body, call.ctx)?)
            };
            scaling.write(change).await
        }
        _ => Err(ApiError::method_not_allowed()),
    }
}

/// What stands for the replicas of a custom resource that has none, until a client gives it some.
const UNSET: i64 = i32::MIN as i64;

#[derive(Clone, Copy)]
struct Scaling<'a> {
    call: Call<'a>,
    kind: &'a GroupVersionKind,
    paths: &'a ScalePaths,
}

/// What a client wants of a scale.
#[derive(Debug)]
struct Wanted {
    meta: ObjectMeta,
    replicas: i64,
}

impl Wanted {
    fn of(scale: &dyn Object) -> Result<Self, ApiError> {
        let value: Value = serde_json::from_slice(&parts::json_of(scale)).map_err(errors::internal)?;
        let replicas = value.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or(0);
        Ok(Self { meta: scale.meta().cloned().unwrap_or_default(), replicas })
    }
}

#[derive(Debug)]
enum Change {
    Replace(Box<Wanted>),
    Patch(Patch),
}

impl Scaling<'_> {
    async fn get(self) -> Result<Answer, ApiError> {
        let Call { scope, info, .. } = self.call;
        let key = scope.key(info.namespace, info.name);
        let entry = scope
            .storage()?
            .get(&key, ReadAt::Latest)
            .await
            .map_err(|err| errors::from_storage(err, scope.target(info.name)))?;
        let parent = entry.object().map_err(errors::internal)?;
        self.answer(parent.as_ref())
    }

    async fn write(self, change: Change) -> Result<Answer, ApiError> {
        let Call { scope, .. } = self.call;
        let source = Rescaled { scaling: self, change };
        let view = View::Other { name: "scale", strategy: scope.strategy.as_ref() };
        let write = Write { call: self.call, view, source: &source, creation: Creation::Refused };
        match write.run().await? {
            Outcome::Stored { entry, .. } => {
                let parent = entry.object().map_err(errors::internal)?;
                self.answer(parent.as_ref())
            }
            Outcome::Shown { object, .. } => self.answer(object.as_ref()),
        }
    }

    fn answer(self, parent: &dyn Object) -> Result<Answer, ApiError> {
        let scale = self.scale_of(parent)?;
        let Call { scope, form, .. } = self.call;
        match form.output.transform {
            Transform::Table(version) if !scope.is_custom() => {
                let shape = TableShape { version, include: form.include, with_columns: true };
                let table = TableWriter::of_object_in(scope, &ScaleTable::default(), scale.as_ref(), shape)?;
                Ok(respond::json_answer(form.output, StatusCode::OK, table))
            }
            _ => respond::object(scope, form, scale, StatusCode::OK),
        }
    }

    /// The parent's scale.
    fn scale_of(self, parent: &dyn Object) -> Result<Box<dyn Object>, ApiError> {
        self.scale_with(parent, None)
    }

    /// The parent's scale; `unset` stands for the replicas of a custom resource that has none.
    fn scale_with(self, parent: &dyn Object, unset: Option<i64>) -> Result<Box<dyn Object>, ApiError> {
        let scope = self.call.scope;
        let value = managed_fields::value_of(scope, parent)?;
        let meta = parent.meta().ok_or_else(|| errors::internal("an object without metadata has no scale"))?;
        let unset = unset.filter(|_| scope.is_custom());
        let spec = match at(&value, &self.paths.spec).and_then(Value::as_i64).or(unset) {
            Some(replicas) => json!({ "replicas": replicas }),
            None if scope.is_custom() => {
                return Err(errors::internal(format!(
                    "the spec replicas field \"{}\" does not exist",
                    self.paths.spec
                )));
            }
            None => json!({}),
        };
        let replicas = at(&value, &self.paths.status).and_then(Value::as_i64).unwrap_or(0);
        let mut status = json!({ "replicas": replicas });
        let selector = at(&value, &self.paths.selector).map(selector_text).unwrap_or_default();
        if !selector.is_empty() {
            status["selector"] = selector.into();
        }
        let shown = ObjectMeta {
            name: meta.name.clone(),
            namespace: meta.namespace.clone(),
            uid: meta.uid.clone(),
            resource_version: meta.resource_version.clone(),
            creation_timestamp: meta.creation_timestamp,
            ..ObjectMeta::default()
        };
        let shown: Value = serde_json::from_slice(&codec::to_json_vec(&shown)).map_err(errors::internal)?;
        self.object(&json!({
            "kind": self.kind.kind,
            "apiVersion": self.kind.api_version(),
            "metadata": shown,
            "spec": spec,
            "status": status,
        }))
    }

    fn object(self, scale: &Value) -> Result<Box<dyn Object>, ApiError> {
        let json = scale.to_string();
        let mut object = match self.call.scope.scheme.new_object(self.kind) {
            Ok(object) => object,
            Err(_) => Box::new(Unstructured::new(self.kind.clone())),
        };
        object.read_json(&mut JsonReader::new(json.as_bytes())).map_err(errors::internal)?;
        Ok(object)
    }
}

/// The parent with other replicas.
struct Rescaled<'a> {
    scaling: Scaling<'a>,
    change: Change,
}

impl Source for Rescaled<'_> {
    fn next(&self, current: Option<&Current>) -> Result<Box<dyn Object>, ApiError> {
        let Call { scope, ctx, info, .. } = self.scaling.call;
        let Some(parent) = current.map(|current| current.object.as_ref()) else {
            return Err(ApiError::not_found(&scope.resource, info.name));
        };
        let patched;
        let wanted = match &self.change {
            Change::Replace(wanted) => wanted,
            Change::Patch(patch) => {
                let scale = self.scaling.scale_with(parent, Some(UNSET))?;
                let json = parts::json_of(scale.as_ref());
                let text = patch.apply(&json, scale.schema())?;
                let object = patch::read_back(&scope.scheme, ctx, self.scaling.kind, &text, Shown::Document(&json))?;
                patched = Wanted::of(object.as_ref())?;
                &patched
            }
        };
        if wanted.replicas == UNSET && scope.is_custom() {
            let path = &self.scaling.paths.spec;
            return Err(ApiError::bad_request(format!("the spec replicas field \"{path}\" cannot be empty")));
        }
        let mut meta = wanted.meta.clone();
        metadata::check_name(info.name, &meta)?;
        metadata::bind_namespace(scope.namespaced(), info.namespace, &mut meta)?;
        let mut wrong = metadata_validation::validate_common(&meta, scope.namespaced(), NameRule::Subdomain);
        // the object's own validation speaks of the replicas of a custom resource
        if wanted.replicas < 0 && !scope.is_custom() {
            let path = Path::new("spec.replicas");
            wrong.push(Error::invalid(&path, wanted.replicas, "must be greater than or equal to 0"));
        }
        if !wrong.is_empty() {
            return Err(ApiError::invalid(&self.scaling.kind.group_kind(), &meta.name, &wrong));
        }
        let mut value = managed_fields::value_of(scope, parent)?;
        set(&mut value, &self.scaling.paths.spec, wanted.replicas.into());
        let mut object = scope.scheme.new_object(&scope.kind).map_err(errors::internal)?;
        let json = value.to_string();
        object.read_json(&mut JsonReader::new(json.as_bytes())).map_err(errors::internal)?;
        let mut object = scope.scheme.to_hub(object).map_err(errors::internal)?;
        if !meta.resource_version.is_empty() {
            metadata::of(object.as_mut())?.resource_version = meta.resource_version;
        }
        Ok(object)
    }

    fn uid(&self) -> Option<&str> {
        match &self.change {
            Change::Replace(wanted) if !wanted.meta.uid.is_empty() => Some(&wanted.meta.uid),
            Change::Replace(_) | Change::Patch(_) => None,
        }
    }
}
