//! The kind's definition, on servers that don't have it.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client, ResourceExt as _,
    api::PostParams,
    runtime::wait::{await_condition, conditions},
};
use kubeforge_machinery::{Kind as _, crd::CustomResource as _};

use crate::backup::Backup;

/// Posts the definition and waits until backups are served, unless they are already.
pub(crate) async fn unless_served(client: &Client) -> anyhow::Result<()> {
    if client.list_api_groups().await?.groups.iter().any(|group| group.name == Backup::GROUP) {
        return Ok(());
    }
    let definitions = Api::<CustomResourceDefinition>::all(client.clone());
    let definition = serde_json::from_value(Backup::crd()?)?;
    let made = definitions.create(&PostParams::default(), &definition).await?;
    await_condition(definitions, &made.name_any(), conditions::is_crd_established()).await?;
    Ok(())
}
