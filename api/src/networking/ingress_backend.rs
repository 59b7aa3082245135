//! The service behind an ingress: in v1 a struct of its own, in older versions two fields.
//!
//! Used by the conversions of networking.k8s.io/v1beta1 and extensions/v1beta1. Follows
//! pkg/apis/networking/v1beta1/conversion.go.

use kubeforge_machinery::IntOrString;

use super::v1::{IngressServiceBackend, ServiceBackendPort};

/// The service that the two fields name; `None` where neither says anything.
pub(crate) fn service(name: &str, port: &IntOrString) -> Option<Box<IngressServiceBackend>> {
    if name.is_empty() && *port == IntOrString::Int(0) {
        return None;
    }
    let port = match port {
        IntOrString::Int(number) => ServiceBackendPort { number: *number, ..ServiceBackendPort::default() },
        IntOrString::String(name) => ServiceBackendPort { name: name.clone(), ..ServiceBackendPort::default() },
    };
    Some(Box::new(IngressServiceBackend { name: name.to_owned(), port }))
}

/// The port of a service. A name goes before a number, which is lost then; valid ports have only one of them.
pub(crate) fn port(port: &ServiceBackendPort) -> IntOrString {
    if port.name.is_empty() { IntOrString::Int(port.number) } else { IntOrString::String(port.name.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service_port(name: &str, number: i32) -> ServiceBackendPort {
        ServiceBackendPort { name: name.to_owned(), number }
    }

    #[test]
    fn ports_are_names_or_numbers() {
        let with = |port: &IntOrString| service("s", port).unwrap().port;
        assert_eq!(with(&IntOrString::Int(80)), service_port("", 80));
        assert_eq!(with(&IntOrString::String("http".to_owned())), service_port("http", 0));
        assert_eq!(port(&service_port("", 80)), IntOrString::Int(80));
        assert_eq!(port(&service_port("http", 80)), IntOrString::String("http".to_owned()));
    }

    #[test]
    fn a_service_is_there_if_either_field_says_so() {
        assert_eq!(service("", &IntOrString::Int(0)), None);
        assert_eq!(service("s", &IntOrString::Int(0)).unwrap().name, "s");
        assert_eq!(service("", &IntOrString::Int(80)).unwrap().port, service_port("", 80));
        assert_eq!(service("", &IntOrString::String(String::new())).unwrap().port, service_port("", 0));
    }
}
