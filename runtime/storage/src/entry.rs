//! One revision of an object, as bytes.

mod facts;
mod made;
mod splice;
mod stored_kind;

use std::{
    any::{Any, TypeId},
    fmt,
    sync::Arc,
};

use bytes::Bytes;
use kubeforge_machinery::{
    GroupVersionKind, Object, Scheme,
    codec::{self, JsonWriter, MediaType, ProtoReader, ProtoWriter, wrap_proto},
};
use parking_lot::Mutex;

pub(crate) use facts::Facts;
pub use facts::Labels;
use made::Made;
pub use stored_kind::StoredForm;
pub(crate) use stored_kind::StoredKind;

use crate::{
    revision::Revision,
    storage::{ObjectKey, StorageError},
};

/// One revision of an object, kept as bytes; encodings are made once and shared.
///
/// It holds the document as it is stored (JSON: as it is served) with the resource version in it, and beside it what
/// selectors ask for. Other versions and media types are decoded, converted and encoded on first demand, and then kept as well.
pub struct Entry {
    kind: Arc<StoredKind>,
    key: ObjectKey,
    revision: Revision,
    facts: Facts,
    /// The document in the version of [`StoredKind::documents`], and where the bare object is in it.
    document: Bytes,
    item: (u32, u32),
    /// The stored value is of another version or form than would be written now.
    stale: bool,
    made: Mutex<Option<Box<Made>>>,
}

/// The object, in the hub version, as it would be read back after it was stored in its protobuf form.
///
/// # Errors
/// Where it can't be encoded.
pub fn as_read_back(scheme: &Scheme, object: Box<dyn Object>) -> Result<Box<dyn Object>, String> {
    let mut w = ProtoWriter::new();
    if !object.write_proto(&mut w) || !w.has_lost_empty_list() {
        return Ok(object);
    }
    let mut read = scheme.new_object(&object.gvk()).map_err(|err| err.to_string())?;
    read.read_proto(&mut ProtoReader::new(w.as_bytes())).map_err(|err| err.to_string())?;
    Ok(read)
}

impl Entry {
    /// Makes an entry that is not stored (dry run, tests) from an object. Without a revision the object keeps the
    /// resource version that it has, and [`Entry::revision`] is [`Revision::FIRST`].
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where the object can't be encoded.
    pub fn from_object(
        scheme: &Arc<Scheme>,
        key: ObjectKey,
        revision: impl Into<Option<Revision>>,
        object: Box<dyn Object>,
    ) -> Result<Self, StorageError> {
        let corrupt = |message: String| StorageError::Corrupt { key: key.to_string(), message };
        let object = scheme.to_hub(object).map_err(|err| corrupt(err.to_string()))?;
        let hub = object.gvk();
        let form = match scheme.get(&hub) {
            Ok(entry) if entry.has_proto => StoredForm::Protobuf,
            _ => StoredForm::Json,
        };
        let kind = Arc::new(StoredKind::new(scheme.clone(), hub.clone(), hub, form));
        let revision = revision.into();
        let resource_version = match revision {
            Some(revision) => revision.to_string(),
            None => object.meta().map(|meta| meta.resource_version.clone()).unwrap_or_default(),
        };
        let encoded = kind.encode_fully(object.as_ref()).map_err(corrupt)?;
        let value = encoded.value;
        let object = match encoded.reads_back_otherwise {
            true => kind.load(&value, "").map_err(corrupt)?.object,
            false => object,
        };
        Self::assemble(kind, key, revision.unwrap_or(Revision::FIRST), &resource_version, &value, object)
    }

    /// The entry of a value that was stored for `object` at `revision`.
    pub(crate) fn written(
        kind: &Arc<StoredKind>,
        key: ObjectKey,
        revision: Revision,
        value: &[u8],
        object: Box<dyn Object>,
    ) -> Result<Self, StorageError> {
        Self::assemble(kind.clone(), key, revision, &revision.to_string(), value, object)
    }

    fn assemble(
        kind: Arc<StoredKind>,
        key: ObjectKey,
        revision: Revision,
        resource_version: &str,
        value: &[u8],
        mut object: Box<dyn Object>,
    ) -> Result<Self, StorageError> {
        if let Some(meta) = object.meta_mut() {
            resource_version.clone_into(&mut meta.resource_version);
        }
        let document = kind
            .document(value, object.as_ref(), resource_version)
            .map_err(|message| StorageError::Corrupt { key: key.to_string(), message })?;
        let facts = Facts::of(object.as_ref());
        let made = Made { object: Some(Arc::from(object)), ..Made::default() };
        Ok(Self::of_parts(kind, key, revision, facts, document, false, Some(Box::new(made))))
    }

    /// The entry of a stored value.
    pub(crate) fn load(
        kind: &Arc<StoredKind>,
        key: ObjectKey,
        revision: Revision,
        value: &[u8],
        stale: bool,
    ) -> Result<Self, StorageError> {
        let loaded = kind
            .load(value, &revision.to_string())
            .map_err(|message| StorageError::Corrupt { key: key.to_string(), message })?;
        let facts = Facts::of(loaded.object.as_ref());
        Ok(Self::of_parts(kind.clone(), key, revision, facts, loaded.document, loaded.stale || stale, None))
    }

    /// The bytes of its document.
    pub(crate) fn size(&self) -> usize {
        self.document.len()
    }

    fn of_parts(
        kind: Arc<StoredKind>,
        key: ObjectKey,
        revision: Revision,
        facts: Facts,
        document: stored_kind::Document,
        stale: bool,
        made: Option<Box<Made>>,
    ) -> Self {
        // no backend stores values of 4 GiB
        let at = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let item = (at(document.item.start), at(document.item.end));
        let document = Bytes::from(document.bytes.into_boxed_slice());
        Self { kind, key, revision, facts, document, item, stale, made: Mutex::new(made) }
    }

    /// The same object at another revision: a deletion shows the last state with the revision of the deletion.
    pub(crate) fn at_revision(&self, revision: Revision) -> Result<Self, StorageError> {
        let resource_version = revision.to_string();
        let document = match self.kind.form {
            StoredForm::Protobuf => splice::document(&self.kind.storage, self.stored_item(), &resource_version)
                .map_err(|err| self.corrupt(err)),
            StoredForm::Json if self.kind.items_say_kind => {
                splice::json_document(self.stored_item(), &resource_version).map_err(|err| self.corrupt(err))
            }
            StoredForm::Json => {
                let mut object = self.object()?;
                if let Some(meta) = object.meta_mut() {
                    meta.resource_version.clone_from(&resource_version);
                }
                self.kind.document(&[], object.as_ref(), &resource_version).map_err(|err| self.corrupt(err))
            }
        }?;
        let (kind, key, facts) = (self.kind.clone(), self.key.clone(), self.facts.clone());
        Ok(Self::of_parts(kind, key, revision, facts, document, self.stale, None))
    }

    fn corrupt(&self, why: impl fmt::Display) -> StorageError {
        StorageError::Corrupt { key: self.key.to_string(), message: why.to_string() }
    }

    /// Where the object is.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// The revision that wrote this state: its `metadata.resourceVersion`.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// What the object is, in the version held in memory.
    pub fn gvk(&self) -> &GroupVersionKind {
        &self.kind.hub
    }

    /// Its labels.
    pub fn labels(&self) -> Labels<'_> {
        self.facts.labels()
    }

    /// A selectable field; every object has `metadata.name` and `metadata.namespace`.
    pub fn field(&self, label: &str) -> Option<&str> {
        match label {
            "metadata.name" => Some(&self.key.name),
            "metadata.namespace" => Some(&self.key.namespace),
            _ => self.facts.field(label),
        }
    }

    /// Its uid.
    pub fn uid(&self) -> &str {
        self.facts.uid()
    }

    /// Whether the stored value is of another version or form than would be written now.
    pub(crate) fn is_stale(&self) -> bool {
        self.stale
    }

    /// Whether this is its document.
    pub(crate) fn has_document(&self, document: &[u8]) -> bool {
        self.document == document
    }

    /// A fresh decoded copy in the hub version, with its resource version set.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where it can't be decoded.
    pub fn object(&self) -> Result<Box<dyn Object>, StorageError> {
        let kept = self.made.lock().as_ref().and_then(|made| made.object.clone());
        match kept {
            Some(object) => Ok(object.deep_copy_object()),
            None => self.decode(),
        }
    }

    fn decode(&self) -> Result<Box<dyn Object>, StorageError> {
        self.kind.decode_item(self.stored_item()).map_err(|err| self.corrupt(err))
    }

    fn stored_item(&self) -> &[u8] {
        self.document.get(self.item.0 as usize..self.item.1 as usize).unwrap_or_default()
    }

    /// Keeps what is made of it for watchers until [`Entry::forget`] is called.
    pub(crate) fn set_recent(&self) {
        self.made.lock().get_or_insert_default().is_recent = true;
    }

    /// Whether it is among the entries that changed last, so that [`Entry::event`] keeps events.
    pub fn is_recent(&self) -> bool {
        self.made.lock().as_ref().is_some_and(|made| made.is_recent)
    }

    /// An event about it, made once for all who watch in this version and media type, while the change is recent.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn event<E>(
        &self,
        type_: &'static str,
        gvk: &GroupVersionKind,
        media: MediaType,
        make: impl FnOnce() -> Result<Bytes, E>,
    ) -> Result<Bytes, E> {
        if let Some(bytes) = self.made.lock().as_ref().and_then(|made| made.event(type_, gvk, media)) {
            return Ok(bytes);
        }
        // not under the lock: `make` asks the entry for its object
        let bytes = make()?;
        if let Some(made) = self.made.lock().as_mut() {
            made.keep_event(type_, gvk, media, &bytes);
            self.kind.set_has_made();
        }
        Ok(bytes)
    }

    /// The length of its document.
    pub fn document_bytes(&self) -> usize {
        self.document.len()
    }

    /// Drops what was made of it; it is made again where it is asked for.
    pub(crate) fn forget(&self) {
        *self.made.lock() = None;
    }

    /// Drops what was made of it unless that was asked for since the last call. Whether anything is left.
    pub(crate) fn tidy(&self) -> bool {
        let mut made = self.made.lock();
        if made.as_mut().is_some_and(|made| !made.tidy()) {
            *made = None;
        }
        made.is_some()
    }

    /// Bytes of the object inside a list, in version `gvk`, as JSON or protobuf. `None` where the kind has no protobuf
    /// form, and for YAML, whose lists are not joined from parts.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where it can't be decoded or converted.
    pub fn item(&self, gvk: &GroupVersionKind, media: MediaType) -> Result<Option<Bytes>, StorageError> {
        let is_bare = media == MediaType::Protobuf || self.kind.items_say_kind;
        if gvk == self.kind.documents() && media == self.kind.media() && is_bare {
            return Ok(Some(self.document.slice(self.item.0 as usize..self.item.1 as usize)));
        }
        // held while encoding, so that many watchers cause one encoding
        let mut made = self.made.lock();
        if let Some(item) = made.as_mut().and_then(|made| made.item(gvk, media)) {
            return Ok(Some(item));
        }
        let kept = made.as_ref().and_then(|made| made.object.clone());
        let Some(item) = self.encode_item(gvk, media, kept)? else { return Ok(None) };
        made.get_or_insert_default().items.push((gvk.clone(), media, item.clone()));
        self.kind.set_has_made();
        Ok(Some(item))
    }

    fn encode_item(
        &self,
        gvk: &GroupVersionKind,
        media: MediaType,
        kept: Option<Arc<dyn Object>>,
    ) -> Result<Option<Bytes>, StorageError> {
        if media == MediaType::Yaml {
            return Ok(None);
        }
        let owned;
        let object: &dyn Object = match &kept {
            Some(object) if *gvk == self.kind.hub => object.as_ref(),
            _ => {
                owned = self.converted(gvk)?;
                owned.as_ref()
            }
        };
        let guess = self.document.len() * 2;
        let bytes = match media {
            MediaType::Json => {
                let mut w = JsonWriter::with_capacity(guess);
                object.write_json_item(&mut w);
                Some(w.into_bytes())
            }
            MediaType::Protobuf => {
                let mut w = ProtoWriter::with_capacity(guess);
                object.write_proto(&mut w).then(|| w.into_bytes())
            }
            MediaType::Yaml => None,
        };
        Ok(bytes.map(|bytes| Bytes::from(bytes.into_boxed_slice())))
    }

    /// The object decoded and in version `gvk`. Takes no lock.
    fn converted(&self, gvk: &GroupVersionKind) -> Result<Box<dyn Object>, StorageError> {
        self.kind.scheme.convert(self.decode()?, gvk).map_err(|err| self.corrupt(err))
    }

    /// The whole document: envelope and object. JSON ends with a line feed. `None` where the kind has no protobuf form.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where it can't be decoded or converted.
    pub fn document(&self, gvk: &GroupVersionKind, media: MediaType) -> Result<Option<Bytes>, StorageError> {
        if gvk == self.kind.documents() && media == self.kind.media() {
            return Ok(Some(self.document.clone()));
        }
        match media {
            MediaType::Json => {
                let mut out = Vec::new();
                self.write_json(gvk, &mut out)?;
                out.push(b'\n');
                Ok(Some(out.into()))
            }
            MediaType::Protobuf => {
                let item = self.item(gvk, media)?;
                Ok(item.map(|item| wrap_proto(gvk, item.len(), |w| w.bytes(&item)).into()))
            }
            MediaType::Yaml => Ok(codec::encode(self.converted(gvk)?.as_ref(), media).map(Bytes::from)),
        }
    }

    /// The whole object as JSON without a line feed, for the body of a watch event.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where it can't be decoded or converted.
    pub fn json_object(&self, gvk: &GroupVersionKind) -> Result<Bytes, StorageError> {
        let mut out = Vec::new();
        self.write_json(gvk, &mut out)?;
        Ok(out.into())
    }

    /// Appends the whole object as JSON: what [`Entry::json_object`] returns, without a copy in between.
    ///
    /// # Errors
    /// [`StorageError::Corrupt`] where it can't be decoded or converted.
    pub fn write_json(&self, gvk: &GroupVersionKind, out: &mut Vec<u8>) -> Result<(), StorageError> {
        let item = self.item(gvk, MediaType::Json)?.unwrap_or_default();
        let fields = item.strip_prefix(b"{").unwrap_or(&item);
        out.reserve(item.len() + 96);
        if self.kind.items_say_kind {
            out.extend_from_slice(&item);
            return Ok(());
        }
        out.extend_from_slice(b"{\"kind\":\"");
        out.extend_from_slice(gvk.kind.as_bytes());
        out.extend_from_slice(b"\",\"apiVersion\":\"");
        if !gvk.group.is_empty() {
            out.extend_from_slice(gvk.group.as_bytes());
            out.push(b'/');
        }
        out.extend_from_slice(gvk.version.as_bytes());
        out.push(b'"');
        if fields != b"}" {
            out.push(b',');
        }
        out.extend_from_slice(fields);
        Ok(())
    }

    /// Something computed from the entry and then kept with it, one for each type `T`: cells of a table, for example.
    pub fn cached<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(found) = self.made.lock().as_mut().and_then(|made| made.other()) {
            return found;
        }
        // not under the lock: `make` may ask the entry for its object
        let value = Arc::new(make());
        let mut made = self.made.lock();
        if let Some(found) = made.as_mut().and_then(|made| made.other()) {
            return found;
        }
        made.get_or_insert_default().others.push((TypeId::of::<T>(), value.clone()));
        self.kind.set_has_made();
        value
    }

    /// Bytes that the entry takes in memory, encodings included; what [`Entry::cached`] keeps is not counted.
    pub fn memory(&self) -> usize {
        let made = self.made.lock().as_ref().map_or(0, |made| made.memory());
        size_of::<Self>()
            + self.key.name.len()
            + self.key.namespace.len()
            + self.facts.heap_bytes()
            + self.document.len()
            + made
    }
}

impl fmt::Debug for Entry {
    /// Names the object; its content may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("kind", &self.kind.hub.kind)
            .field("key", &self.key)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}
