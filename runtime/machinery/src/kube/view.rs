//! k8s-openapi's form of metadata, made when it is asked for.

use std::{fmt, sync::OnceLock};

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as theirs;

use super::convert::{self, Change};
use crate::{deepcopy::DeepCopy, meta::v1::ObjectMeta};

/// How kube-rs sees metadata: as k8s-openapi's `ObjectMeta`. Part of our [`ObjectMeta`]; a copy begins with none but
/// keeps the changes.
#[derive(Default)]
pub struct View {
    /// The states that were looked at, the earliest first. References to them live as long as borrows of the metadata,
    /// so while it is borrowed they can only become more.
    seen: OnceLock<Box<Seen>>,
    /// What was borrowed for changes since the metadata was last settled.
    lent: Option<Box<Lent>>,
}

/// A state, in both forms.
struct Seen {
    ours: ObjectMeta,
    theirs: theirs::ObjectMeta,
    next: OnceLock<Box<Seen>>,
}

/// Metadata that was lent out for changes.
#[derive(Clone)]
struct Lent {
    /// What it was, in both forms.
    ours: ObjectMeta,
    before: theirs::ObjectMeta,
    /// What has become of it.
    now: theirs::ObjectMeta,
}

impl View {
    /// The metadata with what was changed through the view; `None` where nothing was.
    pub(crate) fn settled(&self, meta: &ObjectMeta) -> Option<ObjectMeta> {
        let Lent { before, now, .. } = &**self.lent.as_ref()?;
        let mut settled = ObjectMeta { kube: Self::default(), ..meta.clone() };
        Change { before, now }.apply(&mut settled);
        Some(settled)
    }

    fn of<'a>(&'a self, meta: &'a ObjectMeta) -> &'a theirs::ObjectMeta {
        match &self.lent {
            None => self.see(meta),
            Some(lent) if same_fields(&lent.ours, meta) => &lent.now,
            // changed on both sides
            Some(_) => self.see(&self.settled(meta).unwrap_or_default()),
        }
    }

    fn see(&self, meta: &ObjectMeta) -> &theirs::ObjectMeta {
        let mut place = &self.seen;
        loop {
            let seen = place.get_or_init(|| Box::new(Seen::of(meta)));
            if same_fields(&seen.ours, meta) {
                return &seen.theirs;
            }
            place = &seen.next;
        }
    }
}

impl Seen {
    fn of(meta: &ObjectMeta) -> Self {
        Self { ours: meta.clone(), theirs: convert::to_theirs(meta), next: OnceLock::new() }
    }
}

impl ObjectMeta {
    /// The metadata in k8s-openapi's form: what `meta()` of kube-rs' `Resource` returns.
    pub fn as_kube(&self) -> &theirs::ObjectMeta {
        self.kube.of(self)
    }

    /// The metadata in k8s-openapi's form, to be changed: what `meta_mut()` of kube-rs' `Resource` returns. The module
    /// [`kube`](crate::kube) says when changes are seen.
    pub fn as_kube_mut(&mut self) -> &mut theirs::ObjectMeta {
        self.settle();
        let before = convert::to_theirs(self);
        let lent = Lent { ours: self.clone(), now: before.clone(), before };
        &mut self.kube.lent.insert(Box::new(lent)).now
    }

    /// Brings what was changed through `meta_mut()` of kube-rs over into the fields.
    pub fn settle(&mut self) {
        let lent = self.kube.lent.take();
        self.kube = View::default();
        if let Some(lent) = lent {
            Change { before: &lent.before, now: &lent.now }.apply(self);
        }
    }
}

/// By what is written of both: changes through the view count.
impl PartialEq for ObjectMeta {
    fn eq(&self, other: &Self) -> bool {
        let (one, another) = (self.kube.settled(self), other.kube.settled(other));
        same_fields(one.as_ref().unwrap_or(self), another.as_ref().unwrap_or(other))
    }
}

/// Whether the fields are the same, whatever the views hold.
fn same_fields(one: &ObjectMeta, other: &ObjectMeta) -> bool {
    let ObjectMeta {
        name,
        generate_name,
        namespace,
        self_link,
        uid,
        resource_version,
        generation,
        creation_timestamp,
        deletion_timestamp,
        deletion_grace_period_seconds,
        labels,
        annotations,
        owner_references,
        finalizers,
        managed_fields,
        kube: _,
    } = one;
    // what differs most often comes first
    *resource_version == other.resource_version
        && *name == other.name
        && *namespace == other.namespace
        && *uid == other.uid
        && *generation == other.generation
        && *labels == other.labels
        && *annotations == other.annotations
        && *finalizers == other.finalizers
        && *owner_references == other.owner_references
        && *creation_timestamp == other.creation_timestamp
        && *deletion_timestamp == other.deletion_timestamp
        && *deletion_grace_period_seconds == other.deletion_grace_period_seconds
        && *generate_name == other.generate_name
        && *self_link == other.self_link
        && *managed_fields == other.managed_fields
}

impl Clone for View {
    fn clone(&self) -> Self {
        Self { seen: OnceLock::new(), lent: self.lent.clone() }
    }
}

impl DeepCopy for View {
    fn deep_copy_into(&self, target: &mut Self) {
        *target = self.clone();
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changed = self.lent.as_ref().filter(|lent| lent.before != lent.now);
        f.debug_struct("View").field("changed", &changed.map(|lent| &lent.now)).finish_non_exhaustive()
    }
}

impl Drop for View {
    /// One state after the other: a long chain must not become a deep recursion.
    fn drop(&mut self) {
        let mut next = self.seen.take();
        while let Some(seen) = next {
            next = seen.next.into_inner();
        }
    }
}
