//! The Kubernetes API groups: one module per group, one per version in it, one file per kind.
//!
//! | module | group | what lives there |
//! |---|---|---|
//! | [`admission`] | `admission.k8s.io` | how webhooks are asked about requests |
//! | [`admissionregistration`] | `admissionregistration.k8s.io` | webhooks and policies that check or change what is to be stored |
//! | [`apidiscovery`] | `apidiscovery.k8s.io` | all that a server offers, in one document |
//! | [`apiextensions`] | `apiextensions.k8s.io` | resources made up by users |
//! | [`apiregistration`] | `apiregistration.k8s.io` | which server serves which API |
//! | [`apiserver`] | `apiserver.config.k8s.io` | the files that configure the API server |
//! | [`apiserverinternal`] | `internal.apiserver.k8s.io` | what API servers tell each other |
//! | [`apps`] | `apps` | controllers that keep sets of pods as wanted |
//! | [`audit`] | `audit.k8s.io` | what is noted of requests to the server |
//! | [`authentication`] | `authentication.k8s.io` | tokens, and whose they are |
//! | [`authorization`] | `authorization.k8s.io` | questions about who may do what |
//! | [`autoscaling`] | `autoscaling` | how many pods a load needs |
//! | [`batch`] | `batch` | work that comes to an end |
//! | [`certificates`] | `certificates.k8s.io` | requests for certificates |
//! | [`componentbase`] | (none) | configuration that all components share: tracing, leader election, debugging, connections to the API server |
//! | [`coordination`] | `coordination.k8s.io` | who leads, and who is alive |
//! | [`core`] | (none) | pods, nodes, services, volumes, configuration |
//! | [`discovery`] | `discovery.k8s.io` | where services lead |
//! | [`events`] | `events.k8s.io` | what happened |
//! | [`extensions`] | `extensions` | where apps and networking began; kept to read old objects |
//! | [`flowcontrol`] | `flowcontrol.apiserver.k8s.io` | how the API server shares itself out among those who ask |
//! | [`imagepolicy`] | `imagepolicy.k8s.io` | questions to the webhook that judges images |
//! | [`kubescheduler`] | `kubescheduler.config.k8s.io` | how the scheduler is configured |
//! | [`networking`] | `networking.k8s.io` | network policies, ingresses, and the addresses of services |
//! | [`node`] | `node.k8s.io` | how the containers of a pod are run |
//! | [`podsecurity`] | `pod-security.admission.config.k8s.io` | the configuration of the PodSecurity admission plugin |
//! | [`policy`] | `policy` | how much disruption a workload bears |
//! | [`policyconfig`] | `apiserver.config.k8s.io` | the configuration of the admission policy plugins |
//! | [`rbac`] | `rbac.authorization.k8s.io` | who may do what |
//! | [`resource`] | `resource.k8s.io` | devices, and claims to them |
//! | [`resourcequota`] | `apiserver.config.k8s.io` | the configuration of the ResourceQuota admission plugin |
//! | [`scheduling`] | `scheduling.k8s.io` | who goes first |
//! | [`storage`] | `storage.k8s.io` | kinds of storage, and the drivers behind them |
//! | [`storagemigration`] | `storagemigration.k8s.io` | migrations of what is stored |
//! | [`webhookadmission`] | `apiserver.config.k8s.io` | the configuration of the admission webhook plugins |
//!
//! The types are the source of truth: their `#[api(…)]` attributes say all that the generator needs, and what it makes of
//! them is checked in under `generated`. Written by hand beside the types are only the defaults that look at more than
//! one field (`defaults.rs`) and what versions have in different forms (`conversion.rs`).
//!
//! Each group is behind a cargo feature of its name; all are on by default. A group's feature switches on those of the
//! groups whose types it uses.
//!
//! With the feature `kube` every resource is one of kube-rs' as well; [`kubeforge_machinery::kube`] says how.
//!
//! Invariants: a type mirrors the wire exactly; nothing here knows a server, a store or a client; a group depends on
//! another group only through types that its fields name and through hubs that its older versions convert to.

#[cfg(feature = "admission")]
pub mod admission;
#[cfg(feature = "admissionregistration")]
pub mod admissionregistration;
#[cfg(feature = "apidiscovery")]
pub mod apidiscovery;
#[cfg(feature = "apiextensions")]
pub mod apiextensions;
#[cfg(feature = "apiregistration")]
pub mod apiregistration;
#[cfg(feature = "apiserver")]
pub mod apiserver;
#[cfg(feature = "apiserverinternal")]
pub mod apiserverinternal;
#[cfg(feature = "apps")]
pub mod apps;
#[cfg(feature = "audit")]
pub mod audit;
#[cfg(feature = "authentication")]
pub mod authentication;
#[cfg(feature = "authorization")]
pub mod authorization;
#[cfg(feature = "autoscaling")]
pub mod autoscaling;
#[cfg(feature = "batch")]
pub mod batch;
#[cfg(feature = "certificates")]
pub mod certificates;
#[cfg(feature = "componentbase")]
pub mod componentbase;
#[cfg(feature = "coordination")]
pub mod coordination;
#[cfg(feature = "core")]
pub mod core;
#[cfg(feature = "discovery")]
pub mod discovery;
#[cfg(feature = "events")]
pub mod events;
#[cfg(feature = "extensions")]
pub mod extensions;
#[cfg(feature = "flowcontrol")]
pub mod flowcontrol;
#[cfg(feature = "imagepolicy")]
pub mod imagepolicy;
#[cfg(feature = "kubescheduler")]
pub mod kubescheduler;
#[cfg(feature = "networking")]
pub mod networking;
#[cfg(feature = "node")]
pub mod node;
#[cfg(feature = "podsecurity")]
pub mod podsecurity;
#[cfg(feature = "policy")]
pub mod policy;
#[cfg(feature = "policyconfig")]
pub mod policyconfig;
#[cfg(feature = "rbac")]
pub mod rbac;
#[cfg(feature = "resource")]
pub mod resource;
#[cfg(feature = "resourcequota")]
pub mod resourcequota;
#[cfg(feature = "scheduling")]
pub mod scheduling;
#[cfg(feature = "storage")]
pub mod storage;
#[cfg(feature = "storagemigration")]
pub mod storagemigration;
#[cfg(feature = "webhookadmission")]
pub mod webhookadmission;

#[cfg(test)]
mod testing;

use kubeforge_machinery::SchemeBuilder;

/// Registers every kind of every API group here, and those of `meta.k8s.io/v1`, which belong to all of them. Kinds that
/// components read from files are not among them: see [`register_configuration`].
pub fn register_all(scheme: &mut SchemeBuilder) {
    kubeforge_machinery::meta::v1::generated::register(scheme);
    #[cfg(feature = "admission")]
    {
        admission::v1::generated::register(scheme);
        admission::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "admissionregistration")]
    {
        admissionregistration::v1::generated::register(scheme);
        admissionregistration::v1alpha1::generated::register(scheme);
        admissionregistration::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "apidiscovery")]
    {
        apidiscovery::v2::generated::register(scheme);
        apidiscovery::v2beta1::generated::register(scheme);
    }
    #[cfg(feature = "apiextensions")]
    {
        apiextensions::v1::generated::register(scheme);
    }
    #[cfg(feature = "apiregistration")]
    {
        apiregistration::v1::generated::register(scheme);
    }
    #[cfg(feature = "apiserverinternal")]
    {
        apiserverinternal::v1alpha1::generated::register(scheme);
    }
    #[cfg(feature = "apps")]
    {
        apps::v1::generated::register(scheme);
        apps::v1beta1::generated::register(scheme);
        apps::v1beta2::generated::register(scheme);
    }
    #[cfg(feature = "authentication")]
    {
        authentication::v1::generated::register(scheme);
        authentication::v1alpha1::generated::register(scheme);
        authentication::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "authorization")]
    {
        authorization::v1::generated::register(scheme);
        authorization::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "autoscaling")]
    {
        autoscaling::v1::generated::register(scheme);
        autoscaling::v2::generated::register(scheme);
    }
    #[cfg(feature = "batch")]
    {
        batch::v1::generated::register(scheme);
        batch::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "certificates")]
    {
        certificates::v1::generated::register(scheme);
        certificates::v1alpha1::generated::register(scheme);
        certificates::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "coordination")]
    {
        coordination::v1::generated::register(scheme);
        coordination::v1alpha2::generated::register(scheme);
        coordination::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "core")]
    {
        core::v1::generated::register(scheme);
    }
    #[cfg(feature = "discovery")]
    {
        discovery::v1::generated::register(scheme);
        discovery::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "events")]
    {
        events::v1::generated::register(scheme);
        events::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "extensions")]
    {
        extensions::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "flowcontrol")]
    {
        flowcontrol::v1::generated::register(scheme);
        flowcontrol::v1beta1::generated::register(scheme);
        flowcontrol::v1beta2::generated::register(scheme);
        flowcontrol::v1beta3::generated::register(scheme);
    }
    #[cfg(feature = "imagepolicy")]
    {
        imagepolicy::v1alpha1::generated::register(scheme);
    }
    #[cfg(feature = "networking")]
    {
        networking::v1::generated::register(scheme);
        networking::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "node")]
    {
        node::v1::generated::register(scheme);
        node::v1alpha1::generated::register(scheme);
        node::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "policy")]
    {
        policy::v1::generated::register(scheme);
        policy::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "rbac")]
    {
        rbac::v1::generated::register(scheme);
        rbac::v1alpha1::generated::register(scheme);
        rbac::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "resource")]
    {
        resource::v1::generated::register(scheme);
        resource::v1alpha3::generated::register(scheme);
        resource::v1beta1::generated::register(scheme);
        resource::v1beta2::generated::register(scheme);
    }
    #[cfg(feature = "scheduling")]
    {
        scheduling::v1::generated::register(scheme);
        scheduling::v1alpha2::generated::register(scheme);
        scheduling::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "storage")]
    {
        storage::v1::generated::register(scheme);
        storage::v1alpha1::generated::register(scheme);
        storage::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "storagemigration")]
    {
        storagemigration::v1beta1::generated::register(scheme);
    }
}

/// Registers the kinds of configuration files and logs: of the API server, its admission plugins and audit, and of the
/// scheduler.
#[allow(unused_variables, reason = "no group with such kinds may be on")]
pub fn register_configuration(scheme: &mut SchemeBuilder) {
    #[cfg(feature = "apiserver")]
    {
        apiserver::v1::generated::register(scheme);
        apiserver::v1alpha1::generated::register(scheme);
        apiserver::v1beta1::generated::register(scheme);
    }
    #[cfg(feature = "audit")]
    {
        audit::v1::generated::register(scheme);
    }
    #[cfg(feature = "kubescheduler")]
    {
        kubescheduler::v1::generated::register(scheme);
    }
    #[cfg(feature = "podsecurity")]
    {
        podsecurity::v1::generated::register(scheme);
    }
    #[cfg(feature = "policyconfig")]
    {
        policyconfig::v1::generated::register(scheme);
    }
    #[cfg(feature = "resourcequota")]
    {
        resourcequota::v1::generated::register(scheme);
    }
    #[cfg(feature = "webhookadmission")]
    {
        webhookadmission::v1::generated::register(scheme);
    }
}
