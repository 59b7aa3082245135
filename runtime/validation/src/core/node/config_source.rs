//! Where nodes once took their kubelet's configuration from. Nothing uses it any more; what is there stays well formed.

use kubeforge_api::core::v1::{ConfigMapNodeConfigSource, Node, NodeConfigSource};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_config_map_key, is_dns1123_label, is_dns1123_subdomain},
};

use crate::common::{invalid_each, shown_internal};

/// What is wrong with a text.
type Rule = fn(&str) -> Vec<String>;

/// Whose wish a source is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What is wanted: whatever state the config map is in.
    Spec,
    /// What a kubelet uses: a certain state of it.
    Status,
}

/// What is wrong with a node's sources.
pub(super) fn validate(node: &Node, errors: &mut ErrorList) {
    if let Some(wanted) = &node.spec.config_source {
        source(wanted, Side::Spec, &Path::new("spec.configSource"), errors);
    }
    let Some(config) = &node.status.config else { return };
    let path = Path::new("status.config");
    for (used, field) in
        [(&config.assigned, "assigned"), (&config.active, "active"), (&config.last_known_good, "lastKnownGood")]
    {
        if let Some(used) = used {
            source(used, Side::Status, &path.child(field), errors);
        }
    }
}

fn source(source: &NodeConfigSource, side: Side, path: &Path<'_>, errors: &mut ErrorList) {
    match &source.config_map {
        Some(map) => config_map(map, side, &path.child("configMap"), errors),
        None => {
            errors.push(Error::invalid(path, shown_internal(source), "exactly one reference subfield must be non-nil"));
        }
    }
}

fn config_map(source: &ConfigMapNodeConfigSource, side: Side, path: &Path<'_>, errors: &mut ErrorList) {
    for (value, field) in [(&source.uid, "uid"), (&source.resource_version, "resourceVersion")] {
        match side {
            Side::Spec if !value.is_empty() => {
                errors.push(Error::forbidden(&path.child(field), format!("{field} must not be set in spec")));
            }
            Side::Status if value.is_empty() => {
                errors.push(Error::required(&path.child(field), format!("{field} must be set in status")));
            }
            _ => {}
        }
    }
    let rules: [(&String, &'static str, Rule); 3] = [
        (&source.namespace, "namespace", is_dns1123_label),
        (&source.name, "name", is_dns1123_subdomain),
        (&source.kubelet_config_key, "kubeletConfigKey", is_config_map_key),
    ];
    for (value, field, rule) in rules {
        let path = path.child(field);
        if value.is_empty() {
            errors.push(Error::required(&path, format!("{field} must be set")));
        } else {
            invalid_each(&path, value, rule(value), errors);
        }
    }
}
