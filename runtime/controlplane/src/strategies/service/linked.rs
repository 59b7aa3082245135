//! Fields of services that follow from each other. Follows pkg/registry/core/service/{strategy.go,storage/storage.go}.

use std::collections::{BTreeSet, HashMap};

use kubeforge_api::core::v1::{
    IPFamily, IPFamilyPolicy, LoadBalancerStatus, Service, ServiceExternalTrafficPolicy, ServiceType,
};

use super::HEADLESS;

fn needs_cluster_ip(service: &Service) -> bool {
    service.spec.type_ != ServiceType::ExternalName
}

/// Whether its ports are reached through the nodes'.
pub(super) fn needs_node_port(service: &Service) -> bool {
    matches!(service.spec.type_, ServiceType::NodePort | ServiceType::LoadBalancer)
}

/// Whether a balancer must find out which nodes have pods.
pub(super) fn needs_health_check(service: &Service) -> bool {
    service.spec.type_ == ServiceType::LoadBalancer
        && service.spec.external_traffic_policy == ServiceExternalTrafficPolicy::Local
}

fn is_externally_accessible(service: &Service) -> bool {
    needs_node_port(service) || (service.spec.type_ == ServiceType::ClusterIP && !service.spec.external_ips.is_empty())
}

fn node_ports(service: &Service) -> BTreeSet<i32> {
    service.spec.ports.iter().map(|port| port.node_port).filter(|port| *port != 0).collect()
}

/// Fills in what services lack that were stored before there were families. `primary` is the cluster's first family.
pub(super) fn complete_stored(service: &mut Service, primary: &IPFamily) {
    new_addresses(service);
    if !needs_cluster_ip(service) || !service.spec.ip_families.is_empty() {
        return;
    }
    let second = if *primary == IPFamily::IPv4 { IPFamily::IPv6 } else { IPFamily::IPv4 };
    service.spec.ip_families = match service.spec.cluster_ip.as_str() {
        HEADLESS if service.spec.selector.is_empty() => vec![primary.clone(), second],
        HEADLESS => vec![primary.clone()],
        _ => {
            let family = |address: &String| if address.contains(':') { IPFamily::IPv6 } else { IPFamily::IPv4 };
            service.spec.cluster_ips.iter().map(family).collect()
        }
    };
    service.spec.ip_family_policy = match service.spec.ip_families.len() {
        1 => Some(IPFamilyPolicy::SingleStack),
        2 => Some(IPFamilyPolicy::RequireDualStack),
        _ => service.spec.ip_family_policy.take(),
    };
}

/// Old clients know one address of a new service, which is the first.
pub(super) fn new_addresses(service: &mut Service) {
    if !service.spec.cluster_ip.is_empty() && service.spec.cluster_ips.is_empty() {
        service.spec.cluster_ips = vec![service.spec.cluster_ip.clone()];
    }
}

/// Old clients know one address of an updated service: what they do to it is meant for the list, unless the list changes
/// as well.
pub(super) fn changed_addresses(new: &mut Service, old: &Service) {
    let (was, is) = (&old.spec, &mut new.spec);
    if !was.cluster_ips.is_empty() && is.cluster_ips.is_empty() && was.cluster_ip == is.cluster_ip {
        is.cluster_ips.clone_from(&was.cluster_ips);
    }
    if was.cluster_ip != is.cluster_ip && was.cluster_ips == is.cluster_ips {
        is.cluster_ips = if is.cluster_ip.is_empty() && !was.cluster_ip.is_empty() {
            Vec::new()
        } else {
            vec![is.cluster_ip.clone()]
        };
    }
}

/// Clients that leave out what the server chose mean "as it is".
pub(super) fn keep_allocated(new: &mut Service, old: &Service) {
    if needs_cluster_ip(old) && needs_cluster_ip(new) {
        if new.spec.cluster_ip.is_empty() {
            new.spec.cluster_ip.clone_from(&old.spec.cluster_ip);
        }
        if new.spec.cluster_ips.is_empty() {
            new.spec.cluster_ips.clone_from(&old.spec.cluster_ips);
        }
    }
    if needs_node_port(old) && needs_node_port(new) {
        let (old_ports, new_ports) = (node_ports(old), node_ports(new));
        let by_name: HashMap<&str, i32> =
            old.spec.ports.iter().map(|port| (port.name.as_str(), port.node_port)).collect();
        for port in new.spec.ports.iter_mut().filter(|port| port.node_port == 0) {
            let before = by_name.get(port.name.as_str()).copied().unwrap_or_default();
            if !(old_ports.contains(&before) && new_ports.contains(&before)) {
                port.node_port = before;
            }
        }
    }
    if needs_health_check(old) && needs_health_check(new) && new.spec.health_check_node_port == 0 {
        new.spec.health_check_node_port = old.spec.health_check_node_port;
    }
}

/// Fields that the new type has no use for go, if the update leaves them alone; else validation tells of them.
pub(super) fn drop_unused(new: &mut Service, old: &Service) {
    if needs_cluster_ip(old) && !needs_cluster_ip(new) {
        if new.spec.cluster_ip == old.spec.cluster_ip && new.spec.cluster_ips == old.spec.cluster_ips {
            new.spec.cluster_ip.clear();
            new.spec.cluster_ips.clear();
        }
        if new.spec.ip_families == old.spec.ip_families {
            new.spec.ip_families.clear();
        }
        if new.spec.ip_family_policy == old.spec.ip_family_policy {
            new.spec.ip_family_policy = None;
        }
    }
    if needs_node_port(old) && !needs_node_port(new) && node_ports(old).is_superset(&node_ports(new)) {
        new.spec.ports.iter_mut().for_each(|port| port.node_port = 0);
    }
    if needs_health_check(old)
        && !needs_health_check(new)
        && new.spec.health_check_node_port == old.spec.health_check_node_port
    {
        new.spec.health_check_node_port = 0;
    }
    let is_balanced = new.spec.type_ == ServiceType::LoadBalancer;
    if old.spec.type_ == ServiceType::LoadBalancer && !is_balanced {
        if new.spec.allocate_load_balancer_node_ports == old.spec.allocate_load_balancer_node_ports {
            new.spec.allocate_load_balancer_node_ports = None;
        }
        if new.spec.load_balancer_class == old.spec.load_balancer_class {
            new.spec.load_balancer_class = None;
        }
    }
    if is_externally_accessible(old)
        && !is_externally_accessible(new)
        && new.spec.external_traffic_policy == old.spec.external_traffic_policy
    {
        new.spec.external_traffic_policy = ServiceExternalTrafficPolicy::default();
    }
    if !is_balanced {
        new.status.load_balancer = LoadBalancerStatus::default();
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::ServicePort;

    use super::*;

    fn with_addresses(one: &str, list: &[&str]) -> Service {
        let mut service = Service::default();
        service.spec.cluster_ip = one.to_owned();
        service.spec.cluster_ips = list.iter().map(|address| (*address).to_owned()).collect();
        service
    }

    #[test]
    fn the_list_follows_the_one_address() {
        let old = with_addresses("a", &["a", "b"]);
        for (name, mut new, want) in [
            ("left out", with_addresses("a", &[]), &["a", "b"][..]),
            ("cleared", with_addresses("", &["a", "b"]), &[][..]),
            ("changed", with_addresses("c", &["a", "b"]), &["c"][..]),
            ("both changed", with_addresses("c", &["c", "b"]), &["c", "b"][..]),
        ] {
            changed_addresses(&mut new, &old);
            assert_eq!(new.spec.cluster_ips, want, "{name}");
        }
    }

    #[test]
    fn node_ports_stay_with_their_names() {
        let port = |name: &str, node_port| ServicePort { name: name.to_owned(), node_port, ..ServicePort::default() };
        let mut old = Service::default();
        old.spec.type_ = ServiceType::NodePort;
        old.spec.ports = vec![port("a", 30001), port("b", 30002)];
        let mut new = old.clone();
        new.spec.ports = vec![port("b", 0), port("c", 30001), port("a", 0)];
        keep_allocated(&mut new, &old);
        let ports: Vec<i32> = new.spec.ports.iter().map(|port| port.node_port).collect();
        assert_eq!(ports, [30002, 30001, 0]);
    }

    #[test]
    fn a_type_without_ports_of_nodes_drops_them() {
        let mut old = Service::default();
        old.spec.type_ = ServiceType::LoadBalancer;
        old.spec.allocate_load_balancer_node_ports = Some(true);
        old.spec.external_traffic_policy = ServiceExternalTrafficPolicy::Cluster;
        old.spec.ports = vec![ServicePort { node_port: 30001, ..ServicePort::default() }];
        let mut new = old.clone();
        new.spec.type_ = ServiceType::ClusterIP;
        drop_unused(&mut new, &old);
        assert_eq!(new.spec.ports[0].node_port, 0);
        assert_eq!(new.spec.allocate_load_balancer_node_ports, None);
        assert!(new.spec.external_traffic_policy.is_empty());
    }
}
