//! What only containers on Windows have: options of their security contexts, and containers that run as processes of
//! the node.

use kubeforge_api::core::v1::{PodSpec, WindowsSecurityContextOptions};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_subdomain,
};

use super::{options::PodOptions, visit::each_container};
use crate::{Privileged, common::invalid_each};

const CREDENTIAL_SPEC_KIB_MAX: usize = 64;
/// The domain of a user's name is shorter than this.
const DOMAIN_LENGTH: usize = 256;
const USER_LENGTH_MAX: usize = 104;
const NET_BIOS_LENGTH_MAX: usize = 15;

/// What is wrong with the options of a security context.
pub(super) fn options(options: &WindowsSecurityContextOptions, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(name) = &options.gmsa_credential_spec_name {
        invalid_each(&path.child("gmsaCredentialSpecName"), name, is_dns1123_subdomain(name), errors);
    }
    if let Some(credentials) = &options.gmsa_credential_spec {
        let path = path.child("gmsaCredentialSpec");
        if credentials.is_empty() {
            errors.push(Error::invalid(&path, credentials, "gmsaCredentialSpec cannot be an empty string"));
        } else if credentials.len() > CREDENTIAL_SPEC_KIB_MAX * 1024 {
            let text = format!("gmsaCredentialSpec size must be under {CREDENTIAL_SPEC_KIB_MAX} KiB");
            errors.push(Error::invalid(&path, credentials, text));
        }
    }
    if let Some(name) = &options.run_as_user_name {
        let path = path.child("runAsUserName");
        errors.extend(user_name(name).into_iter().map(|text| Error::invalid(&path, name, text)));
    }
}

/// What is wrong with a user's name: `DOMAIN\USER` or `USER`.
fn user_name(name: &str) -> Vec<String> {
    if name.is_empty() {
        return vec!["runAsUserName cannot be an empty string".to_owned()];
    }
    if name.chars().any(|c| c.is_ascii_control()) {
        return vec!["runAsUserName cannot contain control characters".to_owned()];
    }
    let (domain, user) = match name.split_once('\\') {
        None => (None, name),
        Some((_, rest)) if rest.contains('\\') => {
            return vec!["runAsUserName cannot contain more than one backslash".to_owned()];
        }
        Some((domain, user)) => (Some(domain), user),
    };
    let mut found = Vec::new();
    if domain.is_some_and(|domain| domain.len() >= DOMAIN_LENGTH) {
        found.push(format!("runAsUserName's Domain length must be under {DOMAIN_LENGTH} characters"));
    }
    if domain.is_some_and(|domain| !is_net_bios_name(domain) && !is_dns_name(domain)) {
        found.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format".to_owned());
    }
    if user.is_empty() {
        found.push("runAsUserName's User cannot be empty".to_owned());
    } else if user.len() > USER_LENGTH_MAX {
        found.push(format!("runAsUserName's User length must not be longer than {USER_LENGTH_MAX} characters"));
    }
    if !user.is_empty() && user.chars().all(|c| matches!(c, '.' | ' ')) {
        found.push("runAsUserName's User cannot contain only periods or spaces".to_owned());
    }
    if user.contains(['"', '/', '\\', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) {
        found.push(r#"runAsUserName's User cannot contain the following characters: "/\:;|=,+*?<>@[]"#.to_owned());
    }
    found
}

fn is_net_bios_name(name: &str) -> bool {
    let is_allowed = |c: char| !matches!(c, '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let length = name.chars().count();
    (1..=NET_BIOS_LENGTH_MAX).contains(&length) && name.chars().all(is_allowed) && !name.starts_with('.')
}

/// Labels of letters of either case, digits and dashes.
fn is_dns_name(name: &str) -> bool {
    name.split('.').all(|label| {
        let is_end = |byte: &u8| byte.is_ascii_alphanumeric();
        let bytes = label.as_bytes();
        bytes.len() <= 63
            && bytes.first().is_some_and(is_end)
            && bytes.last().is_some_and(is_end)
            && bytes.iter().all(|byte| is_end(byte) || *byte == b'-')
    })
}

/// Either all containers of a pod are processes of the node or none is; then the pod is on the node's network.
pub(super) fn host_processes(spec: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let of_pod = spec.security_context.as_ref().and_then(|context| context.windows_options.as_ref()?.host_process);
    let mut containers = 0;
    let mut host_processes = 0;
    each_container(spec, path, |container, path| {
        let own = container.security_context.and_then(|context| context.windows_options.as_ref()?.host_process);
        containers += 1;
        if own.or(of_pod) == Some(true) {
            host_processes += 1;
        }
        if let (Some(of_pod), Some(own)) = (of_pod, own)
            && of_pod != own
        {
            let text = format!("pod hostProcess value must be identical if both are specified, was {of_pod}");
            errors.push(Error::invalid(&path.child("securityContext.windowsOptions.hostProcess"), own, text));
        }
    });
    if host_processes == 0 {
        return;
    }
    if host_processes != containers {
        let text = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
        errors.push(Error::invalid(path, "", text));
    }
    if !spec.host_network {
        let text = "hostNetwork must be true if pod contains any hostProcess containers";
        errors.push(Error::invalid(&path.child("hostNetwork"), false, text));
    }
    if options.privileged == Privileged::Forbidden {
        errors.push(Error::forbidden(path, "hostProcess containers are disallowed by cluster policy"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_have_a_domain_or_none() {
        for (name, want) in [
            ("Administrator", 0),
            (r"CORP\user", 0),
            (r"corp.example\user", 0),
            (r".corp\user", 1),
            (r"CORP\", 1),
            (r"a\b\c", 1),
            ("...", 1),
            ("a@b", 1),
            ("", 1),
            ("a\tb", 1),
        ] {
            assert_eq!(user_name(name).len(), want, "{name}: {:?}", user_name(name));
        }
    }
}
