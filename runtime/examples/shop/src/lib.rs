//! An API group of one's own: `shop.example.com/v1`.
//!
//! - [`v1`]: the types. `gen.toml` lists the package; what the generator makes of it is in `v1/generated`.
//! - [`clients`], [`informers`], [`listers`], [`apply_configurations`]: typed access, all of it generated.
//! - [`serve`]: an API server for the group.
//!
//! `tests/serve.rs` uses all of it.

mod serve;
pub mod v1;

#[rustfmt::skip]
#[path = "clients"]
mod generated {
    pub mod apply_configurations;
    pub mod clients;
    pub mod informers;
    pub mod listers;
}

pub use generated::{apply_configurations, clients, informers, listers};
pub use serve::serve;
