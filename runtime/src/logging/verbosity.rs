//! Which lines are logged.

use glob::Pattern;
use tracing::{Level, Metadata, Subscriber, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::layer::{Context, Filter};

/// The transport's own chatter never helps; only its warnings are logged.
const QUIET: [&str; 6] = ["h2", "hyper", "rustls", "tower", "fjall", "lsm_tree"];

/// The target of the lines that tell of each request, and the verbosity from which on they are logged.
const REQUESTS: (&str, u8) = ("httplog", 3);

/// Source files with a verbosity of their own; the first that fits counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Modules(Vec<(Pattern, u8)>);

impl Modules {
    /// Reads `name=level,name=level`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let bad = || "syntax error: expect comma-separated list of filename=N".to_owned();
        let pairs = text.split(',').filter(|pair| !pair.is_empty()).map(|pair| {
            let (pattern, level) = pair.split_once('=').filter(|(pattern, _)| !pattern.is_empty()).ok_or_else(bad)?;
            Ok((Pattern::new(pattern).map_err(|_| bad())?, level.parse().map_err(|_| bad())?))
        });
        Ok(Self(pairs.collect::<Result<_, String>>()?))
    }

    fn of(&self, file: &str) -> Option<u8> {
        let path = file.strip_suffix(".rs").unwrap_or(file);
        let name = path.rsplit('/').next().unwrap_or(path);
        let fits = |pattern: &Pattern| pattern.matches(if pattern.as_str().contains('/') { path } else { name });
        self.0.iter().find(|(pattern, _)| fits(pattern)).map(|(_, level)| *level)
    }
}

/// Lets through what `-v` and `--vmodule` ask for.
#[derive(Debug)]
pub(super) struct Verbosity {
    level: u8,
    modules: Modules,
}

impl Verbosity {
    pub(super) fn new(level: u8, modules: Modules) -> Self {
        Self { level, modules }
    }

    fn lets_through(&self, metadata: &Metadata<'_>) -> bool {
        let level = metadata.level();
        let is_quiet = |target: &str| QUIET.iter().any(|name| target.split("::").next() == Some(name));
        if *level > Level::WARN && is_quiet(metadata.target()) {
            return false;
        }
        let verbosity = metadata.file().and_then(|file| self.modules.of(file)).unwrap_or(self.level);
        needed(metadata.target(), *level) <= verbosity
    }
}

/// Targets that begin so go on with the verbosity from which on their lines are logged.
const KLOG: &str = "klog::";

/// The verbosity from which on an event is logged.
pub(super) fn needed(target: &str, level: Level) -> u8 {
    if let Some(verbosity) = target.strip_prefix(KLOG).and_then(|verbosity| verbosity.parse().ok()) {
        return verbosity;
    }
    match level {
        _ if target == REQUESTS.0 => REQUESTS.1,
        Level::ERROR | Level::WARN => 0,
        Level::INFO => 1,
        Level::DEBUG => 4,
        Level::TRACE => 6,
    }
}

impl<S: Subscriber> Filter<S> for Verbosity {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        self.lets_through(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.lets_through(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let most = self.modules.0.iter().map(|(_, level)| *level).fold(self.level, u8::max);
        Some(match most {
            0 => LevelFilter::WARN,
            1..=3 => LevelFilter::INFO,
            4..=5 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_levels_of_their_own() {
        let modules = Modules::parse("chain=6,watch_*=4,*/filters/*=5").unwrap();
        for (file, want) in [
            ("runtime/apiserver/src/chain.rs", Some(6)),
            ("runtime/storage/src/watch_cache.rs", Some(4)),
            ("runtime/apiserver/src/filters/limits.rs", Some(5)),
            ("runtime/apiserver/src/server.rs", None),
        ] {
            assert_eq!(modules.of(file), want, "{file}");
        }
        for text in ["chain", "=5", "chain=much", "[=1"] {
            assert!(Modules::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn levels_mean_verbosities() {
        assert_eq!(needed("kubeforge_apiserver::chain", Level::WARN), 0);
        assert_eq!(needed("httplog", Level::INFO), 3);
        assert_eq!(needed("klog::2", Level::INFO), 2);
        assert_eq!(needed("kubeforge_apiserver::chain", Level::TRACE), 6);
    }
}
