//! The control plane that runs.

use std::path::Path;

use kubeforge_client::{Client, transport::InProcess};
use kubeforge_controlplane::ControlPlane as Plane;
use kubeforge_machinery::user::{InProcessUser, well_known::GROUP_MASTERS};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{Builder, Service, StartError};
use crate::parts::{self, Parts};

/// The user of clients that don't say who they are.
const ADMINISTRATOR: &str = "kubernetes-admin";

/// A control plane of a test. It stops with [`ControlPlane::stop`], or in the background when it is dropped.
#[derive(Debug)]
pub struct ControlPlane {
    /// `None` once it stops.
    running: Option<Running>,
    service: kubeforge_apiserver::service::InProcessService,
}

#[derive(Debug)]
struct Running {
    plane: Plane,
    cancel: CancellationToken,
    parts: Parts,
    directory: Option<TempDir>,
}

impl ControlPlane {
    /// One in memory that listens nowhere.
    ///
    /// # Errors
    /// Where the objects that must exist can't be made.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// One that is to have more.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn new(plane: Plane, cancel: CancellationToken, parts: Parts, directory: Option<TempDir>) -> Self {
        let service = plane.server().service();
        Self { running: Some(Running { plane, cancel, parts, directory }), service }
    }

    /// A client of an administrator, in this process.
    pub fn client(&self) -> Client {
        self.client_as(ADMINISTRATOR, &[GROUP_MASTERS])
    }

    /// A client of somebody else, in this process.
    pub fn client_as(&self, user: &str, groups: &[&str]) -> Client {
        Client::builder(InProcess::new(self.service.clone(), user_of(user, groups))).build()
    }

    /// The server as a tower service that an administrator calls, for HTTP clients that take one: kube-rs' is
    /// `kube::Client::new(plane.service(), "default")`.
    pub fn service(&self) -> Service {
        self.service_as(ADMINISTRATOR, &[GROUP_MASTERS])
    }

    /// The server as a tower service that somebody else calls.
    pub fn service_as(&self, user: &str, groups: &[&str]) -> Service {
        Service::new(self.service.clone(), user_of(user, groups))
    }

    /// The administrator's kubeconfig; `None` unless it listens.
    pub fn kubeconfig(&self) -> Option<&Path> {
        self.running.as_ref()?.plane.kubeconfig()
    }

    /// Where it is, as `https://127.0.0.1:40001`; `None` unless it listens.
    pub fn url(&self) -> Option<String> {
        let address = self.running.as_ref()?.plane.address()?;
        Some(format!("https://{address}"))
    }

    /// Stops it and waits until nothing of it is left.
    pub async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        let Some(running) = self.running.take() else { return };
        running.plane.server().shut_down();
        running.cancel.cancel();
        // without a runtime its tasks are gone already, and what it owns goes now
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn(running.stop()));
        }
    }
}

impl Running {
    async fn stop(self) {
        parts::stop(&self.cancel, self.parts).await;
        self.plane.shut_down().await;
        drop(self.directory);
    }
}

fn user_of(name: &str, groups: &[&str]) -> InProcessUser {
    InProcessUser { name: name.to_owned(), groups: groups.iter().map(|group| (*group).to_owned()).collect() }
}
