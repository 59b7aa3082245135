//! Formats of texts, by the names that `format = "k8s-…"` gives them.

use crate::{
    field::{BadValue, Error, ErrorList, Path},
    quote::quote,
    validation::{
        self,
        messages::max_bytes,
        names::{dns1123_label, dns1123_subdomain},
    },
};

/// How long a name of a resource pool may be.
const POOL_NAME_BYTES_MAX: usize = 253;
/// How long the domain of a device attribute's name may be.
const ATTRIBUTE_DOMAIN_BYTES_MAX: usize = 63;
/// How long the name of a device attribute may be, without its domain.
const ATTRIBUTE_NAME_BYTES_MAX: usize = 32;

fn invalid(errors: &mut ErrorList, path: &Path<'_>, text: &str, details: Vec<String>, origin: &'static str) {
    errors.extend(details.into_iter().map(|detail| Error::invalid(path, text, detail).with_origin(origin)));
}

/// `k8s-short-name`: a DNS label.
pub fn short_name(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    invalid(errors, path, text, dns1123_label(text, max_bytes), "format=k8s-short-name");
}

/// `k8s-long-name`: a DNS subdomain.
pub fn long_name(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    invalid(errors, path, text, dns1123_subdomain(text, max_bytes), "format=k8s-long-name");
}

/// `k8s-long-name-caseless`: a DNS subdomain in letters of either case.
pub fn long_name_caseless(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    let details = validation::is_dns1123_subdomain_caseless(text);
    invalid(errors, path, text, details, "format=k8s-long-name-caseless");
}

/// `k8s-label-key`: a name, with a domain and a slash before it if wanted.
pub fn label_key(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    invalid(errors, path, text, validation::is_qualified_name(text), "format=k8s-label-key");
}

/// `k8s-prefixed-label-key`: a domain, a slash and a name.
pub fn prefixed_label_key(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    let mut details = validation::is_qualified_name(text);
    if details.is_empty() && !text.contains('/') {
        details.push("must include a prefix (e.g. 'example.com/key')".to_owned());
    }
    invalid(errors, path, text, details, "format=k8s-prefixed-label-key");
}

/// `k8s-label-value`: empty, or a name.
pub fn label_value(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    invalid(errors, path, text, validation::is_label_value(text), "format=k8s-label-value");
}

/// `k8s-path-segment-name`: what fits between two slashes of a path.
pub fn path_segment_name(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    invalid(errors, path, text, validation::is_path_segment_name(text), "format=k8s-path-segment-name");
}

/// `k8s-uuid`: a UUID in lower case.
pub fn uuid(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    let is_hyphen_at = |index: usize| matches!(index, 8 | 13 | 18 | 23);
    let fits = |(index, byte): (usize, u8)| match is_hyphen_at(index) {
        true => byte == b'-',
        false => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    if text.len() != 36 || !text.bytes().enumerate().all(fits) {
        let detail = "must be a lowercase UUID in 8-4-4-4-12 format";
        errors.push(Error::invalid(path, text, detail).with_origin("format=k8s-uuid"));
    }
}

/// `k8s-ip`: an IP address; octets of IPv4 may have leading zeros.
pub fn ip(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    if validation::parse_ip(text).is_none() {
        let detail = "must be a valid IP address (e.g. 10.9.8.7 or 2001:db8::ffff)";
        errors.push(Error::invalid(path, text, detail).with_origin("format=ip-sloppy"));
    }
}

/// `k8s-cidr`: a range of IP addresses in its one text.
pub fn cidr(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    errors
        .extend(validation::is_valid_cidr(path, text).into_iter().map(|error| error.with_origin("format=cidr-strict")));
}

/// `k8s-resource-pool-name`: DNS subdomains with slashes between them.
pub fn resource_pool_name(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    const ORIGIN: &str = "format=k8s-resource-pool-name";
    if text.len() > POOL_NAME_BYTES_MAX {
        errors.push(Error::too_long(path, POOL_NAME_BYTES_MAX).with_origin(ORIGIN));
    }
    for (index, segment) in text.split('/').enumerate() {
        let (value, details) = match segment {
            "" => (text, vec!["must not be empty".to_owned()]),
            segment => (segment, dns1123_subdomain(segment, max_bytes)),
        };
        let details = details.into_iter().map(|detail| format!("segment {index}: {detail}")).collect();
        invalid(errors, path, value, details, ORIGIN);
    }
}

/// `k8s-extended-resource-name`: a domain that is not Kubernetes' own, a slash and a name.
pub fn extended_resource_name(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    const RESERVED: &str = "kubernetes.io/";
    const QUOTA: &str = "requests.";
    let mut details = Vec::new();
    if !text.contains('/') {
        details.push("a name must be a domain-prefixed path, such as 'example.com/my-prop'".to_owned());
    } else if text.contains(RESERVED) {
        details.push(format!("must not have {} domain", quote(RESERVED)));
    }
    if text.starts_with(QUOTA) {
        details.push(format!("must not have {} prefix", quote(QUOTA)));
    }
    // quota counts it under this name
    details.extend(validation::is_qualified_name(&format!("{QUOTA}{text}")));
    invalid(errors, path, text, details, "format=k8s-extended-resource-name");
}

/// `k8s-resource-fully-qualified-name`: a domain, a slash and a C identifier.
pub fn resource_fully_qualified_name(errors: &mut ErrorList, path: &Path<'_>, text: &str) {
    let first = errors.len();
    match text.split('/').collect::<Vec<_>>().as_slice() {
        [name] => attribute_name(errors, path, name),
        [domain, name] => {
            match *domain {
                "" => errors.push(Error::invalid(path, "", "prefix must not be empty")),
                domain => attribute_domain(errors, path, domain),
            }
            match *name {
                "" => errors.push(Error::invalid(path, "", "name must not be empty")),
                name => attribute_name(errors, path, name),
            }
        }
        _ => errors.push(Error::invalid(path, text, "must not contain more than one slash")),
    }
    if !text.contains('/') {
        let detail = "a fully qualified name must be a domain and a name separated by a slash";
        errors.push(Error::invalid(path, text, detail));
    }
    for error in errors.iter_mut().skip(first) {
        error.origin = "format=k8s-resource-fully-qualified-name";
    }
}

fn attribute_domain(errors: &mut ErrorList, path: &Path<'_>, domain: &str) {
    if domain.len() > ATTRIBUTE_DOMAIN_BYTES_MAX {
        errors.push(Error::too_long(path, ATTRIBUTE_DOMAIN_BYTES_MAX));
    }
    let details = dns1123_subdomain(domain, max_bytes);
    errors.extend(details.into_iter().map(|detail| Error::invalid(path, domain, format!("prefix: {detail}"))));
}

fn attribute_name(errors: &mut ErrorList, path: &Path<'_>, name: &str) {
    if name.len() > ATTRIBUTE_NAME_BYTES_MAX {
        errors.push(Error::too_long(path, ATTRIBUTE_NAME_BYTES_MAX));
    }
    let details = validation::is_c_identifier(name);
    errors.extend(details.into_iter().map(|detail| Error::invalid(path, BadValue::from(name), detail)));
}
