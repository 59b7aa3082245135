//! What a control plane for tests is to be like.

use std::{path::Path, sync::Arc, time::Duration};

use clap::Parser as _;
use kubeforge_api::core::v1::ServiceAccount;
use kubeforge_client::{Api, Client};
use kubeforge_controlplane::{
    ControlPlane as Plane, InProcessOptions, Register, RuntimeConfig,
    options::{ApiServerArgs, AuthorizationMode, StorageBackend},
};
use kubeforge_storage::{
    embedded::{EmbeddedKv, EmbeddedOptions},
    kv::Kv,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{ControlPlane, StartError};
use crate::parts::{self, Parts};

/// The controllers take a few milliseconds; a machine that needs longer than this has other troubles.
const CONTROLLERS_PATIENCE: Duration = Duration::from_secs(30);

/// Makes a [`ControlPlane`].
#[derive(Clone, Debug, Default)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    kinds: Vec<Register>,
    versions: RuntimeConfig,
    authorization: Vec<AuthorizationMode>,
    listens: bool,
    on_disk: bool,
    alone: bool,
    hollow_nodes: usize,
}

impl Builder {
    /// Serves these kinds beside the built-in ones: a generated package's `register`, or that of a type with the derive.
    pub fn kinds(mut self, kinds: &[Register]) -> Self {
        self.kinds.extend_from_slice(kinds);
        self
    }

    /// Switches API versions on or off, as kube-apiserver's `--runtime-config` does.
    pub fn versions(mut self, versions: RuntimeConfig) -> Self {
        self.versions = versions;
        self
    }

    /// Users may do what roles allow, as in most clusters; without this everybody may do everything.
    pub fn rbac(mut self) -> Self {
        self.authorization = vec![AuthorizationMode::Node, AuthorizationMode::Rbac];
        self
    }

    /// Listens on some free port of this machine, with TLS, and writes a kubeconfig.
    pub fn listen(mut self) -> Self {
        self.listens = true;
        self
    }

    /// Keeps the data in a temporary folder instead of in memory.
    pub fn on_disk(mut self) -> Self {
        self.on_disk = true;
        self
    }

    /// Runs no controllers: deleted namespaces stay, and pods need a service account that the test makes.
    pub fn api_server_alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// Runs the scheduler and so many nodes, which take pods through their lives without running them.
    pub fn hollow_nodes(mut self, count: usize) -> Self {
        self.hollow_nodes = count;
        self
    }

    /// Starts it. All is ready when this returns.
    ///
    /// # Errors
    /// Where there is no place for its files or no port.
    pub async fn start(self) -> Result<ControlPlane, StartError> {
        let needs_directory = self.listens || self.on_disk;
        let directory = needs_directory.then(temporary).transpose().map_err(StartError::Directory)?;
        let plane = match &directory {
            Some(directory) if self.listens => {
                Plane::start_with(&self.flags(directory.path()), &self.kinds, &|_| ()).await?
            }
            _ => {
                let options = InProcessOptions {
                    kinds: &self.kinds,
                    versions: self.versions.clone(),
                    authorization_modes: &self.authorization,
                };
                Plane::in_process(store(directory.as_ref())?, options).await?
            }
        };
        self.finish(plane, directory).await
    }

    async fn finish(self, plane: Plane, directory: Option<TempDir>) -> Result<ControlPlane, StartError> {
        let (cancel, mut parts) = (CancellationToken::new(), Parts::new());
        if !self.alone {
            parts::start_controllers(&plane, &cancel, &mut parts);
        }
        if self.hollow_nodes > 0 {
            parts::start_hollow_nodes(&plane, self.hollow_nodes, &cancel, &mut parts);
            parts::start_scheduler(&plane, &cancel, &mut parts);
        }
        let started = ControlPlane::new(plane, cancel, parts, directory);
        if !self.alone {
            wait_for_controllers(started.client()).await?;
        }
        Ok(started)
    }

    fn flags(&self, directory: &Path) -> ApiServerArgs {
        #[derive(clap::Parser)]
        struct Flags {
            #[command(flatten)]
            api_server: ApiServerArgs,
        }

        let mut args = Flags::parse_from(["testing"]).api_server;
        directory.clone_into(&mut args.data_dir);
        args.secure_port = 0;
        args.storage_backend = if self.on_disk { StorageBackend::Embedded } else { StorageBackend::Memory };
        args.authorization_mode.clone_from(&self.authorization);
        args.runtime_config = self.versions.clone();
        args.allow_privileged = true;
        args
    }
}

fn store(directory: Option<&TempDir>) -> Result<Arc<dyn Kv>, StartError> {
    Ok(match directory {
        Some(directory) => Arc::new(EmbeddedKv::open(directory.path(), EmbeddedOptions::default())?),
        None => Arc::new(EmbeddedKv::in_memory()),
    })
}

fn temporary() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("kubeforge-").tempdir()
}

/// Waits for the account that pods run as unless they say otherwise.
async fn wait_for_controllers(client: Client) -> Result<(), StartError> {
    let accounts = Api::<ServiceAccount>::namespaced(client, "default");
    let found = async {
        while !matches!(accounts.get_opt("default").await, Ok(Some(_))) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(CONTROLLERS_PATIENCE, found).await.map_err(|_| StartError::Controllers(CONTROLLERS_PATIENCE))
}
