//! Kubeforge's runtime in one crate: re-exports of its parts, for programs that embed a control plane.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use kubeforge_runtime::{api::core::v1::ConfigMap, client::Api, controlplane::ControlPlane};
//!
//! let plane = ControlPlane::in_memory().await?;
//! let client = plane.client("me", "system:masters", "my-test");
//! let config_maps = Api::<ConfigMap>::namespaced(client, "default");
//! # let _ = config_maps;
//! # Ok(())
//! # }
//! ```

mod cli;
mod codec;
pub mod command;
mod components;
mod ephemeral;
mod logging;
mod signals;
mod store;
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
