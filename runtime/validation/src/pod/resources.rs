//! What containers and pods ask for and may use.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{RESOURCE_CPU, RESOURCE_MEMORY, ResourceClaim, ResourceRequirements};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
};

use super::{allowances::Allowances, basics::dns_label};
use crate::common::resource_name::{is_huge_page, is_overcommit_allowed, resource_quantity};

/// What checks a resource's name, which depends on what the resource is for.
pub(crate) type CheckName = fn(&str, &Path<'_>, &mut ErrorList);

/// Resources by their names.
pub(super) type Amounts = BTreeMap<String, Quantity>;

/// Checks limits and requests, and that claims are among those of the pod.
pub(crate) fn requirements(
    resources: &ResourceRequirements,
    check_name: CheckName,
    claims_of_pod: &BTreeSet<&str>,
    allowed: Allowances,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    amounts([&resources.limits, &resources.requests], check_name, allowed, path, errors);
    claims(&resources.claims, claims_of_pod, &path.child("claims"), errors);
}

/// Checks limits and requests of containers, of a pod as a whole, or that it needs beside them.
pub(super) fn amounts(
    [limits, requests]: [&Amounts; 2],
    check_name: CheckName,
    allowed: Allowances,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let limits_path = path.child("limits");
    for (name, quantity) in limits {
        amount(name, quantity, check_name, allowed, &limits_path.key(name), errors);
    }
    let requests_path = path.child("requests");
    for (name, quantity) in requests {
        amount_before_limit(name, quantity, check_name, &requests_path.key(name), errors);
        within_limit(name, quantity, limits.get(name), &requests_path, &limits_path, errors);
        huge_pages(name, quantity, allowed, &requests_path.key(name), errors);
    }
    let has = |test: fn(&str) -> bool| limits.keys().chain(requests.keys()).any(|name| test(name));
    if has(is_huge_page) && !has(|name| name == RESOURCE_CPU || name == RESOURCE_MEMORY) {
        errors.push(Error::forbidden(path, "HugePages require cpu or memory"));
    }
}

fn amount(
    name: &str,
    quantity: &Quantity,
    check_name: CheckName,
    allowed: Allowances,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    amount_before_limit(name, quantity, check_name, path, errors);
    huge_pages(name, quantity, allowed, path, errors);
}

fn amount_before_limit(
    name: &str,
    quantity: &Quantity,
    check_name: CheckName,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    check_name(name, path, errors);
    resource_quantity(name, quantity, path, errors);
}

/// What is asked for is no more than the limit, and exactly as much where the node does not promise more than it has.
fn within_limit(
    name: &str,
    request: &Quantity,
    limit: Option<&Quantity>,
    requests: &Path<'_>,
    limits: &Path<'_>,
    errors: &mut ErrorList,
) {
    let may_differ = is_overcommit_allowed(name);
    let text = match limit {
        None if may_differ => return,
        None => {
            errors.push(Error::required(limits, "Limit must be set for non overcommitable resources"));
            return;
        }
        Some(limit) if request != limit && !may_differ => format!("must be equal to {name} limit of {limit}"),
        Some(limit) if request > limit => format!("must be less than or equal to {name} limit of {limit}"),
        Some(_) => return,
    };
    errors.push(Error::invalid(requests, request.to_string(), text));
}

/// Huge pages come whole.
fn huge_pages(name: &str, quantity: &Quantity, allowed: Allowances, path: &Path<'_>, errors: &mut ErrorList) {
    if !allowed.broken_huge_pages && !is_whole(name, quantity) {
        let text = format!("{quantity} is not positive integer multiple of {name}");
        errors.push(Error::invalid(path, quantity.to_string(), text));
    }
}

/// Whether it is a multiple of the pages' size that the name gives; all other resources can be divided.
pub(super) fn is_whole(name: &str, quantity: &Quantity) -> bool {
    let Some(size) = name.strip_prefix("hugepages-") else { return true };
    Quantity::parse(size).is_ok_and(|size| {
        !size.is_negative() && size.milli_value() % 1000 == 0 && quantity.value().checked_rem(size.value()) == Some(0)
    })
}

/// Claims are named once: with all their requests, or with each request once.
fn claims(claims: &[ResourceClaim], claims_of_pod: &BTreeSet<&str>, path: &Path<'_>, errors: &mut ErrorList) {
    let mut whole = BTreeSet::new();
    let mut parts = BTreeSet::new();
    for (at, claim) in claims.iter().enumerate() {
        let path = path.index(at);
        let name = claim.name.as_str();
        let request = claim.request.as_str();
        if name.is_empty() {
            errors.push(Error::required(&path, ""));
            continue;
        }
        if whole.contains(name) {
            errors.push(Error::duplicate(&path, name));
        } else if request.is_empty() {
            let earlier = parts.iter().filter(|(of, _)| *of == name).count();
            errors.extend((0..earlier).map(|_| Error::duplicate(&path, name)));
            whole.insert(name);
        } else {
            dns_label(request, &path.child("request"), errors);
            if !parts.insert((name, request)) {
                errors.push(Error::duplicate(&path, format!("{name}/{request}")));
            }
        }
        if !claims_of_pod.contains(name) {
            errors.push(unknown_claim(name, claims_of_pod, &path));
        }
    }
}

fn unknown_claim(name: &str, claims_of_pod: &BTreeSet<&str>, path: &Path<'_>) -> Error {
    let known: Vec<&str> = claims_of_pod.iter().copied().collect();
    let known = if known.is_empty() { " which is empty".to_owned() } else { format!(": {}", known.join(", ")) };
    let mut error = Error::not_found(path, name);
    error.detail = format!("must be one of the names in pod.spec.resourceClaims{known}");
    error
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::from_json_slice;

    use super::*;
    use crate::common::resource_name::container_resource_name;

    #[track_caller]
    fn check(json: &str, want: &[&str]) {
        let resources: ResourceRequirements = from_json_slice(json.as_bytes()).expect("resources");
        let mut errors = ErrorList::new();
        let claims = BTreeSet::from(["a", "b"]);
        requirements(&resources, container_resource_name, &claims, Allowances::default(), &Path::new("r"), &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, want, "{json}");
    }

    #[test]
    fn amounts_keep_to_their_resources() {
        check(
            r#"{"limits":{"cpu":"1","memory":"-1"}}"#,
            &[r#"r.limits[memory]: Invalid value: "-1": must be greater than or equal to 0"#],
        );
        check(
            r#"{"limits":{"cpu":"1"},"requests":{"cpu":"2"}}"#,
            &[r#"r.requests: Invalid value: "2": must be less than or equal to cpu limit of 1"#],
        );
        check(
            r#"{"limits":{"a.b/c":"2"},"requests":{"a.b/c":"1500m"}}"#,
            &[
                r#"r.requests[a.b/c]: Invalid value: "1500m": must be an integer"#,
                r#"r.requests: Invalid value: "1500m": must be equal to a.b/c limit of 2"#,
            ],
        );
        check(
            r#"{"requests":{"hugepages-2Mi":"3Mi"}}"#,
            &[
                "r.limits: Required value: Limit must be set for non overcommitable resources",
                r#"r.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi"#,
                "r: Forbidden: HugePages require cpu or memory",
            ],
        );
    }

    #[test]
    fn claims_are_named_once() {
        check(r#"{"claims":[{"name":"a"},{"name":"b","request":"x"},{"name":"b","request":"y"}]}"#, &[]);
        check(
            r#"{"claims":[{"name":"a"},{"name":"a","request":"x"},{"name":"b","request":"x"},{"name":"b"}]}"#,
            &[r#"r.claims[1]: Duplicate value: "a""#, r#"r.claims[3]: Duplicate value: "b""#],
        );
        check(
            r#"{"claims":[{"name":"c"}]}"#,
            &[r#"r.claims[0]: Not found: "c": must be one of the names in pod.spec.resourceClaims: a, b"#],
        );
    }
}
