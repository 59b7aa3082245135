//! The node authorizer. Follows plugin/pkg/auth/authorizer/node/node_authorizer.go, in its words too.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use kubeforge_api::rbac::v1::PolicyRule;
use kubeforge_apiserver::auth::{AuthorizationAttributes, Authorizer, Decision, UserRules};
use kubeforge_machinery::{fields::Operator, user::UserInfo};

use super::{
    LEASES,
    graph::{Graph, Kind},
    identity,
};
use crate::{policy, rbac::allows};

/// Lets kubelets do what they need.
#[derive(Debug)]
pub struct Node {
    graph: OnceLock<Arc<Graph>>,
    /// What all nodes may do with what is not looked at object by object.
    rules: Vec<PolicyRule>,
}

impl Default for Node {
    fn default() -> Self {
        Self { graph: OnceLock::new(), rules: policy::node_rules() }
    }
}

/// Nobody says yes: the reason, which may be empty.
fn no(why: impl Into<String>) -> Decision {
    Decision::NoOpinion(why.into())
}

impl Node {
    /// Uses these relations from now on; before, nodes relate to nothing.
    pub fn attach(&self, graph: Arc<Graph>) {
        // a second graph of the same server would say the same
        drop(self.graph.set(graph));
    }

    async fn related(&self, node: &str, kind: Kind, request: &AuthorizationAttributes<'_>) -> Decision {
        if request.name.is_empty() {
            return no("No Object name found");
        }
        self.has_path(node, kind, request).await
    }

    async fn has_path(&self, node: &str, kind: Kind, request: &AuthorizationAttributes<'_>) -> Decision {
        if let Some(graph) = self.graph.get() {
            let relates = || graph.relates(node, kind, request.namespace, request.name);
            if relates() {
                return Decision::Allow;
            }
            // a pod that was just bound must not keep its node waiting
            graph.settle().await;
            if relates() {
                return Decision::Allow;
            }
        }
        no(format!("no relationship found between node '{node}' and this object"))
    }

    async fn read_one(&self, node: &str, kind: Kind, request: &AuthorizationAttributes<'_>) -> Decision {
        if request.verb != "get" {
            return no("can only get individual resources of this type");
        }
        if !request.subresource.is_empty() {
            return no("cannot get subresource");
        }
        self.related(node, kind, request).await
    }

    async fn read_named(&self, node: &str, kind: Kind, request: &AuthorizationAttributes<'_>) -> Decision {
        if !matches!(request.verb, "get" | "list" | "watch") {
            return no("can only read resources of this type");
        }
        if !request.subresource.is_empty() {
            return no("cannot read subresource");
        }
        if request.namespace.is_empty() {
            return no("can only read namespaced object of this type");
        }
        self.related(node, kind, request).await
    }

    async fn claim_status(&self, node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
        if !matches!(request.verb, "update" | "patch") {
            return no("can only get/update/patch this type");
        }
        self.related(node, Kind::VolumeClaim, request).await
    }

    async fn create_token(&self, node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
        if request.verb != "create" || request.name.is_empty() {
            return no("can only create tokens for individual service accounts");
        }
        if request.subresource != "token" {
            return no("can only create token subresource of serviceaccount");
        }
        self.has_path(node, Kind::ServiceAccount, request).await
    }

    async fn slice(&self, node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
        if !request.subresource.is_empty() {
            return no("cannot authorize ResourceSlice subresources");
        }
        match request.verb {
            // NodeRestriction looks at what is made
            "create" => Decision::Allow,
            "get" | "update" | "patch" | "delete" => self.related(node, Kind::ResourceSlice, request).await,
            "watch" | "list" | "deletecollection" if selects(request, "nodeName", node) => Decision::Allow,
            "watch" | "list" | "deletecollection" => {
                no("can only list/watch/deletecollection resourceslices with nodeName field selector")
            }
            _ => no(
                "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, \
                     delete, deletecollection",
            ),
        }
    }

    async fn pod(&self, node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
        match (request.subresource, request.verb) {
            ("", "get") => self.read_one(node, Kind::Pod, request).await,
            ("", "list" | "watch") if selects(request, "spec.nodeName", node) => Decision::Allow,
            ("", "list" | "watch") if !request.name.is_empty() => self.related(node, Kind::Pod, request).await,
            ("", "list" | "watch") => no("can only list/watch pods with spec.nodeName field selector"),
            // NodeRestriction looks at which pods are written
            ("", "create" | "delete") | ("status", "update" | "patch") | ("eviction", "create") => Decision::Allow,
            _ => no(""),
        }
    }
}

/// Whether a list is limited to what belongs to the node.
fn selects(request: &AuthorizationAttributes<'_>, field: &str, node: &str) -> bool {
    request.fields.iter().any(|it| it.field == field && it.operator == Operator::Equals && it.value == node)
}

const WRITES: [&str; 5] = ["get", "create", "update", "patch", "delete"];

fn lease(node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
    if !WRITES.contains(&request.verb) {
        return no("can only get, create, update, patch, or delete a node lease");
    }
    if request.namespace != LEASES {
        return no(format!("can only access leases in the {LEASES:?} system namespace"));
    }
    if request.verb != "create" && request.name != node {
        return no("can only access node lease with the same name as the requesting node");
    }
    Decision::Allow
}

fn csi_node(node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
    if !WRITES.contains(&request.verb) {
        return no("can only get, create, update, patch, or delete a CSINode");
    }
    if !request.subresource.is_empty() {
        return no("cannot authorize CSINode subresources");
    }
    if request.verb != "create" && request.name != node {
        return no("can only access CSINode with the same name as the requesting node");
    }
    Decision::Allow
}

fn node_object(node: &str, request: &AuthorizationAttributes<'_>) -> Decision {
    match (request.subresource, request.verb) {
        // NodeRestriction looks at which node is written
        ("", "create" | "update" | "patch") | ("status", "update" | "patch") => Decision::Allow,
        ("", "get" | "list" | "watch") => match request.name {
            name if name == node => Decision::Allow,
            "" => no(format!("node '{node}' cannot read all nodes, only its own Node object")),
            name => no(format!("node '{node}' cannot read '{name}', only its own Node object")),
        },
        _ => no(""),
    }
}

#[async_trait]
impl Authorizer for Node {
    async fn authorize(&self, user: &UserInfo, request: &AuthorizationAttributes<'_>) -> Decision {
        let Some(node) = identity(user) else { return no("") };
        if node.is_empty() {
            return no(format!("unknown node for user {:?}", user.name));
        }
        if request.is_resource {
            match (request.group, request.resource) {
                ("", "secrets") => return self.read_named(node, Kind::Secret, request).await,
                ("", "configmaps") => return self.read_named(node, Kind::ConfigMap, request).await,
                ("", "persistentvolumeclaims") if request.subresource == "status" => {
                    return self.claim_status(node, request).await;
                }
                ("", "persistentvolumeclaims") => return self.read_one(node, Kind::VolumeClaim, request).await,
                ("", "persistentvolumes") => return self.read_one(node, Kind::Volume, request).await,
                ("resource.k8s.io", "resourceclaims") => {
                    return self.read_one(node, Kind::ResourceClaim, request).await;
                }
                ("storage.k8s.io", "volumeattachments") => return self.read_one(node, Kind::Attachment, request).await,
                ("", "serviceaccounts") => return self.create_token(node, request).await,
                ("coordination.k8s.io", "leases") => return lease(node, request),
                ("storage.k8s.io", "csinodes") => return csi_node(node, request),
                ("resource.k8s.io", "resourceslices") => return self.slice(node, request).await,
                ("", "nodes") => return node_object(node, request),
                ("", "pods") => return self.pod(node, request).await,
                _ => {}
            }
        }
        if self.rules.iter().any(|rule| allows(rule, request)) { Decision::Allow } else { no("") }
    }

    async fn rules_for(&self, user: &UserInfo, _namespace: &str) -> UserRules {
        match identity(user) {
            Some(_) => UserRules {
                incomplete: true,
                errors: vec!["node authorizer does not support user rule resolution".to_owned()],
                ..UserRules::default()
            },
            None => UserRules::default(),
        }
    }
}
