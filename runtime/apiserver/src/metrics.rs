//! What the server counts of itself, in Prometheus' text form 0.0.4 under kube-apiserver's names.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;

/// The media type of the answer.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// Upper bounds of the duration histogram's buckets, in seconds: those of kube-apiserver.
const BUCKETS: [f64; 22] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0,
    60.0,
];

/// What a request was, as labels name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestLabels {
    /// `GET`, `LIST`, `WATCH`, `POST`, …
    pub verb: &'static str,
    /// The API group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The plural.
    pub resource: String,
    /// The subresource.
    pub subresource: String,
    /// `resource`, `namespace`, `cluster` or nothing.
    pub scope: &'static str,
    /// `All` for dry runs.
    pub dry_run: &'static str,
}

#[derive(Debug, Default)]
struct Requests {
    by_code: BTreeMap<u16, u64>,
    buckets: [u64; BUCKETS.len()],
    seconds: f64,
    count: u64,
}

/// Requests of one sort that are being handled now.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

/// Counts a request as long as it exists.
#[derive(Debug)]
pub struct InFlight<'a>(&'a Gauge);

/// Counts an open watch as long as it exists.
#[derive(Debug)]
pub struct OpenWatch(Arc<Metrics>);

impl OpenWatch {
    /// Counts an event that is sent.
    pub fn sent(&self) {
        self.0.watch_events.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for OpenWatch {
    fn drop(&mut self) {
        self.0.watches.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gauge {
    /// Counts one more until the guard is dropped.
    pub fn enter(&self) -> InFlight<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        InFlight(self)
    }

    /// How many there are now.
    pub fn value(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How long operations take, by labels: a histogram that somebody beside the server fills.
#[derive(Debug, Default)]
pub struct Timings(Mutex<BTreeMap<Vec<(&'static str, String)>, Timing>>);

#[derive(Debug, Default)]
struct Timing {
    buckets: [u64; BUCKETS.len()],
    seconds: f64,
    count: u64,
}

impl Timings {
    /// Notes one operation.
    pub fn observe(&self, labels: Vec<(&'static str, String)>, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut all = self.0.lock();
        let timing = all.entry(labels).or_default();
        timing.seconds += seconds;
        timing.count += 1;
        let bucket = BUCKETS.iter().position(|bound| seconds <= *bound);
        if let Some(bucket) = bucket.and_then(|at| timing.buckets.get_mut(at)) {
            *bucket += 1;
        }
    }

    /// The histogram as text.
    pub fn render(&self, name: &str, help: &str) -> String {
        let mut text = Text(String::new());
        text.family(name, "histogram", help);
        for (labels, timing) in &*self.0.lock() {
            let labels: Vec<(&str, &str)> = labels.iter().map(|(label, value)| (*label, value.as_str())).collect();
            let bucket = format!("{name}_bucket");
            let mut below = 0;
            for (bound, count) in BUCKETS.iter().zip(&timing.buckets) {
                below += count;
                let bound = bound.to_string();
                text.sample(&bucket, &[labels.as_slice(), &[("le", &bound)]].concat(), below as f64);
            }
            text.sample(&bucket, &[labels.as_slice(), &[("le", "+Inf")]].concat(), timing.count as f64);
            text.sample(&format!("{name}_sum"), &labels, timing.seconds);
            text.sample(&format!("{name}_count"), &labels, timing.count as f64);
        }
        text.0
    }
}

/// Writes metrics that somebody beside the server keeps.
pub type Source = Arc<dyn Fn() -> String + Send + Sync>;

type Collect = Arc<dyn Fn() -> Vec<(String, f64)> + Send + Sync>;

/// A server's metrics.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<HashMap<RequestLabels, Requests>>,
    /// Reads that are being handled.
    pub reading: Gauge,
    /// Writes that are being handled.
    pub writing: Gauge,
    /// Watches that are open.
    pub watches: Gauge,
    /// Events sent to watchers.
    pub watch_events: AtomicU64,
    /// What rules found that are not in force yet, and hand-written ones did not.
    pub validation_mismatches: AtomicU64,
    /// Gives the number of stored objects by resource.
    pub storage_objects: Mutex<Option<Collect>>,
    /// Further metrics, in text form.
    pub sources: Mutex<Vec<Source>>,
    /// The server's version, for `kubernetes_build_info`.
    pub git_version: Mutex<String>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").field("watch_events", &self.watch_events).finish_non_exhaustive()
    }
}

impl Metrics {
    /// Counts a watch until the guard is dropped.
    pub fn watch_opened(self: &Arc<Self>) -> OpenWatch {
        self.watches.0.fetch_add(1, Ordering::Relaxed);
        OpenWatch(self.clone())
    }

    /// Notes a finished request.
    pub fn observe(&self, labels: &RequestLabels, code: u16, took: Duration) {
        let mut all = self.requests.lock();
        let requests = match all.get_mut(labels) {
            Some(requests) => requests,
            None => all.entry(labels.clone()).or_default(),
        };
        *requests.by_code.entry(code).or_default() += 1;
        let seconds = took.as_secs_f64();
        requests.seconds += seconds;
        requests.count += 1;
        if let Some(bucket) =
            BUCKETS.iter().position(|bound| seconds <= *bound).and_then(|at| requests.buckets.get_mut(at))
        {
            *bucket += 1;
        }
    }

    /// All metrics as text.
    pub fn render(&self) -> String {
        let mut text = Text(String::new());
        self.render_requests(&mut text);
        text.family("apiserver_current_inflight_requests", "gauge", "Requests being handled now, by kind.");
        for (kind, gauge) in [("mutating", &self.writing), ("readOnly", &self.reading)] {
            let value = gauge.0.load(Ordering::Relaxed) as f64;
            text.sample("apiserver_current_inflight_requests", &[("request_kind", kind)], value);
        }
        text.family("apiserver_longrunning_requests", "gauge", "Watches open now.");
        text.sample(
            "apiserver_longrunning_requests",
            &[("verb", "WATCH")],
            self.watches.0.load(Ordering::Relaxed) as f64,
        );
        text.family("apiserver_watch_events_total", "counter", "Events sent to watchers.");
        text.sample("apiserver_watch_events_total", &[], self.watch_events.load(Ordering::Relaxed) as f64);
        let name = "apiserver_validation_declarative_validation_mismatch_total";
        text.family(name, "counter", "Findings of rules not in force yet that hand-written validation does not share.");
        text.sample(name, &[], self.validation_mismatches.load(Ordering::Relaxed) as f64);
        text.family("apiserver_storage_objects", "gauge", "Stored objects, by resource.");
        let collect = self.storage_objects.lock().clone();
        for (resource, count) in collect.map(|collect| collect()).unwrap_or_default() {
            text.sample("apiserver_storage_objects", &[("resource", &resource)], count);
        }
        text.family("apiserver_audit_event_total", "counter", "Audit events sent; there is no audit backend yet.");
        text.sample("apiserver_audit_event_total", &[], 0.0);
        let name = "apiserver_flowcontrol_current_inqueue_requests";
        text.family(name, "gauge", "Requests that wait; requests in excess are refused here, so none does.");
        text.sample(name, &[], 0.0);
        for source in &*self.sources.lock() {
            text.0.push_str(&source());
        }
        text.family("kubernetes_build_info", "gauge", "Always 1; the labels say what was built.");
        text.sample("kubernetes_build_info", &[("git_version", &self.git_version.lock())], 1.0);
        render_process(&mut text);
        text.0
    }

    fn render_requests(&self, text: &mut Text) {
        let all = self.requests.lock();
        let mut sorted: Vec<_> = all.iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(b.0));
        text.family(
            "apiserver_request_total",
            "counter",
            "Requests answered, by what they were and the answer's code.",
        );
        for (labels, requests) in &sorted {
            for (code, count) in &requests.by_code {
                let code = code.to_string();
                let mut pairs = pairs(labels);
                pairs.push(("code", &code));
                text.sample("apiserver_request_total", &pairs, *count as f64);
            }
        }
        text.family("apiserver_request_duration_seconds", "histogram", "How long requests took, watches left out.");
        for (labels, requests) in &sorted {
            if labels.verb == "WATCH" {
                continue;
            }
            let mut below = 0;
            for (bound, count) in BUCKETS.iter().zip(&requests.buckets) {
                below += count;
                let bound = bound.to_string();
                let mut pairs = pairs(labels);
                pairs.push(("le", &bound));
                text.sample("apiserver_request_duration_seconds_bucket", &pairs, below as f64);
            }
            let mut last = pairs(labels);
            last.push(("le", "+Inf"));
            text.sample("apiserver_request_duration_seconds_bucket", &last, requests.count as f64);
            text.sample("apiserver_request_duration_seconds_sum", &pairs(labels), requests.seconds);
            text.sample("apiserver_request_duration_seconds_count", &pairs(labels), requests.count as f64);
        }
    }
}

fn pairs(labels: &RequestLabels) -> Vec<(&'static str, &str)> {
    vec![
        ("component", "apiserver"),
        ("dry_run", labels.dry_run),
        ("group", &labels.group),
        ("resource", &labels.resource),
        ("scope", labels.scope),
        ("subresource", &labels.subresource),
        ("verb", labels.verb),
        ("version", &labels.version),
    ]
}

/// CPU time and memory of this process, where `/proc` says them.
fn render_process(text: &mut Text) {
    const TICKS_PER_SECOND: f64 = 100.0;
    const PAGE_BYTES: f64 = 4096.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the second field is the command in brackets, which may hold spaces; utime is the 14th field, stime the 15th
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    if let (Some(user), Some(system)) = (number(11), number(12)) {
        text.family("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds.");
        text.sample("process_cpu_seconds_total", &[], (user + system) / TICKS_PER_SECOND);
    }
    if let Some(pages) = number(21) {
        text.family("process_resident_memory_bytes", "gauge", "Resident memory, in bytes.");
        text.sample("process_resident_memory_bytes", &[], pages * PAGE_BYTES);
    }
}

struct Text(String);

impl Text {
    fn family(&mut self, name: &str, type_: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {type_}\n"));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        for (index, (label, text)) in labels.iter().enumerate() {
            self.0.push(if index == 0 { '{' } else { ',' });
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            self.line(format_args!("{label}=\"{escaped}\""));
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        self.line(format_args!(" {value}\n"));
    }

    fn line(&mut self, arguments: std::fmt::Arguments<'_>) {
        // writing to a String cannot fail
        let _infallible = self.0.write_fmt(arguments);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_and_timed() {
        let metrics = Metrics::default();
        let labels = RequestLabels { verb: "GET", resource: "pods".to_owned(), ..RequestLabels::default() };
        metrics.observe(&labels, 200, Duration::from_millis(30));
        metrics.observe(&labels, 404, Duration::from_secs(100));
        let text = metrics.render();
        assert!(text.contains("# TYPE apiserver_request_total counter\n"));
        assert!(
            text.contains(r#"resource="pods",scope="",subresource="",verb="GET",version="",code="404"} 1"#),
            "{text}"
        );
        assert!(text.contains(r#"le="0.05"} 1"#) && text.contains(r#"le="60"} 1"#) && text.contains(r#"le="+Inf"} 2"#));
    }
}
