//! A control plane for one test run: nothing on disk but a temporary directory with its certificates, and no longer there
//! than who started it.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::process::parent_id,
    time::Duration,
};

use anyhow::Context as _;
use kubeforge_controlplane::{
    ControlPlane,
    options::{ApiServerArgs, StorageBackend},
};
use kubeforge_machinery::{codec::Strictness, yaml};
use tempfile::TempDir;

/// How often it is looked whether the parent still lives.
const PARENT_POLL: Duration = Duration::from_millis(200);

/// What goes with the process, and whom it goes with.
pub(crate) struct Ephemeral {
    _directory: TempDir,
    parent: u32,
}

impl Ephemeral {
    /// Points the flags at a directory of its own and at a store in memory. To be called first: a parent that ends while the
    /// plane starts, or once it has read the ready line, must be known by then.
    pub(crate) fn prepare(args: &mut ApiServerArgs) -> anyhow::Result<Self> {
        let parent = parent_id();
        let directory =
            tempfile::Builder::new().prefix("kubeforge-").tempdir().context("cannot make a temporary directory")?;
        directory.path().clone_into(&mut args.data_dir);
        args.storage.storage_backend = StorageBackend::Memory;
        Ok(Self { _directory: directory, parent })
    }

    /// Waits until the process has another parent than it had at first: its own is gone.
    pub(crate) async fn parent_gone(&self) {
        while parent_id() == self.parent {
            tokio::time::sleep(PARENT_POLL).await;
        }
        eprintln!("the parent is gone");
    }
}

/// One line on standard output: where the server is.
pub(crate) fn print_address(plane: &ControlPlane) -> anyhow::Result<()> {
    let address = plane.address().context("the server listens nowhere")?;
    print(&format!("ready: https://{address}"))
}

/// One line on standard output: the administrator's kubeconfig, as JSON.
pub(crate) fn print_kubeconfig(plane: &ControlPlane) -> anyhow::Result<()> {
    let path = plane.kubeconfig().context("the server listens nowhere")?;
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let json = yaml::to_json(&text, Strictness::Lenient).context("the kubeconfig is no YAML")?.json;
    print(&String::from_utf8_lossy(&json))
}

fn print(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("cannot write to standard output")
}
