//! How a scheduler is set up: options, and kube-scheduler's command line.

use std::{
    fmt::Display,
    io::{self, Write as _},
    path::PathBuf,
};

use clap::{ArgAction, Args, Subcommand};
use kubeforge_client::{
    Client, ClientError, Config,
    config::ConfigError as ClientConfigError,
    leader_election::{LeaderElectionError, LeaderElectionOptions, LeaderElector, Outcome},
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::error;

use crate::{
    config::{ConfigError, KubeSchedulerConfiguration, LeaderElection},
    framework::Registry,
    offline::{ExplainArgs, OfflineError, OutputFormat, SimulateArgs},
    plugins,
};

/// How a scheduler is set up.
#[derive(Clone)]
pub struct SchedulerOptions {
    /// Its profiles and times. Leader election is not [`run`](crate::run())'s business.
    pub configuration: KubeSchedulerConfiguration,
    /// The plugins that profiles may name; add your own here.
    pub registry: Registry,
}

impl Default for SchedulerOptions {
    fn default() -> Self {
        Self { configuration: KubeSchedulerConfiguration::default(), registry: plugins::in_tree() }
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
    /// The configuration can't be used.
    #[error("cannot use the configuration")]
    Config(#[from] ConfigError),
    /// It is not known how to reach the API server.
    #[error("cannot tell how to reach the API server")]
    ClientConfig(#[from] ClientConfigError),
    /// The client can't be made.
    #[error("cannot make a client")]
    Client(#[source] Box<ClientError>),
    /// The durations of leader election can't work.
    #[error("cannot take part in leader election")]
    LeaderElection(#[from] LeaderElectionError),
    /// A duration of leader election is negative.
    #[error("the durations of leader election must be greater than zero")]
    NegativeDuration,
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
#[derive(Clone, Debug, Default, Args)]
pub struct KubeSchedulerArgs {
    /// The configuration file (KubeSchedulerConfiguration).
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// How to reach the API server; without a configuration file only.
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// The address of the API server, in place of the kubeconfig's.
    #[arg(long, value_name = "URL")]
    pub master: Option<String>,

    /// Only one of several schedulers acts: the one that holds the lease. Overrides the configuration file.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub leader_elect: Option<bool>,

    /// The namespace of the lease. Overrides the configuration file.
    #[arg(long, value_name = "NAMESPACE")]
    pub leader_elect_resource_namespace: Option<String>,

    /// The name of the lease. Overrides the configuration file.
    #[arg(long, value_name = "NAME")]
    pub leader_elect_resource_name: Option<String>,

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
    fn configuration(&self) -> Result<KubeSchedulerConfiguration, SchedulerError> {
        let mut configuration = match &self.config {
            Some(path) => {
                let read = std::fs::read_to_string(path);
                let text = read.map_err(|source| SchedulerError::Read { path: path.clone(), source })?;
                KubeSchedulerConfiguration::parse(&text)?
            }
            None => KubeSchedulerConfiguration::default(),
        };
        let election = &mut configuration.leader_election;
        election.leader_elect = self.leader_elect.unwrap_or(election.leader_elect);
        if let Some(namespace) = &self.leader_elect_resource_namespace {
            election.resource_namespace.clone_from(namespace);
        }
        if let Some(name) = &self.leader_elect_resource_name {
            election.resource_name.clone_from(name);
        }
        if let (None, Some(path)) = (&self.config, &self.kubeconfig) {
            configuration.client_connection.kubeconfig = path.display().to_string();
        }
        Ok(configuration)
    }

    fn client(&self, configuration: &KubeSchedulerConfiguration) -> Result<Client, SchedulerError> {
        let path = &configuration.client_connection.kubeconfig;
        let mut config = match (&self.master, path.is_empty()) {
            (_, false) => Config::from_file(path)?,
            (Some(master), true) => Config::new(master),
            (None, true) => Config::infer()?,
        };
        if let Some(master) = &self.master {
            config.server.clone_from(master);
        }
        Client::from_config(&config).map_err(|err| SchedulerError::Client(Box::new(err)))
    }
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
    let configuration = args.configuration()?;
    let options = SchedulerOptions { configuration, registry };
    if let Some(question) = &args.question {
        return answer(question, &args, &options).await;
    }
    let client = args.client(&options.configuration)?;
    let election = options.configuration.leader_election.clone();
    if !election.leader_elect {
        return crate::run(client, options, cancel).await;
    }
    let elector = LeaderElector::new(client.clone(), election_options(&election)?)?;
    let mut result = Ok(());
    let outcome = elector
        .run(&cancel, |leading| async {
            result = crate::run(client, options, leading).await;
        })
        .await;
    result?;
    match outcome {
        Outcome::Cancelled | Outcome::Finished => Ok(()),
        Outcome::Lost => {
            error!("leader election lost");
            Err(SchedulerError::LeadershipLost)
        }
    }
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
            let client = args.client(&options.configuration)?;
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

fn election_options(election: &LeaderElection) -> Result<LeaderElectionOptions, SchedulerError> {
    let std = |duration: kubeforge_machinery::Duration| duration.to_std().ok_or(SchedulerError::NegativeDuration);
    let identity = format!("{}_{}", crate::report::hostname(), std::process::id());
    Ok(LeaderElectionOptions {
        lease_duration: std(election.lease_duration)?,
        renew_deadline: std(election.renew_deadline)?,
        retry_period: std(election.retry_period)?,
        ..LeaderElectionOptions::new(&election.resource_namespace, &election.resource_name, identity)
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: KubeSchedulerArgs,
    }

    #[test]
    fn flags_override_the_defaults() {
        let cli = Cli::try_parse_from(["x", "--leader-elect=false", "--kubeconfig=/k"]).unwrap();
        let configuration = cli.args.configuration().unwrap();
        assert!(!configuration.leader_election.leader_elect);
        assert_eq!(configuration.client_connection.kubeconfig, "/k");
        assert!(Cli::try_parse_from(["x", "--leader-elect"]).unwrap().args.leader_elect.unwrap());
        assert!(Cli::try_parse_from(["x", "--nonsense"]).is_err());
    }
}
