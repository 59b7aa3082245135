//! An operator with kube-rs' own runtime, whose types, the built-in ones too, are Kubeforge's: the feature `kube`.
//!
//! Makes a job for every `Backup`, which it owns, and keeps the backup's status up to date with the job's; a finalizer
//! deletes the job when the backup goes. Against the cluster in `KUBECONFIG`, or against a server in this process, with
//! one backup to begin with. (That server runs no controllers: jobs stay pending.)
//!
//! ```sh
//! cargo run -p kubeforge-runtime --features kube --example operator_kube_rs
//! ```

#![expect(clippy::print_stdout, reason = "an example that tells what it does")]

#[path = "../backup/mod.rs"]
mod backup;
mod controller;
mod install;
#[path = "../backup/server.rs"]
mod server;

use backup::{Backup, BackupSpec};
use kube::{
    Api, Client, Config,
    api::PostParams,
    config::{KubeConfigOptions, Kubeconfig},
};
use kubeforge_machinery::meta::v1::ObjectMeta;
use server::Server;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter("warn,operator_kube_rs=info").init();
    let server = Server::find_or_start().await?;
    let kubeconfig = Kubeconfig::read_from(server.kubeconfig())?;
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
    let client = Client::try_from(config)?;
    install::unless_served(&client).await?;
    println!("backups are looked after; try\n\n    export KUBECONFIG={}", server.kubeconfig().display());
    println!("    kubectl get backups,jobs\n\nCtrl-C stops");
    if server.is_own() {
        let metadata = ObjectMeta { name: "db".to_owned(), ..ObjectMeta::default() };
        let spec = BackupSpec { claim_name: "db-data".to_owned() };
        let first = Backup { metadata, spec, ..Backup::default() };
        Api::namespaced(client.clone(), "default").create(&PostParams::default(), &first).await?;
    }
    controller::run(client, async {
        // without signals it runs until it is killed
        if let Err(err) = tokio::signal::ctrl_c().await {
            tracing::error!(%err, "no signals");
            std::future::pending::<()>().await;
        }
    })
    .await;
    server.shut_down().await;
    Ok(())
}
