//! Kernel parameters of a pod's namespaces.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{PodSpec, Sysctl};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::options::PodOptions;

const LENGTH_MAX: usize = 253;
const EXPRESSION: &str = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
/// The parameters that belong to the namespace for communication between processes; those that end with a dot or are
/// no whole names stand for all that start so.
const IPC_PREFIXES: [&str; 3] = ["kernel.shm", "kernel.msg", "fs.mqueue."];

/// What is wrong with a pod's parameters.
pub(super) fn sysctls(
    sysctls: &[Sysctl],
    spec: &PodSpec,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut names = BTreeSet::new();
    for (at, sysctl) in sysctls.iter().enumerate() {
        let item = path.index(at);
        let path = item.child("name");
        let name = &sysctl.name;
        if name.is_empty() {
            errors.push(Error::required(&path, ""));
        } else if !is_name(name) {
            let text = format!("must have at most {LENGTH_MAX} characters and match regex {EXPRESSION}");
            errors.push(Error::invalid(&path, name, text));
        } else if names.contains(name) {
            errors.push(Error::duplicate(&path, name));
        }
        if !options.host_sysctls_allowed()
            && let Some(field) = is_host_sysctl(name, spec)
        {
            errors.push(Error::invalid(&path, name, format!("may not be specified when '{field}' is true")));
        }
        names.insert(name);
    }
}

/// The field by which the pod shares the namespace of such a parameter with its node, if it does.
pub(super) fn is_host_sysctl(name: &str, spec: &PodSpec) -> Option<&'static str> {
    let name = with_dots(name);
    if spec.host_network && name.starts_with("net.") {
        return Some("hostNetwork");
    }
    let is_ipc = name == "kernel.sem" || IPC_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    (spec.host_ipc && is_ipc).then_some("hostIPC")
}

/// A name may be written with slashes between its parts, and then with dots inside them.
fn with_dots(name: &str) -> String {
    let swapped = name.find(['.', '/']).is_some_and(|at| name.get(at..).is_some_and(|rest| rest.starts_with('/')));
    if !swapped {
        return name.to_owned();
    }
    let swap = |c| match c {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    name.chars().map(swap).collect()
}

fn is_name(name: &str) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_segment = |segment: &str| {
        let bytes = segment.as_bytes();
        bytes.first().is_some_and(is_end)
            && bytes.last().is_some_and(is_end)
            && bytes.iter().all(|byte| is_end(byte) || matches!(byte, b'-' | b'_'))
    };
    name.len() <= LENGTH_MAX && name.split(['.', '/']).all(is_segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_segments_between_dots_or_slashes() {
        for (name, want) in [
            ("net.ipv4.ip_forward", true),
            ("net/ipv4/conf.eth0/x", true),
            ("a..b", false),
            ("a b", false),
            ("-a", false),
        ] {
            assert_eq!(is_name(name), want, "{name}");
        }
    }

    #[test]
    fn parameters_of_shared_namespaces_belong_to_the_host() {
        let spec = PodSpec { host_network: true, host_ipc: true, ..PodSpec::default() };
        for (name, want) in [
            ("net.core.somaxconn", Some("hostNetwork")),
            ("net/ipv4/conf/eth0.1/x", Some("hostNetwork")),
            ("kernel.shmmax", Some("hostIPC")),
            ("kernel.sem", Some("hostIPC")),
            ("kernel.semaphore", None),
        ] {
            assert_eq!(is_host_sysctl(name, &spec), want, "{name}");
        }
    }
}
