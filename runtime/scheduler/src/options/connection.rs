//! Flags that stand in place of a configuration file, and clients as the configuration describes them.

use std::{path::PathBuf, sync::Arc};

use clap::{ArgAction, Args};
use kubeforge_client::{Client, Config, rate::RateLimit, transport::Https};
use kubeforge_machinery::codec::MediaType;

use super::{SchedulerError, process::VERSION};
use crate::{
    config::KubeSchedulerConfiguration,
    metrics::{Measured, SchedulerMetrics},
};

/// Flags that count without a configuration file only.
#[derive(Clone, Debug, Default, Args)]
pub struct ConnectionArgs {
    /// How to reach the API server; without a configuration file only, as the other flags here.
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,

    /// The form of requests: application/vnd.kubernetes.protobuf or application/json.
    #[arg(long, value_name = "TYPE")]
    pub kube_api_content_type: Option<String>,

    /// How many requests are sent each second in the long run; below 0 for any number. As many as there are to send, where
    /// it is not given. Events and the lease have such a limit each of their own, and watches don't count.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub kube_api_qps: Option<f32>,

    /// How many requests may be sent at once after a pause, where there is such a limit; 100 where it is not given.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub kube_api_burst: Option<i32>,

    /// Whether CPU profiles are served below /debug/pprof/.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub profiling: Option<bool>,

    /// Whether waiting for locks is measured. Only the configuration tells of it: the thread that decides waits for none.
    #[arg(long, value_name = "BOOL", action = ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub contention_profiling: Option<bool>,
}

impl ConnectionArgs {
    pub(super) fn apply_to(&self, configuration: &mut KubeSchedulerConfiguration) {
        let connection = &mut configuration.client_connection;
        if let Some(path) = &self.kubeconfig {
            connection.kubeconfig = path.display().to_string();
        }
        if let Some(media) = &self.kube_api_content_type {
            connection.content_type.clone_from(media);
        }
        connection.qps = self.kube_api_qps.unwrap_or(connection.qps);
        connection.burst = self.kube_api_burst.unwrap_or(connection.burst);
        configuration.enable_profiling = self.profiling.or(configuration.enable_profiling);
        configuration.enable_contention_profiling =
            self.contention_profiling.or(configuration.enable_contention_profiling);
    }

    /// A client as the configuration describes it, whose requests are counted where there are metrics.
    pub(super) fn client(
        &self,
        configuration: &KubeSchedulerConfiguration,
        master: Option<&str>,
        metrics: Option<&Arc<SchedulerMetrics>>,
    ) -> Result<Client, SchedulerError> {
        let connection = &configuration.client_connection;
        let path = &connection.kubeconfig;
        let mut config = match (master, path.is_empty()) {
            (_, false) => Config::from_file(path)?,
            (Some(master), true) => Config::new(master),
            (None, true) => Config::infer()?,
        };
        if let Some(master) = master {
            master.clone_into(&mut config.server);
        }
        let failed = |err: kubeforge_client::config::ConfigError| SchedulerError::from(err);
        let transport = Https::new(&config).map_err(failed)?;
        let builder = match metrics {
            Some(metrics) => {
                let host = config.server.split("://").last().unwrap_or_default().trim_end_matches('/').to_owned();
                let observer = Measured::new((), host.clone(), Arc::clone(metrics));
                Client::builder(Measured::new(transport, host, Arc::clone(metrics))).observer(Arc::new(observer))
            }
            None => Client::builder(transport),
        };
        let mut builder = builder.user_agent(&user_agent()).media(media(configuration)?);
        let limit = RateLimit::from_settings(connection.qps, connection.burst);
        if let Some(RateLimit { per_second, burst }) = limit.filter(|_| !connection.is_default_rate) {
            builder = builder.rate_limit(per_second, burst);
        }
        if !config.default_namespace.is_empty() {
            builder = builder.default_namespace(config.default_namespace);
        }
        Ok(builder.build())
    }
}

fn user_agent() -> String {
    format!(
        "kube-scheduler/{VERSION} ({}/{}) kubernetes/{}/scheduler",
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION")
    )
}

/// Requests and answers have the same form here: the first that is accepted, or the one of requests.
fn media(configuration: &KubeSchedulerConfiguration) -> Result<MediaType, SchedulerError> {
    let connection = &configuration.client_connection;
    let accepted = connection.accept_content_types.split(',').next().unwrap_or_default().trim();
    let wanted = if accepted.is_empty() { connection.content_type.as_str() } else { accepted };
    match wanted {
        "application/vnd.kubernetes.protobuf" => Ok(MediaType::Protobuf),
        "application/json" => Ok(MediaType::Json),
        other => Err(SchedulerError::Flags(format!(
            "clientConnection: {other:?} is not supported: application/vnd.kubernetes.protobuf and application/json are"
        ))),
    }
}
