//! The server of all built-in kinds: each with its strategy, checks and table, and the admission plugins around them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use kubeforge_apiserver::{
    GenericServer,
    filters::authentication::Anonymous,
    metrics::{self, Families, Stability},
    serving::ServingOptions,
};
use kubeforge_machinery::{Scheme, SchemeBuilder, feature_gates::FeatureGates};

use super::Register;
use crate::{
    admission::{self, TolerationSeconds},
    connect::{self, Kubelets},
    counted::ClientMetrics,
    custom_resources,
    debugging::{self, Profiling},
    enablement::RuntimeConfig,
    health::Health,
    security::Security,
    storage::{Factory, Stores},
    strategies::{self, ServiceAllocator},
    tables::Tables,
};

/// The order in which discovery lists groups: `groupPriorityMinimum` of the APIServices that upstream registers.
const GROUP_PRIORITIES: [&str; 23] = [
    "",
    "apiregistration.k8s.io",
    "apps",
    "events.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "scheduling.k8s.io",
    "coordination.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
    "resource.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "storagemigration.k8s.io",
];
/// The Scheme's name in messages is that of upstream's.
const SCHEME_NAME: &str = "pkg/api/legacyscheme/scheme.go:30";

/// What a server is made of that does not follow from its kinds and stores.
pub(super) struct Settings {
    pub(super) services: Arc<ServiceAllocator>,
    pub(super) anonymous: Anonymous,
    pub(super) allow_privileged: bool,
    pub(super) enabled_admission: Vec<String>,
    pub(super) disabled_admission: Vec<String>,
    pub(super) security: Security,
    pub(super) runtime_config: RuntimeConfig,
    pub(super) kubelets: Kubelets,
    pub(super) health: Health,
    pub(super) serving: ServingOptions,
    pub(super) metrics: metrics::Settings,
    pub(super) gates: FeatureGates,
    pub(super) event_ttl: Duration,
    pub(super) tolerations: TolerationSeconds,
    pub(super) profiling: Profiling,
}

/// The Scheme of the built-in kinds and these.
pub(super) fn scheme(kinds: &[Register]) -> Arc<Scheme> {
    let mut builder = SchemeBuilder::new(SCHEME_NAME);
    kubeforge_api::register_all(&mut builder);
    custom_resources::register(&mut builder);
    kinds.iter().for_each(|register| register(&mut builder));
    Arc::new(builder.build())
}

/// The groups that these kinds add.
fn groups(kinds: &[Register]) -> BTreeSet<String> {
    let mut builder = SchemeBuilder::new(SCHEME_NAME);
    kinds.iter().for_each(|register| register(&mut builder));
    builder.build().entries().into_iter().map(|entry| entry.gvk.group.to_string()).collect()
}

/// A server and what belongs to it.
pub(super) struct Built {
    pub(super) server: GenericServer,
    pub(super) clients: ClientMetrics,
}

/// Makes the server of all kinds, with what is particular to each.
pub(super) fn build(
    stores: &Arc<Stores>,
    scheme: &Arc<Scheme>,
    kinds: &[Register],
    settings: Settings,
    advertise: &str,
) -> Built {
    let added = groups(kinds);
    let tables = Tables::built_in();
    let mut resources =
        strategies::built_in(settings.services, &settings.security, &stores.answers(), settings.event_ttl);
    connect::register(&mut resources, settings.kubelets);
    let privileged = if settings.allow_privileged {
        kubeforge_validation::Privileged::Allowed
    } else {
        kubeforge_validation::Privileged::Forbidden
    };
    let mut checks = kubeforge_validation::built_in(&kubeforge_validation::Settings { privileged });
    let mut builder = GenericServer::builder(scheme.clone(), Factory(stores.clone())).metrics(settings.metrics);
    stores.count_in(builder.families());
    show_gates(builder.families(), &settings.gates);
    let clients = ClientMetrics::new(builder.families());
    let mut named = BTreeSet::new();
    for entry in scheme.entries() {
        let Some(resource) = entry.gvr().map(|gvr| gvr.group_resource()) else { continue };
        if !named.insert(resource.clone()) {
            // another version of the same resource
            continue;
        }
        let mut options = resources.remove(&resource).unwrap_or_default();
        options.checks = checks.remove(&resource).unwrap_or_default();
        options.table = tables.get(&entry.hub);
        // built-in kinds are kept under their plural alone, whatever their group
        if !added.contains(&*resource.group) {
            options.storage_prefix.get_or_insert_with(|| format!("/{}", resource.resource));
        }
        builder = builder.resource(resource, options);
    }
    let plugins = admission::plugins(
        &settings.security,
        &settings.enabled_admission,
        &settings.disabled_admission,
        settings.tolerations,
    );
    builder = builder
        .group_priorities(GROUP_PRIORITIES.to_vec())
        // who adds a group wants it served, whatever the stage of its version
        .serves(move |resource, life| {
            added.contains(&*resource.group) || settings.runtime_config.serves(resource, life)
        })
        .admission(plugins)
        .feature_gates(settings.gates)
        .serving(settings.serving)
        .anonymous(settings.anonymous)
        .advertise(advertise);
    builder = debugging::register(settings.health.register(builder, stores.probes()), settings.profiling);
    let server = settings.security.install(builder, advertise).build();
    settings.security.attach(&server);
    Built { server, clients }
}

/// Tells in the metrics which features are on.
fn show_gates(families: &Families, gates: &FeatureGates) {
    let help = "Whether a feature is on, by name and stage.";
    let family = families.of(Stability::Beta).gauges("kubernetes_feature_enabled", help, &["name", "stage"]);
    for (name, stage, is_on) in gates.all() {
        family.with_label_values(&[name, stage.name()]).set(i64::from(is_on));
    }
}
