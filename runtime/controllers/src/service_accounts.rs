//! Every namespace has a service account named `default` and a config map with the cluster's CA.
//!
//! Follows kube-controller-manager's serviceaccount and root-ca-cert-publisher controllers: what is missing or was
//! changed is put right.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{ConfigMap, Namespace, NamespacePhase, ServiceAccount};
use kubeforge_client::{Client, ClientError, InformerFactory, WorkQueue, informer::HandlerFns};
use kubeforge_client_set::{Clientset, Informers as _};
use kubeforge_machinery::meta::v1::{CreateOptions, ObjectMeta, UpdateOptions};
use tokio_util::sync::CancellationToken;

const ACCOUNT: &str = "default";
const CA_CONFIG_MAP: &str = "kube-root-ca.crt";
const CA_KEY: &str = "ca.crt";

/// Keeps the namespaces' accounts and CA config maps until it is cancelled. `ca` is the CA's certificate, PEM.
pub async fn run(client: Client, ca: String, cancel: CancellationToken) {
    let factory = InformerFactory::new(client.clone());
    let queue: WorkQueue<String> = WorkQueue::new();
    let (namespaces, accounts, config_maps) =
        (factory.core_v1().namespaces(), factory.core_v1().service_accounts(), factory.core_v1().config_maps());
    let add = queue.clone();
    let _namespaces = namespaces.add_handler(HandlerFns::on_any(move |it: &std::sync::Arc<Namespace>| {
        add.add(it.metadata.name.clone());
    }));
    let add = queue.clone();
    let _accounts = accounts.add_handler(HandlerFns::new().on_delete(move |it: &std::sync::Arc<ServiceAccount>| {
        if it.metadata.name == ACCOUNT {
            add.add(it.metadata.namespace.clone());
        }
    }));
    let add = queue.clone();
    let _config_maps = config_maps.add_handler(HandlerFns::on_any(move |it: &std::sync::Arc<ConfigMap>| {
        if it.metadata.name == CA_CONFIG_MAP {
            add.add(it.metadata.namespace.clone());
        }
    }));
    factory.start(&cancel);
    let publisher = Publisher { clients: Clientset::new(client), ca, factory: factory.clone() };
    let ended = queue.clone();
    let work = async {
        factory.wait_for_sync().await;
        while let Some(namespace) = queue.get().await {
            match publisher.reconcile(&namespace).await {
                Ok(()) => queue.forget(&namespace),
                Err(err) => {
                    tracing::debug!(namespace, %err, "cannot make the namespace's service account or CA config map yet");
                    queue.add_rate_limited(namespace.clone());
                }
            }
            queue.done(&namespace);
        }
    };
    tokio::select! {
        () = cancel.cancelled() => ended.shut_down(),
        () = work => {}
    }
    factory.shutdown().await;
}

struct Publisher {
    clients: Clientset,
    ca: String,
    factory: InformerFactory,
}

impl Publisher {
    async fn reconcile(&self, namespace: &str) -> Result<(), ClientError> {
        let Ok(found) = self.factory.core_v1().namespaces().lister().get(namespace) else { return Ok(()) };
        if found.metadata.deletion_timestamp.is_some() || found.status.phase == NamespacePhase::Terminating {
            return Ok(());
        }
        if self.factory.core_v1().service_accounts().lister().namespace(namespace).get(ACCOUNT).is_err() {
            let account = ServiceAccount { metadata: named(ACCOUNT, namespace), ..ServiceAccount::default() };
            let accounts = self.clients.core_v1().service_accounts(namespace);
            unless_exists(accounts.create(&account, &CreateOptions::default()).await)?;
        }
        let wanted = BTreeMap::from([(CA_KEY.to_owned(), self.ca.clone())]);
        let config_maps = self.clients.core_v1().config_maps(namespace);
        match self.factory.core_v1().config_maps().lister().namespace(namespace).get(CA_CONFIG_MAP) {
            Ok(there) if there.data == wanted => {}
            Ok(there) => {
                let mut changed = (*there).clone();
                changed.data = wanted;
                config_maps.update(&changed, &UpdateOptions::default()).await?;
            }
            Err(_) => {
                let mut metadata = named(CA_CONFIG_MAP, namespace);
                let about = "The certificate of the authority that signs the API server's certificate.";
                metadata.annotations.insert("kubernetes.io/description".to_owned(), about.to_owned());
                let config_map = ConfigMap { metadata, data: wanted, ..ConfigMap::default() };
                unless_exists(config_maps.create(&config_map, &CreateOptions::default()).await)?;
            }
        }
        Ok(())
    }
}

fn named(name: &str, namespace: &str) -> ObjectMeta {
    ObjectMeta { name: name.to_owned(), namespace: namespace.to_owned(), ..ObjectMeta::default() }
}

/// Somebody else was faster: just as well. A namespace that is going is left alone.
fn unless_exists<T>(made: Result<T, ClientError>) -> Result<(), ClientError> {
    match made {
        Err(ClientError::Api(err)) if err.is_already_exists() || err.is_not_found() || err.is_forbidden() => Ok(()),
        made => made.map(|_| ()),
    }
}
