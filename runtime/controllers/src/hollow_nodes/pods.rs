//! A pod's life on a hollow node: it runs as soon as it is bound, and goes when it is asked to.

use std::{sync::Arc, time::Duration};

use kubeforge_api::core::v1::{Pod, PodPhase, PodStatus};
use kubeforge_client::{ClientError, Patch, store::ObjectKey};
use kubeforge_machinery::{
    Time,
    codec::{Json as _, JsonWriter},
    meta::v1::{DeleteOptions, PatchOptions, Preconditions},
};

use super::{Inner, Work, WorkError, node::HollowNode, pod_status};

/// What a pod needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Its status must say that it runs; then nothing, until it changes.
    Run,
    /// Its status must say that its containers have ended; then `Remove`.
    Stop,
    /// Its object must go; then it is gone, or waits for its finalizers.
    Remove,
}

/// What a pod of ours needs next, if anything.
fn next_step(pod: &Pod) -> Option<Step> {
    let has_ended = matches!(pod.status.phase, PodPhase::Succeeded | PodPhase::Failed);
    if pod.metadata.deletion_timestamp.is_some() {
        return match pod.metadata.deletion_grace_period_seconds {
            // who holds it up by a finalizer wants to know how it ended
            _ if !has_ended && !pod.metadata.finalizers.is_empty() => Some(Step::Stop),
            Some(0) => None,
            _ => Some(Step::Remove),
        };
    }
    let is_running = pod.status.phase == PodPhase::Running
        && pod.status.observed_generation == pod.metadata.generation
        && pod_status::is_ready(pod) == pod_status::should_be_ready(pod);
    (!has_ended && !is_running).then_some(Step::Run)
}

impl Inner {
    /// The hollow node that a pod is bound to, if it is one of ours.
    fn node_of(&self, pod: &Pod) -> Option<&HollowNode> {
        let number: usize = pod.spec.node_name.strip_prefix(&self.options.name_prefix)?.parse().ok()?;
        let node = self.nodes.get(number.checked_sub(self.options.first)?)?;
        (node.name == pod.spec.node_name).then_some(node)
    }

    /// A pod is new or has changed: plan its next step.
    pub(super) fn pod_seen(&self, pod: &Pod) {
        let Some(node) = self.node_of(pod) else { return };
        if !pod.status.pod_ip.is_empty() && !pod.spec.host_network {
            node.pods.lock().keep(&pod.metadata.uid, &pod.status.pod_ip);
        }
        let delay = match next_step(pod) {
            None => return,
            Some(Step::Run) if pod.status.phase == PodPhase::Running => Duration::ZERO,
            Some(Step::Run) => self.options.pod_start_delay,
            Some(Step::Stop | Step::Remove) => self.stop_delay(pod),
        };
        self.queue.add_after(Work::Pod(ObjectKey::of(pod)), delay);
    }

    fn stop_delay(&self, pod: &Pod) -> Duration {
        let grace = pod.metadata.deletion_grace_period_seconds.and_then(|seconds| u64::try_from(seconds).ok());
        grace.map_or(self.options.pod_stop_delay, |seconds| {
            self.options.pod_stop_delay.min(Duration::from_secs(seconds))
        })
    }

    /// A pod is gone: its address is free.
    pub(super) fn pod_gone(&self, pod: &Pod) {
        if let Some(node) = self.node_of(pod) {
            node.pods.lock().release(&pod.metadata.uid);
        }
    }

    /// Takes a pod's next step, as it is now.
    pub(super) async fn step_pod(&self, key: &ObjectKey) -> Result<(), WorkError> {
        let Some(pod) = self.pods.store().get_key(key) else { return Ok(()) };
        let Some(node) = self.node_of(&pod) else { return Ok(()) };
        let done = match next_step(&pod) {
            None => return Ok(()),
            Some(Step::Run) => {
                let address = self.pod_address(node, &pod)?;
                self.write_status(&pod, &pod_status::running(&pod, node.address, address, Time::now())).await
            }
            Some(Step::Stop) => self.write_status(&pod, &pod_status::stopped(&pod, Time::now())).await,
            Some(Step::Remove) => self.remove(&pod).await,
        };
        match done {
            // it is gone, or another of its name: the informer will tell
            Err(err) if err.is_not_found() || err.is_conflict() => Ok(()),
            done => Ok(done?),
        }
    }

    fn pod_address(&self, node: &HollowNode, pod: &Arc<Pod>) -> Result<std::net::Ipv4Addr, WorkError> {
        if pod.spec.host_network {
            return Ok(node.address);
        }
        let address = node.pods.lock().assign(&pod.metadata.uid);
        address.ok_or_else(|| WorkError::NoAddress(node.name.clone()))
    }

    /// Writes a status, if the pod is still the same one.
    async fn write_status(&self, pod: &Pod, status: &PodStatus) -> Result<(), ClientError> {
        let mut w = JsonWriter::with_capacity(2048);
        w.raw(b"{\"metadata\":{\"uid\":");
        w.string(&pod.metadata.uid);
        w.raw(b"},\"status\":");
        status.write_json(&mut w);
        w.raw(b"}");
        let patch = Patch::Strategic(w.into_bytes().into());
        let pods = self.clients.core_v1().pods(&pod.metadata.namespace);
        pods.patch_subresource(&pod.metadata.name, "status", &patch, &PatchOptions::default()).await?;
        Ok(())
    }

    /// Removes the object for good, if the pod is still the same one.
    async fn remove(&self, pod: &Pod) -> Result<(), ClientError> {
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            preconditions: Some(Box::new(Preconditions {
                uid: Some(pod.metadata.uid.clone()),
                ..Preconditions::default()
            })),
            ..DeleteOptions::default()
        };
        self.clients.core_v1().pods(&pod.metadata.namespace).delete(&pod.metadata.name, &options).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(phase: PodPhase, generation: i64) -> Pod {
        let mut pod = Pod::default();
        pod.metadata.generation = generation;
        pod.status = pod_status::running(&pod, [10, 0, 0, 1].into(), [10, 0, 0, 2].into(), Time::from_unix(1));
        pod.status.phase = phase;
        pod
    }

    #[track_caller]
    fn check(pod: &Pod, want: Option<Step>) {
        assert_eq!(next_step(pod), want, "{:?}", pod.metadata);
    }

    #[test]
    fn a_bound_pod_runs_and_an_ended_one_rests() {
        check(&pod(PodPhase::Pending, 1), Some(Step::Run));
        check(&pod(PodPhase::Running, 1), None);
        check(&pod(PodPhase::Failed, 1), None);
        let mut resized = pod(PodPhase::Running, 1);
        resized.metadata.generation = 2;
        check(&resized, Some(Step::Run));
    }

    #[test]
    fn a_pod_that_must_go_goes() {
        let mut pod = pod(PodPhase::Running, 1);
        pod.metadata.deletion_timestamp = Some(Time::from_unix(9));
        pod.metadata.deletion_grace_period_seconds = Some(30);
        check(&pod, Some(Step::Remove));
        pod.metadata.finalizers = vec!["batch.kubernetes.io/job-tracking".to_owned()];
        check(&pod, Some(Step::Stop));
        pod.status = pod_status::stopped(&pod, Time::from_unix(9));
        check(&pod, Some(Step::Remove));
        pod.metadata.deletion_grace_period_seconds = Some(0);
        check(&pod, None);
    }
}
