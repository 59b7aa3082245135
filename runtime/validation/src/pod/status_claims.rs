//! What a pod's status says of the devices that were reserved for it.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{
    NodeAllocatableResourceClaimStatus, Pod, PodExtendedResourceClaimStatus, PodResourceClaimStatus, PodSpec, PodStatus,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use crate::common::invalid_each;
use crate::common::resource_name::is_native;

/// What is wrong with statuses of claims.
pub(super) fn claims(pod: &Pod, path: &Path<'_>, errors: &mut ErrorList) {
    let status = &pod.status;
    own(&status.resource_claim_statuses, &pod.spec, &path.child("resourceClaimStatuses"), errors);
    if let Some(extended) = &status.extended_resource_claim_status {
        of_extended_resources(extended, &pod.spec, &path.child("extendedResourceClaimStatus"), errors);
    }
    let allocatable = path.child("nodeAllocatableResourceClaimStatuses");
    for (at, claim) in status.node_allocatable_resource_claim_statuses.iter().enumerate() {
        node_allocatable(claim, status, &pod.spec, &allocatable.index(at), errors);
    }
}

fn own(statuses: &[PodResourceClaimStatus], spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let mut names = BTreeSet::new();
    for (at, status) in statuses.iter().enumerate() {
        let path = path.index(at);
        let name = path.child("name");
        if !spec.resource_claims.iter().any(|claim| claim.name == status.name) {
            let text = "must match the name of an entry in `spec.resourceClaims`";
            errors.push(Error::invalid(&name, &status.name, text));
        }
        if !names.insert(&status.name) {
            errors.push(Error::duplicate(&name, &status.name));
        }
        if let Some(claim) = &status.resource_claim_name {
            invalid_each(&path.child("resourceClaimName"), claim, is_dns1123_subdomain(claim), errors);
        }
    }
}

fn of_extended_resources(
    status: &PodExtendedResourceClaimStatus,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mappings = path.child("requestMappings");
    if status.request_mappings.is_empty() {
        errors.push(Error::required(&mappings, "at least one request mapping is required"));
    }
    let mut seen = BTreeSet::new();
    for (at, mapping) in status.request_mappings.iter().enumerate() {
        let path_of = mappings.index(at);
        let (container_path, resource_path) = (path_of.child("containerName"), path_of.child("resourceName"));
        // of containers of one name the last counts
        let mut containers = spec.init_containers.iter().chain(&spec.containers);
        match containers.rfind(|container| container.name == mapping.container_name) {
            Some(container) if container.resources.requests.contains_key(&mapping.resource_name) => {}
            Some(_) => {
                let text = "must match the extended resource name of an entry in \
                    spec.initContainers.resources.requests or spec.containers.resources.requests";
                errors.push(Error::invalid(&resource_path, &mapping.resource_name, text));
            }
            None => {
                let text = "must match the name of an entry in spec.initContainers.name or spec.containers.name";
                errors.push(Error::invalid(&container_path, &mapping.container_name, text));
            }
        }
        let found = is_dns1123_label(&mapping.request_name);
        invalid_each(&path.child("requestName"), &mapping.request_name, found, errors);
        if !seen.insert((&mapping.container_name, &mapping.resource_name, &mapping.request_name)) {
            errors.push(Error::duplicate(&container_path, &mapping.container_name));
            errors.push(Error::duplicate(&resource_path, &mapping.resource_name));
            errors.push(Error::duplicate(&path_of.child("requestName"), &mapping.request_name));
        }
    }
    let name = path.child("resourceClaimName");
    if status.resource_claim_name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        invalid_each(&name, &status.resource_claim_name, is_dns1123_subdomain(&status.resource_claim_name), errors);
    }
}

fn node_allocatable(
    claim: &NodeAllocatableResourceClaimStatus,
    status: &PodStatus,
    spec: &PodSpec,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let name = path.child("resourceClaimName");
    if claim.resource_claim_name.is_empty() {
        errors.push(Error::required(&name, "must not be empty"));
    }
    let mut referred = spec
        .resource_claims
        .iter()
        .map(|it| &it.resource_claim_name)
        .chain(status.resource_claim_statuses.iter().map(|it| &it.resource_claim_name));
    if !referred.any(|it| it.as_ref() == Some(&claim.resource_claim_name)) {
        errors.push(Error::invalid(&name, &claim.resource_claim_name, "no mapping found in pod reference"));
    }
    if claim.containers.is_empty() {
        errors.push(Error::required(&path.child("containers"), "must not be empty"));
    }
    let resources = path.child("resources");
    if claim.resources.is_empty() {
        errors.push(Error::required(&resources, "must not be empty"));
    }
    for (resource, amount) in &claim.resources {
        let path = resources.key(resource);
        if !is_native(resource) {
            errors.push(Error::invalid(&path, resource, "must be a node allocatable resource name"));
        }
        if amount.is_negative() {
            errors.push(Error::invalid(&path, amount.to_string(), "must be non-negative"));
        }
    }
}
