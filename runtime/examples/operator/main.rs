//! An operator with Kubeforge's own client: a controller over shared informers and a work queue, listers, typed clients.
//!
//! Makes a job for every `Backup`, which it owns, and keeps the backup's status up to date with the job's. Against the
//! cluster in `KUBECONFIG`, or against a server in this process, with one backup to begin with. (That server runs no
//! controllers: jobs stay pending, and stay when their backup goes.)
//!
//! ```sh
//! cargo run -p kubeforge-runtime --example operator
//! ```

#![expect(clippy::print_stdout, reason = "an example that tells what it does")]

#[path = "../backup/mod.rs"]
mod backup;
mod controller;
mod install;
#[path = "../backup/server.rs"]
mod server;

use backup::{Backup, BackupSpec};
use kubeforge_client::{Api, Client, Config};
use kubeforge_machinery::meta::v1::{CreateOptions, ObjectMeta};
use server::Server;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter("warn,operator=info").init();
    let server = Server::find_or_start().await?;
    let client = Client::from_config(&Config::from_file(server.kubeconfig())?)?;
    install::unless_served(&client).await?;
    println!("backups are looked after; try\n\n    export KUBECONFIG={}", server.kubeconfig().display());
    println!("    kubectl get backups,jobs\n\nCtrl-C stops");
    if server.is_own() {
        let metadata = ObjectMeta { name: "db".to_owned(), ..ObjectMeta::default() };
        let spec = BackupSpec { claim_name: "db-data".to_owned() };
        let first = Backup { metadata, spec, ..Backup::default() };
        Api::namespaced(client.clone(), "default").create(&first, &CreateOptions::default()).await?;
    }
    let cancel = CancellationToken::new();
    let operator = tokio::spawn(controller::run(client, cancel.clone()));
    tokio::signal::ctrl_c().await?;
    cancel.cancel();
    operator.await??;
    server.shut_down().await;
    Ok(())
}
