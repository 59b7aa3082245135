//! Ingresses: hosts are domain names, paths are plain, and behind each is one backend.

use kubeforge_api::{
    core::v1::TypedLocalObjectReference,
    networking::v1::{HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressSpec, PathType},
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{
        CheckContext, Checks, MetadataOnUpdate, is_dns1123_label, is_dns1123_subdomain, is_path_segment_name,
        is_port_name, is_port_number, is_wildcard_dns1123_subdomain, parse_ip,
    },
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{invalid_each, ip_warnings, legacy_ip},
};

const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";
const NO_ADDRESS: &str = "must be a DNS name, not an IP address";
/// What paths that are compared may not hold.
const PATH_SEQUENCES: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];
const PATH_SUFFIXES: [&str; 2] = ["/..", "/."];

/// What an ingress may keep that a new one may not have.
#[derive(Clone, Copy, Default)]
struct Kept {
    /// Names of secrets that can't be such.
    secret_names: bool,
    /// Bad rules of hosts with a wildcard.
    wildcard_rules: bool,
}

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, ingress: &Ingress| validate_create(ingress))
        .update(|_: &CheckContext<'_>, new: &Ingress, old: &Ingress| spec(&new.spec, kept_of(old)))
        .metadata_on_update(MetadataOnUpdate::Whole)
        .subresource("status", |_: &CheckContext<'_>, new: &Ingress, old: &Ingress| validate_status(new, old))
        .warnings(warnings);
    all.add(GROUP, "ingresses", checks);
}

fn validate_create(ingress: &Ingress) -> ErrorList {
    let mut errors = spec(&ingress.spec, Kept::default());
    if let (Some(annotation), Some(class)) =
        (ingress.metadata.annotations.get(CLASS_ANNOTATION), &ingress.spec.ingress_class_name)
        && annotation != class
    {
        let path = Path::new("annotations");
        let text = "must match `ingressClassName` when both are specified";
        errors.push(Error::invalid(&path.child(CLASS_ANNOTATION), annotation, text));
    }
    errors
}

fn kept_of(old: &Ingress) -> Kept {
    let path = Path::NIL;
    Kept {
        secret_names: old.spec.tls.iter().any(|tls| !secret_name(&tls.secret_name).is_empty()),
        wildcard_rules: old.spec.rules.iter().filter(|rule| rule.host.contains('*')).any(|rule| {
            let mut errors = ErrorList::new();
            http(rule, &path, &mut errors);
            !errors.is_empty()
        }),
    }
}

fn secret_name(name: &str) -> Vec<String> {
    if name.is_empty() { Vec::new() } else { is_dns1123_subdomain(name) }
}

fn spec(spec: &IngressSpec, kept: Kept) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    if spec.rules.is_empty() && spec.default_backend.is_none() {
        errors.push(Error::invalid(&path, BadValue::Null, "either `defaultBackend` or `rules` must be specified"));
    }
    if let Some(default) = &spec.default_backend {
        backend(default, &path.child("defaultBackend"), &mut errors);
    }
    let rules = path.child("rules");
    for (index, it) in spec.rules.iter().enumerate() {
        rule(it, kept, &rules.index(index), &mut errors);
    }
    let list = path.child("tls");
    for (index, tls) in spec.tls.iter().enumerate() {
        let path = list.index(index);
        let hosts = path.child("hosts");
        for (index, name) in tls.hosts.iter().enumerate() {
            host(name, &hosts.index(index), &mut errors);
        }
        if !kept.secret_names {
            invalid_each(&path.child("secretName"), &tls.secret_name, secret_name(&tls.secret_name), &mut errors);
        }
    }
    if let Some(class) = &spec.ingress_class_name {
        invalid_each(&path.child("ingressClassName"), class, is_dns1123_subdomain(class), &mut errors);
    }
    errors
}

fn host(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = if name.contains('*') { is_wildcard_dns1123_subdomain(name) } else { is_dns1123_subdomain(name) };
    invalid_each(path, name, wrong, errors);
}

fn rule(rule: &IngressRule, kept: Kept, path: &Path<'_>, errors: &mut ErrorList) {
    if !rule.host.is_empty() {
        let path = path.child("host");
        if parse_ip(&rule.host).is_some() {
            errors.push(Error::invalid(&path, &rule.host, NO_ADDRESS));
        }
        host(&rule.host, &path, errors);
    }
    if !(rule.host.contains('*') && kept.wildcard_rules) {
        http(rule, path, errors);
    }
}

fn http(rule: &IngressRule, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(http) = &rule.ingress_rule_value.http else { return };
    let path = path.child("http");
    let list = path.child("paths");
    if http.paths.is_empty() {
        errors.push(Error::required(&list, ""));
    }
    for (index, it) in http.paths.iter().enumerate() {
        http_path(it, &list.index(index), errors);
    }
}

fn http_path(it: &HTTPIngressPath, path: &Path<'_>, errors: &mut ErrorList) {
    let type_ = path.child("pathType");
    let Some(path_type) = &it.path_type else {
        errors.push(Error::required(&type_, "pathType must be specified"));
        return;
    };
    let mut refuse = |text: String| errors.push(Error::invalid(&path.child("path"), &it.path, text));
    match path_type {
        PathType::Exact | PathType::Prefix => {
            if !it.path.starts_with('/') {
                refuse("must be an absolute path".to_owned());
            }
            for sequence in PATH_SEQUENCES.into_iter().filter(|sequence| it.path.contains(sequence)) {
                refuse(format!("must not contain '{sequence}'"));
            }
            for suffix in PATH_SUFFIXES.into_iter().filter(|suffix| it.path.ends_with(suffix)) {
                refuse(format!("cannot end with '{suffix}'"));
            }
        }
        PathType::ImplementationSpecific => {
            if !it.path.is_empty() && !it.path.starts_with('/') {
                refuse("must be an absolute path".to_owned());
            }
        }
        PathType::Other(other) => {
            let supported = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.push(Error::not_supported(&type_, other, &supported));
        }
    }
    backend(&it.backend, &path.child("backend"), errors);
}

fn backend(backend: &IngressBackend, path: &Path<'_>, errors: &mut ErrorList) {
    let service = match (&backend.resource, &backend.service) {
        (Some(_), Some(_)) => {
            errors.push(Error::invalid(path, "", "cannot set both resource and service backends"));
            return;
        }
        (Some(resource), None) => {
            typed_reference(resource, &path.child("resource"), errors);
            return;
        }
        (None, None) => {
            errors.push(Error::invalid(path, "", "resource or service backend is required"));
            return;
        }
        (None, Some(service)) => service,
    };
    let base = path.child("service");
    let name = base.child("name");
    if service.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        // services' names may begin with a digit, as RelaxedServiceNameValidation is on
        invalid_each(&name, &service.name, is_dns1123_label(&service.name), errors);
    }
    let port = base.child("port");
    match (service.port.name.as_str(), service.port.number) {
        ("", 0) => errors.push(Error::required(path, "port name or number is required")),
        ("", number) => invalid_each(&port.child("number"), number, is_port_number(number.into()), errors),
        (name, 0) => invalid_each(&port.child("name"), name, is_port_name(name), errors),
        (_, _) => errors.push(Error::invalid(path, "", "cannot set both port name & port number")),
    }
}

/// An object of any kind in the same namespace.
pub(super) fn typed_reference(reference: &TypedLocalObjectReference, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(group) = &reference.api_group {
        invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group), errors);
    }
    for (value, field) in [(&reference.kind, "kind"), (&reference.name, "name")] {
        let path = path.child(field);
        if value.is_empty() {
            errors.push(Error::required(&path, format!("{field} is required")));
        } else {
            invalid_each(&path, value, is_path_segment_name(value), errors);
        }
    }
}

fn validate_status(new: &Ingress, old: &Ingress) -> ErrorList {
    let mut errors = ErrorList::new();
    let before: Vec<String> = old.status.load_balancer.ingress.iter().map(|it| it.ip.clone()).collect();
    let list = Path::new("status.loadBalancer.ingress");
    for (index, it) in new.status.load_balancer.ingress.iter().enumerate() {
        let path = list.index(index);
        if !it.ip.is_empty() {
            legacy_ip(&it.ip, &before, &path.child("ip"), &mut errors);
        }
        if !it.hostname.is_empty() {
            let path = path.child("hostname");
            invalid_each(&path, &it.hostname, is_dns1123_subdomain(&it.hostname), &mut errors);
            if parse_ip(&it.hostname).is_some() {
                errors.push(Error::invalid(&path, &it.hostname, NO_ADDRESS));
            }
        }
    }
    errors
}

fn warnings(ctx: &CheckContext<'_>, new: &Ingress, old: Option<&Ingress>) -> Vec<String> {
    if ctx.subresource == "status" {
        let list = Path::new("status.loadBalancer.ingress");
        let ingress = new.status.load_balancer.ingress.iter().enumerate();
        return ingress.filter_map(|(index, it)| ip_warnings(&it.ip, &list.index(index).child("ip"))).collect();
    }
    let is_new = old.is_none();
    if is_new && new.spec.ingress_class_name.is_none() && new.metadata.annotations.contains_key(CLASS_ANNOTATION) {
        return vec![format!(
            "annotation \"{CLASS_ANNOTATION}\" is deprecated, please use 'spec.ingressClassName' instead"
        )];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(type_: PathType, path: &str, want: &[&str]) {
        let it = HTTPIngressPath { path: path.to_owned(), path_type: Some(type_), ..HTTPIngressPath::default() };
        let mut errors = ErrorList::new();
        http_path(&it, &Path::new("p"), &mut errors);
        let found: Vec<&str> =
            errors.iter().filter(|error| error.field == "p.path").map(|error| error.detail.as_str()).collect();
        assert_eq!(found, want, "{path}");
    }

    #[test]
    fn paths_are_plain_where_they_are_compared() {
        check(PathType::Prefix, "/a", &[]);
        check(PathType::Prefix, "a", &["must be an absolute path"]);
        check(PathType::Exact, "/a//b/..", &["must not contain '//'", "cannot end with '/..'"]);
        check(PathType::ImplementationSpecific, "/a//b", &[]);
        check(PathType::ImplementationSpecific, "", &[]);
    }

    #[test]
    fn bad_rules_of_wildcard_hosts_may_stay() {
        let mut old = Ingress::default();
        old.spec.rules = vec![IngressRule { host: "*.a.example".to_owned(), ..IngressRule::default() }];
        old.spec.rules[0].ingress_rule_value.http = Some(Box::default());
        assert!(!spec(&old.spec, Kept::default()).is_empty());
        assert_eq!(spec(&old.spec, kept_of(&old)), ErrorList::new());
    }
}
