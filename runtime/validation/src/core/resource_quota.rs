//! Quotas: resources that can be counted, and scopes that fit them and each other.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{
    ResourceQuota, ResourceQuotaScope, ResourceQuotaSpec, ScopeSelector, ScopeSelectorOperator,
    ScopedResourceSelectorRequirement,
};
use kubeforge_machinery::{
    Quantity,
    field::{BadValue, Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate},
};

use crate::{
    BuiltIn,
    common::{
        IMMUTABLE,
        resource_name::{REQUESTS_STORAGE, is_standard_for_quota, quota_resource_name, resource_quantity},
        shown_internal, shown_list,
    },
};

const PODS: &str = "pods";
/// What pods ask for, as far as scopes of pods apply to it.
const COMPUTE: [&str; 6] = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const CLAIMS: &str = "persistentvolumeclaims";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(validate)
        .update(validate_update)
        .metadata_on_update(MetadataOnUpdate::Update)
        .subresource("status", validate_status_update);
    all.add("", "resourcequotas", checks);
}

fn validate(_: &CheckContext<'_>, quota: &ResourceQuota) -> ErrorList {
    let mut errors = ErrorList::new();
    spec(&quota.spec, &mut errors);
    status(quota, &mut errors);
    errors
}

fn validate_update(_: &CheckContext<'_>, new: &ResourceQuota, old: &ResourceQuota) -> ErrorList {
    let mut errors = ErrorList::new();
    spec(&new.spec, &mut errors);
    let scopes = |quota: &ResourceQuota| quota.spec.scopes.iter().cloned().collect::<BTreeSet<_>>();
    if scopes(new) != scopes(old) {
        errors.push(Error::invalid(&Path::new("spec.scopes"), shown_list(&new.spec.scopes), IMMUTABLE));
    }
    errors
}

fn validate_status_update(_: &CheckContext<'_>, new: &ResourceQuota, _: &ResourceQuota) -> ErrorList {
    let mut errors = ErrorList::new();
    if new.metadata.resource_version.is_empty() {
        errors.push(Error::required(&Path::new("resourceVersion"), ""));
    }
    status(new, &mut errors);
    errors
}

fn status(quota: &ResourceQuota, errors: &mut ErrorList) {
    amounts(&quota.status.hard, &Path::new("status.hard"), errors);
    amounts(&quota.status.used, &Path::new("status.used"), errors);
}

fn amounts(amounts: &BTreeMap<String, Quantity>, map: &Path<'_>, errors: &mut ErrorList) {
    for (name, amount) in amounts {
        let path = map.key(name);
        quota_resource_name(name, &path, errors);
        resource_quantity(name, amount, &path, errors);
    }
}

fn spec(spec: &ResourceQuotaSpec, errors: &mut ErrorList) {
    let path = Path::new("spec");
    amounts(&spec.hard, &path.child("hard"), errors);
    let list = path.child("scopes");
    let shown = || shown_list(&spec.scopes);
    for scope in &spec.scopes {
        if matches!(scope, ResourceQuotaScope::Other(_)) {
            errors.push(Error::invalid(&list, shown(), "unsupported scope"));
        }
        unfit(scope, spec, &list, &shown, errors);
    }
    conflicts(spec.scopes.iter(), &list, &shown, errors);
    if let Some(selector) = &spec.scope_selector {
        scope_selector(selector, spec, &path.child("scopeSelector"), errors);
    }
}

/// Tells of each limited resource that the scope does not apply to.
fn unfit(
    scope: &ResourceQuotaScope,
    spec: &ResourceQuotaSpec,
    path: &Path<'_>,
    shown: &dyn Fn() -> BadValue,
    errors: &mut ErrorList,
) {
    for name in spec.hard.keys().filter(|name| is_standard_for_quota(name)) {
        if !applies(scope, name) {
            errors.push(Error::invalid(path, shown(), "unsupported scope applied to resource"));
        }
    }
}

/// Whether objects of the scope use the resource.
fn applies(scope: &ResourceQuotaScope, resource: &str) -> bool {
    match scope {
        ResourceQuotaScope::BestEffort => resource == PODS,
        ResourceQuotaScope::Terminating
        | ResourceQuotaScope::NotTerminating
        | ResourceQuotaScope::NotBestEffort
        | ResourceQuotaScope::PriorityClass
        | ResourceQuotaScope::CrossNamespacePodAffinity => resource == PODS || COMPUTE.contains(&resource),
        ResourceQuotaScope::VolumeAttributesClass => resource == CLAIMS || resource == REQUESTS_STORAGE,
        ResourceQuotaScope::Other(_) => true,
    }
}

/// Tells of scopes that no object is in both of.
fn conflicts<'a>(
    scopes: impl Iterator<Item = &'a ResourceQuotaScope>,
    path: &Path<'_>,
    shown: &dyn Fn() -> BadValue,
    errors: &mut ErrorList,
) {
    let scopes: BTreeSet<&ResourceQuotaScope> = scopes.collect();
    for (one, other) in [
        (ResourceQuotaScope::BestEffort, ResourceQuotaScope::NotBestEffort),
        (ResourceQuotaScope::Terminating, ResourceQuotaScope::NotTerminating),
    ] {
        if scopes.contains(&one) && scopes.contains(&other) {
            errors.push(Error::invalid(path, shown(), "conflicting scopes"));
        }
    }
}

fn scope_selector(selector: &ScopeSelector, spec: &ResourceQuotaSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let list = path.child("matchExpressions");
    let shown = || shown_internal(selector);
    for requirement in &selector.match_expressions {
        let scope = &requirement.scope_name;
        if matches!(scope, ResourceQuotaScope::Other(_)) {
            errors.push(Error::invalid(&list.child("scopeName"), scope.as_str(), "unsupported scope"));
        }
        unfit(scope, spec, &list, &shown, errors);
        operator(requirement, &list, errors);
    }
    // told of the scopes, not of the selector
    let scopes = selector.match_expressions.iter().map(|requirement| &requirement.scope_name);
    conflicts(scopes, &list, &|| shown_list(&spec.scopes), errors);
}

fn operator(requirement: &ScopedResourceSelectorRequirement, list: &Path<'_>, errors: &mut ErrorList) {
    let path = list.child("operator");
    let only_exists = matches!(
        requirement.scope_name,
        ResourceQuotaScope::BestEffort
            | ResourceQuotaScope::NotBestEffort
            | ResourceQuotaScope::Terminating
            | ResourceQuotaScope::NotTerminating
            | ResourceQuotaScope::CrossNamespacePodAffinity
    );
    if only_exists && requirement.operator != ScopeSelectorOperator::Exists {
        let text = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                    ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or \
                    ResourceQuotaScopeCrossNamespacePodAffinity";
        errors.push(Error::invalid(&path, requirement.operator.as_str(), text));
    }
    let values = list.child("values");
    match &requirement.operator {
        ScopeSelectorOperator::In | ScopeSelectorOperator::NotIn => {
            if requirement.values.is_empty() {
                let text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
                errors.push(Error::required(&values, text));
            }
        }
        ScopeSelectorOperator::Exists | ScopeSelectorOperator::DoesNotExist => {
            if !requirement.values.is_empty() {
                let text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                errors.push(Error::invalid(&values, shown_list(&requirement.values), text));
            }
        }
        ScopeSelectorOperator::Other(other) => {
            errors.push(Error::invalid(&path, other, "not a valid selector operator"));
        }
    }
}
