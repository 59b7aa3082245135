//! The view of programs without kube-rs.

use crate::{deepcopy::DeepCopy, meta::v1::ObjectMeta};

/// How kube-rs sees metadata: without the cargo feature `kube`, not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View;

impl View {
    /// The metadata with what was changed through the view; `None` where nothing was.
    pub(crate) const fn settled(self, _meta: &ObjectMeta) -> Option<ObjectMeta> {
        None
    }
}

impl DeepCopy for View {
    fn deep_copy_into(&self, target: &mut Self) {
        *target = *self;
    }
}
