//! `/healthz`, `/livez` and `/readyz`: is the server well, alive, ready (KEP-1331).

use std::{fmt, sync::Arc};

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
pub struct Checks(Vec<(&'static str, Option<Probe>, Test)>);

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, ..)| name)).finish()
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
        self.0.push((name, only, Arc::new(test)));
    }

    /// The names of a probe's checks.
    pub fn names(&self, probe: Probe) -> impl Iterator<Item = &'static str> {
        self.of(probe).map(|(name, ..)| *name)
    }

    /// Whether each of a probe's checks passes, for the metrics.
    pub fn results(&self, probe: Probe) -> impl Iterator<Item = (&'static str, bool)> {
        self.of(probe).map(|(name, _, test)| (*name, test().is_ok()))
    }

    fn of(&self, probe: Probe) -> impl Iterator<Item = &(&'static str, Option<Probe>, Test)> {
        self.0.iter().filter(move |(_, only, _)| match (only, probe) {
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
            return match of_probe.find(|(name, ..)| *name == single) {
                Some((name, _, test)) => match test() {
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
        for (name, _, test) in of_probe {
            if excluded.iter().any(|it| it == name) {
                body.push_str(&format!("[+]{name} excluded: ok\n"));
                continue;
            }
            match test() {
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
            .filter(|name| !self.0.iter().any(|(known, ..)| known == name))
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
