//! Services, endpoints and endpoint slices.

use kubeforge_api::{
    core::v1::{Endpoints, Service, ServiceType},
    discovery::v1::EndpointSlice,
};
use kubeforge_apiserver::table::{Cell, Column, Row};

use super::{Tables, age, age_of, name, text};

/// Longer lists of addresses are cut in the narrow form.
const BALANCER_WIDTH: usize = 16;

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Service>(
        vec![
            name(),
            Column::text("Type", "How the service is reached."),
            Column::text("Cluster-IP", "Its address inside the cluster."),
            Column::text("External-IP", "Its addresses outside of the cluster."),
            Column::text("Port(s)", "Its ports, with their node ports."),
            age(),
            Column::text("Selector", "Labels of the pods behind it.").wide(),
        ],
        service,
    );
    tables.add::<Endpoints>(
        vec![name(), Column::text("Endpoints", "Addresses and ports behind the service."), age()],
        |endpoints| {
            vec![endpoints.metadata.name.clone().into(), addresses(endpoints), age_of(&endpoints.metadata)].into()
        },
    );
    tables.add::<EndpointSlice>(
        vec![
            name(),
            Column::text("AddressType", "What its addresses are."),
            Column::text("Ports", "Ports of the endpoints."),
            Column::text("Endpoints", "Addresses of the endpoints."),
            age(),
        ],
        endpoint_slice,
    );
}

fn service(service: &Service) -> Row {
    let spec = &service.spec;
    let cluster_ip = spec.cluster_ips.first().unwrap_or(&spec.cluster_ip);
    let ports = text::comma(spec.ports.iter().map(|port| match port.node_port {
        0 => format!("{}/{}", port.port, port.protocol),
        node_port => format!("{}:{node_port}/{}", port.port, port.protocol),
    }));
    vec![
        service.metadata.name.clone().into(),
        spec.type_.as_str().to_owned().into(),
        text::or_none(cluster_ip),
        external_addresses(service),
        text::or_none(&ports),
        age_of(&service.metadata),
        text::labels(&spec.selector),
    ]
    .into()
}

fn external_addresses(service: &Service) -> Cell {
    let spec = &service.spec;
    match spec.type_ {
        ServiceType::ClusterIP | ServiceType::NodePort => text::or_none(&text::comma(&spec.external_ips)),
        ServiceType::LoadBalancer => {
            let mut addresses: Vec<&str> = service
                .status
                .load_balancer
                .ingress
                .iter()
                .map(|ingress| if ingress.ip.is_empty() { ingress.hostname.as_str() } else { ingress.ip.as_str() })
                .filter(|address| !address.is_empty())
                .collect();
            addresses.sort_unstable();
            addresses.dedup();
            let mut balancer = text::comma(addresses);
            if balancer.chars().count() > BALANCER_WIDTH {
                balancer = balancer.chars().take(BALANCER_WIDTH - 3).chain("...".chars()).collect();
            }
            let mut all: Vec<&str> = Vec::new();
            if !balancer.is_empty() {
                all.push(&balancer);
            }
            all.extend(spec.external_ips.iter().map(String::as_str));
            if all.is_empty() { "<pending>".into() } else { text::comma(all).into() }
        }
        ServiceType::ExternalName => spec.external_name.clone().into(),
        ServiceType::Other(_) => "<unknown>".into(),
    }
}

fn addresses(endpoints: &Endpoints) -> Cell {
    const SHOWN: usize = 3;
    let mut all = Vec::new();
    for subset in &endpoints.subsets {
        for address in &subset.addresses {
            if subset.ports.is_empty() {
                all.push(address.ip.clone());
            }
            all.extend(subset.ports.iter().map(|port| match address.ip.contains(':') {
                true => format!("[{}]:{}", address.ip, port.port),
                false => format!("{}:{}", address.ip, port.port),
            }));
        }
    }
    shortened(&all, SHOWN)
}

fn shortened(all: &[String], shown: usize) -> Cell {
    let list = text::comma(all.iter().take(shown));
    match all.len().checked_sub(shown) {
        Some(more) if more > 0 => format!("{list} + {more} more...").into(),
        _ => text::or_none(&list),
    }
}

fn endpoint_slice(slice: &EndpointSlice) -> Row {
    const SHOWN: usize = 3;
    let ports: Vec<String> = slice
        .ports
        .iter()
        .map(|port| match (port.port, &port.name) {
            (Some(number), _) => number.to_string(),
            (None, Some(name)) if !name.is_empty() => name.clone(),
            _ => "*".to_owned(),
        })
        .collect();
    let addresses: Vec<String> = slice.endpoints.iter().flat_map(|endpoint| endpoint.addresses.clone()).collect();
    let unset = |cell: Cell| if cell == Cell::from(text::NONE) { "<unset>".into() } else { cell };
    vec![
        slice.metadata.name.clone().into(),
        slice.address_type.as_str().to_owned().into(),
        unset(shortened(&ports, SHOWN)),
        unset(shortened(&addresses, SHOWN)),
        age_of(&slice.metadata),
    ]
    .into()
}
