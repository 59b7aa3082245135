//! A server: made by a builder from a Scheme, a storage factory and what each resource adds.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
};

use http::HeaderValue;
use kubeforge_machinery::{
    GroupResource, GroupVersionKind, GroupVersionResource, Scheme,
    codec::MediaType,
    scheme::{Lifecycle, SubresourceInfo, TypeEntry},
    validation::FeatureGates,
};
use kubeforge_storage::storage::Storage;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{
    admission::{Admission, AdmissionChain},
    auth::{Authenticator, Authorizer},
    cbor,
    chain::Chain,
    default_table::DefaultTable,
    documents::Documents,
    dynamic::ScopeMaker,
    filters::{authentication::Anonymous, authorization::AlwaysAllow},
    handlers::watch::WatchEnv,
    health::{Checks, Probe},
    listener,
    metrics::{self, Families, Metrics},
    nonresource::{NonResource, PathHandler},
    parts,
    query::Query,
    registry::{Registry, ResourceOptions, ResourceScope, StorageFactory, StorageSpec, Subresource, SubresourceScope},
    service::InProcessService,
    serving::ServingOptions,
    shutdown::Shutdown,
    strategy::DefaultStrategy,
    version::Version,
};

/// Collects what a server is made of.
pub struct ServerBuilder {
    scheme: Arc<Scheme>,
    storage: Box<dyn StorageFactory>,
    resources: HashMap<GroupResource, ResourceOptions>,
    group_priorities: Vec<&'static str>,
    admission: Vec<Box<dyn Admission>>,
    feature_gates: FeatureGates,
    authenticators: Vec<Arc<dyn Authenticator>>,
    authorizer: Arc<dyn Authorizer>,
    anonymous: Anonymous,
    health: Checks,
    version: Version,
    paths: BTreeMap<String, Arc<dyn PathHandler>>,
    unlisted: BTreeMap<String, Arc<dyn PathHandler>>,
    metrics: Arc<Metrics>,
    serving: ServingOptions,
    advertise: String,
    serves: Serves,
}

type Serves = Box<dyn Fn(&GroupVersionResource, &Lifecycle) -> bool + Send + Sync>;

impl std::fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerBuilder").field("resources", &self.resources.len()).finish_non_exhaustive()
    }
}

impl ServerBuilder {
    /// Says of a resource, in all its versions, what its definition does not.
    #[must_use]
    pub fn resource(mut self, resource: GroupResource, options: ResourceOptions) -> Self {
        self.resources.insert(resource, options);
        self
    }

    /// Which resources of the Scheme are served, by version; the default is all.
    #[must_use]
    pub fn serves(
        mut self,
        serves: impl Fn(&GroupVersionResource, &Lifecycle) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.serves = Box::new(serves);
        self
    }

    /// Groups in the order in which discovery lists them; others follow by name.
    #[must_use]
    pub fn group_priorities(mut self, groups: Vec<&'static str>) -> Self {
        self.group_priorities = groups;
        self
    }

    /// Admission plugins, in order.
    #[must_use]
    pub fn admission(mut self, plugins: Vec<Box<dyn Admission>>) -> Self {
        self.admission = plugins;
        self
    }

    /// Which feature gates are on, for rules that depend on one; the default is none.
    #[must_use]
    pub fn feature_gates(mut self, gates: FeatureGates) -> Self {
        self.feature_gates = gates;
        self
    }

    /// One more authenticator, asked after those before it. Client certificates are always read.
    #[must_use]
    pub fn authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.authenticators.push(authenticator);
        self
    }

    /// Who may do what; the default allows everything to everybody who was authenticated.
    #[must_use]
    pub fn authorizer(mut self, authorizer: Arc<dyn Authorizer>) -> Self {
        self.authorizer = authorizer;
        self
    }

    /// What becomes of requests without credentials.
    #[must_use]
    pub fn anonymous(mut self, anonymous: Anonymous) -> Self {
        self.anonymous = anonymous;
        self
    }

    /// One more health check; `only` restricts it to one probe.
    #[must_use]
    pub fn health_check(
        mut self,
        name: &'static str,
        only: Option<Probe>,
        check: impl Fn() -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.health.add(name, only, check);
        self
    }

    /// The release that the server claims to be.
    #[must_use]
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Which metrics are shown. To be said before any are added, see [`Self::families`].
    #[must_use]
    pub fn metrics(mut self, settings: metrics::Settings) -> Self {
        self.metrics = Arc::new(Metrics::new(settings));
        self
    }

    /// Where further metrics are added.
    pub fn families(&self) -> &Families {
        self.metrics.families()
    }

    /// Limits, deadlines and the order of the end; the default is kube-apiserver's.
    #[must_use]
    pub fn serving(mut self, options: ServingOptions) -> Self {
        self.serving = options;
        self
    }

    /// One more path beside the resources.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>, handler: Arc<dyn PathHandler>) -> Self {
        self.paths.insert(path.into(), handler);
        self
    }

    /// One more path that the index leaves out.
    #[must_use]
    pub fn unlisted_path(mut self, path: impl Into<String>, handler: Arc<dyn PathHandler>) -> Self {
        self.unlisted.insert(path.into(), handler);
        self
    }

    /// The `host:port` that discovery tells clients.
    #[must_use]
    pub fn advertise(mut self, address: impl Into<String>) -> Self {
        self.advertise = address.into();
        self
    }

    /// The server. Its storages are made now; it serves nothing before [`GenericServer::listen`] or
    /// [`GenericServer::service`].
    pub fn build(mut self) -> GenericServer {
        let metrics = self.metrics.clone();
        metrics.set_version(&self.version);
        let shared = Shared {
            admission: Arc::new(AdmissionChain::new(std::mem::take(&mut self.admission)).measured(&metrics.admission)),
            feature_gates: Arc::new(std::mem::take(&mut self.feature_gates)),
            metrics: metrics.clone(),
            delete_workers: self.serving.delete_collection_workers,
            garbage_collector: self.serving.garbage_collector,
        };
        let cbor = shared.feature_gates.enabled(cbor::GATE);
        let registry = Arc::new(self.install(&shared));
        let maker = ScopeMaker::new(self.storage, shared);
        let shutdown = Arc::<Shutdown>::default();
        let of = shutdown.clone();
        let is_up = move || if of.is_stopping() { Err("process is shutting down".to_owned()) } else { Ok(()) };
        self.health.add("shutdown", Some(Probe::Ready), is_up);
        let nonresource = NonResource {
            documents: Documents::new(
                registry.clone(),
                &self.paths,
                self.group_priorities,
                self.advertise,
                &self.version.git_version,
            ),
            health: self.health,
            version: self.version,
            metrics: metrics.clone(),
            registry: registry.clone(),
            paths: self.paths,
            unlisted: self.unlisted,
        };
        let chain = Chain {
            registry,
            nonresource,
            authenticators: self.authenticators,
            anonymous: self.anonymous,
            authorizer: self.authorizer,
            impersonations: crate::filters::impersonation::LastModes::default(),
            watches: WatchEnv {
                shutdown: shutdown.watches.clone(),
                shutdown_grace: self.serving.shutdown_watch_grace,
                timeout_min: self.serving.min_request_timeout,
                metrics: metrics.clone(),
            },
            metrics,
            options: self.serving,
            shutdown,
            flow_schema: random_uid(),
            priority_level: random_uid(),
            cbor,
        };
        GenericServer { chain: Arc::new(chain), maker: Arc::new(maker) }
    }

    fn install(&self, shared: &Shared) -> Registry {
        let mut registry = Registry::default();
        // versions of a resource share their storage, and so do groups that show the same objects
        let mut storages: HashMap<GroupVersionKind, Arc<dyn Storage>> = HashMap::new();
        let scheme = self.scheme.clone();
        for entry in scheme.entries() {
            if let Some(scope) = self.scope(entry, shared, &mut storages) {
                registry.insert(scope);
            }
        }
        registry
    }

    fn scope(
        &self,
        entry: &Arc<TypeEntry>,
        shared: &Shared,
        storages: &mut HashMap<GroupVersionKind, Arc<dyn Storage>>,
    ) -> Option<ResourceScope> {
        let info = entry.info.resource.clone()?;
        let gvr = entry.gvr()?;
        if !(self.serves)(&gvr, &entry.info.lifecycle) {
            return None;
        }
        let resource = gvr.group_resource();
        let fallback = ResourceOptions::default();
        let options = self.resources.get(&resource).unwrap_or(&fallback);
        let is_stored = info.verbs.iter().any(|verb| *verb != "create");
        if options.disabled || (!is_stored && options.virtual_handler.is_none()) {
            return None;
        }
        let root = self.storage.root();
        let prefix = match &options.storage_prefix {
            Some(prefix) => format!("{root}{prefix}"),
            None if resource.group.is_empty() => format!("{root}/{}", resource.resource),
            None => format!("{root}/{}/{}", resource.group, resource.resource),
        };
        let stored = options.storage_version.clone().unwrap_or_else(|| entry.hub.clone());
        let storage = options.virtual_handler.is_none().then(|| {
            let make = || {
                let has_proto = self.scheme.get(&stored).is_ok_and(|stored| stored.has_proto);
                let default = if has_proto { MediaType::Protobuf } else { MediaType::Json };
                self.storage.storage(StorageSpec {
                    scheme: self.scheme.clone(),
                    resource: resource.clone(),
                    hub: entry.hub.clone(),
                    stored: stored.clone(),
                    media: options.storage_media.unwrap_or(default),
                    prefix: prefix.clone(),
                    namespaced: info.namespaced,
                    is_custom: false,
                })
            };
            storages.entry(entry.hub.clone()).or_insert_with(make).clone()
        });
        let list_kind = entry.info.list_kind.clone().unwrap_or_else(|| format!("{}List", entry.gvk.kind).into());
        let object = entry.new_object();
        Some(ResourceScope {
            kind: entry.gvk.clone(),
            list_kind: entry.gvk.with_kind(list_kind),
            hub: entry.hub.clone(),
            stored,
            has_status: info.subresources.iter().any(|subresource| subresource.name == "status"),
            strategy: options.strategy.clone().unwrap_or_else(|| Arc::new(DefaultStrategy)),
            checks: options.checks.clone(),
            table: options.table.clone().unwrap_or_else(|| Arc::new(DefaultTable::new(&info))),
            storage,
            virtual_handler: options.virtual_handler.clone(),
            subresources: info
                .subresources
                .iter()
                .filter_map(|subresource| subresource_scope(subresource, entry, options))
                .collect(),
            prefix,
            api_version: entry.gvk.api_version(),
            schema: object.schema(),
            empty: parts::json_of(object.as_ref()),
            defaults: OnceLock::new(),
            types: OnceLock::new(),
            field_labels: options.field_labels,
            deprecation: deprecation(&entry.gvk, &entry.info.lifecycle),
            entry: entry.clone(),
            info,
            resource,
            gvr,
            admission: shared.admission.clone(),
            feature_gates: shared.feature_gates.clone(),
            delete_workers: shared.delete_workers,
            garbage_collector: shared.garbage_collector,
            metrics: shared.metrics.clone(),
            scheme: self.scheme.clone(),
            custom: None,
        })
    }
}

/// What all resources have in common.
pub(crate) struct Shared {
    pub(crate) admission: Arc<AdmissionChain>,
    pub(crate) feature_gates: Arc<FeatureGates>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) delete_workers: usize,
    pub(crate) garbage_collector: bool,
}

/// A subresource that something answers.
fn subresource_scope(
    info: &SubresourceInfo,
    entry: &TypeEntry,
    options: &ResourceOptions,
) -> Option<(String, SubresourceScope)> {
    let name = info.name.to_string();
    let what = match (options.subresources.get(name.as_str()), name.as_str(), &info.scale) {
        (Some(handler), _, _) => Subresource::Handler(handler.clone()),
        (None, "status", _) => Subresource::Status,
        (None, _, Some(paths)) => Subresource::Scale(paths.clone()),
        (None, _, None) => return None,
    };
    let kind = info.kind.clone().unwrap_or_else(|| entry.gvk.clone());
    let verbs = info.verbs.iter().map(|verb| (*verb).to_owned()).collect();
    Some((name, SubresourceScope { kind, verbs, what }))
}

/// What clients of a deprecated kind are warned of.
fn deprecation(kind: &GroupVersionKind, life: &Lifecycle) -> Option<String> {
    let deprecated = life.deprecated?;
    let mut text = format!("{} {} is deprecated in v{deprecated}+", kind.api_version(), kind.kind);
    if let Some(removed) = life.removed {
        text.push_str(&format!(", unavailable in v{removed}+"));
    }
    if let Some((group_version, replacement)) = life.replacement.and_then(|name| name.rsplit_once('.')) {
        text.push_str(&format!("; use {group_version} {replacement}"));
    }
    Some(text)
}

fn random_uid() -> HeaderValue {
    // a uuid is a valid header value
    HeaderValue::from_str(&Uuid::new_v4().to_string()).unwrap_or_else(|_| HeaderValue::from_static("-"))
}

/// A server.
#[derive(Clone, Debug)]
pub struct GenericServer {
    chain: Arc<Chain>,
    maker: Arc<ScopeMaker>,
}

impl GenericServer {
    /// A builder of a server for the kinds of a Scheme.
    pub fn builder(scheme: Arc<Scheme>, storage: impl StorageFactory + 'static) -> ServerBuilder {
        ServerBuilder {
            scheme,
            storage: Box::new(storage),
            resources: HashMap::new(),
            group_priorities: Vec::new(),
            admission: Vec::new(),
            feature_gates: FeatureGates::default(),
            authenticators: Vec::new(),
            authorizer: Arc::new(AlwaysAllow),
            anonymous: Anonymous::default(),
            health: Checks::new(),
            version: Version::of("v1.36.2"),
            paths: BTreeMap::new(),
            unlisted: BTreeMap::new(),
            metrics: Arc::default(),
            serving: ServingOptions::default(),
            advertise: "127.0.0.1:6443".to_owned(),
            serves: Box::new(|_, _| true),
        }
    }

    /// The resources.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.chain.registry
    }

    /// Makes resources to serve beside those that the server was built with; [`Registry::set_dynamic`] serves them.
    pub fn scopes(&self) -> &ScopeMaker {
        &self.maker
    }

    /// The server for callers in this process.
    pub fn service(&self) -> InProcessService {
        InProcessService::new(self.chain.clone())
    }

    /// Whether all checks of a probe pass.
    pub fn is_well(&self, probe: Probe) -> bool {
        self.chain.nonresource.health.run(probe, "", Query::default()).status == 200
    }

    /// The server's metrics.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.chain.metrics
    }

    /// Serves HTTPS until [`GenericServer::shut_down`] or [`GenericServer::end`], then until connections have ended: for
    /// the time that a request may take, at most.
    pub async fn listen(&self, listener: TcpListener, tls: Arc<ServerConfig>) {
        listener::run(self.chain.clone(), listener, tls).await;
    }

    /// Stops at once: `/readyz` turns false, watches end, listeners accept nothing more.
    pub fn shut_down(&self) {
        self.chain.shutdown.end_now();
    }

    /// Stops step by step: `/readyz` turns false, the delay of the options passes, listeners accept nothing more (or
    /// new requests are refused in words), open requests are answered, watches end.
    pub async fn end(&self) {
        self.chain.shutdown.end(&self.chain.options).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deprecation_is_worded_as_upstream_does() {
        let life = Lifecycle {
            deprecated: Some("1.33"),
            replacement: Some("discovery.k8s.io/v1.EndpointSlice"),
            ..Lifecycle::default()
        };
        assert_eq!(
            deprecation(&GroupVersionKind::new("", "v1", "Endpoints"), &life).unwrap(),
            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
        );
    }
}
