use std::{
    sync::{Arc, OnceLock, atomic::Ordering::SeqCst},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use kubeforge_client::{Client, transport::Fake};
use kubeforge_serving::listener::{Handler as _, Peer};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::*;
use crate::{config::KubeSchedulerConfiguration, metrics::SchedulerMetrics};

/// An API server that knows the token `good`, whose user may see metrics.
fn api_server() -> Client {
    Client::builder(Fake::new(|request| {
        let mut review: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        review["status"] = match request.uri().path() {
            path if path.ends_with("tokenreviews") && review["spec"]["token"] == "good" => {
                json!({ "authenticated": true, "user": { "username": "prometheus" } })
            }
            path if path.ends_with("tokenreviews") => json!({ "authenticated": false }),
            _ => json!({ "allowed": review["spec"]["user"] == "prometheus" }),
        };
        Ok(Fake::json(201, review.to_string()))
    }))
    .media(kubeforge_machinery::codec::MediaType::Json)
    .build()
}

fn endpoint(health: &Arc<Health>, has_election: bool) -> Endpoint {
    let mut configuration = KubeSchedulerConfiguration::default();
    configuration.complete(&Default::default()).unwrap();
    let election = has_election.then(|| Arc::new(|| Ok(())) as ElectionCheck);
    let (questions, _nobody) = mpsc::channel(1);
    let pods = Arc::new(OnceLock::new());
    let ttl = Duration::from_secs(10);
    let always = ["/healthz", "/readyz", "/livez"].map(str::to_owned).to_vec();
    Endpoint {
        authentication: Authentication::new().with_reviews(api_server(), ttl),
        authorization: Authorization::new(always, Some(api_server()), ttl, ttl),
        pages: Pages::new(configuration, Arc::default(), Arc::clone(health), election, pods, questions),
        metrics: SchedulerMetrics::default().delegated(),
    }
}

async fn get(endpoint: &Endpoint, path: &str, token: &str) -> (u16, String) {
    let mut request = Request::get(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = endpoint.handle(request.body(Bytes::new()).unwrap(), &Peer::default()).await;
    (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
}

#[tokio::test]
async fn pages_are_for_those_who_may() {
    let endpoint = endpoint(&Arc::default(), false);
    assert_eq!(get(&endpoint, "/healthz", "").await, (200, "ok".to_owned()));
    let (code, body) = get(&endpoint, "/metrics", "").await;
    let message = r#""message":"forbidden: User \"system:anonymous\" cannot get path \"/metrics\"""#;
    assert!(code == 403 && body.contains(message), "{code} {body}");
    let (code, body) = get(&endpoint, "/metrics", "bad").await;
    assert!(code == 401 && body.contains(r#""reason":"Unauthorized""#), "{code} {body}");
    let (code, body) = get(&endpoint, "/metrics", "good").await;
    assert!(code == 200 && body.contains("process_start_time_seconds"), "{code} {body}");
    assert_eq!(get(&endpoint, "/readyz", "").await.0, 500);
    let (_, body) = get(&endpoint, "/metrics/slis", "good").await;
    let want = "kubernetes_healthcheck{name=\"sched-handler-sync\",type=\"readyz\"} 0";
    assert!(body.lines().any(|line| line == want), "{body}");
    assert!(get(&endpoint, "/statusz", "good").await.1.starts_with("\nkube-scheduler statusz\nWarning: "));
    assert_eq!(get(&endpoint, "/nothing", "good").await, (404, "404 page not found\n".to_owned()));
}

#[tokio::test]
async fn it_is_ready_once_it_knows_the_cluster_and_until_it_stops() {
    let health = Arc::<Health>::default();
    let endpoint = endpoint(&health, true);
    let (code, body) = get(&endpoint, "/readyz", "").await;
    let want =
        "[+]leaderElection ok\n[+]shutdown ok\n[-]sched-handler-sync failed: reason withheld\nreadyz check failed\n";
    assert_eq!((code, body.as_str()), (500, want));
    health.is_synced.store(true, SeqCst);
    assert_eq!(get(&endpoint, "/readyz", "").await.0, 200);
    assert_eq!(get(&endpoint, "/healthz?verbose", "").await.1, "[+]leaderElection ok\nhealthz check passed\n");
    assert_eq!(get(&endpoint, "/livez?verbose", "").await.1, "[+]ping ok\nlivez check passed\n");
    health.is_stopping.store(true, SeqCst);
    assert_eq!(get(&endpoint, "/readyz", "").await.0, 500);
    let (code, _) = get(&endpoint, "/readyz?exclude=shutdown", "").await;
    assert_eq!(code, 200);
}
