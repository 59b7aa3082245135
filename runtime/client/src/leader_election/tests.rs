use std::sync::Arc;

use http::Method;
use parking_lot::Mutex;
use serde_json::Value;

use super::*;
use crate::{
    events::EventRecorder,
    transport::{Fake, TransportError},
};

/// A server with one lease, which can be made to fail.
#[derive(Clone, Default)]
struct Server {
    lease: Arc<Mutex<Option<Value>>>,
    is_down: Arc<Mutex<bool>>,
    /// It takes requests and doesn't answer.
    is_silent: Arc<Mutex<bool>>,
}

impl Server {
    fn client(&self) -> Client {
        let server = self.clone();
        Client::new(Fake::new(move |request| {
            if *server.is_down.lock() {
                return Err(TransportError::Connect { server: "fake".to_owned(), source: "down".into() });
            }
            if *server.is_silent.lock() {
                let (body, answer) = Fake::streaming("application/json");
                std::mem::forget(body);
                return Ok(answer);
            }
            let mut lease = server.lease.lock();
            let sent: Option<Value> = serde_json::from_slice(request.body()).ok();
            let refuse =
                |code| Ok(Fake::json(code, format!(r#"{{"kind":"Status","status":"Failure","code":{code}}}"#)));
            match (request.method().clone(), lease.is_some()) {
                (Method::GET | Method::PUT, false) => return refuse(404),
                (Method::POST, true) => return refuse(409),
                (Method::GET, true) => {}
                _ => {
                    let version =
                        |value: &Option<Value>| value.as_ref().map(|v| v["metadata"]["resourceVersion"].clone());
                    if lease.is_some() && version(&sent) != version(&lease) {
                        return refuse(409);
                    }
                    let next = lease.as_ref().map_or(1, |lease| {
                        lease["metadata"]["resourceVersion"].as_str().and_then(|v| v.parse().ok()).unwrap_or(0) + 1
                    });
                    let mut sent = sent.unwrap_or_default();
                    sent["metadata"]["resourceVersion"] = next.to_string().into();
                    *lease = Some(sent);
                }
            }
            Ok(Fake::json(200, lease.as_ref().map(Value::to_string).unwrap_or_default()))
        }))
    }

    fn spec(&self, field: &str) -> Value {
        self.lease.lock().as_ref().map(|lease| lease["spec"][field].clone()).unwrap_or_default()
    }
}

fn elector(server: &Server, identity: &str) -> LeaderElector {
    LeaderElector::new(server.client(), LeaderElectionOptions::new("kube-system", "test", identity)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_second_candidate_leads_when_the_first_is_silent() {
    let server = Server::default();
    let (cancel, started) = (CancellationToken::new(), Instant::now());
    let first = tokio::spawn({
        let (elector, cancel) = (elector(&server, "one"), cancel.clone());
        async move { elector.run(&cancel, |leading| async move { leading.cancelled().await }).await }
    });
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(server.spec("holderIdentity"), "one");
    first.abort();
    let second = elector(&server, "two");
    let outcome = second.run(&cancel, |_| async {}).await;
    assert_eq!(outcome, Outcome::Finished);
    let waited = started.elapsed().as_secs();
    assert!((74..=82).contains(&waited), "{waited}");
    assert_eq!(server.spec("leaseTransitions"), 1);
    assert_eq!(server.spec("holderIdentity"), "", "it was given up");
}

#[tokio::test(start_paused = true)]
async fn a_leader_without_a_server_stops_in_time() {
    let server = Server::default();
    let elector = elector(&server, "one");
    let down = server.is_down.clone();
    let outcome = elector
        .run(&CancellationToken::new(), |leading| async move {
            *down.lock() = true;
            let began = Instant::now();
            leading.cancelled().await;
            assert!((10..15).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        })
        .await;
    assert_eq!(outcome, Outcome::Lost);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_leader_gives_the_lease_up() {
    let server = Server::default();
    let (elector, cancel) = (elector(&server, "one"), CancellationToken::new());
    let stop = cancel.clone();
    let outcome = elector
        .run(&cancel, |leading| async move {
            stop.cancel();
            leading.cancelled().await;
        })
        .await;
    assert_eq!((outcome, server.spec("holderIdentity")), (Outcome::Cancelled, Value::from("")));
}

#[test]
fn durations_must_leave_time() {
    let mut options = LeaderElectionOptions::new("n", "a", "me");
    options.renew_deadline = Duration::from_secs(15);
    let client = Client::new(Fake::script([]));
    assert_eq!(LeaderElector::new(client.clone(), options.clone()).unwrap_err(), LeaderElectionError::LeaseDuration);
    (options.renew_deadline, options.retry_period) = (Duration::from_secs(10), Duration::from_secs(9));
    assert_eq!(LeaderElector::new(client.clone(), options.clone()).unwrap_err(), LeaderElectionError::RenewDeadline);
    options.retry_period = Duration::ZERO;
    assert_eq!(LeaderElector::new(client, options).unwrap_err(), LeaderElectionError::RetryPeriod);
}

#[tokio::test(start_paused = true)]
async fn everybody_hears_who_leads_and_events_tell() {
    let server = Server::default();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (recorder, mut events) = EventRecorder::for_tests("tester");
    let options = |identity: &str, events: Option<EventRecorder>| {
        let (heard, listener) = (heard.clone(), identity.to_owned());
        LeaderElectionOptions {
            on_new_leader: Some(OnNewLeader::new(move |leader| heard.lock().push(format!("{listener}: {leader}")))),
            events,
            ..LeaderElectionOptions::new("kube-system", "test", identity)
        }
    };
    let first = LeaderElector::new(server.client(), options("one", Some(recorder))).unwrap();
    let second = Arc::new(LeaderElector::new(server.client(), options("two", None)).unwrap());
    let (stop, all) = (CancellationToken::new(), CancellationToken::new());
    let leading = tokio::spawn({
        let stop = stop.clone();
        async move { first.run(&stop, |leading| async move { leading.cancelled().await }).await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let waiting = tokio::spawn({
        let (second, all) = (second.clone(), all.clone());
        async move { second.run(&all, |leading| async move { leading.cancelled().await }).await }
    });
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!((second.leader().as_str(), second.is_leader()), ("one", false));
    stop.cancel();
    leading.await.unwrap();
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(second.is_leader());
    assert_eq!(*heard.lock(), ["one: one", "two: one", "two: two"]);
    all.cancel();
    waiting.await.unwrap();
    let told: Vec<_> = std::iter::from_fn(|| events.try_recv().ok()).collect();
    assert_eq!(told, ["Normal LeaderElection one became leader", "Normal LeaderElection one stopped leading"]);
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_hangs_is_unhealthy() {
    let server = Server::default();
    let elector = Arc::new(elector(&server, "one"));
    let health = HealthzAdaptor::new(Duration::from_secs(20));
    assert_eq!((health.name(), health.check()), ("leaderElection", Ok(())), "nobody is a candidate");
    health.watch(elector.clone());
    let (checked, server) = (health.clone(), server.clone());
    let outcome = elector
        .run(&CancellationToken::new(), |leading| async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert_eq!(checked.check(), Ok(()));
            *server.is_down.lock() = true;
            leading.cancelled().await;
            // it ought to end now, and doesn't
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert_eq!(checked.check(), Ok(()));
            tokio::time::sleep(Duration::from_secs(20)).await;
            let err = checked.check().unwrap_err();
            assert_eq!(err.to_string(), "failed election to renew leadership on lease test");
        })
        .await;
    assert_eq!(outcome, Outcome::Lost);
    assert_eq!(health.check(), Ok(()), "who doesn't lead has nothing to renew");
}

#[derive(Default)]
struct Counts(Mutex<Vec<String>>);

impl LeaderMetrics for Counts {
    fn leading(&self, name: &str, is_leading: bool) {
        self.0.lock().push(format!("{name} {is_leading}"));
    }

    fn slow_path(&self, name: &str) {
        self.0.lock().push(format!("{name} slow"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_of_somebody_else_is_the_slow_path() {
    let (server, counts) = (Server::default(), Arc::new(Counts::default()));
    let options = LeaderElectionOptions::new("kube-system", "test", "one");
    let elector = LeaderElector::new(server.client(), options).unwrap().measured(counts.clone());
    let touched = server.lease.clone();
    let cancel = CancellationToken::new();
    let outcome = elector.run(&cancel, |_| async move {
        if let Some(lease) = &mut *touched.lock() {
            lease["metadata"]["resourceVersion"] = "77".into();
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    });
    assert_eq!(outcome.await, Outcome::Finished);
    assert_eq!(*counts.0.lock(), ["test false", "test true", "test slow", "test false"]);
}

#[tokio::test(start_paused = true)]
async fn nobody_else_leads_before_a_cancelled_leaders_work_has_ended() {
    let server = Server::default();
    let (first, second) = (elector(&server, "one"), elector(&server, "two"));
    let (cancel, never) = (CancellationToken::new(), CancellationToken::new());
    let stop = cancel.clone();
    let outcome = first.run(&cancel, |leading| async move {
        stop.cancel();
        leading.cancelled().await;
        let other = tokio::time::timeout(Duration::from_secs(60), second.run(&never, |_| async {}));
        assert!(other.await.is_err());
    });
    assert_eq!(outcome.await, Outcome::Cancelled);
    assert_eq!(server.spec("holderIdentity"), "");
}

#[tokio::test(start_paused = true)]
async fn a_lease_can_be_lost_while_the_work_ends() {
    let server = Server::default();
    let (elector, cancel) = (elector(&server, "one"), CancellationToken::new());
    let (stop, down) = (cancel.clone(), server.is_down.clone());
    let outcome = elector.run(&cancel, |_| async move {
        stop.cancel();
        *down.lock() = true;
        tokio::time::sleep(Duration::from_secs(20)).await;
    });
    assert_eq!(outcome.await, Outcome::Lost);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_is_asked_again_and_not_waited_for_at_the_end() {
    let server = Server::default();
    let (elector, began) = (elector(&server, "one"), Instant::now());
    let (wakes, sleeps) = (server.is_silent.clone(), server.is_silent.clone());
    *wakes.lock() = true;
    let waking = async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        *wakes.lock() = false;
    };
    let cancel = CancellationToken::new();
    let leading = elector.run(&cancel, |_| async move { *sleeps.lock() = true });
    let (outcome, ()) = tokio::join!(leading, waking);
    assert_eq!(outcome, Outcome::Finished);
    // ten seconds each, and a pause of two to four and a half
    assert!((22..=25).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[test]
fn a_lease_says_no_less_than_its_duration() {
    let mut options = LeaderElectionOptions::new("n", "a", "me");
    assert_eq!(spec(&options, None)["leaseDurationSeconds"], 15);
    options.lease_duration = Duration::from_millis(15_001);
    assert_eq!(spec(&options, None)["leaseDurationSeconds"], 16);
}
