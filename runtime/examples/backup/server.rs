//! The server that an operator runs against: the one in `KUBECONFIG`, else one of its own in this process.

#![allow(dead_code, reason = "tests have a server of their own always")]

use std::{env, ffi::OsString, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use kubeforge_controlplane::{ControlPlane, options::ApiServerArgs};
use tempfile::TempDir;

use crate::backup::Backup;

/// A server, reached through a kubeconfig.
pub(crate) enum Server {
    /// Somebody else's.
    There { kubeconfig: PathBuf },
    /// In this process, listening on some free port; gone with all that it holds when it is shut down.
    Own { plane: Box<ControlPlane>, directory: TempDir },
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    api_server: ApiServerArgs,
}

impl Server {
    /// The server of the first file in `KUBECONFIG`, if that is set; else a new one.
    pub(crate) async fn find_or_start() -> anyhow::Result<Self> {
        match env::var_os("KUBECONFIG").and_then(|paths| env::split_paths(&paths).next()) {
            Some(kubeconfig) => Ok(Self::There { kubeconfig }),
            None => Self::start().await,
        }
    }

    /// A new server that serves backups beside Kubernetes' own groups.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let directory = tempfile::tempdir().context("no directory for the server's data")?;
        let flags = ["operator", "--secure-port=0", "--data-dir"].map(OsString::from);
        let flags = Flags::try_parse_from(flags.into_iter().chain([directory.path().into()]))?;
        let plane = ControlPlane::start_with(&flags.api_server, &[Backup::register], &|_| ()).await?;
        Ok(Self::Own { plane: Box::new(plane), directory })
    }

    /// Where its kubeconfig is.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        match self {
            Self::There { kubeconfig } => kubeconfig.clone(),
            Self::Own { plane, directory } => {
                plane.kubeconfig().map_or_else(|| directory.path().join("admin.kubeconfig"), Into::into)
            }
        }
    }

    /// Whether it came with the operator, and has nothing in it.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own { .. })
    }

    /// Stops it, if it is our own.
    pub(crate) async fn shut_down(self) {
        if let Self::Own { plane, directory } = self {
            plane.shut_down().await;
            drop(directory);
        }
    }
}
