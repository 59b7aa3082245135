//! An object of a custom resource.

use std::{any::Any, sync::Arc};

use kubeforge_machinery::{
    GroupVersionKind, Object, Unstructured,
    codec::{DecodeError, JsonReader, JsonWriter, ProtoReader, ProtoWriter},
    field::Path,
    meta::v1::{ListMeta, ObjectMeta},
    schema::StructSchema,
    scheme::ConversionError,
};
use serde_json::Value;

use crate::{embedded, prune::prune, version::Version};

/// An object of a custom resource: unstructured, and what its definition says of it.
///
/// Whoever reads one gets it as the definition wants it: without unknown fields, with defaults. So the stages of a
/// request, the store and the caches need not know that it is no built-in kind.
#[derive(Clone, Debug)]
pub struct CustomObject {
    /// Its content.
    pub inner: Unstructured,
    version: Arc<Version>,
}

impl CustomObject {
    /// An empty object.
    pub fn new(version: Arc<Version>) -> Self {
        Self { inner: Unstructured::new(version.gvk.clone()), version }
    }

    /// The version that it is of.
    pub fn version(&self) -> &Arc<Version> {
        &self.version
    }

    /// The content with what it says of itself, as schemas see an object.
    pub fn to_value(&self) -> Value {
        self.inner.to_value()
    }

    /// The same object in another version of the definition: it keeps what that version knows.
    ///
    /// # Errors
    /// Where an embedded object does not fit.
    pub fn into_version(mut self, version: &Arc<Version>) -> Result<Self, ConversionError> {
        self.inner.gvk = version.gvk.clone();
        self.version = version.clone();
        self.tidy(&mut |_| {}).map_err(ConversionError)?;
        Ok(self)
    }

    /// Takes out what the version does not know; calls `removed` with the path of each field.
    fn tidy(&mut self, removed: &mut dyn FnMut(&Path<'_>)) -> Result<(), String> {
        let Some(schema) = &self.version.schema else { return Ok(()) };
        let mut content = Value::Object(std::mem::take(&mut self.inner.content));
        if !self.version.preserves_unknown {
            prune(&mut content, schema, &Path::NIL, removed);
            schema.drop_nulls(&mut content);
        }
        let coerced = embedded::coerce(&mut content, schema, &Path::NIL, removed);
        if let Value::Object(content) = content {
            self.inner.content = content;
        }
        coerced.map_err(|err| err.to_string())
    }

    fn default_fields(&mut self) {
        let Some(schema) = &self.version.schema else { return };
        let mut content = Value::Object(std::mem::take(&mut self.inner.content));
        schema.set_defaults(&mut content);
        if let Value::Object(content) = content {
            self.inner.content = content;
        }
    }
}

impl Object for CustomObject {
    fn gvk(&self) -> GroupVersionKind {
        self.inner.gvk.clone()
    }

    fn meta(&self) -> Option<&ObjectMeta> {
        Some(&self.inner.metadata)
    }

    fn meta_mut(&mut self) -> Option<&mut ObjectMeta> {
        Some(&mut self.inner.metadata)
    }

    fn list_meta(&self) -> Option<&ListMeta> {
        None
    }

    fn list_meta_mut(&mut self) -> Option<&mut ListMeta> {
        None
    }

    fn visit_items(&self, _visit: &mut dyn FnMut(&dyn Object)) {}

    /// A selectable field that is absent, or of another type than its schema says, counts as empty.
    fn visit_selectable(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        self.inner.visit_selectable(visit);
        for field in &self.version.selectable {
            let mut steps = field.path.iter();
            let first = steps.next().and_then(|first| self.inner.content.get(first));
            match steps.try_fold(first, |value, step| value.map(|value| value.get(step))).flatten() {
                Some(Value::String(text)) => visit(field.label, text),
                Some(value @ (Value::Bool(_) | Value::Number(_))) => visit(field.label, &value.to_string()),
                _ => visit(field.label, ""),
            }
        }
    }

    fn write_json(&self, w: &mut JsonWriter) {
        Object::write_json(&self.inner, w);
    }

    fn write_json_item(&self, w: &mut JsonWriter) {
        Object::write_json(&self.inner, w);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        Object::read_json(&mut self.inner, r)?;
        let mut removed = Vec::new();
        let is_strict = r.is_strict();
        let note: &mut dyn FnMut(&Path<'_>) = &mut |path| {
            if is_strict {
                removed.push(path.to_string());
            }
        };
        self.tidy(note).map_err(DecodeError::custom)?;
        removed.sort();
        removed.iter().for_each(|path| r.note_unknown(path));
        self.default_fields();
        Ok(())
    }

    fn write_proto(&self, _w: &mut ProtoWriter) -> bool {
        false
    }

    fn read_proto(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        self.inner.read_proto(r)
    }

    fn set_defaults(&mut self) {
        self.default_fields();
    }

    fn deep_copy_object(&self) -> Box<dyn Object> {
        Box::new(self.clone())
    }

    /// None: items of lists say what they are, and strategic patches are refused. Managed fields have
    /// [`Version::topology`].
    fn schema(&self) -> Option<&'static StructSchema> {
        None
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.downcast_ref::<Self>().is_some_and(|other| other.inner == self.inner)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
