//! Kubeforge's runtime in one crate: re-exports of its parts, for programs that embed a control plane.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use kubeforge_runtime::{api::core::v1::ConfigMap, client::Api, testing::ControlPlane};
//!
//! let plane = ControlPlane::start().await?;
//! let config_maps = Api::<ConfigMap>::namespaced(plane.client(), "default");
//! # let _ = config_maps;
//! # Ok(())
//! # }
//! ```
//!
//! [`testing`] tells more of control planes inside tests.

mod cli;
mod codec;
pub mod command;
mod components;
mod ephemeral;
mod logging;
mod parts;
mod signals;
mod store;
pub mod testing;
mod up;

pub use kubeforge_api as api;
pub use kubeforge_apiserver as apiserver;
pub use kubeforge_client as client;
pub use kubeforge_client_set as client_set;
pub use kubeforge_controllers as controllers;
pub use kubeforge_controlplane as controlplane;
pub use kubeforge_machinery as machinery;
pub use kubeforge_scheduler as scheduler;
pub use kubeforge_storage as storage;
