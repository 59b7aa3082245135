//! What a rule allows.

use kubeforge_api::rbac::v1::{API_GROUP_ALL, NON_RESOURCE_ALL, PolicyRule, RESOURCE_ALL, VERB_ALL};
use kubeforge_apiserver::auth::AuthorizationAttributes;

/// Whether a rule allows such a request.
pub(crate) fn allows(rule: &PolicyRule, request: &AuthorizationAttributes<'_>) -> bool {
    if !holds(&rule.verbs, VERB_ALL, request.verb) {
        return false;
    }
    if !request.is_resource {
        return rule.non_resource_urls.iter().any(|pattern| path_matches(pattern, request.path));
    }
    holds(&rule.api_groups, API_GROUP_ALL, request.group)
        && rule.resources.iter().any(|pattern| resource_matches(pattern, request.resource, request.subresource))
        && (rule.resource_names.is_empty() || rule.resource_names.iter().any(|name| name == request.name))
}

fn holds(list: &[String], all: &str, wanted: &str) -> bool {
    list.iter().any(|item| item == all || item == wanted)
}

/// `*`, `resource`, `resource/subresource` or `*/subresource`.
fn resource_matches(pattern: &str, resource: &str, subresource: &str) -> bool {
    if pattern == RESOURCE_ALL {
        return true;
    }
    if subresource.is_empty() {
        return pattern == resource;
    }
    match pattern.strip_suffix(subresource).and_then(|rest| rest.strip_suffix('/')) {
        Some(rest) => rest == "*" || rest == resource,
        None => false,
    }
}

/// A path, or the start of one with `*` behind it.
pub(super) fn path_matches(pattern: &str, path: &str) -> bool {
    pattern == NON_RESOURCE_ALL
        || pattern == path
        || (pattern.ends_with('*') && path.starts_with(pattern.trim_end_matches('*')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_match_with_their_subresources() {
        for (pattern, resource, subresource, want) in [
            ("*", "pods", "log", true),
            ("pods", "pods", "", true),
            ("pods", "pods", "log", false),
            ("pods/log", "pods", "log", true),
            ("pods/log", "pods", "", false),
            ("*/scale", "deployments", "scale", true),
            ("*/scale", "deployments", "", false),
            ("deployments/*", "deployments", "scale", false),
            ("x/log", "pods", "log", false),
            ("log", "pods", "log", false),
        ] {
            assert_eq!(resource_matches(pattern, resource, subresource), want, "{pattern} {resource}/{subresource}");
        }
    }

    #[test]
    fn paths_match_exactly_or_below() {
        for (pattern, path, want) in [
            ("/healthz", "/healthz", true),
            ("/healthz", "/healthz/ping", false),
            ("/healthz/*", "/healthz/ping", true),
            ("/healthz/*", "/healthz", false),
            ("/api*", "/apis/apps", true),
            ("*", "/x", true),
        ] {
            assert_eq!(path_matches(pattern, path), want, "{pattern} {path}");
        }
    }
}
