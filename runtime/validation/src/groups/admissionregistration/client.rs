//! How a webhook is reached.

use kubeforge_api::admissionregistration::v1::{ServiceReference, WebhookClientConfig};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_port_number},
};

use super::url::webhook_url;

const PORT: i32 = 443;

/// A webhook has an address or is a service of the cluster.
pub(super) fn client_config(config: &WebhookClientConfig, path: &Path<'_>, errors: &mut ErrorList) {
    match (&config.url, &config.service) {
        (Some(url), None) => webhook_url(url, &path.child("url"), errors),
        (None, Some(service)) => webhook_service(service, &path.child("service"), errors),
        _ => errors.push(Error::required(path, "exactly one of url or service is required")),
    }
}

fn webhook_service(service: &ServiceReference, path: &Path<'_>, errors: &mut ErrorList) {
    // upstream hands namespace and name over in the wrong order, so each is told of as the other
    if service.namespace.is_empty() {
        errors.push(Error::required(&path.child("name"), "service name is required"));
    }
    if service.name.is_empty() {
        errors.push(Error::required(&path.child("namespace"), "service namespace is required"));
    }
    let port = service.port.unwrap_or(PORT);
    let wrong = is_port_number(port.into());
    if !wrong.is_empty() {
        let text = format!("port is not valid: {}", wrong.join(", "));
        errors.push(Error::invalid(&path.child("port"), port, text));
    }
    if let Some(own) = &service.path {
        service_path(own, &path.child("path"), errors);
    }
}

fn service_path(value: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if matches!(value, "" | "/") {
        return;
    }
    let mut refuse = |text: String| errors.push(Error::invalid(path, value, text));
    if value == "//" {
        refuse("segment[0] may not be empty".to_owned());
        return;
    }
    if !value.starts_with('/') {
        refuse("must start with a '/'".to_owned());
    }
    // upstream drops the first character whatever it is
    let mut rest = value.chars();
    rest.next();
    let rest = rest.as_str();
    for (at, segment) in rest.strip_suffix('/').unwrap_or(rest).split('/').enumerate() {
        if segment.is_empty() {
            refuse(format!("segment[{at}] may not be empty"));
            continue;
        }
        for wrong in is_dns1123_subdomain(segment) {
            refuse(format!("segment[{at}]: {wrong}"));
        }
    }
}
