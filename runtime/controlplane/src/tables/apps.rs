//! Workloads.

use kubeforge_api::{
    apps::v1::{ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet},
    core::v1::ReplicationController,
};
use kubeforge_apiserver::table::Column;

use super::{Tables, age, age_of, name, text};

fn containers() -> [Column; 2] {
    [
        Column::text("Containers", "Names of the template's containers.").wide(),
        Column::text("Images", "Images of the template's containers.").wide(),
    ]
}

fn selector() -> Column {
    Column::text("Selector", "Labels of the pods that belong to it.").wide()
}

fn number(name: &'static str, description: &'static str) -> Column {
    Column::text(name, description).with_type("integer")
}

pub(super) fn register(tables: &mut Tables) {
    let [names, images] = containers();
    tables.add::<Deployment>(
        vec![
            name(),
            Column::text("Ready", "Ready pods of those wanted."),
            Column::text("Up-to-date", "Pods of the present template."),
            Column::text("Available", "Pods that have been ready for long enough."),
            age(),
            names,
            images,
            selector(),
        ],
        |it| {
            let (spec, status) = (&it.spec, &it.status);
            vec![
                it.metadata.name.clone().into(),
                format!("{}/{}", status.ready_replicas, spec.replicas.unwrap_or_default()).into(),
                i64::from(status.updated_replicas).into(),
                i64::from(status.available_replicas).into(),
                age_of(&it.metadata),
                text::container_names(&spec.template.spec.containers),
                text::container_images(&spec.template.spec.containers),
                text::selector(spec.selector.as_deref()),
            ]
            .into()
        },
    );
    let [names, images] = containers();
    tables.add::<ReplicaSet>(
        vec![
            name(),
            number("Desired", "Pods wanted."),
            number("Current", "Pods that there are."),
            number("Ready", "Pods that are ready."),
            age(),
            names,
            images,
            selector(),
        ],
        |it| {
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
        },
    );
    let [names, images] = containers();
    tables.add::<ReplicationController>(
        vec![
            name(),
            number("Desired", "Pods wanted."),
            number("Current", "Pods that there are."),
            number("Ready", "Pods that are ready."),
            age(),
            names,
            images,
            selector(),
        ],
        |it| {
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
        },
    );
    let [names, images] = containers();
    tables.add::<StatefulSet>(
        vec![name(), Column::text("Ready", "Ready pods of those wanted."), age(), names, images],
        |it| {
            vec![
                it.metadata.name.clone().into(),
                format!("{}/{}", it.status.ready_replicas, it.spec.replicas.unwrap_or_default()).into(),
                age_of(&it.metadata),
                text::container_names(&it.spec.template.spec.containers),
                text::container_images(&it.spec.template.spec.containers),
            ]
            .into()
        },
    );
    let [names, images] = containers();
    tables.add::<DaemonSet>(
        vec![
            name(),
            number("Desired", "Nodes that should run its pod."),
            number("Current", "Nodes that run its pod, as they should."),
            number("Ready", "Nodes whose pod is ready."),
            number("Up-to-date", "Nodes whose pod is of the present template."),
            number("Available", "Nodes whose pod has been ready for long enough."),
            Column::text("Node Selector", "Labels of the nodes it is meant for."),
            age(),
            names,
            images,
            selector(),
        ],
        |it| {
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
        },
    );
    tables.add::<ControllerRevision>(
        vec![
            name(),
            Column::text("Controller", "What the revision belongs to."),
            Column::text("Revision", "Its number."),
            age(),
        ],
        |it| {
            let owner = it.metadata.owner_references.iter().find(|owner| owner.controller == Some(true));
            let controller = owner.map_or_else(String::new, |owner| {
                let group = owner.api_version.split_once('/').map_or("", |(group, _)| group);
                let kind = owner.kind.to_lowercase();
                if group.is_empty() {
                    format!("{kind}/{}", owner.name)
                } else {
                    format!("{kind}.{group}/{}", owner.name)
                }
            });
            vec![it.metadata.name.clone().into(), text::or_none(&controller), it.revision.into(), age_of(&it.metadata)]
                .into()
        },
    );
}
