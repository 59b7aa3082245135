//! Gadgets: a file with habits of its own.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::Port;

/// A gadget, in the words of its owner.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, short = ["gd"])]
#[api(subresource(status))]
pub struct Gadget {
    #[api(tag = 1)] // one line, which rustfmt leaves alone
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: GadgetSpec,
    #[api(tag = 3)]
    pub status: GadgetStatus,
}

/// Gadgets.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Gadget")]
pub struct GadgetList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Gadget>,
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[rustfmt::skip]
pub struct GadgetSpec {
    /// Documented by hand: the document says something else.
    #[api(tag = 1, required)]   pub color: String,   // the owner's comment
    /// How it goes.
    #[api(tag = 2)]             pub mode: Mode,
    /// Where to plug in.
    pub ports: Vec<Port>,
    /// How it is drawn.
    #[api(tag = 10)]            pub style: Option<Box<Drawing>>,
    /// A field that only the owner has.
    #[api(tag = 9)]             pub secret: String
}

/// How something is drawn; the document has no name for it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Drawing {
    /// Its letters, which the owner keeps as a text.
    pub font: String,
}

/// How it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum Mode {
    /// At once.
    Fast,
    /// Anything else.
    Other(String),
}

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetStatus {}

impl Gadget {
    /// Whether it is wanted in red.
    pub fn is_red(&self) -> bool {
        self.spec.color == "red"
    }
}
