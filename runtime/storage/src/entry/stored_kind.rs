//! How the objects of one resource are stored.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use kubeforge_machinery::{
    GroupVersionKind, Object, Scheme,
    codec::{JsonReader, JsonWriter, MediaType, PROTO_MAGIC, ProtoReader, ProtoWriter, unwrap_proto, wrap_proto},
};

use super::splice;

/// How the objects of one resource are stored: shared by all its entries.
#[derive(Debug)]
pub(crate) struct StoredKind {
    pub(crate) scheme: Arc<Scheme>,
    /// The version held in memory.
    pub(crate) hub: GroupVersionKind,
    /// The version written to the store.
    pub(crate) storage: GroupVersionKind,
    pub(crate) form: StoredForm,
    /// Objects without a type of their own say what they are inside a list too; others leave that to the list.
    pub(crate) items_say_kind: bool,
    /// The length of the last value written, as a guess at the next one's.
    value_bytes: AtomicUsize,
    /// Some entry keeps more than its document.
    has_made: AtomicBool,
}

/// The encoding of stored objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StoredForm {
    /// A `k8s\0` envelope around a protobuf message: built-in kinds.
    #[default]
    Protobuf,
    /// A JSON object and a line feed: custom resources.
    Json,
}

/// An object as a value to store.
pub(crate) struct Encoded {
    pub(crate) value: Vec<u8>,
    /// The object has lists that are empty and not nil, and would be nil if it were read back.
    pub(crate) reads_back_otherwise: bool,
}

/// A stored value, read in the version that it says.
struct Decoded {
    object: Box<dyn Object>,
    is_proto: bool,
    /// It is not in the present storage version or form.
    stale: bool,
}

/// A stored value, decoded.
pub(crate) struct Loaded {
    /// In the hub version, with its resource version set.
    pub(crate) object: Box<dyn Object>,
    /// The document that clients get; see [`StoredKind::documents`].
    pub(crate) document: Document,
    /// Set where the value was not in the present storage version or form, so that writing it again changes it.
    pub(crate) stale: bool,
}

/// An object's document with its resource version, and the object's part of it.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) bytes: Vec<u8>,
    pub(crate) item: std::ops::Range<usize>,
}

impl StoredKind {
    pub(crate) fn new(scheme: Arc<Scheme>, hub: GroupVersionKind, storage: GroupVersionKind, form: StoredForm) -> Self {
        let items_say_kind = scheme.new_object(&hub).is_ok_and(|object| object.schema().is_none());
        Self {
            items_say_kind,
            scheme,
            hub,
            storage,
            form,
            value_bytes: AtomicUsize::new(1024),
            has_made: AtomicBool::new(false),
        }
    }

    /// Notes that some entry keeps more than its document.
    pub(crate) fn set_has_made(&self) {
        self.has_made.store(true, Ordering::Relaxed);
    }

    /// Whether that was noted since the last call.
    pub(crate) fn take_has_made(&self) -> bool {
        self.has_made.swap(false, Ordering::Relaxed)
    }

    /// The version of documents in memory. Protobuf is taken as it is stored; JSON is read and written anew anyway, so it
    /// is kept as clients ask for it: a custom resource is not converted each time that it is shown.
    pub(crate) fn documents(&self) -> &GroupVersionKind {
        match self.form {
            StoredForm::Protobuf => &self.storage,
            StoredForm::Json => &self.hub,
        }
    }

    /// Whether reading a stored value may ask somebody who is elsewhere, which takes its time.
    pub(crate) fn asks_elsewhere(&self) -> bool {
        self.scheme.asks_elsewhere(&self.hub)
    }

    /// Tells whoever is asked that these values are about to be read.
    pub(crate) fn foresee<'a>(&self, values: impl Iterator<Item = &'a [u8]>) {
        let others = values.filter_map(|value| self.decode(value).ok()).map(|decoded| decoded.object);
        self.scheme.foresee(others.filter(|object| object.gvk() != self.hub).collect(), &self.hub);
    }

    /// The object, which is in the hub version, in the storage version.
    fn to_storage_version(&self, object: &dyn Object) -> Result<Option<Box<dyn Object>>, String> {
        if self.storage == self.hub {
            return Ok(None);
        }
        self.scheme.convert(object.deep_copy_object(), &self.storage).map(Some).map_err(|err| err.to_string())
    }

    /// The value to store for an object in the hub version.
    pub(crate) fn encode(&self, object: &dyn Object) -> Result<Vec<u8>, String> {
        self.encode_fully(object).map(|encoded| encoded.value)
    }

    /// The value to store for an object in the hub version, and whether it says all of the object.
    pub(crate) fn encode_fully(&self, object: &dyn Object) -> Result<Encoded, String> {
        let converted = self.to_storage_version(object)?;
        let object = converted.as_deref().unwrap_or(object);
        let guess = self.value_bytes.load(Ordering::Relaxed) + 256;
        let mut reads_back_otherwise = false;
        let value = match self.form {
            StoredForm::Protobuf => {
                let mut has_proto = false;
                let value = wrap_proto(&self.storage, guess, |w: &mut ProtoWriter| {
                    has_proto = object.write_proto(w);
                    reads_back_otherwise = w.has_lost_empty_list();
                });
                if !has_proto {
                    return Err(format!("{} has no protobuf form", self.storage));
                }
                value
            }
            StoredForm::Json => {
                let mut w = JsonWriter::with_capacity(guess);
                object.write_json(&mut w);
                w.raw(b"\n");
                w.into_bytes()
            }
        };
        self.value_bytes.store(value.len(), Ordering::Relaxed);
        Ok(Encoded { value, reads_back_otherwise })
    }

    /// The document of an object at a revision, from the value that [`StoredKind::encode`] made of it, or from one in
    /// protobuf that anybody made; `object` is the same in the hub version and has its resource version already.
    pub(crate) fn document(
        &self,
        value: &[u8],
        object: &dyn Object,
        resource_version: &str,
    ) -> Result<Document, String> {
        match self.form {
            StoredForm::Protobuf => {
                let envelope = unwrap_proto(value).map_err(|err| err.to_string())?;
                splice::document(&self.storage, envelope.raw, resource_version).map_err(|err| err.to_string())
            }
            // objects without a type of their own are written with sorted members
            StoredForm::Json if self.items_say_kind && self.storage == self.hub && !value.is_empty() => {
                let json = value.strip_suffix(b"\n").unwrap_or(value);
                splice::json_document(json, resource_version).map_err(|err| err.to_string())
            }
            StoredForm::Json => {
                let mut w = JsonWriter::with_capacity(self.value_bytes.load(Ordering::Relaxed) + 256);
                object.write_json(&mut w);
                w.raw(b"\n");
                let bytes = w.into_bytes();
                let item = 0..bytes.len().saturating_sub(1);
                Ok(Document { bytes, item })
            }
        }
    }

    /// Decodes a stored value, in the version that it says.
    fn decode(&self, value: &[u8]) -> Result<Decoded, String> {
        let (object, found, is_proto) = if value.starts_with(PROTO_MAGIC) {
            let envelope = unwrap_proto(value).map_err(|err| err.to_string())?;
            let gvk = self.kind_of(&envelope.type_meta)?;
            let mut object = self.scheme.new_object(&gvk).map_err(|err| err.to_string())?;
            object.read_proto(&mut ProtoReader::new(envelope.raw)).map_err(|err| err.to_string())?;
            (object, gvk, true)
        } else {
            let type_meta = kubeforge_machinery::codec::peek_json(value).map_err(|err| err.to_string())?;
            let gvk = self.kind_of(&type_meta)?;
            let mut object = self.scheme.new_object(&gvk).map_err(|err| err.to_string())?;
            let mut reader = JsonReader::new(value);
            object.read_json(&mut reader).and_then(|()| reader.finish()).map_err(|err| err.to_string())?;
            (object, gvk, false)
        };
        let stale = found != self.storage || is_proto != (self.form == StoredForm::Protobuf);
        Ok(Decoded { object, is_proto, stale })
    }

    /// Decodes a stored value into the hub version.
    pub(crate) fn load(&self, value: &[u8], resource_version: &str) -> Result<Loaded, String> {
        let Decoded { mut object, is_proto, stale } = self.decode(value)?;
        if let Some(meta) = object.meta_mut() {
            resource_version.clone_into(&mut meta.resource_version);
        }
        let object = self.scheme.convert(object, &self.hub).map_err(|err| err.to_string())?;
        let document = if stale && self.form == StoredForm::Protobuf {
            self.document(&self.encode(object.as_ref())?, object.as_ref(), resource_version)?
        } else {
            // reading JSON may take something out or fill something in
            let value = if is_proto { value } else { &[] };
            self.document(value, object.as_ref(), resource_version)?
        };
        Ok(Loaded { object, document, stale })
    }

    fn kind_of(&self, type_meta: &kubeforge_machinery::codec::TypeMeta) -> Result<GroupVersionKind, String> {
        if type_meta.api_version.is_empty() || type_meta.kind.is_empty() {
            return Ok(self.storage.clone());
        }
        if type_meta.kind == self.storage.kind && type_meta.api_version == self.storage.api_version() {
            return Ok(self.storage.clone());
        }
        let version =
            kubeforge_machinery::GroupVersion::parse(&type_meta.api_version).map_err(|err| err.to_string())?;
        Ok(version.with_kind(type_meta.kind.clone()))
    }

    /// Decodes the object's part of a document made by [`StoredKind::document`], into the hub version.
    pub(crate) fn decode_item(&self, item: &[u8]) -> Result<Box<dyn Object>, String> {
        let mut object = self.scheme.new_object(self.documents()).map_err(|err| err.to_string())?;
        match self.form {
            StoredForm::Protobuf => object.read_proto(&mut ProtoReader::new(item)).map_err(|err| err.to_string())?,
            StoredForm::Json => {
                let mut reader = JsonReader::new(item);
                object.read_json(&mut reader).and_then(|()| reader.finish()).map_err(|err| err.to_string())?;
            }
        }
        self.scheme.convert(object, &self.hub).map_err(|err| err.to_string())
    }

    /// The media type of documents in memory.
    pub(crate) fn media(&self) -> MediaType {
        match self.form {
            StoredForm::Protobuf => MediaType::Protobuf,
            StoredForm::Json => MediaType::Json,
        }
    }
}
