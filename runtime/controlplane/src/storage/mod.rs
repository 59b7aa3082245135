//! The stores behind the server, opened as the flags say, with a watch cache for each resource: one store, and others for
//! resources that are kept elsewhere (`--etcd-servers-overrides`).

mod factory;
#[cfg(test)]
mod layout;
mod probe;
mod size;

use std::{path::Path, sync::Arc, sync::atomic::AtomicBool, time::Duration};

use kubeforge_apiserver::metrics::Families;
use kubeforge_machinery::GroupResource;
use kubeforge_storage::{
    compaction::{Compaction, Compactors},
    embedded::{EmbeddedKv, EmbeddedOptions},
    etcd::{EtcdKv, EtcdOptions},
    kv::{Kv, KvError},
    watch_cache::WatchCacheHub,
};
use tokio::time::Instant;

use self::probe::Prober;
pub(crate) use self::{factory::Factory, probe::Probing, size::Sizes};
use crate::{
    measured::{Counts, Measured},
    options::{Caching, StorageArgs, StorageBackend, StorageMediaType},
};

/// What upstream's keys begin with.
const ROOT: &str = "/registry";

/// The time between two tries to reach a store at the start.
const REACH_PAUSE: Duration = Duration::from_millis(250);

/// How long a store in memory may take to answer, though it never does.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// A store that is open, and nothing more yet.
pub(crate) struct Opened {
    kv: Arc<dyn Kv>,
    /// The resources that it holds; none for the one that has all others.
    resources: Vec<GroupResource>,
}

/// The stores of a server, open.
pub(crate) struct Opening {
    first: Opened,
    others: Vec<Opened>,
}

/// Opens the stores.
///
/// # Errors
/// Where the data directory can't be used or etcd can't be reached.
pub(crate) async fn open(args: &StorageArgs, data_dir: &Path) -> Result<Opening, KvError> {
    let kv: Arc<dyn Kv> = match args.storage_backend {
        StorageBackend::Embedded => {
            let dir = data_dir.join("store");
            let options = EmbeddedOptions { sync: args.embedded_sync, ..EmbeddedOptions::default() };
            let opened = tokio::task::spawn_blocking(move || EmbeddedKv::open(&dir, options)).await;
            Arc::new(opened.map_err(|err| KvError::Engine(err.to_string()))??)
        }
        StorageBackend::Memory => Arc::new(EmbeddedKv::in_memory()),
        StorageBackend::Etcd3 => reach(args, &args.etcd_servers).await?,
    };
    let mut opening = Opening { first: Opened { kv, resources: Vec::new() }, others: Vec::new() };
    let mut known: Vec<&[String]> = Vec::new();
    for one in &args.etcd_servers_overrides {
        // the same servers are one store
        let at = match known.iter().position(|servers| *servers == one.servers) {
            Some(at) => at,
            None => {
                opening.others.push(Opened { kv: reach(args, &one.servers).await?, resources: Vec::new() });
                known.push(&one.servers);
                known.len() - 1
            }
        };
        if let Some(store) = opening.others.get_mut(at) {
            store.resources.push(one.resource.clone());
        }
    }
    Ok(opening)
}

/// Connects to an etcd, which may be starting too.
async fn reach(args: &StorageArgs, servers: &[String]) -> Result<Arc<dyn Kv>, KvError> {
    let options = EtcdOptions {
        endpoints: servers.to_vec(),
        ca_path: args.etcd_cafile.clone(),
        cert_path: args.etcd_certfile.clone(),
        key_path: args.etcd_keyfile.clone(),
    };
    // what is wrong with the flags won't change
    options.check()?;
    let until = Instant::now() + args.storage_initialization_timeout;
    loop {
        match tokio::time::timeout_at(until, EtcdKv::connect(options.clone())).await {
            Ok(Ok(kv)) => return Ok(Arc::new(kv)),
            Ok(Err(err)) if Instant::now() + REACH_PAUSE >= until => return Err(err),
            Ok(Err(err)) => tracing::warn!(%err, "cannot reach etcd; trying again"),
            Err(_) => return Err(KvError::Unavailable(format!("etcd at {} does not answer", servers.join(",")))),
        }
        tokio::time::sleep(REACH_PAUSE).await;
    }
}

/// A store that is open, watched, measured and compacted.
pub(crate) struct Store {
    kv: Arc<dyn Kv>,
    hub: Arc<WatchCacheHub>,
    resources: Vec<GroupResource>,
    answers: Arc<AtomicBool>,
    _compaction: Option<Compaction>,
}

impl Store {
    fn start(Opened { kv, resources }: Opened, counts: &Counts, root: &str, compaction: Option<Compaction>) -> Self {
        let measured = Measured::new(kv, counts.clone());
        let answers = measured.answers();
        let kv: Arc<dyn Kv> = Arc::new(measured);
        let hub = WatchCacheHub::start(kv.clone(), &format!("{root}/"));
        Self { kv, hub, resources, answers, _compaction: compaction }
    }
}

/// All stores of a server.
pub(crate) struct Stores {
    root: String,
    /// Other API servers may write there as well.
    is_shared: bool,
    caching: Caching,
    media_type: StorageMediaType,
    lease_reuse: Duration,
    health_timeout: Duration,
    ready_timeout: Duration,
    /// The store of all resources without one of their own.
    first: Store,
    others: Vec<Store>,
    counts: Counts,
}

impl Stores {
    /// A single store, for tests: nothing is compacted. Must be called in a Tokio runtime.
    pub(crate) fn over(kv: Arc<dyn Kv>) -> Arc<Self> {
        let counts = Counts::default();
        Arc::new(Self {
            first: Store::start(Opened { kv, resources: Vec::new() }, &counts, ROOT, None),
            others: Vec::new(),
            root: ROOT.to_owned(),
            is_shared: false,
            caching: Caching::default(),
            media_type: StorageMediaType::default(),
            lease_reuse: kubeforge_storage::store::LEASE_REUSE,
            health_timeout: PROBE_TIMEOUT,
            ready_timeout: PROBE_TIMEOUT,
            counts,
        })
    }

    /// Begins to follow, measure and compact stores. Must be called in a Tokio runtime.
    pub(crate) fn start(args: &StorageArgs, Opening { first, others }: Opening) -> Arc<Self> {
        let compactors = match args.storage_backend {
            StorageBackend::Embedded | StorageBackend::Memory => Compactors::Alone,
            StorageBackend::Etcd3 => Compactors::Shared,
        };
        let compaction = Some(args.etcd_compaction_interval).filter(|interval| !interval.is_zero());
        let (counts, root) = (Counts::default(), args.root());
        let start = |store: Opened| {
            let compaction = compaction.map(|interval| Compaction::start(store.kv.clone(), interval, compactors));
            Store::start(store, &counts, &root, compaction)
        };
        let (first, others) = (start(first), others.into_iter().map(start).collect());
        Arc::new(Self {
            first,
            others,
            root,
            is_shared: args.storage_backend == StorageBackend::Etcd3,
            caching: args.caching(),
            media_type: args.storage_media_type,
            lease_reuse: Duration::from_secs(args.lease_reuse_duration_seconds),
            health_timeout: args.etcd_healthcheck_timeout,
            ready_timeout: args.etcd_readycheck_timeout,
            counts,
        })
    }

    /// The store of a resource and what all keys in it begin with, where other API servers may write to it.
    pub(crate) fn shared_store_of(&self, resource: &GroupResource) -> Option<(Arc<dyn Kv>, &str)> {
        self.is_shared.then(|| (self.of(resource).kv.clone(), self.root.as_str()))
    }

    fn all(&self) -> impl Iterator<Item = &Store> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The store of a resource.
    fn of(&self, resource: &GroupResource) -> &Store {
        self.others.iter().find(|store| store.resources.contains(resource)).unwrap_or(&self.first)
    }

    /// Whether the first store did when it was last asked.
    pub(crate) fn answers(&self) -> Arc<AtomicBool> {
        self.first.answers.clone()
    }

    /// The health checks: for each store whether it lives and whether it is ready.
    pub(crate) fn probes(&self) -> Vec<Probing> {
        let probe = |store: &Store, timeout| Prober::new(store.kv.clone(), store.answers.clone(), timeout);
        self.all()
            .map(|store| Probing { live: probe(store, self.health_timeout), ready: probe(store, self.ready_timeout) })
            .collect()
    }

    /// Counts requests to the stores from now on.
    pub(crate) fn count_in(&self, families: &Families) {
        self.counts.register(families);
    }

    /// Asks the stores for their sizes every so often; never where that is zero.
    pub(crate) fn poll_sizes(&self, every: Duration, families: &Families) -> Option<Sizes> {
        let stores = self.all().map(|store| store.kv.clone()).collect();
        (!every.is_zero()).then(|| Sizes::poll(stores, families, every))
    }

    /// Waits until every watch cache there is now is filled.
    pub(crate) async fn ready(&self) {
        for store in self.all() {
            store.hub.ready().await;
        }
    }

    /// Ends all watches and closes the stores.
    pub(crate) async fn close(&self) {
        for store in self.all() {
            store.hub.close();
            store.kv.close().await;
        }
    }

    /// The store of all resources without one of their own.
    pub(crate) fn kv(&self) -> Arc<dyn Kv> {
        self.first.kv.clone()
    }
}
