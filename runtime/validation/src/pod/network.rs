//! A pod's names and addresses: DNS, host names, lines of the hosts file, ports of the node.

use kubeforge_api::core::v1::{DNSPolicy, HostAlias, PodDNSConfig, PodSpec};
use kubeforge_machinery::{
    codec::Json,
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_dns1123_subdomain_with_underscore, is_valid_ip_sloppy},
};

use super::options::{PodOptions, SpecOf};
use crate::common::invalid_each;

// What libc's resolver reads of its configuration.
const NAMESERVERS_MAX: usize = 3;
const SEARCH_PATHS_MAX: usize = 32;
const SEARCH_LIST_CHARACTERS_MAX: usize = 2048;
const HOSTNAME_LENGTH_MAX: usize = 64;

/// What is wrong with where names are looked up.
pub(super) fn dns(config: Option<&PodDNSConfig>, policy: &DNSPolicy, path: &Path<'_>, errors: &mut ErrorList) {
    let nameservers = path.child("nameservers");
    if *policy == DNSPolicy::None {
        match config {
            None => errors.push(Error::required(path, "must provide `dnsConfig` when `dnsPolicy` is None")),
            Some(config) if config.nameservers.is_empty() => {
                let text = "must provide at least one DNS nameserver when `dnsPolicy` is None";
                errors.push(Error::required(&nameservers, text));
                return;
            }
            Some(_) => {}
        }
    }
    let Some(config) = config else { return };
    let all = |list: &Vec<String>| list_shown(list);
    if config.nameservers.len() > NAMESERVERS_MAX {
        let text = format!("must not have more than {NAMESERVERS_MAX} nameservers");
        errors.push(Error::invalid(&nameservers, all(&config.nameservers), text));
    }
    for (at, nameserver) in config.nameservers.iter().enumerate() {
        errors.extend(is_valid_ip_sloppy(&nameservers.index(at), nameserver));
    }
    let searches = path.child("searches");
    if config.searches.len() > SEARCH_PATHS_MAX {
        let text = format!("must not have more than {SEARCH_PATHS_MAX} search paths");
        errors.push(Error::invalid(&searches, all(&config.searches), text));
    }
    if config.searches.join(" ").len() > SEARCH_LIST_CHARACTERS_MAX {
        let text = format!(
            "must not have more than {SEARCH_LIST_CHARACTERS_MAX} characters (including spaces) in the search list"
        );
        errors.push(Error::invalid(&searches, all(&config.searches), text));
    }
    for (at, search) in config.searches.iter().enumerate().filter(|(_, search)| *search != ".") {
        let search = search.strip_suffix('.').unwrap_or(search);
        invalid_each(&searches.index(at), search, is_dns1123_subdomain_with_underscore(search), errors);
    }
    let options = path.child("options");
    for (at, _) in config.options.iter().enumerate().filter(|(_, option)| option.name.is_empty()) {
        errors.push(Error::required(&options.index(at), "must not be empty"));
    }
}

fn list_shown<T: Json>(list: &T) -> BadValue {
    BadValue::json(list)
}

/// What is wrong with lines for the hosts file.
pub(super) fn host_aliases(aliases: &[HostAlias], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, alias) in aliases.iter().enumerate() {
        let path = path.index(at);
        errors.extend(is_valid_ip_sloppy(&path.child("ip"), &alias.ip));
        let names = path.child("hostnames");
        for (at, name) in alias.hostnames.iter().enumerate() {
            invalid_each(&names.index(at), name, is_dns1123_subdomain(name), errors);
        }
    }
}

/// On the node's network a container's port is the node's. Templates may leave it out: it is filled in when the pod is
/// made.
pub(super) fn host_network_ports(spec: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if !spec.host_network {
        return;
    }
    let containers = path.child("containers");
    for (at, container) in spec.containers.iter().enumerate() {
        let path = containers.index(at);
        let ports = path.child("ports");
        for (at, port) in container.ports.iter().enumerate() {
            let counts = options.spec_of == SpecOf::Pod || port.host_port != 0;
            if counts && port.host_port != port.container_port {
                let text = "must match `containerPort` when `hostNetwork` is true";
                errors.push(Error::invalid(&ports.index(at).child("hostPort"), port.host_port, text));
            }
        }
    }
}

/// What is wrong with a host name that is given as it is to be.
pub(super) fn hostname_override(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(name) = &spec.hostname_override else { return };
    let path = path.child("hostnameOverride");
    if spec.set_hostname_as_fqdn == Some(true) {
        errors.push(Error::forbidden(&path, "may not be specified when setHostnameAsFQDN is true"));
    }
    if spec.host_network {
        errors.push(Error::forbidden(&path, "may not be specified when hostNetwork is true"));
    }
    if name.len() > HOSTNAME_LENGTH_MAX {
        errors.push(Error::too_long(&path, HOSTNAME_LENGTH_MAX));
    }
    invalid_each(&path, name, is_dns1123_subdomain(name), errors);
}
