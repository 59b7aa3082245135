//! Binding a pod: the word to the API server where it may take a while, Permit's wait, PreBind, Bind.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream::FuturesUnordered};
use kubeforge_client::Patch;
use kubeforge_client_set::Clientset;
use kubeforge_machinery::meta::v1::PatchOptions;
use serde_json::json;
use tracing::{info, warn};

use crate::{
    core::{Binding, unreserve_follow_ups},
    framework::{BindContext, Code, Interruption, Status, WaitingPermit},
    metrics::{Point, SchedulerMetrics},
};

/// No plugin may let a pod wait for longer (kube-scheduler's maxTimeout).
const PERMIT_MAX: Duration = Duration::from_secs(15 * 60);

/// Binds a pod, once those that Permit lets it wait for have spoken. Where that fails, what plugins wrote is taken back.
pub(crate) async fn bind(clientset: Clientset, binding: &mut Binding, metrics: &SchedulerMetrics) -> Status {
    let mut status = pre_flight(binding);
    if status.is_success() {
        if binding.is_announced && !binding.profile.is_quiet {
            announce(&clientset, binding).await;
        }
        status = try_to_bind(clientset.clone(), binding, metrics).await;
    }
    if !status.is_success() {
        for follow_up in unreserve_follow_ups(binding) {
            follow_up.carry_out(&clientset).await;
        }
    }
    status
}

/// Whether all plugins of PreBind could say if they have something to do.
fn pre_flight(binding: &Binding) -> Status {
    for plugin in &binding.profile.pre_bind {
        let (name, Some(pre_bind)) = (plugin.name(), plugin.pre_bind()) else { continue };
        let status = pre_bind.pre_flight(&binding.state, &binding.pod, &binding.node);
        let text = match status.code() {
            Code::Success | Code::Skip => continue,
            Code::Error => format!("running PreBindPreFlight {name:?}: {}", status.message()),
            code => format!(
                "PreBindPreFlight {name} returned {:?}, which is unsupported. It is supposed to return Success, Skip, or \
                 Error status",
                code.as_str()
            ),
        };
        return Status::error(text).by(name);
    }
    Status::success()
}

async fn try_to_bind(clientset: Clientset, binding: &mut Binding, metrics: &SchedulerMetrics) -> Status {
    let profile = Arc::clone(&binding.profile);
    let ended = |point, status: &Status, began: Instant| {
        if let Some(metrics) = &profile.metrics {
            metrics.point(point, status.code(), began.elapsed());
        }
    };
    if !binding.waits.is_empty() {
        let began = Instant::now();
        let waits = std::mem::take(&mut binding.waits);
        let status = wait_for_all(waits, &binding.withdrawal, &binding.interruption).await;
        metrics.permitted(status.code().as_str(), began.elapsed());
        if !status.is_success() {
            return status;
        }
    }
    binding.is_permitted = true;
    let began = Instant::now();
    let (context, status) = pre_bind(clientset, binding, metrics).await;
    ended(Point::PreBind, &status, began);
    if !status.is_success() {
        return status;
    }
    // from here on the pod's end is the API server's to bring about
    if let Err(reason) = binding.interruption.close() {
        return Status::error(reason);
    }
    if let Some(status) = bind_by_extenders(binding).await {
        return status;
    }
    let began = Instant::now();
    let status = bind_only(&context, binding, metrics).await;
    ended(Point::Bind, &status, began);
    status
}

async fn pre_bind(clientset: Clientset, binding: &Binding, metrics: &SchedulerMetrics) -> (BindContext, Status) {
    let (state, interruption) = (Arc::clone(&binding.state), binding.interruption.clone());
    let devices = metrics.of_devices(&binding.profile.scheduler_name);
    let context = BindContext { clientset, state, interruption, devices };
    for plugin in &binding.profile.pre_bind {
        let (name, Some(pre_bind)) = (plugin.name(), plugin.pre_bind()) else { continue };
        if pre_bind.pre_flight(&context.state, &binding.pod, &binding.node).is_skip() {
            continue;
        }
        let began = Instant::now();
        let status = pre_bind.pre_bind_pod(&context, &binding.pod, &binding.node).await;
        if binding.is_sampled {
            metrics.plugin(name, Point::PreBind, status.code(), began.elapsed());
        }
        if !status.is_success() && !status.is_skip() {
            let status = status.in_context(|| format!("running PreBind plugin {name:?}")).by(name);
            return (context, status);
        }
    }
    (context, Status::success())
}

/// Extenders that bind come first, as upstream has it. None where there is none, or it may be passed over.
async fn bind_by_extenders(binding: &Binding) -> Option<Status> {
    let binders = binding.profile.extenders.iter().filter(|extender| extender.is_binder());
    for extender in binders.filter(|extender| extender.is_interested(binding.pod.pod())) {
        match extender.bind(&binding.pod, &binding.node).await {
            Ok(()) => return Some(Status::success()),
            Err(err) if extender.is_ignorable() => info!(
                extender = extender.name(),
                err, "Skipping extender in bind as it returned error and has ignorable flag set"
            ),
            Err(err) => return Some(Status::error(err)),
        }
    }
    None
}

async fn bind_only(context: &BindContext, binding: &Binding, metrics: &SchedulerMetrics) -> Status {
    for plugin in &binding.profile.bind {
        let Some(bind) = plugin.bind() else { continue };
        let (name, began) = (plugin.name(), Instant::now());
        let status = bind.bind_pod(context, &binding.pod, &binding.node).await;
        if binding.is_sampled {
            metrics.plugin(name, Point::Bind, status.code(), began.elapsed());
        }
        if !status.is_skip() {
            return status.in_context(|| format!("running Bind plugin {name:?}")).by(name);
        }
    }
    Status::error("no plugin binds the pod")
}

/// Tells the API server which node the pod is going to. Where that fails, the pod is bound nonetheless.
async fn announce(clientset: &Clientset, binding: &Binding) {
    if binding.pod.pod().status.nominated_node_name == *binding.node {
        return;
    }
    let patch = json!({ "status": { "nominatedNodeName": &*binding.node } });
    let key = binding.pod.key();
    let pods = clientset.core_v1().pods(key.namespace());
    let patch = Patch::strategic(&patch);
    if let Err(err) = pods.patch_subresource(key.name(), "status", &patch, &PatchOptions::default()).await {
        warn!(pod = %key, err = &err as &dyn std::error::Error, "cannot write where the pod is going");
    }
}

/// Waits until all plugins that let the pod wait have spoken, or one speaks against it.
async fn wait_for_all(waits: Vec<WaitingPermit>, withdrawal: &Interruption, interruption: &Interruption) -> Status {
    let mut waits: FuturesUnordered<_> = waits.into_iter().map(wait).collect();
    loop {
        tokio::select! {
            biased;
            status = waits.next() => match status {
                Some(status) if status.is_success() => {}
                Some(status) => return status,
                None => return Status::success(),
            },
            reason = withdrawal.interrupted() => return Status::unschedulable(reason),
            reason = interruption.interrupted() => return Status::error(reason),
        }
    }
}

async fn wait(waiting: WaitingPermit) -> Status {
    let WaitingPermit { plugin, limit, verdict } = waiting;
    let limit = limit.min(PERMIT_MAX);
    let status = match tokio::time::timeout(limit, verdict).await {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => Status::error("the plugin gave no answer"),
        Err(_) => Status::unschedulable(format!(
            "rejected due to timeout after waiting {} at plugin {plugin}",
            kubeforge_machinery::Duration::from(limit)
        )),
    };
    status.in_context(|| "waiting on permit for pod".to_owned()).by(plugin)
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    /// After so many seconds a plugin says so; none says nothing.
    type Said = Option<(u64, Status)>;

    async fn waited(plugins: [(&'static str, u64, Said); 2]) -> (Status, u64) {
        let mut silent = Vec::new();
        let mut waits = Vec::new();
        for (plugin, seconds, said) in plugins {
            let (sender, verdict) = oneshot::channel();
            match said {
                None => silent.push(sender),
                Some((after, status)) => drop(tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(after)).await;
                    // nobody may wait for it any more
                    drop(sender.send(status));
                })),
            }
            waits.push(WaitingPermit { plugin, limit: Duration::from_secs(seconds), verdict });
        }
        let began = tokio::time::Instant::now();
        let status = wait_for_all(waits, &Interruption::default(), &Interruption::default()).await;
        (status, began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_pod_waits_for_all_plugins_at_once() {
        let yes = |after| Some((after, Status::success()));
        let late = "rejected due to timeout after waiting 1m30s at plugin b";
        for (plugins, want, seconds) in [
            ([("a", 60, yes(5)), ("b", 90, yes(9))], Status::success(), 9),
            ([("a", 60, yes(50)), ("b", 90, None)], Status::unschedulable(late).by("b"), 90),
            (
                [("a", 60, None), ("b", 90, Some((3, Status::unschedulable("no"))))],
                Status::unschedulable("no").by("b"),
                3,
            ),
            (
                [("a", 60, Some((2, Status::error("broken")))), ("b", 90, None)],
                Status::error("waiting on permit for pod: broken").by("a"),
                2,
            ),
            (
                [("a", 3600, None), ("b", 3600, yes(1))],
                Status::unschedulable("rejected due to timeout after waiting 15m0s at plugin a").by("a"),
                900,
            ),
        ] {
            assert_eq!(waited(plugins).await, (want, seconds));
        }
        let (_silent, verdict) = oneshot::channel();
        let (limit, withdrawal) = (Duration::from_secs(60), Interruption::default());
        withdrawal.interrupt("removed".to_owned());
        let waits = vec![WaitingPermit { plugin: "a", limit, verdict }];
        let status = wait_for_all(waits, &withdrawal, &Interruption::default()).await;
        assert_eq!(status, Status::unschedulable("removed"));
    }
}
