//! Starting and stopping a control plane's API server.

mod build;
mod check;
mod error;

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kubeforge_apiserver::{
    GenericServer, authentication::TokenFile, filters::authentication::Anonymous, metrics, serving::ServingOptions,
    tls::TlsOptions,
};
use kubeforge_client::{Client, config::Tls, transport::InProcess};
use kubeforge_machinery::{
    GroupVersion, SchemeBuilder, feature_gates::FeatureGates, user::InProcessUser, user::well_known::GROUP_MASTERS,
};
use kubeforge_storage::{embedded::EmbeddedKv, kv::Kv};
use tokio::{net::TcpListener, task::JoinHandle};

use self::build::{Built, Settings, build, scheme};
pub use self::error::StartError;
use crate::{
    admission::TolerationSeconds,
    bootstrap::{self, Bootstrap},
    connect::Kubelets,
    counted::ClientMetrics,
    custom_resources,
    debugging::Profiling,
    enablement::RuntimeConfig,
    health::{Health, Step},
    options::{ApiServerArgs, AuthorizationMode, KUBELET_ADDRESS_TYPES, StorageBackend},
    pki::{self, Authority},
    security::{Security, token_settings},
    storage::{self, Sizes, Stores},
    strategies::{PORT_RECORD, PortRecord, ServiceAllocator},
    upkeep::{self, Upkeep},
};

/// Names that the server's certificate is valid for, beside its addresses.
const SERVER_NAMES: [&str; 5] =
    ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"];
/// Events are kept for so long where nothing is said (`--event-ttl`).
const EVENT_TTL: Duration = Duration::from_secs(3600);
/// How long connections may take to close once their requests are answered, and to end what streams.
const DRAIN: Duration = Duration::from_secs(10);

/// Adds kinds to a Scheme: a package's generated `register`, or a function that calls several of them.
pub type Register = fn(&mut SchemeBuilder);

/// What a server that listens nowhere serves, and to whom.
#[derive(Clone, Debug, Default)]
pub struct InProcessOptions<'a> {
    /// Kinds beside the built-in ones.
    pub kinds: &'a [Register],
    /// API versions switched on or off.
    pub versions: RuntimeConfig,
    /// Who decides what users may do; without any, everybody may do everything.
    pub authorization_modes: &'a [AuthorizationMode],
}

/// A running API server.
pub struct ControlPlane {
    server: GenericServer,
    stores: Arc<Stores>,
    ca: String,
    endpoint: Option<Endpoint>,
    watch_grace: Duration,
    clients: ClientMetrics,
    _sizes: Option<Sizes>,
    _custom_resources: Option<custom_resources::Controller>,
    upkeep: Option<Upkeep>,
}

impl std::fmt::Debug for ControlPlane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ControlPlane").field("server", &self.server).finish_non_exhaustive()
    }
}

struct Endpoint {
    address: SocketAddr,
    kubeconfig: PathBuf,
    listening: JoinHandle<()>,
}

impl ControlPlane {
    /// A server in memory that listens nowhere, for tests: reach it with [`ControlPlane::client`].
    ///
    /// # Errors
    /// Where the bootstrap objects can't be made.
    pub async fn in_memory() -> Result<Self, StartError> {
        Self::in_process(Arc::new(EmbeddedKv::in_memory()), InProcessOptions::default()).await
    }

    /// As [`ControlPlane::in_memory`], serving further kinds beside the built-in ones.
    ///
    /// # Errors
    /// Where the bootstrap objects can't be made.
    pub async fn in_memory_with(kinds: &[Register]) -> Result<Self, StartError> {
        let options = InProcessOptions { kinds, ..InProcessOptions::default() };
        Self::in_process(Arc::new(EmbeddedKv::in_memory()), options).await
    }

    /// As [`ControlPlane::in_memory`], with other API versions switched on or off.
    ///
    /// # Errors
    /// Where the bootstrap objects can't be made.
    pub async fn in_memory_serving(versions: RuntimeConfig) -> Result<Self, StartError> {
        let options = InProcessOptions { versions, ..InProcessOptions::default() };
        Self::in_process(Arc::new(EmbeddedKv::in_memory()), options).await
    }

    /// A server over any store that listens nowhere: reach it with [`ControlPlane::client`].
    ///
    /// # Errors
    /// Where the bootstrap objects can't be made.
    pub async fn in_process(kv: Arc<dyn Kv>, options: InProcessOptions<'_>) -> Result<Self, StartError> {
        let stores = Stores::over(kv);
        let InProcessOptions { kinds, versions: runtime_config, authorization_modes } = options;
        let services = allocator("10.96.0.0/16", 30000..=32767)?;
        let bootstrap = Bootstrap {
            service_cidrs: services.configured_cidrs(),
            service_address: services.first_address(),
            service_node_port: None,
            advertise_address: Ipv4Addr::LOCALHOST.into(),
            port: 443,
            client_ca: String::new(),
            group_versions: Vec::new(),
        };
        let health = Health::default();
        let settings = Settings {
            services: Arc::new(services),
            security: Security::new(authorization_modes, None, token_settings(None)?),
            anonymous: Anonymous::HealthOnly,
            allow_privileged: true,
            enabled_admission: Vec::new(),
            disabled_admission: Vec::new(),
            runtime_config,
            kubelets: Kubelets::new(&KUBELET_ADDRESS_TYPES.map(str::to_owned), &Tls::default())?,
            health: health.clone(),
            serving: ServingOptions::default(),
            metrics: metrics::Settings::default(),
            gates: FeatureGates::default(),
            event_ttl: EVENT_TTL,
            tolerations: TolerationSeconds::default(),
            profiling: Profiling::Off,
        };
        let Built { server, clients } = build(&stores, &scheme(kinds), kinds, settings, "127.0.0.1:443");
        let mut plane = Self {
            server,
            stores,
            ca: String::new(),
            endpoint: None,
            watch_grace: Duration::ZERO,
            clients,
            _sizes: None,
            _custom_resources: None,
            upkeep: None,
        };
        plane.stores.ready().await;
        health.done(Step::Caches);
        let bootstrap = Bootstrap { group_versions: group_versions(&plane.server), ..bootstrap };
        bootstrap::run(&plane.bootstrap_client(), &bootstrap, &health).await.map_err(StartError::Bootstrap)?;
        plane._custom_resources = custom_resources::run(&plane.server, plane.bootstrap_client()).await;
        health.done(Step::CustomResources);
        // nobody else has this store, so nothing gets out of line
        health.done(Step::Upkeep);
        Ok(plane)
    }

    /// Starts a server as the flags say. `progress` is told each step before it is taken.
    ///
    /// # Errors
    /// [`StartError`] names the flag or file that is at fault.
    pub async fn start(args: &ApiServerArgs, progress: &(dyn Fn(&str) + Sync)) -> Result<Self, StartError> {
        Self::start_with(args, &[], progress).await
    }

    /// As [`ControlPlane::start`], serving further kinds beside the built-in ones. They are kept as custom resources
    /// are: below their group and plural.
    ///
    /// # Errors
    /// [`StartError`] names the flag or file that is at fault.
    pub async fn start_with(
        args: &ApiServerArgs,
        kinds: &[Register],
        progress: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, StartError> {
        let gates = check::flags(args)?;
        fs::create_dir_all(&args.data_dir)
            .map_err(|source| StartError::File { path: args.data_dir.clone(), source })?;
        progress(match args.storage.storage_backend {
            StorageBackend::Embedded => "opening the store",
            StorageBackend::Memory => "making a store in memory",
            StorageBackend::Etcd3 => "connecting to etcd",
        });
        let stores = Stores::start(&args.storage, storage::open(&args.storage, &args.data_dir).await?);
        let ports = args.service_node_port_range.0.clone();
        let mut services = allocator(&args.service_cluster_ip_range, ports.clone())?;
        if let Some((kv, root)) = stores.shared_store_of(&PORT_RECORD) {
            services = services.with_record(PortRecord::new(kv, root, ports));
        }
        let services = Arc::new(services);
        let address = SocketAddr::new(args.bind_address, args.secure_port);
        let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
        let advertise_address = args.advertise_address.unwrap_or(reachable(address.ip()));
        progress("setting up certificates");
        let authority = Authority::load_or_create(&args.data_dir.join("pki"))?;
        let bootstrap = Bootstrap {
            service_cidrs: services.configured_cidrs(),
            service_address: services.first_address(),
            service_node_port: Some(args.kubernetes_service_node_port).filter(|port| *port != 0),
            advertise_address,
            port: address.port(),
            client_ca: authority.certificate().to_owned(),
            group_versions: Vec::new(),
        };
        let tls = tls(args, &authority, &bootstrap)?.server_config_of(args.serving.protocols())?;
        let url = format!("https://{}", SocketAddr::new(reachable(address.ip()), address.port()));
        let kubeconfig = args.data_dir.join("admin.kubeconfig");
        let admin = authority.client("kubernetes-admin", GROUP_MASTERS)?;
        let text = pki::kubeconfig(&url, authority.certificate(), &admin);
        pki::write_private(&kubeconfig, text.as_bytes())?;
        let security = Security::new(
            &args.authorization_mode,
            args.token_auth_file.as_deref().map(tokens).transpose()?,
            token_settings(Some(args))?,
        )
        .with_jwks_uri(args.service_account_jwks_uri.clone());
        let health = Health::default();
        let settings = Settings {
            services: services.clone(),
            anonymous: if args.anonymous_auth { security.anonymous() } else { Anonymous::Refused },
            security,
            allow_privileged: args.allow_privileged,
            enabled_admission: args.enable_admission_plugins.clone(),
            disabled_admission: args.disable_admission_plugins.clone(),
            runtime_config: args.runtime_config.clone(),
            kubelets: kubelets(args)?,
            health: health.clone(),
            serving: args.serving.options(),
            metrics: args.metrics.settings(),
            gates,
            event_ttl: args.event_ttl,
            tolerations: TolerationSeconds {
                not_ready: args.default_not_ready_toleration_seconds,
                unreachable: args.default_unreachable_toleration_seconds,
            },
            profiling: if args.serving.profiling { Profiling::Served } else { Profiling::Off },
        };
        progress("filling the watch caches");
        let scheme = scheme(kinds);
        let advertised = SocketAddr::new(advertise_address, address.port()).to_string();
        let Built { server, clients } = build(&stores, &scheme, kinds, settings, &advertised);
        stores.ready().await;
        health.done(Step::Caches);
        let sizes = stores.poll_sizes(args.storage.etcd_db_metric_poll_interval, server.metrics().families());
        progress("making system objects");
        let in_process = in_process(&server, &clients, "system:apiserver", GROUP_MASTERS, "kube-apiserver");
        let bootstrap = Bootstrap { group_versions: group_versions(&server), ..bootstrap };
        bootstrap::run(&in_process, &bootstrap, &health).await.map_err(StartError::Bootstrap)?;
        let custom_resources = custom_resources::run(&server, in_process.clone()).await;
        health.done(Step::CustomResources);
        let serving = server.clone();
        let listening = tokio::spawn(async move { serving.listen(listener, tls).await });
        let endpoint = Some(Endpoint { address, kubeconfig, listening });
        let ca = authority.certificate().to_owned();
        let parts = upkeep::Parts {
            client: in_process,
            kv: stores.kv(),
            registry: server.registry().clone(),
            scheme,
            services,
            bootstrap,
        };
        let upkeep = Some(Upkeep::start(parts).await);
        health.done(Step::Upkeep);
        Ok(Self {
            server,
            stores,
            ca,
            endpoint,
            watch_grace: args.serving.options().shutdown_watch_grace,
            clients,
            _sizes: sizes,
            _custom_resources: custom_resources,
            upkeep,
        })
    }

    /// A client in this process, as a user of one group. `user_agent` is who it is recorded as.
    pub fn client(&self, user: &str, group: &str, user_agent: &str) -> Client {
        in_process(&self.server, &self.clients, user, group, user_agent)
    }

    fn bootstrap_client(&self) -> Client {
        self.client("system:apiserver", GROUP_MASTERS, "kube-apiserver")
    }

    /// The server, for callers that speak HTTP to it in this process.
    pub fn server(&self) -> &GenericServer {
        &self.server
    }

    /// The store below all.
    #[cfg(test)]
    pub(crate) fn store(&self) -> Arc<dyn Kv> {
        self.stores.kv()
    }

    /// Where it listens; `None` for one in memory.
    pub fn address(&self) -> Option<SocketAddr> {
        self.endpoint.as_ref().map(|endpoint| endpoint.address)
    }

    /// The administrator's kubeconfig; `None` for one in memory.
    pub fn kubeconfig(&self) -> Option<&Path> {
        self.endpoint.as_ref().map(|endpoint| endpoint.kubeconfig.as_path())
    }

    /// The CA's certificate, PEM; empty for one in memory.
    pub fn ca(&self) -> &str {
        &self.ca
    }

    /// Stops: `/readyz` turns false, the delay that was asked for passes, open requests finish, watches end, the store
    /// closes.
    pub async fn shut_down(self) {
        let stop_upkeep = async {
            if let Some(upkeep) = self.upkeep {
                upkeep.stop().await;
            }
        };
        tokio::join!(self.server.end(), stop_upkeep);
        if let Some(endpoint) = self.endpoint {
            let abort = endpoint.listening.abort_handle();
            if tokio::time::timeout(DRAIN + self.watch_grace, endpoint.listening).await.is_err() {
                tracing::warn!("requests were still open when the server stopped");
                abort.abort();
            }
        }
        self.stores.close().await;
    }
}

fn kubelets(args: &ApiServerArgs) -> Result<Kubelets, StartError> {
    let read = |path: &Option<PathBuf>| path.as_deref().map(read).transpose();
    let tls = Tls {
        ca: read(&args.kubelet_certificate_authority)?,
        client_certificate: read(&args.kubelet_client_certificate)?,
        client_key: read(&args.kubelet_client_key)?,
        ..Tls::default()
    };
    Ok(Kubelets::new(&args.kubelet_preferred_address_types, &tls)?)
}

fn group_versions(server: &GenericServer) -> Vec<GroupVersion> {
    server.registry().group_versions().map(|scope| scope.group_version.clone()).collect()
}

fn in_process(server: &GenericServer, metrics: &ClientMetrics, user: &str, group: &str, user_agent: &str) -> Client {
    let user = InProcessUser { name: user.to_owned(), groups: vec![group.to_owned()] };
    let transport = metrics.around(InProcess::new(server.service(), user));
    Client::builder(transport).user_agent(user_agent).build()
}

fn allocator(networks: &str, ports: std::ops::RangeInclusive<i32>) -> Result<ServiceAllocator, StartError> {
    ServiceAllocator::new(networks, ports)
        .map_err(|err| StartError::Flag { flag: "--service-cluster-ip-range", problem: err.to_string() })
}

/// An address that clients on this machine can use.
fn reachable(address: IpAddr) -> IpAddr {
    if address.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { address }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, StartError> {
    fs::read(path).map_err(|source| StartError::File { path: path.to_owned(), source })
}

fn tokens(path: &Path) -> Result<TokenFile, StartError> {
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    TokenFile::parse(&text).map_err(|source| StartError::Tokens { path: path.to_owned(), source })
}

fn tls(args: &ApiServerArgs, authority: &Authority, bootstrap: &Bootstrap) -> Result<TlsOptions, StartError> {
    let mut client_ca = authority.certificate().as_bytes().to_vec();
    if let Some(path) = &args.client_ca_file {
        client_ca.extend(read(path)?);
    }
    let (certificate, key) = match (&args.tls_cert_file, &args.tls_private_key_file) {
        (Some(certificate), Some(key)) => (read(certificate)?, read(key)?),
        _ => {
            let mut addresses = vec![args.bind_address, bootstrap.advertise_address, Ipv4Addr::LOCALHOST.into()];
            addresses.extend(bootstrap.service_address);
            addresses.sort();
            addresses.dedup();
            let own = authority.server(&SERVER_NAMES.map(str::to_owned), &addresses)?;
            let pki_dir = args.data_dir.join("pki");
            pki::write_public(&pki_dir.join("apiserver.crt"), own.certificate.as_bytes())?;
            pki::write_private(&pki_dir.join("apiserver.key"), own.key.as_bytes())?;
            (own.certificate.into_bytes(), own.key.into_bytes())
        }
    };
    Ok(TlsOptions::from_pem(&certificate, &key, &client_ca)?)
}
