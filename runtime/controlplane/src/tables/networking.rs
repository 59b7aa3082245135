//! Ingresses, network policies, addresses of services.

use kubeforge_api::networking::v1::{IPAddress, Ingress, IngressClass, IngressRule, NetworkPolicy, ServiceCIDR};
use kubeforge_apiserver::table::{Cell, Row};

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Ingress>(ingress);
    tables.add::<IngressClass>(ingress_class);
    tables.add::<NetworkPolicy>(|it| {
        vec![it.metadata.name.clone().into(), text::selector(Some(&it.spec.pod_selector)), age_of(&it.metadata)].into()
    });
    tables.add::<ServiceCIDR>(|it| {
        vec![it.metadata.name.clone().into(), text::comma(&it.spec.cidrs).into(), age_of(&it.metadata)].into()
    });
    tables.add::<IPAddress>(address);
}

fn ingress(ingress: &Ingress) -> Row {
    let mut addresses: Vec<&str> = ingress
        .status
        .load_balancer
        .ingress
        .iter()
        .map(|ingress| if ingress.ip.is_empty() { ingress.hostname.as_str() } else { ingress.ip.as_str() })
        .filter(|address| !address.is_empty())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    vec![
        ingress.metadata.name.clone().into(),
        ingress.spec.ingress_class_name.clone().map_or_else(|| text::NONE.into(), Cell::from),
        hosts(&ingress.spec.rules).into(),
        text::comma(addresses).into(),
        if ingress.spec.tls.is_empty() { "80".into() } else { "80, 443".into() },
        age_of(&ingress.metadata),
    ]
    .into()
}

/// The first three hosts; `*` where no rule names one. What is left out is counted by rules, as upstream does it.
fn hosts(rules: &[IngressRule]) -> String {
    const SHOWN: usize = 3;
    let mut hosts = Vec::new();
    let mut more = false;
    for rule in rules {
        more |= hosts.len() == SHOWN;
        if !more && !rule.host.is_empty() {
            hosts.push(rule.host.as_str());
        }
    }
    let list = text::comma(&hosts);
    match rules.len().checked_sub(SHOWN) {
        _ if hosts.is_empty() => "*".to_owned(),
        Some(rest) if more => format!("{list} + {rest} more..."),
        _ => list,
    }
}

fn ingress_class(class: &IngressClass) -> Row {
    let parameters = class.spec.parameters.as_ref().map_or_else(
        || text::NONE.to_owned(),
        |it| match &it.api_group {
            Some(group) => format!("{}.{group}/{}", it.kind, it.name),
            None => format!("{}/{}", it.kind, it.name),
        },
    );
    vec![
        class.metadata.name.clone().into(),
        class.spec.controller.clone().into(),
        parameters.into(),
        age_of(&class.metadata),
    ]
    .into()
}

fn address(address: &IPAddress) -> Row {
    let parent = address.spec.parent_ref.as_ref().map_or_else(
        || text::NONE.to_owned(),
        |parent| {
            let mut resource = parent.resource.to_lowercase();
            if !parent.group.is_empty() {
                resource = format!("{resource}.{}", parent.group.to_lowercase());
            }
            match parent.namespace.as_str() {
                "" => format!("{resource}/{}", parent.name),
                namespace => format!("{resource}/{namespace}/{}", parent.name),
            }
        },
    );
    // upstream's row has a third cell, for which there is no column
    vec![address.metadata.name.clone().into(), parent.into(), age_of(&address.metadata)].into()
}
