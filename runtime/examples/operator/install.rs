//! The kind's definition, on servers that don't have it.

use anyhow::bail;
use futures::StreamExt as _;
use kubeforge_api::apiextensions::v1::{ConditionStatus, CustomResourceDefinition};
use kubeforge_client::{Api, Client, WatchEvent, discovery::Discovery};
use kubeforge_machinery::{
    Kind as _, Resource as _,
    crd::CustomResource as _,
    gvk::GroupKind,
    meta::v1::{CreateOptions, ListOptions},
};

use crate::backup::Backup;

/// Posts the definition and waits until backups are served, unless they are already.
pub(crate) async fn unless_served(client: &Client) -> anyhow::Result<()> {
    let served = Discovery::load(client).await?;
    if served.for_kind(&GroupKind::new(Backup::GROUP, Backup::KIND), Backup::VERSION).is_some() {
        return Ok(());
    }
    let definitions = Api::<CustomResourceDefinition>::all(client.clone());
    let definition: CustomResourceDefinition = serde_json::from_value(Backup::crd()?)?;
    definitions.create(&definition, &CreateOptions::default()).await?;
    let name = format!("{}.{}", Backup::PLURAL, Backup::GROUP);
    let ours = ListOptions { field_selector: format!("metadata.name={name}"), ..ListOptions::default() };
    let mut changes = definitions.watch(&ours).await?;
    while let Some(change) = changes.next().await {
        match change? {
            WatchEvent::Added(it) | WatchEvent::Modified(it) if is_established(&it) => return Ok(()),
            WatchEvent::Deleted(_) => bail!("somebody deleted {name}"),
            WatchEvent::Added(_) | WatchEvent::Modified(_) | WatchEvent::Bookmark(_) => {}
        }
    }
    bail!("the server ended the watch before it served {name}")
}

fn is_established(definition: &CustomResourceDefinition) -> bool {
    let mut conditions = definition.status.conditions.iter();
    conditions.any(|it| it.type_ == "Established" && it.status == ConditionStatus::True)
}
