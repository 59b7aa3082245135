//! The scheduler as a process: endpoint, leader election, and the scheduler itself, started and stopped together.

use std::{
    sync::{Arc, OnceLock, atomic::Ordering::SeqCst},
    time::Duration,
};

use kubeforge_client::{
    Client,
    events::{EventApi, EventBroadcaster},
    leader_election::{LeaderElectionOptions, LeaderElector, Outcome},
};
use kubeforge_machinery::feature_gates::FeatureGates;
use kubeforge_serving::listener;
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use super::{KubeSchedulerArgs, SchedulerError, SchedulerOptions, election};
use crate::{
    endpoint::{Endpoint, Pages},
    metrics::SchedulerMetrics,
    run::{Controls, run_with},
};

/// The release whose behaviour is shown.
pub(super) const VERSION: &str = "v1.36.2";

/// For how much longer than it lasts a lease may go without being renewed, before the process counts as ill
/// (kube-scheduler's).
const ELECTION_TOLERANCE: Duration = Duration::from_secs(20);

/// How many requests may wait for the thread that decides.
const QUESTIONS_MAX: usize = 16;

type Running = JoinHandle<Result<(), SchedulerError>>;

/// Runs until it is cancelled, or another scheduler takes the lead.
pub(super) async fn run(
    args: &KubeSchedulerArgs,
    mut options: SchedulerOptions,
    gates: &FeatureGates,
    cancel: CancellationToken,
) -> Result<(), SchedulerError> {
    info!(version = VERSION, "Starting Kubernetes Scheduler");
    options.unschedulable_max = args.pod_max_in_unschedulable_pods_duration;
    let configuration = options.configuration.clone();
    let metrics = Arc::new(SchedulerMetrics::new(args.metrics.settings()));
    metrics.set_facts(VERSION, gates);
    let client = || args.connection.client(&configuration, args.master.as_deref(), Some(&metrics));
    let election = &configuration.leader_election;
    // it tells who leads in the name of the first profile's scheduler
    let events = EventBroadcaster::start(client()?, EventApi::Core);
    let elector = match election.leader_elect {
        Some(true) => {
            let name = configuration.profiles.first().and_then(|profile| profile.scheduler_name.clone());
            let recorder = events.recorder(name.unwrap_or_default(), "");
            let candidacy = LeaderElectionOptions { events: Some(recorder), ..election::options(election) };
            // it must not wait behind the scheduler's own requests
            Some(Arc::new(LeaderElector::new(client()?, candidacy)?.measured(Arc::clone(&metrics) as _)))
        }
        _ => None,
    };
    let (questions, asked) = mpsc::channel(QUESTIONS_MAX);
    let controls = Controls {
        active: CancellationToken::new(),
        health: Arc::default(),
        metrics: Arc::clone(&metrics),
        pods: Arc::new(OnceLock::new()),
        questions: asked,
        events: Some(client()?),
    };
    let health = Arc::clone(&controls.health);
    let pages = Pages::new(
        configuration.clone(),
        Arc::clone(&metrics),
        Arc::clone(&health),
        elector
            .clone()
            .map(|elector| Arc::new(move || elector.check(ELECTION_TOLERANCE).map_err(|err| err.to_string())) as _),
        Arc::clone(&controls.pods),
        questions,
    );
    let end_of_pages = CancellationToken::new();
    let serving = serve(args, pages, &metrics, end_of_pages.clone()).await?;
    let stopping = Arc::clone(&health);
    let watching = cancel.clone();
    let notes_stop = tokio::spawn(async move {
        watching.cancelled().await;
        stopping.is_stopping.store(true, SeqCst);
    });
    let ended = match elector {
        None => {
            controls.active.cancel();
            health.leads.store(true, SeqCst);
            run_with(client()?, options, controls, cancel).await
        }
        Some(elector) => lead(&elector, client()?, options, controls, &cancel).await,
    };
    notes_stop.abort();
    end_of_pages.cancel();
    if let Some(serving) = serving {
        serving.await?;
    }
    // the endpoint's health check keeps the elector, which reports events
    events.shutdown().await;
    ended
}

async fn serve(
    args: &KubeSchedulerArgs,
    pages: Pages,
    metrics: &SchedulerMetrics,
    cancel: CancellationToken,
) -> Result<Option<JoinHandle<()>>, SchedulerError> {
    if !args.serving.serves() {
        return Ok(None);
    }
    let authentication = args.serving.authentication().await?;
    let tls = args.serving.tls(&authentication)?;
    let authorization = args.serving.authorization()?;
    let listener = args.serving.listener()?;
    info!("Serving securely on {}:{}", args.serving.bind_address, args.serving.secure_port);
    let endpoint = Arc::new(Endpoint { authentication, authorization, pages, metrics: metrics.delegated() });
    Ok(Some(tokio::spawn(listener::serve(listener, tls, args.serving.streams_max(), endpoint, cancel))))
}

/// Waits for the lease and schedules while it is held. The scheduler knows the cluster before that already, unless its
/// configuration says not to.
async fn lead(
    elector: &LeaderElector,
    client: Client,
    options: SchedulerOptions,
    controls: Controls,
    cancel: &CancellationToken,
) -> Result<(), SchedulerError> {
    let health = Arc::clone(&controls.health);
    let (active, stop) = (controls.active.clone(), cancel.child_token());
    let is_delayed = options.configuration.delay_cache_until_active;
    let start = {
        let stop = stop.clone();
        move || tokio::spawn(run_with(client, options, controls, stop))
    };
    let mut start = Some(start);
    let mut running: Option<Running> = if is_delayed { None } else { start.take().map(|start| start()) };
    let mut result = Ok(());
    let outcome = elector
        .run(cancel, |leading| {
            let (running, result, start) = (&mut running, &mut result, &mut start);
            let (health, active, stop) = (&health, &active, &stop);
            async move {
                health.leads.store(true, SeqCst);
                active.cancel();
                let Some(mut task) = running.take().or_else(|| start.take().map(|start| start())) else { return };
                let ended = tokio::select! {
                    ended = &mut task => ended,
                    () = leading.cancelled() => {
                        stop.cancel();
                        task.await
                    }
                };
                health.leads.store(false, SeqCst);
                *result = ended.unwrap_or_else(|err| Err(err.into()));
            }
        })
        .await;
    stop.cancel();
    if let Some(task) = running {
        task.await??;
    }
    result?;
    match outcome {
        Outcome::Cancelled | Outcome::Finished => Ok(()),
        Outcome::Lost => {
            error!("Leaderelection lost");
            Err(SchedulerError::LeadershipLost)
        }
    }
}
