//! Network policies: peers are pods, namespaces or ranges of addresses.

use kubeforge_api::{
    core::v1::Protocol,
    networking::v1::{IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec, PolicyType},
};
use kubeforge_machinery::{
    IntOrString,
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, is_port_name, is_port_number, parse_cidr},
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{SelectorOptions, cidr_warnings, invalid_each, is_strict_subset, label_selector, legacy_cidr, shown_list},
};

/// What a policy may keep that a new one may not have.
#[derive(Default)]
struct Kept<'a> {
    selectors: SelectorOptions,
    ranges: Vec<&'a str>,
}

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, policy: &NetworkPolicy| spec(&policy.spec, &Kept::default()))
        .update(|_: &CheckContext<'_>, new: &NetworkPolicy, old: &NetworkPolicy| {
            // the spec is checked as a new one and as an update
            let mut errors = spec(&new.spec, &kept_of(old));
            errors.extend_from_within(..);
            errors
        })
        .metadata_on_update(MetadataOnUpdate::Whole)
        .warnings(|_: &CheckContext<'_>, new: &NetworkPolicy, _: Option<&NetworkPolicy>| warnings(&new.spec));
    all.add(GROUP, "networkpolicies", checks);
}

fn kept_of(old: &NetworkPolicy) -> Kept<'_> {
    let mut errors = ErrorList::new();
    label_selector(Some(&old.spec.pod_selector), SelectorOptions::Strict, &Path::NIL, &mut errors);
    let selectors = if errors.is_empty() { SelectorOptions::Strict } else { SelectorOptions::AllowInvalidValues };
    let peers = old.spec.ingress.iter().flat_map(|rule| &rule.from);
    let peers = peers.chain(old.spec.egress.iter().flat_map(|rule| &rule.to));
    let blocks = peers.filter_map(|peer| peer.ip_block.as_deref());
    let ranges = blocks.flat_map(|block| std::iter::once(&block.cidr).chain(&block.except)).map(String::as_str);
    Kept { selectors, ranges: ranges.collect() }
}

fn spec(spec: &NetworkPolicySpec, kept: &Kept<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    label_selector(Some(&spec.pod_selector), kept.selectors, &path.child("podSelector"), &mut errors);
    let list = path.child("ingress");
    for (index, rule) in spec.ingress.iter().enumerate() {
        let path = list.index(index);
        ports(&rule.ports, &path, &mut errors);
        peers(&rule.from, kept, &path.child("from"), &mut errors);
    }
    let list = path.child("egress");
    for (index, rule) in spec.egress.iter().enumerate() {
        let path = list.index(index);
        ports(&rule.ports, &path, &mut errors);
        peers(&rule.to, kept, &path.child("to"), &mut errors);
    }
    let types = path.child("policyTypes");
    if spec.policy_types.len() > 2 {
        let text = "may not specify more than two policyTypes";
        errors.push(Error::invalid(&types, shown_list(&spec.policy_types), text));
        return errors;
    }
    for (index, type_) in spec.policy_types.iter().enumerate() {
        if let PolicyType::Other(other) = type_ {
            errors.push(Error::not_supported(&types.index(index), other, &["Ingress", "Egress"]));
        }
    }
    errors
}

fn ports(ports: &[NetworkPolicyPort], rule: &Path<'_>, errors: &mut ErrorList) {
    let list = rule.child("ports");
    for (index, it) in ports.iter().enumerate() {
        port(it, &list.index(index), errors);
    }
}

fn port(it: &NetworkPolicyPort, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(Protocol::Other(other)) = &it.protocol {
        errors.push(Error::not_supported(&path.child("protocol"), other, &["TCP", "UDP", "SCTP"]));
    }
    let (port, end) = (path.child("port"), path.child("endPort"));
    match (&it.port, it.end_port) {
        (Some(IntOrString::Int(first)), last) => {
            invalid_each(&port, *first, is_port_number((*first).into()), errors);
            if let Some(last) = last {
                if last < *first {
                    errors.push(Error::invalid(&end, *first, "must be greater than or equal to `port`"));
                }
                invalid_each(&end, last, is_port_number(last.into()), errors);
            }
        }
        (Some(IntOrString::String(name)), last) => {
            if let Some(last) = last {
                errors.push(Error::invalid(&end, last, "may not be specified when `port` is non-numeric"));
            }
            invalid_each(&port, name, is_port_name(name), errors);
        }
        (None, Some(last)) => {
            errors.push(Error::invalid(&end, last, "may not be specified when `port` is not specified"));
        }
        (None, None) => {}
    }
}

fn peers(peers: &[NetworkPolicyPeer], kept: &Kept<'_>, list: &Path<'_>, errors: &mut ErrorList) {
    for (index, peer) in peers.iter().enumerate() {
        let path = list.index(index);
        let selectors = [(&peer.pod_selector, "podSelector"), (&peer.namespace_selector, "namespaceSelector")];
        for (selector, field) in selectors {
            label_selector(selector.as_deref(), kept.selectors, &path.child(field), errors);
        }
        if let Some(block) = &peer.ip_block {
            ip_block(block, kept, &path.child("ipBlock"), errors);
        }
        let selects = selectors.iter().any(|(selector, _)| selector.is_some());
        match (selects, &peer.ip_block) {
            (false, None) => errors.push(Error::required(&path, "must specify a peer")),
            (true, Some(_)) => {
                errors.push(Error::forbidden(&path, "may not specify both ipBlock and another peer"));
            }
            _ => {}
        }
    }
}

fn ip_block(block: &IPBlock, kept: &Kept<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let cidr = path.child("cidr");
    if block.cidr.is_empty() {
        errors.push(Error::required(&cidr, ""));
        return;
    }
    legacy_cidr(&block.cidr, &kept.ranges, &cidr, errors);
    let Some(outer) = parse_cidr(&block.cidr) else { return };
    let list = path.child("except");
    for (index, except) in block.except.iter().enumerate() {
        let path = list.index(index);
        legacy_cidr(except, &kept.ranges, &path, errors);
        if parse_cidr(except).is_some_and(|inner| !is_strict_subset(outer, inner)) {
            errors.push(Error::invalid(&path, except, "must be a strict subset of `cidr`"));
        }
    }
}

fn warnings(spec: &NetworkPolicySpec) -> Vec<String> {
    let mut found = Vec::new();
    let mut of_peers = |peers: &[NetworkPolicyPeer], list: &Path<'_>| {
        for (index, peer) in peers.iter().enumerate() {
            let Some(block) = &peer.ip_block else { continue };
            let peer = list.index(index);
            let path = peer.child("ipBlock");
            found.extend(cidr_warnings(&block.cidr, &path.child("cidr")));
            let list = path.child("except");
            for (index, except) in block.except.iter().enumerate() {
                found.extend(cidr_warnings(except, &list.index(index)));
            }
        }
    };
    let path = Path::new("spec");
    let list = path.child("ingress");
    for (index, rule) in spec.ingress.iter().enumerate() {
        of_peers(&rule.from, &list.index(index).child("from"));
    }
    let list = path.child("egress");
    for (index, rule) in spec.egress.iter().enumerate() {
        of_peers(&rule.to, &list.index(index).child("to"));
    }
    found
}
