//! `kubeforge-gen new`.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use kubeforge_gen::{
    model::Scope,
    run::RunError,
    scaffold::{self, Created, NewGroup, NewKind, NewVersion, Role, ScaffoldError},
};

use super::print::{report, report_failure};

/// Arguments of `kubeforge-gen new`.
#[derive(clap::Args)]
pub(super) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A crate with an API group: types, a control plane that serves them, a test and an example
    Group {
        /// The group, for example shop.example.com
        group: String,
        /// Its first version
        #[arg(long, default_value = "v1alpha1")]
        version: String,
        /// Its first kind, for example Gadget
        #[arg(long)]
        kind: String,
        #[command(flatten)]
        object: Object,
        /// The crate's name; the group's first label where not given
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// The crate's directory; one of the crate's name where not given
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The workspace of the kubeforge crates; the one around this program where not given
        #[arg(long, value_name = "DIR")]
        kubeforge_path: Option<PathBuf>,
    },
    /// A further version of a group's kinds, with types copied from another one
    Version {
        /// The version, for example v1
        version: String,
        /// The version to copy
        #[arg(long)]
        from: String,
        /// Make it the hub: what the server holds and stores. Otherwise the hub stays what it is
        #[arg(long)]
        hub: bool,
        #[command(flatten)]
        place: Place,
    },
    /// A further kind
    Kind {
        /// The kind, for example Widget
        kind: String,
        /// Its version, where there are several
        #[arg(long)]
        version: Option<String>,
        #[command(flatten)]
        object: Object,
        #[command(flatten)]
        place: Place,
    },
}

/// What objects are like.
#[derive(clap::Args)]
struct Object {
    /// Objects live beside namespaces, not in them
    #[arg(long)]
    cluster: bool,
    /// Short names for kubectl, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    short: Vec<String>,
}

impl Object {
    fn scope(&self) -> Scope {
        if self.cluster { Scope::Cluster } else { Scope::Namespaced }
    }
}

/// The crate that is added to.
#[derive(clap::Args)]
struct Place {
    /// Its gen.toml
    #[arg(long, value_name = "PATH", default_value = "gen.toml")]
    config: PathBuf,
}

impl New {
    /// Makes it.
    pub(super) fn run(&self) -> ExitCode {
        match self.what.create() {
            Ok(created) => {
                tell(&created);
                ExitCode::SUCCESS
            }
            Err(ScaffoldError::Run(error @ RunError::Input(_))) => {
                report_failure(&error);
                ExitCode::FAILURE
            }
            Err(error) => {
                report(&format!("error: {error}"));
                ExitCode::FAILURE
            }
        }
    }
}

impl What {
    fn create(&self) -> Result<Created, ScaffoldError> {
        match self {
            What::Group { group, version, kind, object, name, out, kubeforge_path } => scaffold::group(&NewGroup {
                group: group.clone(),
                version: version.clone(),
                kind: kind.clone(),
                scope: object.scope(),
                short: object.short.clone(),
                crate_name: name.clone(),
                out: out.clone(),
                kubeforge: scaffold::find_kubeforge(kubeforge_path.as_deref())?,
            }),
            What::Version { version, from, hub, place } => scaffold::version(&NewVersion {
                config: place.config.clone(),
                version: version.clone(),
                from: from.clone(),
                role: if *hub { Role::Hub } else { Role::Spoke },
            }),
            What::Kind { kind, version, object, place } => scaffold::kind(&NewKind {
                config: place.config.clone(),
                kind: kind.clone(),
                version: version.clone(),
                scope: object.scope(),
                short: object.short.clone(),
            }),
        }
    }
}

fn tell(created: &Created) {
    created.files.iter().for_each(|file| report(&format!("  {}", file.display())));
    report(&format!("{} files, and {} generated ones", created.files.len(), created.generated.written.len()));
    created.notes.iter().for_each(|note| report(&format!("left to do: {note}")));
}
