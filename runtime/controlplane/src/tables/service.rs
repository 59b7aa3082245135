//! Services, endpoints and endpoint slices.

use kubeforge_api::{
    core::v1::{Endpoints, Service, ServiceType},
    discovery::v1::{EndpointPort, EndpointSlice},
};
use kubeforge_apiserver::table::{Cell, Row};

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Service>(service);
    tables.add::<Endpoints>(|endpoints| {
        vec![endpoints.metadata.name.clone().into(), addresses(endpoints), age_of(&endpoints.metadata)].into()
    });
    tables.add::<EndpointSlice>(endpoint_slice);
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
            let all = text::comma(addresses.into_iter().chain(spec.external_ips.iter().map(String::as_str)));
            if all.is_empty() { "<pending>".into() } else { all.into() }
        }
        ServiceType::ExternalName => spec.external_name.clone().into(),
        ServiceType::Other(_) => "<unknown>".into(),
    }
}

fn addresses(endpoints: &Endpoints) -> Cell {
    if endpoints.subsets.is_empty() {
        return text::NONE.into();
    }
    let mut all = Vec::new();
    for subset in &endpoints.subsets {
        if subset.ports.is_empty() {
            // a service without an address of its own may have no ports
            all.extend(subset.addresses.iter().map(|address| address.ip.clone()));
        }
        for port in &subset.ports {
            all.extend(subset.addresses.iter().map(|address| match address.ip.contains(':') {
                true => format!("[{}]:{}", address.ip, port.port),
                false => format!("{}:{}", address.ip, port.port),
            }));
        }
    }
    text::first_few(&all).into()
}

fn endpoint_slice(slice: &EndpointSlice) -> Row {
    let port = |port: &EndpointPort| match (port.port, &port.name) {
        (Some(number), _) => number.to_string(),
        (None, Some(name)) => name.clone(),
        (None, None) => "*".to_owned(),
    };
    let ports: Vec<String> = slice.ports.iter().map(port).collect();
    let addresses: Vec<String> = slice.endpoints.iter().flat_map(|endpoint| endpoint.addresses.clone()).collect();
    let or_unset = |list: &[String]| match text::first_few(list) {
        empty if empty.is_empty() => Cell::from("<unset>"),
        list => list.into(),
    };
    vec![
        slice.metadata.name.clone().into(),
        slice.address_type.as_str().to_owned().into(),
        or_unset(&ports),
        or_unset(&addresses),
        age_of(&slice.metadata),
    ]
    .into()
}
