//! What there is to see: `/healthz`, `/livez`, `/readyz`, `/configz`, `/metrics`, `/metrics/resources`, `/metrics/slis`,
//! `/statusz`, `/flagz`, `/debug/pprof/`, and `/explain`, which kube-scheduler has not.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use kubeforge_api::core::v1::Pod;
use kubeforge_client::store::Store;
use kubeforge_serving::{
    health::{Checks, Probe, indicators},
    metrics::CONTENT_TYPE,
    profiles,
    query::Query,
    zpages::ZPages,
};
use tokio::sync::{mpsc, oneshot};

use super::configz;
use crate::{
    config::KubeSchedulerConfiguration,
    explanation::Explanation,
    metrics::{self, SchedulerMetrics},
};

/// Something that only the thread that decides can tell.
pub enum Question {
    /// Have the metrics of sizes taken.
    Measure(oneshot::Sender<()>),
    /// What is said of each node for a pod.
    Explain {
        /// The pod's namespace.
        namespace: String,
        /// The pod's name.
        name: String,
        /// Gets the answer; none where there is no such pod.
        answer: oneshot::Sender<Option<Result<Explanation, String>>>,
    },
}

/// How the scheduler is.
#[derive(Debug, Default)]
pub struct Health {
    /// Whether it leads, or needs not to.
    pub leads: AtomicBool,
    /// Whether it knows of all that is in the cluster.
    pub is_synced: AtomicBool,
    /// Whether it is to stop.
    pub is_stopping: AtomicBool,
}

/// The pages.
pub struct Pages {
    configuration: KubeSchedulerConfiguration,
    metrics: Arc<SchedulerMetrics>,
    health: Arc<Health>,
    checks: [(Probe, Checks); 3],
    pods: Arc<OnceLock<Arc<Store<Pod>>>>,
    questions: mpsc::Sender<Question>,
    zpages: ZPages,
}

/// Whether the lease is renewed as it should, where there is one.
pub type ElectionCheck = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

impl Pages {
    /// The pages of a scheduler. `pods` are those that its informer knows, once there is one.
    pub fn new(
        configuration: KubeSchedulerConfiguration,
        metrics: Arc<SchedulerMetrics>,
        health: Arc<Health>,
        election: Option<ElectionCheck>,
        pods: Arc<OnceLock<Arc<Store<Pod>>>>,
        questions: mpsc::Sender<Question>,
    ) -> Self {
        let mut healthy = if election.is_some() { Checks::default() } else { Checks::new() };
        let mut ready = Checks::default();
        if let Some(check) = election {
            let again = Arc::clone(&check);
            healthy.add("leaderElection", None, move || check());
            ready.add("leaderElection", None, move || again());
        }
        let stopping = Arc::clone(&health);
        ready.add("shutdown", None, move || match stopping.is_stopping.load(SeqCst) {
            true => Err("process is shutting down".to_owned()),
            false => Ok(()),
        });
        let synced = Arc::clone(&health);
        ready.add("sched-handler-sync", None, move || match synced.is_synced.load(SeqCst) {
            true => Ok(()),
            false => Err("handlers are not fully synchronized".to_owned()),
        });
        let checks = [(Probe::Health, healthy), (Probe::Live, Checks::new()), (Probe::Ready, ready)];
        let zpages = ZPages::of("kube-scheduler");
        Self { configuration, metrics, health, checks, pods, questions, zpages }
    }

    pub(super) async fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let (path, query) = (request.uri().path(), Query::new(request.uri().query().unwrap_or_default()));
        for (probe, checks) in &self.checks {
            let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(probe.name()));
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                return reported(&checks.run(*probe, rest, query));
            }
        }
        let has_profiles = self.configuration.enable_profiling == Some(true);
        match path {
            "/configz" => json(&configz::page(&self.configuration)),
            "/metrics" => {
                self.measure().await;
                typed(StatusCode::OK, CONTENT_TYPE, self.metrics.render())
            }
            "/metrics/resources" => typed(StatusCode::OK, CONTENT_TYPE, self.resources()),
            "/metrics/slis" => typed(
                StatusCode::OK,
                CONTENT_TYPE,
                indicators(self.checks.iter().map(|(probe, checks)| (*probe, checks))),
            ),
            "/statusz" => text(StatusCode::OK, self.zpages.status()),
            "/flagz" => text(StatusCode::OK, self.zpages.flags()),
            "/explain" => self.explain(query).await,
            "/debug/pprof" | "/debug/pprof/" if has_profiles => {
                typed(StatusCode::OK, "text/html; charset=utf-8", profiles::INDEX)
            }
            "/debug/pprof/cmdline" if has_profiles => text(StatusCode::OK, profiles::command_line()),
            "/debug/pprof/profile" if has_profiles => match profiles::measure(query.get("seconds").as_deref()).await {
                Ok(profile) => typed(StatusCode::OK, "application/octet-stream", profile),
                Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error),
            },
            _ => text(StatusCode::NOT_FOUND, "404 page not found\n".to_owned()),
        }
    }

    /// Whether somebody takes questions: a scheduler that leads and knows the cluster.
    fn is_listening(&self) -> bool {
        self.health.leads.load(SeqCst) && self.health.is_synced.load(SeqCst)
    }

    /// A scheduler that stands by has nothing to measure.
    async fn measure(&self) {
        let (done, measured) = oneshot::channel();
        if self.is_listening() && self.questions.send(Question::Measure(done)).await.is_ok() {
            // where the scheduler ends meanwhile the sizes stay as they were
            let _gone = measured.await;
        }
    }

    /// Only the scheduler that leads tells, or pods would be counted several times.
    fn resources(&self) -> String {
        match self.pods.get().filter(|_| self.health.leads.load(SeqCst)) {
            Some(pods) => {
                let pods = pods.list();
                metrics::resources(pods.iter().map(|pod| &**pod))
            }
            None => String::new(),
        }
    }

    async fn explain(&self, query: Query<'_>) -> Response<Bytes> {
        let Some(name) = query.get("pod").filter(|name| !name.is_empty()) else {
            return text(StatusCode::BAD_REQUEST, "name a pod: /explain?namespace=NAMESPACE&pod=NAME\n".to_owned());
        };
        let namespace = query.get("namespace").filter(|it| !it.is_empty()).map_or("default".to_owned(), Into::into);
        let (answer, answered) = oneshot::channel();
        let question = Question::Explain { namespace, name: name.into_owned(), answer };
        let is_asked = self.is_listening() && self.questions.send(question).await.is_ok();
        let answer = if is_asked { answered.await.ok() } else { None };
        match answer {
            Some(Some(Ok(explanation))) => json(&explanation),
            Some(Some(Err(reason))) => text(StatusCode::UNPROCESSABLE_ENTITY, format!("{reason}\n")),
            Some(None) => text(StatusCode::NOT_FOUND, "there is no such pod\n".to_owned()),
            None => text(
                StatusCode::SERVICE_UNAVAILABLE,
                "this scheduler does not lead, or does not know the cluster yet\n".to_owned(),
            ),
        }
    }
}

fn reported(report: &kubeforge_serving::health::Report) -> Response<Bytes> {
    let code = StatusCode::from_u16(report.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    text(code, report.body.clone())
}

fn json(value: &impl serde::Serialize) -> Response<Bytes> {
    match serde_json::to_vec(value) {
        Ok(body) => typed(StatusCode::OK, "application/json", body),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")),
    }
}

fn text(code: StatusCode, body: String) -> Response<Bytes> {
    typed(code, "text/plain; charset=utf-8", body)
}

fn typed(code: StatusCode, media: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = code;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
