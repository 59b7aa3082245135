//! What clients are told of services that are valid. Follows pkg/api/service/warnings.go.

use kubeforge_api::core::v1::{Service, ServiceAffinity, ServiceType};
use kubeforge_machinery::{field::Path, validation::CheckContext};

use super::{HEADLESS, TOPOLOGY_HINTS, TOPOLOGY_MODE};
use crate::common::{cidr_warnings, ip_warnings};

pub(super) fn warnings(ctx: &CheckContext<'_>, service: &Service, _: Option<&Service>) -> Vec<String> {
    if ctx.subresource == "status" {
        return of_status(service);
    }
    let mut found = Vec::new();
    if service.metadata.annotations.contains_key(TOPOLOGY_HINTS) {
        found.push(format!("annotation {TOPOLOGY_HINTS} is deprecated, please use {TOPOLOGY_MODE} instead"));
    }
    let spec = Path::new("spec");
    if !matches!(service.spec.cluster_ip.as_str(), "" | HEADLESS) {
        of_addresses(&service.spec.cluster_ips, &spec.child("clusterIPs"), &mut found);
    }
    of_unused(service, &mut found);
    of_addresses(&service.spec.external_ips, &spec.child("externalIPs"), &mut found);
    found.extend(ip_warnings(&service.spec.load_balancer_ip, &spec.child("loadBalancerIP")));
    let ranges = spec.child("loadBalancerSourceRanges");
    for (index, range) in service.spec.load_balancer_source_ranges.iter().enumerate() {
        found.extend(cidr_warnings(range, &ranges.index(index)));
    }
    if service.spec.traffic_distribution.as_deref() == Some("PreferClose") {
        found.push(r#"spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone""#.to_owned());
    }
    found
}

/// Fields that do nothing in such a service, or soon.
fn of_unused(service: &Service, found: &mut Vec<String>) {
    let spec = &service.spec;
    let is_headless = spec.type_ == ServiceType::ClusterIP && spec.cluster_ip == HEADLESS;
    let is_external_name = spec.type_ == ServiceType::ExternalName;
    let has_external_ips = !spec.external_ips.is_empty();
    let mut tell = |holds: bool, text: &str| {
        if holds {
            found.push(text.to_owned());
        }
    };
    tell(is_headless && !spec.load_balancer_ip.is_empty(), "spec.loadBalancerIP is ignored for headless services");
    tell(is_headless && has_external_ips, "spec.externalIPs is ignored for headless services");
    tell(
        is_headless && spec.session_affinity != ServiceAffinity::None,
        "spec.SessionAffinity is ignored for headless services",
    );
    tell(
        has_external_ips && !is_headless && !is_external_name,
        "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
    );
    tell(is_external_name && has_external_ips, r#"spec.externalIPs is ignored when spec.type is "ExternalName""#);
    tell(
        !is_external_name && !spec.external_name.is_empty(),
        r#"spec.externalName is ignored when spec.type is not "ExternalName""#,
    );
}

fn of_addresses(addresses: &[String], list: &Path<'_>, found: &mut Vec<String>) {
    for (index, address) in addresses.iter().enumerate() {
        found.extend(ip_warnings(address, &list.index(index)));
    }
}

fn of_status(service: &Service) -> Vec<String> {
    let list = Path::new("status.loadBalancer.ingress");
    let ingress = service.status.load_balancer.ingress.iter().enumerate();
    ingress.filter_map(|(index, it)| ip_warnings(&it.ip, &list.index(index))).collect()
}
