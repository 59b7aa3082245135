//! `[scheme:]name[:port]`, as the names in proxy paths are; the rest of such a path; addresses that are taken.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use kubeforge_apiserver::subresource::SubresourceCall;
use kubeforge_machinery::ApiError;

/// What a name in a path says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// TLS is asked for.
    pub is_https: bool,
    /// The object's name.
    pub name: &'a str,
    /// The port, by number or name; empty for none.
    pub port: &'a str,
}

impl<'a> Target<'a> {
    /// Reads it; `what` is asked for in the error.
    pub(super) fn parse(text: &'a str, what: &str) -> Result<Self, ApiError> {
        let mut parts = text.split(':');
        let (scheme, name, port) = match [(); 4].map(|()| parts.next()) {
            [Some(name), None, ..] => ("", name, ""),
            [Some(name), Some(port), None, _] => ("", name, port),
            [Some(scheme), Some(name), Some(port), None] => (scheme, name, port),
            _ => ("?", "", ""),
        };
        if name.is_empty() || !matches!(scheme, "" | "http" | "https") {
            return Err(ApiError::bad_request(format!("invalid {what} request {text:?}")));
        }
        Ok(Self { is_https: scheme == "https", name, port })
    }

    /// The port's number, or that of a well-known name.
    pub(super) fn port_number(&self) -> Result<Option<u16>, ApiError> {
        match self.port {
            "" => Ok(None),
            "http" => Ok(Some(80)),
            "https" => Ok(Some(443)),
            port => port.parse().map(Some).map_err(|_| {
                let why = format!("error trying to reach service: dial tcp: lookup tcp/{port}: unknown port");
                ApiError::service_unavailable(why)
            }),
        }
    }
}

/// What of the path stands for the other server: with a slash in front, or empty.
pub(super) fn rest(call: &SubresourceCall<'_>) -> String {
    let path = call.call.info.path;
    let marker = format!("/{}/proxy", call.name);
    let rest = path.find(&marker).and_then(|start| path.get(start + marker.len()..)).unwrap_or_default();
    clean(rest)
}

/// A path without `.`, `..` and empty parts; a slash at its end stays.
fn clean(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let slash = if path.ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("/{}{slash}", parts.join("/"))
}

/// Whether requests may be passed on to an address: not to this machine, nor to neighbours that only it can reach.
pub(super) fn is_proxyable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            !(ip.is_loopback()
                || ip.is_link_local()
                || is_local_multicast(ip)
                || ip.is_unspecified()
                || ip.is_broadcast())
        }
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unspecified() || is_link_local(ip)),
    }
}

/// As Go's `IsGlobalUnicast`: an address of one host that is not bound to a link.
pub(super) fn is_global_unicast(address: IpAddr) -> bool {
    is_proxyable(address) && !address.is_multicast()
}

fn is_local_multicast(ip: Ipv4Addr) -> bool {
    matches!(ip.octets(), [224, 0, 0, _])
}

fn is_link_local(ip: Ipv6Addr) -> bool {
    let [first, ..] = ip.segments();
    // unicast of the link, multicast of the interface and of the link
    first & 0xffc0 == 0xfe80 || first & 0xff0f == 0xff01 || first & 0xff0f == 0xff02
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_carry_scheme_and_port() {
        let parse = |text| Target::parse(text, "pod").map(|it| (it.is_https, it.name, it.port)).ok();
        assert_eq!(parse("web"), Some((false, "web", "")));
        assert_eq!(parse("web:8080"), Some((false, "web", "8080")));
        assert_eq!(parse("https:web:"), Some((true, "web", "")));
        for text in ["", ":80", "ftp:web:21", "a:b:c:d"] {
            let error = Target::parse(text, "pod").unwrap_err();
            assert_eq!(error.status().message, format!("invalid pod request {text:?}"));
        }
    }

    #[test]
    fn paths_are_cleaned() {
        for (path, want) in [("", ""), ("/", "/"), ("/a//b/../c/", "/a/c/"), ("/../..", "/"), ("/x", "/x")] {
            assert_eq!(clean(path), want, "{path}");
        }
    }

    #[test]
    fn this_machine_is_out_of_reach() {
        for (address, want) in
            [("127.0.0.1", false), ("::1", false), ("169.254.1.1", false), ("fe80::1", false), ("10.1.2.3", true)]
        {
            assert_eq!(is_proxyable(address.parse().unwrap()), want, "{address}");
        }
    }
}
