//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use kubeforge_controlplane::options::ApiServerArgs;
use kubeforge_scheduler::KubeSchedulerArgs;

use crate::{codec::CodecArgs, logging::LoggingArgs, store::StoreArgs};

/// A Kubernetes 1.36 control plane in one binary.
///
/// Without a command it does `up`: API server, scheduler and hollow nodes in one process.
#[derive(Debug, Parser)]
#[command(name = "kubeforge", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    logging: LoggingArgs,
}

impl Cli {
    /// The command (`up` where none was given) and how to log.
    pub(crate) fn into_parts(self) -> (Command, LoggingArgs) {
        (self.command.unwrap_or_else(|| Command::Up(Box::default())), self.logging)
    }
}

/// What to run.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a whole control plane. Takes kube-apiserver's flags as well.
    Up(Box<UpArgs>),
    /// Run the API server alone.
    #[command(name = "kube-apiserver")]
    KubeApiserver(Box<ApiServerArgs>),
    /// Run the scheduler alone, against any API server.
    #[command(name = "kube-scheduler")]
    KubeScheduler(Box<KubeSchedulerArgs>),
    /// Decode objects, convert and default them, and encode them again.
    Codec(Box<CodecArgs>),
    /// Save, restore, check, shrink or show the embedded store of a control plane that does not run.
    Store(Box<StoreArgs>),
}

/// A part of the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Component {
    /// The API server, with the controllers that keep service accounts and empty deleted namespaces.
    Apiserver,
    /// The scheduler.
    Scheduler,
    /// Nodes that run no containers but say they do.
    HollowNodes,
}

/// Flags of `up`.
#[derive(Clone, Debug, Args)]
pub(crate) struct UpArgs {
    /// How many hollow nodes there are.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) hollow_nodes: usize,

    /// What runs, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "apiserver,scheduler,hollow-nodes")]
    pub(crate) components: Vec<Component>,

    /// For tests: everything in memory, on a free port unless told otherwise, gone when this process ends or its parent
    /// does. Standard output gets one line once all is ready.
    #[arg(long, conflicts_with_all = ["data_dir", "storage_backend"])]
    pub(crate) ephemeral: bool,

    /// Print the administrator's kubeconfig on standard output once all is ready: JSON, in one line.
    #[arg(long)]
    pub(crate) print_kubeconfig: bool,

    #[command(flatten)]
    pub(crate) api_server: ApiServerArgs,
}

impl Default for UpArgs {
    fn default() -> Self {
        match Cli::parse_from(["kubeforge", "up"]).command {
            Some(Command::Up(args)) => *args,
            _ => unreachable!("`kubeforge up` is the up command"),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_is_up_with_everything() {
        let (command, _) = Cli::parse_from(["kubeforge"]).into_parts();
        let Command::Up(args) = command else { panic!("not up") };
        assert_eq!(args.hollow_nodes, 3);
        assert_eq!(args.components, [Component::Apiserver, Component::Scheduler, Component::HollowNodes]);
    }

    #[test]
    fn an_ephemeral_plane_takes_a_free_port_and_keeps_nothing() {
        let up = |arguments: &[&str]| {
            let cli = Cli::try_parse_from([&["kubeforge", "up"], arguments].concat())?;
            let (Command::Up(args), _) = cli.into_parts() else { panic!("not up") };
            Ok::<_, clap::Error>(args)
        };
        assert_eq!(up(&["--ephemeral"]).unwrap().api_server.secure_port, 0);
        assert_eq!(up(&["--ephemeral", "--secure-port=1234"]).unwrap().api_server.secure_port, 1234);
        assert_eq!(up(&[]).unwrap().api_server.secure_port, 6443);
        assert!(up(&["--ephemeral", "--data-dir=x"]).is_err());
        assert!(up(&["--ephemeral", "--storage-backend=etcd3"]).is_err());
    }

    #[test]
    fn unknown_flags_are_errors() {
        for arguments in [
            vec!["kubeforge", "up", "--nonesuch"],
            vec!["kubeforge", "kube-apiserver", "--etcd-sevres=x"],
            vec!["kubeforge", "codec", "--form=json"],
        ] {
            assert!(Cli::try_parse_from(&arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn up_takes_the_api_servers_flags() {
        let cli = Cli::try_parse_from([
            "kubeforge",
            "up",
            "--storage-backend",
            "etcd3",
            "--etcd-servers=http://a,http://b",
            "--allow-privileged",
            "-v",
            "2",
        ]);
        let (command, logging) = cli.unwrap().into_parts();
        let verbosity = logging.verbosity;
        let Command::Up(args) = command else { panic!("not up") };
        assert_eq!((args.api_server.etcd_servers.len(), args.api_server.allow_privileged, verbosity), (2, true, 2));
    }
}
