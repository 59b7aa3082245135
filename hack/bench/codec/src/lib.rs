//! What `benches/codec.rs` measures: every kind that k8s-openapi has too, in JSON beside k8s-openapi with serde_json, and in
//! protobuf beside messages that prost derives from our own `.proto` files. `hack/bench/run codec` prints the ratios.
//!
//! Each contestant is given the same bytes and makes a typed value of them, or bytes of such a value; JSON is a whole document
//! with `kind` and `apiVersion`, protobuf the bare message. A value's end is measured with its making, as whoever decodes an
//! object will drop it too.
//!
//! The common kinds have objects as clusters hold them, in `objects`. The others have arbitrary ones, from fixed seeds.

mod contestant;
mod kinds;
mod objects;

pub use contestant::Contestant;
pub use kinds::{Case, cases};

/// What prost makes of our protobuf definitions.
#[allow(missing_docs, clippy::all, reason = "generated, and only measured")]
pub mod messages {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

#[cfg(test)]
mod tests;
