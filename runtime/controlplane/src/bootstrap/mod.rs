//! Objects that exist from the start: system namespaces, the `kubernetes` service and the range that it is of, system
//! priority classes, configuration that extension servers and controllers look for.
//!
//! Made through the API like everything else, by the user `system:apiserver`. What is there is left alone, so what an
//! administrator changed stays. What must stay as it is while the server runs is in [`crate::upkeep`].

mod rbac;

use std::{collections::BTreeMap, net::IpAddr};

use kubeforge_api::{
    core::v1::{ConfigMap, Namespace},
    networking::v1::{ServiceCIDR, ServiceCIDRSpec},
    scheduling::v1::PriorityClass,
};
use kubeforge_client::{Api, Client, ClientError, Patch};
use kubeforge_machinery::{
    GroupVersion, Resource, Time,
    meta::v1::{ConditionStatus, CreateOptions, ObjectMeta, PatchOptions, UpdateOptions},
};
use serde_json::json;

use crate::{
    health::{Health, Step},
    strategies::priority_class,
    upkeep::kubernetes_service,
};

mod api_services;
pub(crate) mod flow_control;
pub(crate) use api_services::AUTOMANAGED;

/// What the objects say of the server.
#[derive(Clone, Debug)]
pub(crate) struct Bootstrap {
    /// The ranges that services get their addresses from, in CIDR notation.
    pub service_cidrs: Vec<String>,
    /// The address of the `kubernetes` service.
    pub service_address: Option<IpAddr>,
    /// The port at which nodes lead to the `kubernetes` service, if they do.
    pub service_node_port: Option<u16>,
    /// Where the server is reached.
    pub advertise_address: IpAddr,
    /// The port it is reached at.
    pub port: u16,
    /// Certificates of the CAs whose clients are accepted, PEM; may be empty. Extension servers read it from a config map.
    pub client_ca: String,
    /// The versions of groups that it serves.
    pub group_versions: Vec<GroupVersion>,
}

/// The namespaces that always exist.
const NAMESPACES: [&str; 4] = ["kube-system", "kube-public", "kube-node-lease", "default"];
/// The range of the flags.
const SERVICE_CIDR: &str = "kubernetes";
const CIDR_CONTROLLER: &str = "kubernetes-service-cidr-controller";
/// Says since when it is noted when tokens in secrets are used.
const TOKEN_TRACKING: &str = "kube-apiserver-legacy-service-account-token-tracking";

/// Makes what is missing.
///
/// # Errors
/// The first request's that fails for another reason than that the object is there already.
pub(crate) async fn run(client: &Client, bootstrap: &Bootstrap, health: &Health) -> Result<(), ClientError> {
    namespaces(client).await?;
    health.done(Step::Namespaces);
    rbac::run(client).await?;
    health.done(Step::Roles);
    for (name, value) in priority_class::SYSTEM {
        let description = match name {
            "system-node-critical" => "Used for system critical pods that must not be moved from their current node.",
            _ => {
                "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
            }
        };
        let metadata = named(name, "");
        ensure(
            client,
            PriorityClass { metadata, value, description: description.to_owned(), ..PriorityClass::default() },
        )
        .await?;
    }
    health.done(Step::PriorityClasses);
    if !bootstrap.client_ca.is_empty() {
        let metadata = named("extension-apiserver-authentication", "kube-system");
        let data = BTreeMap::from([("client-ca-file".to_owned(), bootstrap.client_ca.clone())]);
        ensure(client, ConfigMap { metadata, data, ..ConfigMap::default() }).await?;
    }
    health.done(Step::AuthenticationInfo);
    let today: String = Time::now().to_string().chars().take("2006-01-02".len()).collect();
    let data = BTreeMap::from([("since".to_owned(), today)]);
    ensure(client, ConfigMap { metadata: named(TOKEN_TRACKING, "kube-system"), data, ..ConfigMap::default() }).await?;
    health.done(Step::TokenTracking);
    service_cidr(client, bootstrap).await?;
    health.done(Step::ServiceCidr);
    kubernetes_service::ensure_service(client, bootstrap).await?;
    flow_control::run(client).await?;
    health.done(Step::FlowControl);
    api_services::run(client, &bootstrap.group_versions).await?;
    health.done(Step::ApiServices);
    health.done(Step::KubernetesService);
    Ok(())
}

/// Makes those of the system's namespaces that are missing.
pub(crate) async fn namespaces(client: &Client) -> Result<(), ClientError> {
    for name in NAMESPACES {
        ensure(client, Namespace { metadata: named(name, ""), ..Namespace::default() }).await?;
    }
    Ok(())
}

pub(crate) fn named(name: &str, namespace: &str) -> ObjectMeta {
    ObjectMeta { name: name.to_owned(), namespace: namespace.to_owned(), ..ObjectMeta::default() }
}

pub(crate) async fn ensure<K: Resource>(client: &Client, object: K) -> Result<(), ClientError> {
    ensure_with(client, object, &CreateOptions::default()).await
}

async fn ensure_with<K: Resource>(client: &Client, object: K, options: &CreateOptions) -> Result<(), ClientError> {
    let api = Api::<K>::namespaced(client.clone(), &object.object_meta().namespace);
    // a service of the name can't be made even to find out that there is one: its address is taken
    if api.get_opt(&object.object_meta().name).await?.is_some() {
        return Ok(());
    }
    match api.create(&object, options).await {
        Err(ClientError::Api(err)) if err.is_already_exists() => Ok(()),
        made => made.map(drop),
    }
}

/// Makes the range of the flags an object, and says that it is ready. A range that became dual-stack gets its second
/// part; other differences are an administrator's.
pub(crate) async fn service_cidr(client: &Client, bootstrap: &Bootstrap) -> Result<(), ClientError> {
    let api = Api::<ServiceCIDR>::all(client.clone());
    let wanted = &bootstrap.service_cidrs;
    let found = match api.get_opt(SERVICE_CIDR).await? {
        Some(mut found) => {
            if found.spec.cidrs.len() == 1 && wanted.len() == 2 && found.spec.cidrs.first() == wanted.first() {
                found.spec.cidrs.clone_from(wanted);
                found = api.update(&found, &UpdateOptions::default()).await?;
            }
            found
        }
        None => {
            let spec = ServiceCIDRSpec { cidrs: wanted.clone() };
            let new = ServiceCIDR { metadata: named(SERVICE_CIDR, ""), spec, ..ServiceCIDR::default() };
            api.create(&new, &CreateOptions::default()).await?
        }
    };
    let is_ready = |condition: &kubeforge_machinery::meta::v1::Condition| {
        condition.type_ == "Ready" && condition.status == ConditionStatus::True
    };
    if found.status.conditions.iter().any(is_ready) {
        return Ok(());
    }
    let status = json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "ServiceCIDR",
        "metadata": {"name": SERVICE_CIDR},
        "status": {"conditions": [{
            "type": "Ready",
            "status": "True",
            "message": "Kubernetes default Service CIDR is ready",
            "lastTransitionTime": Time::now().to_string(),
        }]},
    });
    let options = PatchOptions { field_manager: CIDR_CONTROLLER.to_owned(), ..PatchOptions::default() };
    api.patch_status(SERVICE_CIDR, &Patch::force_apply(&status), &options).await.map(drop)
}
