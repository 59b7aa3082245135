//! `/healthz`, `/livez` and `/readyz`: is the server well, alive, ready (KEP-1331).

use std::{
    fmt::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use crate::query::Query;

/// Which of the three is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// `/healthz`: both of the others.
    Health,
    /// `/livez`: restart the server if not.
    Live,
    /// `/readyz`: send no requests if not.
    Ready,
}

impl Probe {
    /// The name in paths and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Health => "healthz",
            Self::Live => "livez",
            Self::Ready => "readyz",
        }
    }
}

type Test = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// The checks of a server.
#[derive(Clone, Default)]
pub struct Checks(Vec<Check>);

#[derive(Clone)]
struct Check {
    name: &'static str,
    only: Option<Probe>,
    test: Test,
    /// By the place of the probe.
    tallies: Arc<[Tally; 3]>,
}

/// How often a check was run for a probe, and how.
#[derive(Default)]
struct Tally {
    passed: AtomicU64,
    failed: AtomicU64,
    passes: AtomicBool,
}

impl Check {
    /// Runs it for one of all checks of a probe.
    fn run(&self, probe: Probe) -> Result<(), String> {
        let result = (self.test)();
        if let Some(tally) = self.tallies.get(probe as usize) {
            let count = if result.is_ok() { &tally.passed } else { &tally.failed };
            count.fetch_add(1, Relaxed);
            tally.passes.store(result.is_ok(), Relaxed);
        }
        result
    }
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|check| check.name)).finish()
    }
}

/// What a probe answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// 200, 404 or 500.
    pub status: u16,
    /// Plain text.
    pub body: String,
    /// It came from all checks, not from a single one: the answer then forbids content sniffing.
    pub whole: bool,
}

impl Checks {
    /// The check that every server passes while it answers at all.
    pub fn new() -> Self {
        let mut checks = Self::default();
        checks.add("ping", None, || Ok(()));
        checks
    }

    /// Adds a check. `only` restricts it to one of `livez` and `readyz`; `healthz` has those that `livez` has.
    pub fn add(
        &mut self,
        name: &'static str,
        only: Option<Probe>,
        test: impl Fn() -> Result<(), String> + Send + Sync + 'static,
    ) {
        self.0.push(Check { name, only, test: Arc::new(test), tallies: Arc::default() });
    }

    /// The names of a probe's checks.
    pub fn names(&self, probe: Probe) -> impl Iterator<Item = &'static str> {
        self.of(probe).map(|check| check.name)
    }

    fn of(&self, probe: Probe) -> impl Iterator<Item = &Check> {
        self.0.iter().filter(move |check| match (check.only, probe) {
            (None, _) | (Some(Probe::Health), _) => true,
            (Some(Probe::Live), probe) => probe != Probe::Ready,
            (Some(Probe::Ready), probe) => probe == Probe::Ready,
        })
    }

    /// Runs the checks that a request asks for: `path` is what follows the probe's name, `query` may hold `verbose` and
    /// `exclude`. The reasons of failures stay in the server's log.
    pub fn run(&self, probe: Probe, path: &str, query: Query<'_>) -> Report {
        let mut of_probe = self.of(probe);
        let single = path.trim_matches('/');
        if !single.is_empty() {
            return match of_probe.find(|check| check.name == single) {
                Some(Check { name, test, .. }) => match test() {
                    Ok(()) => Report { status: 200, body: "ok".to_owned(), whole: false },
                    Err(reason) => {
                        tracing::warn!(check = name, reason, "health check failed");
                        Report { status: 500, body: format!("internal server error: {reason}\n"), whole: false }
                    }
                },
                None => Report { status: 404, body: "404 page not found\n".to_owned(), whole: true },
            };
        }
        let excluded: Vec<String> = query.all("exclude").map(|name| name.into_owned()).collect();
        let mut body = String::new();
        let mut failed = false;
        for check in of_probe {
            let name = check.name;
            if excluded.iter().any(|it| it == name) {
                body.push_str(&format!("[+]{name} excluded: ok\n"));
                continue;
            }
            match check.run(probe) {
                Ok(()) => body.push_str(&format!("[+]{name} ok\n")),
                Err(reason) => {
                    tracing::warn!(check = name, reason, "health check failed");
                    failed = true;
                    body.push_str(&format!("[-]{name} failed: reason withheld\n"));
                }
            }
        }
        let unknown: Vec<String> = excluded
            .iter()
            .filter(|name| !self.0.iter().any(|check| check.name == name.as_str()))
            .map(|name| format!("{name:?}"))
            .collect();
        if !unknown.is_empty() {
            let names = unknown.join(",");
            body.push_str(&format!("warn: some health checks cannot be excluded: no matches for {names}\n"));
        }
        let name = probe.name();
        match (failed, query.get("verbose").is_some()) {
            (true, _) => Report { status: 500, body: format!("{body}{name} check failed\n"), whole: true },
            (false, true) => Report { status: 200, body: format!("{body}{name} check passed\n"), whole: true },
            (false, false) => Report { status: 200, body: "ok".to_owned(), whole: true },
        }
    }
}

/// What came of the checks of probes so far: `/metrics/slis` (KEP-3466, component-base's metrics/prometheus/slis). Checks
/// that no probe has asked for are not in it.
pub fn indicators<'a>(probes: impl IntoIterator<Item = (Probe, &'a Checks)>) -> String {
    let (mut now, mut total) = (String::new(), String::new());
    for (probe, checks) in probes {
        for Check { name, tallies, .. } in checks.of(probe) {
            let Some(Tally { passed, failed, passes }) = tallies.get(probe as usize) else { continue };
            let counts = [("error", failed.load(Relaxed)), ("success", passed.load(Relaxed))];
            let labels = format!("name=\"{name}\"");
            let kind = probe.name();
            if counts.iter().any(|(_, count)| *count > 0) {
                let passes = u8::from(passes.load(Relaxed));
                // writing to a String cannot fail
                let _infallible = writeln!(now, "kubernetes_healthcheck{{{labels},type=\"{kind}\"}} {passes}");
            }
            for (status, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
                let labels = format!("{labels},status=\"{status}\",type=\"{kind}\"");
                let _infallible = writeln!(total, "kubernetes_healthchecks_total{{{labels}}} {count}");
            }
        }
    }
    format!(
        "# HELP kubernetes_healthcheck [STABLE] Whether a health check passed the last time.\n\
         # TYPE kubernetes_healthcheck gauge\n{now}\
         # HELP kubernetes_healthchecks_total [STABLE] How often health checks were run, by what came of it.\n\
         # TYPE kubernetes_healthchecks_total counter\n{total}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_probes_is_counted() {
        let mut checks = Checks::new();
        checks.add("ill", Some(Probe::Ready), || Err("it is".to_owned()));
        let empty = indicators([(Probe::Ready, &checks)]);
        assert!(!empty.contains('{'), "{empty}");
        for query in ["", "exclude=ill"] {
            checks.run(Probe::Ready, "", Query::new(query));
        }
        let text = indicators([(Probe::Live, &checks), (Probe::Ready, &checks)]);
        let samples: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            samples,
            [
                r#"kubernetes_healthcheck{name="ping",type="readyz"} 1"#,
                r#"kubernetes_healthcheck{name="ill",type="readyz"} 0"#,
                r#"kubernetes_healthchecks_total{name="ping",status="success",type="readyz"} 2"#,
                r#"kubernetes_healthchecks_total{name="ill",status="error",type="readyz"} 1"#,
            ]
        );
    }
}
