//! Workloads.

use kubeforge_api::{
    apps::v1::{ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet},
    core::v1::ReplicationController,
};
use kubeforge_apiserver::table::Cell;
use kubeforge_machinery::meta::v1::LabelSelector;

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Deployment>(|it| {
        let (spec, status) = (&it.spec, &it.status);
        vec![
            it.metadata.name.clone().into(),
            format!("{}/{}", status.ready_replicas, spec.replicas.unwrap_or_default()).into(),
            i64::from(status.updated_replicas).into(),
            i64::from(status.available_replicas).into(),
            age_of(&it.metadata),
            text::container_names(&spec.template.spec.containers),
            text::container_images(&spec.template.spec.containers),
            deployment_selector(spec.selector.as_deref()),
        ]
        .into()
    });
    tables.add::<ReplicaSet>(|it| {
        vec![
            it.metadata.name.clone().into(),
            i64::from(it.spec.replicas.unwrap_or_default()).into(),
            i64::from(it.status.replicas).into(),
            i64::from(it.status.ready_replicas).into(),
            age_of(&it.metadata),
            text::container_names(&it.spec.template.spec.containers),
            text::container_images(&it.spec.template.spec.containers),
            text::selector(it.spec.selector.as_deref()),
        ]
        .into()
    });
    tables.add::<ReplicationController>(|it| {
        let template = it.spec.template.as_deref().map_or(&[][..], |template| &template.spec.containers);
        vec![
            it.metadata.name.clone().into(),
            i64::from(it.spec.replicas.unwrap_or_default()).into(),
            i64::from(it.status.replicas).into(),
            i64::from(it.status.ready_replicas).into(),
            age_of(&it.metadata),
            text::container_names(template),
            text::container_images(template),
            text::labels(&it.spec.selector),
        ]
        .into()
    });
    tables.add::<StatefulSet>(|it| {
        vec![
            it.metadata.name.clone().into(),
            format!("{}/{}", it.status.ready_replicas, it.spec.replicas.unwrap_or_default()).into(),
            age_of(&it.metadata),
            text::container_names(&it.spec.template.spec.containers),
            text::container_images(&it.spec.template.spec.containers),
        ]
        .into()
    });
    tables.add::<DaemonSet>(|it| {
        let status = &it.status;
        vec![
            it.metadata.name.clone().into(),
            i64::from(status.desired_number_scheduled).into(),
            i64::from(status.current_number_scheduled).into(),
            i64::from(status.number_ready).into(),
            i64::from(status.updated_number_scheduled).into(),
            i64::from(status.number_available).into(),
            text::labels(&it.spec.template.spec.node_selector),
            age_of(&it.metadata),
            text::container_names(&it.spec.template.spec.containers),
            text::container_images(&it.spec.template.spec.containers),
            text::selector(it.spec.selector.as_deref()),
        ]
        .into()
    });
    tables.add::<ControllerRevision>(|it| {
        let owner = it.metadata.owner_references.iter().find(|owner| owner.controller == Some(true));
        let controller = owner.map_or_else(String::new, |owner| {
            let group = owner.api_version.split_once('/').map_or("", |(group, _)| group);
            let kind = owner.kind.to_lowercase();
            if group.is_empty() { format!("{kind}/{}", owner.name) } else { format!("{kind}.{group}/{}", owner.name) }
        });
        vec![it.metadata.name.clone().into(), text::or_none(&controller), it.revision.into(), age_of(&it.metadata)]
            .into()
    });
}

/// The selector of a deployment, whose printer differs from the others': nothing at all stands for all pods.
fn deployment_selector(selector: Option<&LabelSelector>) -> Cell {
    match text::selector_text(selector) {
        Some(text) => text.into(),
        None => "<invalid>".into(),
    }
}
