//! Types of Kubernetes' libraries.

/// Short names in the table of functions, and the names that errors give them.
const NAMES: [(&str, &str); 11] = [
    ("Url", "kubernetes.URL"),
    ("Quantity", "kubernetes.Quantity"),
    ("Ip", "net.IP"),
    ("Cidr", "net.CIDR"),
    ("Semver", "kubernetes.Semver"),
    ("Format", "kubernetes.NamedFormat"),
    ("Authorizer", "kubernetes.authorization.Authorizer"),
    ("PathCheck", "kubernetes.authorization.PathCheck"),
    ("GroupCheck", "kubernetes.authorization.GroupCheck"),
    ("ResourceCheck", "kubernetes.authorization.ResourceCheck"),
    ("Decision", "kubernetes.authorization.Decision"),
];

/// The name of a type.
pub(super) fn find(short: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == short).map(|(_, name)| *name)
}
