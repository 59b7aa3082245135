//! The running scheduler: informers feed the core, and tasks carry out what it decides.

use std::{collections::HashMap, sync::Arc, time::Duration};

use kubeforge_api::core::v1::Pod;
use kubeforge_client::{
    Client, InformerFactory,
    events::{EventApi, EventBroadcaster},
};
use kubeforge_client_set::Clientset;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    binding,
    core::{Binding, Core, Decision},
    framework::{Interruption, PodKey, Status},
    inputs::{self, Input},
    options::{SchedulerError, SchedulerOptions},
    report::Reporter,
};

/// How many pods may be on their way to the API server, bound or reported about. More wait in the queue.
const TASKS_MAX: usize = 256;

/// How long what is on its way to the API server is waited for when the scheduler stops.
const ARRIVAL_MAX: Duration = Duration::from_secs(5);

/// How many decisions are made before other tasks get their turn.
const DECISIONS_PER_TURN: usize = 16;

/// What a task has done.
enum Done {
    /// It tried to bind a pod.
    Bound(Box<Binding>, Status),
    /// It wrote what had to be written.
    Written,
}

/// Places pods until it is cancelled.
///
/// # Errors
/// Where the configuration can't be used.
pub async fn run(client: Client, options: SchedulerOptions, cancel: CancellationToken) -> Result<(), SchedulerError> {
    let profiles = options.configuration.profiles(&options.registry)?;
    let events = EventBroadcaster::start(client.clone(), EventApi::Events);
    let factory = InformerFactory::new(client.clone());
    let (sender, inputs) = mpsc::unbounded_channel();
    let registered = inputs::subscribe(sender, &factory);
    factory.start(&cancel);
    info!("waiting for caches to sync");
    let synced = async {
        factory.wait_for_sync().await;
        registered.wait_for_sync().await;
    };
    if cancel.run_until_cancelled(synced).await.is_some() {
        info!("scheduling");
        let clientset = Clientset::new(client);
        let reporter = Arc::new(Reporter::new(clientset.clone(), &events, &profiles));
        let core = Core::new(profiles, options.configuration.backoff());
        let scheduler = Scheduler {
            core,
            clientset,
            reporter,
            inputs,
            tasks: JoinSet::new(),
            waiting: JoinSet::new(),
            interruptions: HashMap::new(),
        };
        scheduler.run(&cancel).await;
    }
    factory.shutdown().await;
    events.shutdown().await;
    Ok(())
}

struct Scheduler {
    core: Core,
    clientset: Clientset,
    reporter: Arc<Reporter>,
    inputs: mpsc::UnboundedReceiver<Input>,
    tasks: JoinSet<Done>,
    /// Bindings that wait for somebody else, perhaps for minutes: volumes are made for them. They do not keep others from
    /// being bound; there can't be more of them than pods.
    waiting: JoinSet<Done>,
    /// How those that wait are told that it is in vain, with the nodes that their pods are going to.
    interruptions: HashMap<PodKey, (Arc<str>, Interruption)>,
}

impl Scheduler {
    async fn run(mut self, cancel: &CancellationToken) {
        while !cancel.is_cancelled() {
            self.take_what_is_there();
            if self.decide() {
                tokio::task::yield_now().await;
                continue;
            }
            let wakeup = self.core.next_wakeup().filter(|_| self.tasks.len() < TASKS_MAX);
            tokio::select! {
                () = cancel.cancelled() => break,
                input = self.inputs.recv() => match input {
                    Some(input) => self.take(input),
                    None => break,
                },
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => self.finish(done),
                Some(done) = self.waiting.join_next(), if !self.waiting.is_empty() => self.finish(done),
                () = sleep_until(wakeup) => {}
            }
        }
        // what is on its way may arrive, if the server answers
        let arrival = async {
            while let Some(done) = self.tasks.join_next().await {
                self.finish(done);
            }
        };
        if tokio::time::timeout(ARRIVAL_MAX, arrival).await.is_err() {
            warn!("some bindings and reports are not answered; stopping without them");
        }
    }

    fn take_what_is_there(&mut self) {
        while let Ok(input) = self.inputs.try_recv() {
            self.take(input);
        }
        while let Some(done) = self.tasks.try_join_next() {
            self.finish(done);
        }
        while let Some(done) = self.waiting.try_join_next() {
            self.finish(done);
        }
    }

    fn take(&mut self, input: Input) {
        let now = Instant::now();
        match input {
            Input::SetNode(node) => self.core.set_node(node, now),
            Input::RemoveNode(node) => {
                self.interrupt_node(&node.metadata.name);
                self.core.remove_node(&node.metadata.name, now);
            }
            Input::SetPod(pod) => self.core.set_pod(pod, now),
            Input::RemovePod(pod) => {
                self.interrupt_pod(&pod);
                self.core.remove_pod(&pod, now);
            }
            Input::SetObject(object) => self.core.set_object(object, now),
            Input::RemoveObject(object) => self.core.remove_object(&object, now),
        }
    }

    fn interrupt_pod(&self, pod: &Pod) {
        if self.interruptions.is_empty() {
            return;
        }
        if let Some((_, interruption)) = self.interruptions.get(&PodKey::of(pod)) {
            let name = &pod.metadata.name;
            interruption.interrupt(format!("pod does not exist any more: pod {name:?} not found"));
        }
    }

    fn interrupt_node(&self, name: &str) {
        let there = self.interruptions.values().filter(|(node, _)| **node == *name);
        for (_, interruption) in there {
            interruption.interrupt(format!("failed to get node {name:?}: node {name:?} not found"));
        }
    }

    /// Decides about some pods. Returns whether there may be more.
    fn decide(&mut self) -> bool {
        for _ in 0..DECISIONS_PER_TURN {
            if self.tasks.len() >= TASKS_MAX {
                return false;
            }
            match self.core.schedule_next(Instant::now()) {
                Some(Decision::Bind(binding)) => self.bind(binding),
                Some(Decision::Reject(rejection)) => {
                    debug!(pod = %rejection.pod.key(), message = rejection.message, "cannot place the pod");
                    let reporter = Arc::clone(&self.reporter);
                    self.tasks.spawn(async move {
                        reporter.rejected(&rejection).await;
                        Done::Written
                    });
                }
                None => return false,
            }
        }
        true
    }

    fn bind(&mut self, mut binding: Binding) {
        let clientset = self.clientset.clone();
        let tasks = if binding.is_announced {
            let interruption = (Arc::clone(&binding.node), binding.interruption.clone());
            self.interruptions.insert(binding.pod.key().clone(), interruption);
            &mut self.waiting
        } else {
            &mut self.tasks
        };
        tasks.spawn(async move {
            let status = binding::bind(clientset, &mut binding).await;
            Done::Bound(Box::new(binding), status)
        });
    }

    fn finish(&mut self, done: Result<Done, tokio::task::JoinError>) {
        if let Ok(Done::Bound(binding, _)) = &done
            && binding.is_announced
        {
            self.interruptions.remove(binding.pod.key());
        }
        match done {
            Ok(Done::Bound(binding, status)) if status.is_success() => {
                self.core.bound(&binding);
                self.reporter.bound(&binding);
            }
            Ok(Done::Bound(binding, status)) => {
                warn!(pod = %binding.pod.key(), node = &*binding.node, reason = status.message(), "cannot bind the pod");
                if let Some(rejection) = self.core.bind_failed(&binding, &status, Instant::now()) {
                    let reporter = Arc::clone(&self.reporter);
                    self.tasks.spawn(async move {
                        reporter.rejected(&rejection).await;
                        Done::Written
                    });
                }
            }
            Ok(Done::Written) => {}
            Err(err) => warn!(%err, "a task of the scheduler broke"),
        }
    }
}

async fn sleep_until(wakeup: Option<Instant>) {
    match wakeup {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
