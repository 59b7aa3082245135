//! `kubeforge up`: a whole control plane in one process.

use std::{future, time::Instant};

use anyhow::bail;
use kubeforge_controlplane::{ControlPlane, Register, options::AuthorizationMode};
use tokio_util::sync::CancellationToken;

use crate::{
    cli::{Component, UpArgs},
    ephemeral::{self, Ephemeral},
    parts::{self, Parts},
    signals,
};

/// Starts what the flags say, runs until a signal comes, and stops it.
pub(crate) async fn run(mut args: UpArgs, kinds: &[Register]) -> anyhow::Result<()> {
    let ephemeral = args.ephemeral.then(|| Ephemeral::prepare(&mut args.api_server)).transpose()?;
    if !args.components.contains(&Component::Apiserver) {
        bail!("--components: apiserver must be among them; use `kubeforge kube-scheduler` for a scheduler alone");
    }
    if args.api_server.authorization_mode.is_empty() {
        // what clusters have; the kubeconfig that is written is an administrator's, who may do everything
        args.api_server.authorization_mode = vec![AuthorizationMode::Node, AuthorizationMode::Rbac];
        let (plugins, restriction) = (&mut args.api_server.enable_admission_plugins, "NodeRestriction");
        let is_refused = args.api_server.disable_admission_plugins.iter().any(|name| name == restriction);
        if !is_refused && !plugins.iter().any(|name| name == restriction) {
            plugins.push(restriction.to_owned());
        }
    }
    let began = Instant::now();
    let plane = ControlPlane::start_with(&args.api_server, kinds, &|step| progress(began, step)).await?;
    let cancel = CancellationToken::new();
    let mut parts = Parts::new();
    parts::start_controllers(&plane, &cancel, &mut parts);
    if args.components.contains(&Component::HollowNodes) && args.hollow_nodes > 0 {
        progress(began, &format!("registering {} hollow nodes", args.hollow_nodes));
        parts::start_hollow_nodes(&plane, args.hollow_nodes, &cancel, &mut parts);
    }
    if args.components.contains(&Component::Scheduler) {
        progress(began, "starting the scheduler");
        parts::start_scheduler(&plane, &cancel, &mut parts);
    }
    match (&ephemeral, args.print_kubeconfig) {
        (_, true) => ephemeral::print_kubeconfig(&plane)?,
        (Some(_), false) => ephemeral::print_address(&plane)?,
        (None, false) => announce(&plane, began),
    }
    let failed = tokio::select! {
        () = outlived(ephemeral.as_ref()) => None,
        signal = signals::wait() => signal.err(),
        ended = parts.join_next(), if !parts.is_empty() => Some(stopped_early(ended)),
    };
    eprintln!("stopping");
    parts::stop(&cancel, parts).await;
    let stopped = signals::unless_again(plane.shut_down()).await;
    match failed {
        Some(err) => Err(err),
        None => stopped,
    }
}

/// Ends when an ephemeral plane's parent has; never for another plane.
async fn outlived(ephemeral: Option<&Ephemeral>) {
    match ephemeral {
        Some(ephemeral) => ephemeral.parent_gone().await,
        None => future::pending().await,
    }
}

fn stopped_early(ended: Option<Result<(&'static str, anyhow::Result<()>), tokio::task::JoinError>>) -> anyhow::Error {
    match ended {
        Some(Ok((part, Err(err)))) => err.context(format!("{part} failed")),
        Some(Ok((part, Ok(())))) => anyhow::anyhow!("{part} ended by itself"),
        Some(Err(err)) => anyhow::Error::new(err).context("a part of the control plane crashed"),
        None => anyhow::anyhow!("nothing runs"),
    }
}

fn progress(began: Instant, step: &str) {
    eprintln!("[{:>4} ms] {step}", began.elapsed().as_millis());
}

fn announce(plane: &ControlPlane, began: Instant) {
    let (Some(address), Some(kubeconfig)) = (plane.address(), plane.kubeconfig()) else { return };
    let kubeconfig = std::path::absolute(kubeconfig).unwrap_or_else(|_| kubeconfig.to_owned());
    eprintln!(
        "[{:>4} ms] ready: https://{address}

    export KUBECONFIG={}
    kubectl get nodes                                   # then, for example:
    kubectl create deployment web --image=nginx --dry-run=client -o yaml
    kubectl run hello --image=nginx && kubectl get pod hello -w

Stop with Ctrl-C.",
        began.elapsed().as_millis(),
        kubeconfig.display()
    );
}
