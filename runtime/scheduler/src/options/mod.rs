//! How a scheduler is set up: options, and kube-scheduler's command line.

mod connection;
mod election;
mod process;
mod refused;
mod serving;

use std::{
    fmt::Display,
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Subcommand};
use kubeforge_client::{ClientError, config::ConfigError as ClientConfigError, leader_election::LeaderElectionError};
use kubeforge_machinery::feature_gates::FeatureGates;
use kubeforge_serving::metrics::MetricsArgs;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use self::{connection::ConnectionArgs, election::ElectionArgs, refused::Refused, serving::ServingArgs};
use crate::{
    config::{ConfigError, KubeSchedulerConfiguration},
    endpoint::AuthenticationError,
    framework::Registry,
    logs::V2,
    offline::{ExplainArgs, OfflineError, OutputFormat, SimulateArgs},
    plugins,
    queue::Backoff,
};

/// How a scheduler is set up.
#[derive(Clone)]
pub struct SchedulerOptions {
    /// Its profiles and times. Leader election is not [`run`](crate::run())'s business.
    pub configuration: KubeSchedulerConfiguration,
    /// The plugins that profiles may name; add your own here.
    pub registry: Registry,
    /// For how long a pod waits in vain for something to happen, before it is tried again.
    pub unschedulable_max: Duration,
}

impl Default for SchedulerOptions {
    fn default() -> Self {
        Self {
            configuration: KubeSchedulerConfiguration::default(),
            registry: plugins::in_tree(),
            unschedulable_max: Backoff::default().unschedulable_max,
        }
    }
}

/// Why a scheduler can't run.
#[derive(Debug, thiserror::Error)]
pub enum SchedulerError {
    /// The configuration file can't be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A file can't be written.
    #[error("cannot write {path}")]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Flags that make no sense, in upstream's words.
    #[error("{0}")]
    Flags(String),
    /// The configuration can't be used, in upstream's words.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The endpoint's address can't be listened on.
    #[error("failed to create listener: failed to listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The endpoint's certificates can't be used.
    #[error("cannot serve: {0}")]
    Tls(String),
    /// It can't be found out who asks the endpoint.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// It is not known how to reach the API server.
    #[error("cannot tell how to reach the API server")]
    ClientConfig(#[from] ClientConfigError),
    /// The client can't be made.
    #[error("cannot make a client")]
    Client(#[source] Box<ClientError>),
    /// The durations of leader election can't work.
    #[error("cannot take part in leader election")]
    LeaderElection(#[from] LeaderElectionError),
    /// A part of the scheduler broke.
    #[error("a part of the scheduler broke")]
    Task(#[from] tokio::task::JoinError),
    /// A question could not be answered.
    #[error(transparent)]
    Offline(#[from] OfflineError),
    /// The answer can't be written.
    #[error("cannot write the answer")]
    Write(#[source] io::Error),
    /// Another scheduler leads now.
    #[error("leader election lost")]
    LeadershipLost,
}

/// Flags of kube-scheduler.
#[derive(Clone, Debug, Args)]
pub struct KubeSchedulerArgs {
    /// The configuration file (KubeSchedulerConfiguration).
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Write the configuration, with all that the file does not say, to this file and end.
    #[arg(long, value_name = "FILE")]
    pub write_config_to: Option<PathBuf>,

    /// The address of the API server, in place of the kubeconfig's.
    #[arg(long, value_name = "URL")]
    pub master: Option<String>,

    /// Switches for what is on its way into Kubernetes or out of it: NAME=true|false, separated by commas. AllAlpha and
    /// AllBeta stand for all of a stage.
    #[arg(long, value_name = "GATES")]
    pub feature_gates: Vec<String>,

    /// For how long a pod waits in vain for something to happen that helps it, before it is tried again.
    #[arg(long, value_name = "DURATION", default_value = "5m0s", value_parser = duration)]
    pub pod_max_in_unschedulable_pods_duration: Duration,

    /// Flags in place of a configuration file.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// Flags of leader election.
    #[command(flatten)]
    pub election: ElectionArgs,

    /// Flags of the endpoint.
    #[command(flatten)]
    pub serving: ServingArgs,

    /// Which metrics are shown.
    #[command(flatten)]
    pub metrics: MetricsArgs,

    /// Flags that can't act.
    #[command(flatten)]
    pub refused: Refused,

    /// A question, in place of placing pods.
    #[command(subcommand)]
    pub question: Option<Question>,
}

/// A question to a scheduler that binds nothing.
#[derive(Clone, Debug, Subcommand)]
pub enum Question {
    /// Tell, for each node, which filter turns a pod away or what each plugin scores it.
    ///
    /// Reads the cluster through the API server that the flags before `explain` name, or from files.
    Explain(ExplainArgs),
    /// Place the pods of files on the nodes of files, without an API server.
    Simulate(SimulateArgs),
}

impl KubeSchedulerArgs {
    /// The configuration: the file's, with what flags override.
    fn configuration(&self, gates: &FeatureGates) -> Result<KubeSchedulerConfiguration, SchedulerError> {
        let mut configuration = match &self.config {
            Some(path) => {
                let read = std::fs::read_to_string(path);
                let text = read.map_err(|source| SchedulerError::Read { path: path.clone(), source })?;
                KubeSchedulerConfiguration::read(&text, gates)?
            }
            None => {
                let mut configuration = KubeSchedulerConfiguration::default();
                self.connection.apply_to(&mut configuration);
                configuration.complete(gates).map_err(ConfigError::from)?;
                configuration
            }
        };
        self.election.apply_to(&mut configuration.leader_election);
        Ok(configuration.validated(gates)?)
    }

    /// The feature gates.
    fn gates(&self) -> Result<FeatureGates, SchedulerError> {
        let parsed =
            FeatureGates::parse(&self.feature_gates).map_err(|problems| SchedulerError::Flags(together(problems)))?;
        for warning in &parsed.warnings {
            warn!("{warning}");
        }
        Ok(parsed.gates)
    }

    /// Checks all flags together.
    fn check(&self) -> Result<(), SchedulerError> {
        let mut problems = self.serving.problems();
        problems.extend(self.metrics.problems());
        if problems.is_empty() { Ok(()) } else { Err(SchedulerError::Flags(together(problems))) }
    }
}

/// As Go joins errors: alone as it is, several in brackets.
fn together(problems: Vec<String>) -> String {
    match problems.as_slice() {
        [only] => only.clone(),
        _ => format!("[{}]", problems.join(", ")),
    }
}

/// A Go duration that is not negative.
fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let parsed: kubeforge_machinery::Duration = text.parse().map_err(|err| format!("{err}"))?;
    parsed.to_std().ok_or_else(|| format!("{text:?} is negative"))
}

/// Runs a scheduler as its command line says, until it is cancelled. Profiles may name the plugins of the registry:
/// [`plugins::in_tree`], with your own registered besides.
///
/// # Errors
/// Where the configuration can't be used, or another scheduler takes the lead.
pub async fn run_command(
    args: KubeSchedulerArgs,
    registry: Registry,
    cancel: CancellationToken,
) -> Result<(), SchedulerError> {
    args.check()?;
    let gates = args.gates()?;
    let configuration = args.configuration(&gates)?;
    let options = SchedulerOptions { configuration, registry, ..SchedulerOptions::default() };
    let configuration = &options.configuration;
    if let Some(question) = &args.question {
        return answer(question, &args, &options).await;
    }
    // that its plugins can be made belongs to a configuration that is right
    configuration.profiles(&options.registry)?;
    if let Some(path) = &args.write_config_to {
        let written = std::fs::write(path, configuration.to_yaml());
        written.map_err(|source| SchedulerError::WriteFile { path: path.clone(), source })?;
        info!("Wrote configuration to: {}", path.display());
        return Ok(());
    }
    info!(target: V2, "Using component config:\n{}", configuration.without_keys().to_yaml());
    process::run(&args, options, &gates, cancel).await
}

async fn answer(
    question: &Question,
    args: &KubeSchedulerArgs,
    options: &SchedulerOptions,
) -> Result<(), SchedulerError> {
    match question {
        Question::Simulate(question) => print(&question.run(options)?, question.output),
        Question::Explain(question) if question.is_offline() => print(&question.run_offline(options)?, question.output),
        Question::Explain(question) => {
            let client = args.connection.client(&options.configuration, args.master.as_deref(), None)?;
            print(&question.run_live(options, client).await?, question.output)
        }
    }
}

fn print(answer: &(impl Display + Serialize), format: OutputFormat) -> Result<(), SchedulerError> {
    let mut out = io::stdout().lock();
    let written = match format {
        OutputFormat::Table => write!(out, "{answer}"),
        OutputFormat::Json => {
            serde_json::to_writer_pretty(&mut out, answer).map_err(io::Error::from).and_then(|()| writeln!(out))
        }
    };
    written.map_err(SchedulerError::Write)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        args: KubeSchedulerArgs,
    }

    fn parse(flags: &[&str]) -> Result<KubeSchedulerArgs, clap::Error> {
        Cli::try_parse_from([&["kube-scheduler"], flags].concat()).map(|cli| cli.args)
    }

    #[test]
    fn flags_override_the_defaults() {
        let args =
            parse(&["--leader-elect=false", "--kubeconfig=/k", "--kube-api-qps=7", "--profiling=false"]).unwrap();
        let configuration = args.configuration(&FeatureGates::default()).unwrap();
        assert_eq!(configuration.leader_election.leader_elect, Some(false));
        assert_eq!(configuration.client_connection.kubeconfig, "/k");
        assert_eq!((configuration.client_connection.qps, configuration.client_connection.burst), (7.0, 100));
        assert_eq!(configuration.enable_profiling, Some(false));
        assert_eq!(parse(&["--leader-elect"]).unwrap().election.leader_elect, Some(true));
        assert!(parse(&["--nonsense"]).is_err());
    }

    #[test]
    fn only_flags_of_leader_election_override_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";
        std::fs::write(file.path(), head).unwrap();
        let config = format!("--config={}", file.path().display());
        let args = parse(&[&config, "--kubeconfig=/k", "--leader-elect-resource-name=x"]).unwrap();
        let configuration = args.configuration(&FeatureGates::default()).unwrap();
        assert_eq!(configuration.client_connection.kubeconfig, "");
        assert_eq!(configuration.leader_election.resource_name, "x");
    }

    #[track_caller]
    fn check_refused(flags: &[&str], want: &str) {
        let refused = match parse(flags) {
            Err(error) => error.to_string(),
            Ok(args) => args
                .check()
                .and_then(|()| args.gates())
                .and_then(|gates| args.configuration(&gates))
                .map_or_else(|error| error.to_string(), |_| panic!("{flags:?} are taken")),
        };
        assert!(refused.contains(want), "{flags:?}: {refused}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_upstreams_words() {
        check_refused(&["--secure-port=70000"], "--secure-port 70000 must be between 0 and 65535, inclusive.");
        check_refused(&["--tls-min-version=X"], "unknown tls version \"X\", must be one of:");
        check_refused(&["--feature-gates=Nothing=true"], "unrecognized feature gate: Nothing");
        check_refused(&["--show-hidden-metrics-for-version=1.30"], "must be omitted or have the value '1.35'.");
        check_refused(&["--tls-sni-cert-key=a,b"], "the listener has no such setting here");
        check_refused(
            &["--leader-elect-resource-lock=endpoints"],
            "leaderElection.resourceLock: Invalid value: \"endpoints\": resourceLock value must be \"leases\"",
        );
        check_refused(
            &["--leader-elect-lease-duration=5s"],
            "leaderElection.leaseDuration: Invalid value: 10s: must be greater than `RenewDeadline`",
        );
        check_refused(&["--kube-api-burst=-1"], "clientConnection.burst: Invalid value: -1: must be non-negative");
    }

    /// Every flag of kube-scheduler 1.36 is known; those of logging belong to the whole binary.
    #[test]
    fn no_flag_of_upstreams_is_unknown() {
        let command = Cli::command();
        let known: Vec<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
        let of_the_binary = ["help", "version", "v", "vmodule", "logging-format"];
        let unknown = UPSTREAM.split_whitespace().filter(|flag| !known.contains(flag) && !of_the_binary.contains(flag));
        assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&str>::new());
    }

    const UPSTREAM: &str = "allow-metric-labels allow-metric-labels-manifest authentication-kubeconfig \
        authentication-skip-lookup authentication-token-webhook-cache-ttl authentication-tolerate-lookup-failure \
        authorization-always-allow-paths authorization-kubeconfig authorization-webhook-cache-authorized-ttl \
        authorization-webhook-cache-unauthorized-ttl bind-address cert-dir client-ca-file config \
        contention-profiling disable-http2-serving disabled-metrics emulated-version feature-gates help \
        http2-max-streams-per-connection kube-api-burst kube-api-content-type kube-api-qps kubeconfig leader-elect \
        leader-elect-lease-duration leader-elect-renew-deadline leader-elect-resource-lock \
        leader-elect-resource-name leader-elect-resource-namespace leader-elect-retry-period log-flush-frequency \
        log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream \
        logging-format master min-compatibility-version permit-address-sharing permit-port-sharing \
        pod-max-in-unschedulable-pods-duration profiling requestheader-allowed-names requestheader-client-ca-file \
        requestheader-extra-headers-prefix requestheader-group-headers requestheader-uid-headers \
        requestheader-username-headers secure-port show-hidden-metrics-for-version tls-cert-file tls-cipher-suites \
        tls-curve-preferences tls-min-version tls-private-key-file tls-sni-cert-key v version vmodule write-config-to";
}
