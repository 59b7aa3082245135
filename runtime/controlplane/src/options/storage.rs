//! Flags of the storage: kube-apiserver's, and those of the embedded store.

use std::{path::PathBuf, str::FromStr, time::Duration};

use clap::{Args, ValueEnum};
use kubeforge_machinery::GroupResource;
use kubeforge_storage::embedded::SyncPolicy;

use super::{CacheSize, Caching, duration};

/// The storage behind the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StorageBackend {
    /// A store in this process, below the data directory.
    #[default]
    Embedded,
    /// A store in this process that is gone with it.
    Memory,
    /// An etcd cluster; see `--etcd-servers`.
    Etcd3,
}

/// How built-in objects are encoded in the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StorageMediaType {
    /// Protobuf, where a kind has that form.
    #[default]
    #[value(name = "application/vnd.kubernetes.protobuf")]
    Protobuf,
    /// JSON.
    #[value(name = "application/json")]
    Json,
}

/// How many keys go with one lease at most, and for how long it takes new ones, is kube-apiserver's.
const LEASE_REUSE_SECONDS: u64 = 60;

/// Flags of the storage.
#[derive(Clone, Debug, Args)]
pub struct StorageArgs {
    /// The storage backend.
    #[arg(long, value_enum, default_value_t)]
    pub storage_backend: StorageBackend,

    /// When a write to the embedded store is answered: "always" once it is on disk, or "interval" (or "interval=50ms")
    /// before, so that a power cut loses what was written since the last of these intervals; a crash of this process
    /// loses nothing either way.
    #[arg(long, value_name = "always|interval[=DURATION]", default_value = "always", value_parser = sync_policy)]
    pub embedded_sync: SyncPolicy,

    /// URLs of the etcd servers, separated by commas (with --storage-backend=etcd3).
    #[arg(long, value_name = "URLS", value_delimiter = ',')]
    pub etcd_servers: Vec<String>,

    /// Other etcd servers for single resources: group/resource#servers, separated by commas, where servers are URLs
    /// separated by semicolons.
    #[arg(long, value_name = "OVERRIDES", value_delimiter = ',', value_parser = ServersOverride::from_str)]
    pub etcd_servers_overrides: Vec<ServersOverride>,

    /// What all keys in the store begin with.
    #[arg(long, value_name = "PREFIX", default_value = "/registry")]
    pub etcd_prefix: String,

    /// The CA that etcd's certificate is verified with.
    #[arg(long, value_name = "FILE")]
    pub etcd_cafile: Option<PathBuf>,

    /// The client certificate for etcd.
    #[arg(long, value_name = "FILE", requires = "etcd_keyfile")]
    pub etcd_certfile: Option<PathBuf>,

    /// The client key for etcd.
    #[arg(long, value_name = "FILE", requires = "etcd_certfile")]
    pub etcd_keyfile: Option<PathBuf>,

    /// How often history is forgotten; what is older than this goes. 0 keeps everything.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub etcd_compaction_interval: Duration,

    /// How often the store is asked for its size, which is a metric. 0 never asks.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub etcd_db_metric_poll_interval: Duration,

    /// How long the store may take to answer a liveness check.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration)]
    pub etcd_healthcheck_timeout: Duration,

    /// How long the store may take to answer a readiness check.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration)]
    pub etcd_readycheck_timeout: Duration,

    /// For how long a lease takes new events; an event lives at most that much longer than it should.
    #[arg(long, value_name = "SECONDS", default_value_t = LEASE_REUSE_SECONDS)]
    pub lease_reuse_duration_seconds: u64,

    /// Whether objects are kept in memory for reads and watches.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub watch_cache: bool,

    /// Built-in resources that are not kept in memory: resource[.group]#0, separated by commas. Other sizes say nothing, as
    /// memory is used as need be.
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = CacheSize::from_str)]
    pub watch_cache_sizes: Vec<CacheSize>,

    /// How built-in objects are encoded in the store. Any encoding is read.
    #[arg(long, value_enum, default_value_t)]
    pub storage_media_type: StorageMediaType,

    /// How long the store may take to answer for the first time before this server gives up.
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    pub storage_initialization_timeout: Duration,
}

impl StorageArgs {
    /// What all keys begin with: the prefix as a path, without a slash at its end.
    pub(crate) fn root(&self) -> String {
        let parts: Vec<&str> = self.etcd_prefix.split('/').filter(|part| !part.is_empty()).collect();
        parts.iter().flat_map(|part| ["/", part]).collect()
    }

    /// Which resources are kept in memory.
    pub(crate) fn caching(&self) -> Caching {
        Caching { is_on: self.watch_cache, sizes: self.watch_cache_sizes.clone() }
    }

    /// What is wrong with the flags together, and with which.
    pub(crate) fn problem(&self) -> Option<(&'static str, &'static str)> {
        let is_etcd = self.storage_backend == StorageBackend::Etcd3;
        if is_etcd && self.etcd_servers.is_empty() {
            return Some(("--etcd-servers", "at least one URL is needed with --storage-backend=etcd3"));
        }
        if !is_etcd && !self.etcd_servers.is_empty() {
            return Some(("--etcd-servers", "only --storage-backend=etcd3 uses it"));
        }
        if !is_etcd && !self.etcd_servers_overrides.is_empty() {
            return Some(("--etcd-servers-overrides", "only --storage-backend=etcd3 uses it"));
        }
        if self.storage_backend != StorageBackend::Embedded && self.embedded_sync != SyncPolicy::Always {
            return Some(("--embedded-sync", "only --storage-backend=embedded uses it"));
        }
        if self.root().is_empty() {
            return Some(("--etcd-prefix", "it must not be empty: all of the store would be this server's"));
        }
        None
    }
}

/// A resource that is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServersOverride {
    /// Which resource.
    pub resource: GroupResource,
    /// The etcd servers that have it.
    pub servers: Vec<String>,
}

impl FromStr for ServersOverride {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad =
            || format!("{text:?} is not of the form group/resource#servers, such as /events#http://127.0.0.1:2379");
        let (resource, servers) = text.split_once('#').ok_or_else(bad)?;
        let (group, resource) = resource.split_once('/').ok_or_else(bad)?;
        let servers: Vec<String> = servers.split(';').filter(|url| !url.is_empty()).map(str::to_owned).collect();
        if resource.is_empty() || resource.contains('/') || servers.is_empty() {
            return Err(bad());
        }
        let resource = GroupResource { group: group.to_owned().into(), resource: resource.to_owned().into() };
        Ok(Self { resource, servers })
    }
}

fn sync_policy(text: &str) -> Result<SyncPolicy, String> {
    match text.split_once('=') {
        None if text == "always" => Ok(SyncPolicy::Always),
        None if text == "interval" => Ok(SyncPolicy::Interval(SyncPolicy::DEFAULT_INTERVAL)),
        Some(("interval", every)) => match duration(every)? {
            Duration::ZERO => Err("the interval must be longer than nothing; use always".to_owned()),
            every => Ok(SyncPolicy::Interval(every)),
        },
        _ => Err(format!("{text:?} is none of always, interval and interval=DURATION")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        storage: StorageArgs,
    }

    fn parse(flags: &[&str]) -> Result<StorageArgs, String> {
        let line = Line::try_parse_from([&["test"], flags].concat()).map_err(|err| err.to_string())?;
        match line.storage.problem() {
            Some((flag, problem)) => Err(format!("{flag}: {problem}")),
            None => Ok(line.storage),
        }
    }

    #[test]
    fn overrides_name_a_resource_and_its_servers() {
        let flags = ["--storage-backend=etcd3", "--etcd-servers=http://a,http://b"];
        let overrides = "--etcd-servers-overrides=/events#http://c:1;http://d:2,apps/deployments#http://e:3";
        let parsed = parse(&[flags[0], flags[1], overrides]).unwrap().etcd_servers_overrides;
        assert_eq!(parsed.len(), 2);
        assert_eq!((&*parsed[0].resource.group, &*parsed[0].resource.resource), ("", "events"));
        assert_eq!(parsed[0].servers, ["http://c:1", "http://d:2"]);
        for bad in ["events#http://c", "/events", "/events#", "/#http://c", "a/b/c#http://c"] {
            assert!(parse(&[flags[0], flags[1], &format!("--etcd-servers-overrides={bad}")]).is_err(), "{bad}");
        }
    }

    #[test]
    fn flags_that_do_nothing_are_refused() {
        for flags in [
            &["--storage-backend=etcd3"][..],
            &["--etcd-servers=http://a"],
            &["--etcd-servers-overrides=/events#http://a"],
            &["--storage-backend=memory", "--embedded-sync=interval"],
            &["--etcd-prefix=/"],
            &["--embedded-sync=never"],
            &["--embedded-sync=interval=0s"],
            &["--storage-media-type=application/yaml"],
        ] {
            assert!(parse(flags).is_err(), "{flags:?}");
        }
        let every = parse(&["--embedded-sync=interval=50ms"]).unwrap().embedded_sync;
        assert_eq!(every, SyncPolicy::Interval(Duration::from_millis(50)));
    }

    #[test]
    fn a_prefix_is_a_path() {
        for (prefix, want) in [("/registry", "/registry"), ("a/b/", "/a/b"), ("//x//y", "/x/y")] {
            assert_eq!(parse(&[&format!("--etcd-prefix={prefix}")]).unwrap().root(), want);
        }
    }
}
