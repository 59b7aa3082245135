//! How the fields of an internal struct differ from those on the wire: in their names' spelling, and in a few types
//! in their order, in what a pointer is, and in where they stand. Follows pkg/apis/*/types.go of Kubernetes 1.36.

use std::borrow::Cow;

use kubeforge_machinery::schema::{FieldSchema, StructSchema, Zero};

use super::value::Value;

/// Abbreviations that start the name of a field and are in capitals in Go.
const ABBREVIATIONS: [&str; 32] = [
    "api", "aws", "ca", "cel", "cidr", "csi", "dns", "fc", "fs", "gce", "gid", "gmsa", "grpc", "http", "ip", "iqn",
    "iscsi", "json", "nfs", "os", "pkix", "qos", "rbd", "se", "ssl", "tcp", "tls", "ttl", "tty", "uid", "url", "wwid",
];

/// Names that no rule gives: of types that start so, on the wire, in Go.
const NAMES: [(&str, &str, &str); 20] = [
    ("", "pdName", "PDName"),
    ("", "cephfs", "CephFS"),
    ("", "storageos", "StorageOS"),
    ("", "chapAuthDiscovery", "DiscoveryCHAPAuth"),
    ("", "chapAuthSession", "SessionCHAPAuth"),
    ("", "diskURI", "DataDiskURI"),
    ("ContainerStatus", "lastState", "LastTerminationState"),
    ("DeviceAttribute", "bool", "BoolValue"),
    ("DeviceAttribute", "bools", "BoolValues"),
    ("DeviceAttribute", "int", "IntValue"),
    ("DeviceAttribute", "ints", "IntValues"),
    ("DeviceAttribute", "string", "StringValue"),
    ("DeviceAttribute", "strings", "StringValues"),
    ("DeviceAttribute", "version", "VersionValue"),
    ("DeviceAttribute", "versions", "VersionValues"),
    ("Glusterfs", "endpoints", "EndpointsName"),
    ("RBD", "image", "RBDImage"),
    ("RBD", "monitors", "CephMonitors"),
    ("RBD", "pool", "RBDPool"),
    ("RBD", "user", "RadosUser"),
];

/// Fields that stand elsewhere in the internal struct: of types that start so, this one, behind that one.
const MOVED: [(&str, &str, &str); 7] = [
    ("PodSpec", "setHostnameAsFQDN", "subdomain"),
    ("PodSpec", "preemptionPolicy", "priority"),
    ("PodSpec", "overhead", "runtimeClassName"),
    ("PodSecurityContext", "fsGroupChangePolicy", "fsGroup"),
    ("Volume", "quobyte", "rbd"),
    ("PersistentVolume", "quobyte", "rbd"),
    ("PersistentVolume", "flexVolume", "iscsi"),
];

/// Pointers on the wire that are plain values inside.
const NO_POINTERS: [(&str, &str, Zero); 6] = [
    ("RollingUpdateDeployment", "maxUnavailable", Zero::Number),
    ("RollingUpdateDeployment", "maxSurge", Zero::Number),
    ("RollingUpdateDaemonSet", "maxUnavailable", Zero::Number),
    ("RollingUpdateDaemonSet", "maxSurge", Zero::Number),
    ("RollingUpdateStatefulSetStrategy", "partition", Zero::Number),
    ("ServiceAccountTokenProjection", "expirationSeconds", Zero::Number),
];

/// What a pod shares with its node: part of its security context inside. An older name of another field is nowhere.
const HOST_FIELDS: [(&str, &str, Zero); 5] = [
    ("hostNetwork", "HostNetwork", Zero::False),
    ("hostPID", "HostPID", Zero::False),
    ("hostIPC", "HostIPC", Zero::False),
    ("shareProcessNamespace", "ShareProcessNamespace", Zero::Null),
    ("hostUsers", "HostUsers", Zero::Null),
];

/// Where a field's value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Under its name.
    Own,
    /// Its fields stand among those of the struct.
    Embedded,
    /// Under its name, with fields that the wire has beside it.
    GathersOthers,
}

/// A field of an internal struct.
pub(super) struct Field {
    pub(super) go: Cow<'static, str>,
    pub(super) schema: &'static FieldSchema,
    /// What is shown where the wire has nothing; none stands for a struct of which nothing was given.
    pub(super) absent: Option<Value>,
    pub(super) home: Home,
}

/// An internal struct.
pub(super) struct Layout {
    /// Internal code uses the wire's type.
    pub(super) is_of_the_wire: bool,
    /// In their order.
    pub(super) fields: Vec<Field>,
}

/// What the internal struct of a type looks like.
pub(super) fn layout_of(schema: &'static StructSchema) -> Layout {
    let is_of_the_wire = schema.definition.starts_with("io.k8s.apimachinery.");
    let name = schema.name;
    let mut fields: Vec<Field> = schema
        .fields
        .iter()
        .filter(|field| !is_elsewhere(name, field.name))
        .map(|field| of_field(name, field))
        .collect();
    if is_of_the_wire {
        fields.iter_mut().for_each(|field| field.go = Cow::Borrowed(field.schema.name));
        return Layout { is_of_the_wire, fields };
    }
    for (_, moved, before) in MOVED.iter().filter(|(of, ..)| name.starts_with(of)) {
        let at = |fields: &[Field], name: &str| fields.iter().position(|field| field.schema.name == name);
        let Some(from) = at(&fields, moved) else { continue };
        let field = fields.remove(from);
        let to = at(&fields, before).map_or(from, |before| before + 1);
        fields.insert(to, field);
    }
    Layout { is_of_the_wire, fields }
}

/// Whether a field of a pod is shown in its security context, or is an older name of another one.
fn is_elsewhere(of: &str, field: &str) -> bool {
    of == "PodSpec" && (field == "serviceAccount" || HOST_FIELDS.iter().any(|(name, ..)| *name == field))
}

fn of_field(of: &str, schema: &'static FieldSchema) -> Field {
    let plain = NO_POINTERS.iter().find(|(name, field, _)| *name == of && *field == schema.name);
    let zero = plain.map_or(schema.zero, |(.., zero)| *zero);
    let absent = match zero {
        Zero::Struct => None,
        zero => Some(Value::of_zero(zero)),
    };
    let home = match schema.name {
        "metadata" => Home::Embedded,
        "securityContext" if of == "PodSpec" => Home::GathersOthers,
        _ => Home::Own,
    };
    Field { go: go_name(of, schema.name), schema, absent, home }
}

/// What a pod's security context shows first: what the wire has beside it.
pub(super) fn host_fields<'a>(given: impl Fn(&str) -> Option<&'a str>) -> Vec<(String, Value)> {
    let shown = |(json, go, zero): (&str, &str, Zero)| {
        (go.to_owned(), given(json).map_or_else(|| Value::of_zero(zero), |json| Value::Plain(json.to_owned())))
    };
    HOST_FIELDS.into_iter().map(shown).collect()
}

/// A field's name in Go.
fn go_name(of: &str, json: &'static str) -> Cow<'static, str> {
    if let Some((.., go)) = NAMES.iter().find(|(type_, name, _)| of.starts_with(type_) && *name == json) {
        return Cow::Borrowed(go);
    }
    let first_word = json.find(|c: char| c.is_ascii_uppercase()).unwrap_or(json.len());
    let (word, rest) = json.split_at(first_word);
    if ABBREVIATIONS.contains(&word) {
        return Cow::Owned(word.to_ascii_uppercase() + rest);
    }
    if let Some(one) = word.strip_suffix('s').filter(|one| ABBREVIATIONS.contains(one)) {
        return Cow::Owned(format!("{}s{rest}", one.to_ascii_uppercase()));
    }
    let mut letters = json.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    Cow::Owned(first.into_iter().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_are_in_capitals() {
        for (of, json, want) in [
            ("PodSpec", "dnsPolicy", "DNSPolicy"),
            ("PodSpec", "os", "OS"),
            ("PodSecurityContext", "seLinuxOptions", "SELinuxOptions"),
            ("ServiceCIDRSpec", "cidrs", "CIDRs"),
            ("FCVolumeSource", "wwids", "WWIDs"),
            ("ResourcePolicyRule", "apiGroups", "APIGroups"),
            ("RBDVolumeSource", "pool", "RBDPool"),
            ("PhotonPersistentDiskVolumeSource", "pdID", "PdID"),
            ("GCEPersistentDiskVolumeSource", "pdName", "PDName"),
            ("Container", "image", "Image"),
        ] {
            assert_eq!(go_name(of, json), want, "{of}.{json}");
        }
    }
}
