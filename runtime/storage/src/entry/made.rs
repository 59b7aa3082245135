//! What was made of an entry since it was stored.

use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use bytes::Bytes;
use kubeforge_machinery::{GroupVersionKind, Object, codec::MediaType};

/// What was made of an entry since it was stored, so that it is made once.
#[derive(Default)]
pub(super) struct Made {
    /// Asked for since it was last tidied.
    pub(super) is_used: bool,
    /// The entry is among those that changed last, so that many watchers are about to see it.
    pub(super) is_recent: bool,
    /// The object, while it is likely to be asked for again.
    pub(super) object: Option<Arc<dyn Object>>,
    /// List items in other versions and media types than the document's.
    pub(super) items: Vec<(GroupVersionKind, MediaType, Bytes)>,
    /// Events about it, by their type.
    pub(super) events: Vec<(&'static str, GroupVersionKind, MediaType, Bytes)>,
    pub(super) others: Vec<(TypeId, Arc<dyn Any + Send + Sync>)>,
}

impl Made {
    /// A list item.
    pub(super) fn item(&mut self, gvk: &GroupVersionKind, media: MediaType) -> Option<Bytes> {
        self.is_used = true;
        self.items.iter().find(|(of, in_, _)| *in_ == media && of == gvk).map(|(_, _, item)| item.clone())
    }

    /// An event.
    pub(super) fn event(&self, type_: &str, gvk: &GroupVersionKind, media: MediaType) -> Option<Bytes> {
        let mut events = self.events.iter();
        let found = events.find(|(of, version, in_, _)| *in_ == media && *of == type_ && version == gvk);
        found.map(|(.., bytes)| bytes.clone())
    }

    /// Keeps an event while the entry is recent.
    pub(super) fn keep_event(&mut self, type_: &'static str, gvk: &GroupVersionKind, media: MediaType, bytes: &Bytes) {
        if self.is_recent && self.event(type_, gvk, media).is_none() {
            self.events.push((type_, gvk.clone(), media, bytes.clone()));
        }
    }

    /// Something of this type.
    pub(super) fn other<T: Any + Send + Sync>(&mut self) -> Option<Arc<T>> {
        self.is_used = true;
        let (_, found) = self.others.iter().find(|(id, _)| *id == TypeId::of::<T>())?;
        found.clone().downcast().ok()
    }

    /// Drops what is soon out of use. Whether the rest was asked for since the last call.
    pub(super) fn tidy(&mut self) -> bool {
        self.object = None;
        self.events = Vec::new();
        std::mem::take(&mut self.is_used)
    }

    /// Bytes that it takes in memory; objects and others are not counted.
    pub(super) fn memory(&self) -> usize {
        size_of::<Self>()
            + self.items.iter().map(|item| size_of_val(item) + item.2.len()).sum::<usize>()
            + self.events.iter().map(|event| size_of_val(event) + event.3.len()).sum::<usize>()
            + self.others.len() * size_of::<(TypeId, Arc<dyn Any>)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POD: GroupVersionKind = GroupVersionKind::new("", "v1", "Pod");

    #[test]
    fn events_are_kept_while_the_change_is_recent() {
        let bytes = Bytes::from_static(b"event");
        let mut made = Made::default();
        made.keep_event("ADDED", &POD, MediaType::Json, &bytes);
        assert_eq!(made.event("ADDED", &POD, MediaType::Json), None);
        made.is_recent = true;
        made.keep_event("ADDED", &POD, MediaType::Json, &bytes);
        assert_eq!(made.event("ADDED", &POD, MediaType::Json), Some(bytes));
        assert_eq!(made.event("MODIFIED", &POD, MediaType::Json), None);
        assert_eq!(made.event("ADDED", &POD, MediaType::Protobuf), None);
        assert!(!made.tidy() && made.event("ADDED", &POD, MediaType::Json).is_none());
        assert!(made.item(&POD, MediaType::Json).is_none() && made.tidy());
    }
}
