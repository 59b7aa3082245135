//! Generating again whenever an input is saved.
//!
//! Inputs are looked at a few times a second instead of asking the system for events: they are some dozens of files in
//! known directories, looking costs less than a millisecond, and it works the same on every system, on network file
//! systems and in containers, without a further dependency.

use std::{
    any::Any,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    cache::Cache,
    config,
    diagnostic::Style,
    generate::{Generated, generate},
    run::{Options, RunError},
};

/// How often inputs are looked at.
pub const INTERVAL: Duration = Duration::from_millis(100);

/// Length and time of last change of each input.
type Stamps = BTreeMap<PathBuf, (u64, SystemTime)>;

/// Looks at inputs and generates.
#[derive(Debug)]
pub struct Watch {
    options: Options,
    cache: Option<Cache>,
    style: Style,
    /// The inputs of the last round; `None` before the first.
    seen: Option<Stamps>,
    /// The inputs when they were last looked at.
    last: Stamps,
}

/// A run, and what caused it.
#[derive(Debug)]
pub struct Round {
    /// Inputs that were changed, added or removed since the last round; none in the first.
    pub changed: Vec<String>,
    /// What it did, or all that is wrong with the input, as text.
    pub outcome: Result<Generated, String>,
    /// How long it took.
    pub took: Duration,
}

impl Watch {
    /// A watch over the inputs of `options`. Findings are told in `style`.
    pub fn new(options: Options, cache: Option<Cache>, style: Style) -> Self {
        Self { options, cache, style, seen: None, last: Stamps::new() }
    }

    /// Looks at the inputs and generates if they changed since the last round and are at rest: the same as when they
    /// were last looked at. The first look generates in any case. Whatever is wrong with the input, the watch goes on.
    pub fn poll(&mut self) -> Option<Round> {
        let now = self.stamps();
        let at_rest = now == self.last || self.seen.is_none();
        self.last.clone_from(&now);
        if !at_rest || self.seen.as_ref() == Some(&now) {
            return None;
        }
        let changed = self.seen.as_ref().map_or_else(Vec::new, |seen| differences(seen, &now));
        self.seen = Some(now);
        let started = Instant::now();
        let outcome = self.generate();
        Some(Round { changed, outcome, took: started.elapsed() })
    }

    /// Polls for ever, and tells of each round.
    pub fn run(mut self, mut tell: impl FnMut(&Round)) -> ! {
        loop {
            if let Some(round) = self.poll() {
                tell(&round);
            }
            thread::sleep(INTERVAL);
        }
    }

    /// Generates on a thread of its own: the parser keeps the text of all that it ever read on a thread.
    fn generate(&self) -> Result<Generated, String> {
        let run = || generate(&self.options, self.cache.as_ref()).map_err(|error| self.text(&error));
        thread::scope(|scope| scope.spawn(run).join()).unwrap_or_else(|panic| Err(panicked(&*panic)))
    }

    fn text(&self, error: &RunError) -> String {
        match error {
            RunError::Input(findings) => findings.render(self.style),
            other => format!("error: {other}"),
        }
    }

    /// The `gen.toml` files and the packages' files. A package that can't be found counts as empty: its files are seen
    /// when they come.
    fn stamps(&self) -> Stamps {
        let mut stamps = Stamps::new();
        for path in &self.options.configs {
            add(path, &mut stamps);
            let Ok(config) = config::read(path) else { continue };
            for package in &config.packages {
                let Ok(entries) = fs::read_dir(&package.source.dir) else { continue };
                for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                    if path.extension().is_some_and(|extension| extension == "rs") {
                        add(&path, &mut stamps);
                    }
                }
            }
        }
        stamps
    }
}

fn add(path: &Path, stamps: &mut Stamps) {
    if let Ok(metadata) = fs::metadata(path)
        && metadata.is_file()
    {
        let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        stamps.insert(path.to_owned(), (metadata.len(), time));
    }
}

fn differences(before: &Stamps, after: &Stamps) -> Vec<String> {
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let changed = after.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path);
    let mut paths: Vec<String> = gone.chain(changed).map(|path| path.to_string_lossy().into_owned()).collect();
    paths.sort_unstable();
    paths
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("error: the generator failed, which is a bug of it: {}", text.unwrap_or("it did not say why"))
}
