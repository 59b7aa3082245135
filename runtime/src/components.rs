//! The parts of a control plane, each alone.

use anyhow::Context as _;
use kubeforge_controlplane::{ControlPlane, Register, options::ApiServerArgs};
use kubeforge_scheduler::{KubeSchedulerArgs, framework::Registry};
use tokio_util::sync::CancellationToken;

use crate::signals;

/// Runs the API server until a signal comes.
pub(crate) async fn api_server(args: &ApiServerArgs, kinds: &[Register]) -> anyhow::Result<()> {
    let plane = ControlPlane::start_with(args, kinds, &|step| tracing::info!("{step}")).await?;
    if let Some(address) = plane.address() {
        eprintln!("kube-apiserver: serving on https://{address}");
    }
    signals::wait().await?;
    signals::unless_again(plane.shut_down()).await
}

/// Runs the scheduler until a signal comes or it fails; answers the question that it is asked, if it is. Profiles may name
/// the plugins of the registry.
pub(crate) async fn scheduler(args: KubeSchedulerArgs, registry: Registry) -> anyhow::Result<()> {
    let cancel = CancellationToken::new();
    if args.question.is_some() || args.write_config_to.is_some() {
        return Ok(kubeforge_scheduler::run_command(args, registry, cancel).await?);
    }
    let running = kubeforge_scheduler::run_command(args, registry, cancel.clone());
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => return ended.context("the scheduler stopped"),
        signal = signals::wait() => signal?,
    }
    cancel.cancel();
    running.await.context("the scheduler did not stop cleanly")
}
