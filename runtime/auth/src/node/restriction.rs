//! NodeRestriction: what kubelets may write. Follows plugin/pkg/admission/noderestriction/admission.go.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use kubeforge_api::{
    authentication::v1::TokenRequest,
    certificates::v1::CertificateSigningRequest,
    coordination::v1::Lease,
    core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod},
    resource::v1::ResourceSlice,
    storage::v1::CSIDriver,
};
use kubeforge_apiserver::{
    admission::{Admission, Attributes, Operation},
    auth::{AuthorizationAttributes, Authorizer, Decision},
    errors::{self, Target},
};
use kubeforge_machinery::{GroupResource, Object, quote::quote, status::ApiError};
use kubeforge_storage::storage::{ObjectKey, ReadAt, StorageError};
use x509_parser::{
    pem::parse_x509_pem,
    prelude::{FromDer as _, X509CertificationRequest},
};

use super::{LEASES, identity, references};

const PODS: GroupResource = GroupResource::new("", "pods");
const NODES: GroupResource = GroupResource::new("", "nodes");
const MIRROR_ANNOTATION: &str = "kubernetes.io/config.mirror";

/// Labels below `kubernetes.io` and `k8s.io` that kubelets set on their nodes.
const OWN_LABELS: [&str; 11] = [
    "kubernetes.io/hostname",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "beta.kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
];
/// Everything below these belongs to kubelets too.
const OWN_DOMAINS: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];
/// What must not come from a kubelet.
const RESTRICTED_DOMAIN: &str = "node-restriction.kubernetes.io";

/// The admission plugin.
pub struct NodeRestriction {
    authorizer: Arc<dyn Authorizer>,
}

impl std::fmt::Debug for NodeRestriction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeRestriction").finish_non_exhaustive()
    }
}

impl NodeRestriction {
    /// A plugin that asks this authorizer which audiences a kubelet may request tokens for.
    pub fn new(authorizer: Arc<dyn Authorizer>) -> Self {
        Self { authorizer }
    }
}

#[async_trait]
impl Admission for NodeRestriction {
    fn name(&self) -> &'static str {
        "NodeRestriction"
    }

    fn handles(&self, operation: Operation) -> bool {
        matches!(operation, Operation::Create | Operation::Update | Operation::Delete)
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        let Some(node) = identity(&attributes.ctx.user) else { return Ok(()) };
        let write = Write { attributes, node, object: object.as_deref() };
        if node.is_empty() {
            return write.refuse(format!("could not determine node from user {}", quote(&attributes.ctx.user.name)));
        }
        match (&*attributes.resource.group, &*attributes.resource.resource) {
            ("", "pods") => match attributes.subresource {
                "" => write.pod().await,
                "status" => write.pod_status(),
                "eviction" => write.eviction().await,
                other => write.refuse(format!(
                    "unexpected pod subresource {}, only 'status' and 'eviction' are allowed",
                    quote(other)
                )),
            },
            ("", "nodes") => write.node(),
            ("", "persistentvolumeclaims") if attributes.subresource == "status" => write.claim_status(),
            ("", "persistentvolumeclaims") => write.refuse("may only update PVC status"),
            ("", "serviceaccounts") => write.token(&self.authorizer).await,
            ("coordination.k8s.io", "leases") => write.lease(),
            ("storage.k8s.io", "csinodes") => {
                write.own_name("can only access CSINode with the same name as the requesting node")
            }
            ("resource.k8s.io", "resourceslices") => write.slice(),
            ("certificates.k8s.io", "certificatesigningrequests") => write.signing_request(),
            _ => Ok(()),
        }
    }
}

/// A write by a kubelet.
struct Write<'a> {
    attributes: &'a Attributes<'a>,
    node: &'a str,
    object: Option<&'a dyn Object>,
}

type Allowed = Result<(), ApiError>;

impl<'a> Write<'a> {
    fn forbidden(&self, why: impl Into<String>) -> ApiError {
        let resource = self.attributes.resource.group_resource();
        let meta = self.object.and_then(Object::meta);
        let name = match (self.attributes.name, meta) {
            ("", Some(meta)) if meta.name.is_empty() => meta.generate_name.as_str(),
            ("", Some(meta)) => meta.name.as_str(),
            (name, _) => name,
        };
        ApiError::forbidden(&resource, name, why.into())
    }

    fn refuse(&self, why: impl Into<String>) -> Allowed {
        Err(self.forbidden(why))
    }

    /// The node's name in quotes.
    fn quoted(&self) -> String {
        quote(self.node)
    }

    fn written<T: Object>(&self) -> Result<&'a T, ApiError> {
        let object = self.object.and_then(|object| object.downcast_ref::<T>());
        object.ok_or_else(|| self.forbidden("unexpected type"))
    }

    fn stored<T: Object>(&self) -> Result<&'a T, ApiError> {
        let object = self.attributes.old_object.and_then(|object| object.downcast_ref::<T>());
        object.ok_or_else(|| self.forbidden("unexpected type"))
    }

    async fn find<T: Object>(&self, resource: &GroupResource, namespace: &str, name: &str) -> Result<Box<T>, ApiError> {
        let storage = self.attributes.ctx.registry.resource(resource).and_then(|scope| scope.storage.clone());
        let storage = storage.ok_or_else(|| ApiError::not_found(resource, name))?;
        let key = ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() };
        let failed = |error: StorageError| errors::from_storage(error, Target { resource, name, prefix: "" });
        let entry = storage.get(&key, ReadAt::Latest).await.map_err(failed)?;
        entry.object().map_err(failed)?.downcast::<T>().map_err(|_| ApiError::not_found(resource, name))
    }

    async fn pod(&self) -> Allowed {
        let node = self.quoted();
        match self.attributes.operation {
            Operation::Create => self.new_pod().await,
            Operation::Delete => {
                let pod = self.find::<Pod>(&PODS, self.attributes.namespace, self.attributes.name).await?;
                if pod.spec.node_name == self.node {
                    return Ok(());
                }
                self.refuse(format!("node {node} can only delete pods with spec.nodeName set to itself"))
            }
            Operation::Update | Operation::Connect => {
                let operation = quote(word(self.attributes.operation));
                self.refuse(format!(
                    "unexpected operation {operation}, node {node} can only create and delete mirror pods"
                ))
            }
        }
    }

    async fn new_pod(&self) -> Allowed {
        let (pod, node) = (self.written::<Pod>()?, self.quoted());
        if !pod.metadata.annotations.contains_key(MIRROR_ANNOTATION) {
            return self.refuse(format!(
                "pod does not have {} annotation, node {node} can only create mirror pods",
                quote(MIRROR_ANNOTATION)
            ));
        }
        if pod.spec.node_name != self.node {
            return self.refuse(format!("node {node} can only create pods with spec.nodeName set to itself"));
        }
        let text = format!("node {node} can only create pods with an owner reference set to itself");
        let owner = match pod.metadata.owner_references.as_slice() {
            [] => return self.refuse(text),
            [owner] => owner,
            _ => {
                return self
                    .refuse(format!("node {node} can only create pods with a single owner reference set to itself"));
            }
        };
        if owner.api_version != "v1" || owner.kind != "Node" || owner.name != self.node {
            return self.refuse(text);
        }
        if owner.controller != Some(true) {
            return self
                .refuse(format!("node {node} can only create pods with a controller owner reference set to itself"));
        }
        if owner.block_owner_deletion == Some(true) {
            return self.refuse(format!("node {node} must not set blockOwnerDeletion on an owner reference"));
        }
        let found = self.find::<Node>(&NODES, "", self.node).await?;
        if owner.uid != found.metadata.uid {
            return self
                .refuse(format!("node {} UID mismatch: expected {} got {}", self.node, owner.uid, found.metadata.uid));
        }
        // a pod opens what it refers to to its node, so a node must not choose that
        let volumes = || pod.spec.volumes.iter().map(|volume| &volume.volume_source);
        let bundles = || {
            let projected = volumes().filter_map(|source| source.projected.as_ref());
            projected.flat_map(|projected| &projected.sources).any(|source| source.cluster_trust_bundle.is_some())
        };
        let what = if !pod.spec.service_account_name.is_empty() {
            "a service account"
        } else if !references::secrets(&pod.spec).is_empty() {
            "secrets"
        } else if !references::config_maps(&pod.spec).is_empty() {
            "configmaps"
        } else if bundles() {
            "clustertrustbundles"
        } else if volumes().any(|source| source.persistent_volume_claim.is_some()) {
            "persistentvolumeclaims"
        } else {
            return Ok(());
        };
        self.refuse(format!("node {node} can not create pods that reference {what}"))
    }

    fn pod_status(&self) -> Allowed {
        let node = self.quoted();
        if self.attributes.operation != Operation::Update {
            return self.refuse(format!("unexpected operation {}", quote(word(self.attributes.operation))));
        }
        let (old, new) = (self.stored::<Pod>()?, self.written::<Pod>()?);
        if old.spec.node_name != self.node {
            let text = format!("node {node} can only update pod status for pods with spec.nodeName set to itself");
            return self.refuse(text);
        }
        if old.metadata.labels != new.metadata.labels {
            return self.refuse(format!("node {node} cannot update labels through pod status"));
        }
        if old.status.resource_claim_statuses != new.status.resource_claim_statuses {
            return self.refuse(format!("node {node} cannot update resource claim statues"));
        }
        Ok(())
    }

    async fn eviction(&self) -> Allowed {
        if self.attributes.operation != Operation::Create {
            return self.refuse(format!("unexpected operation {}", word(self.attributes.operation)));
        }
        let named = self.object.and_then(Object::meta).map(|meta| meta.name.as_str()).unwrap_or_default();
        let name = if self.attributes.name.is_empty() { named } else { self.attributes.name };
        if name.is_empty() {
            return self.refuse("could not determine pod from request data");
        }
        let pod = self.find::<Pod>(&PODS, self.attributes.namespace, name).await?;
        if pod.spec.node_name == self.node {
            return Ok(());
        }
        self.refuse(format!("node {} can only evict pods with spec.nodeName set to itself", self.node))
    }

    fn claim_status(&self) -> Allowed {
        if self.attributes.operation != Operation::Update {
            return self.refuse(format!("unexpected operation {}", quote(word(self.attributes.operation))));
        }
        let bare = |claim: &PersistentVolumeClaim| {
            let mut claim = claim.clone();
            claim.metadata.resource_version.clear();
            claim.metadata.managed_fields.clear();
            claim.status.capacity.clear();
            claim.status.conditions.clear();
            claim.status.allocated_resource_statuses.clear();
            claim.status.allocated_resources.clear();
            claim
        };
        if bare(self.stored()?) == bare(self.written()?) {
            return Ok(());
        }
        self.refuse(format!(
            "node {} is not allowed to update fields other than status.quantity and status.conditions: ",
            self.quoted()
        ))
    }

    fn node(&self) -> Allowed {
        let (requested, node) = (self.attributes.name, self.quoted());
        if requested != self.node {
            return self.refuse(format!("node {node} is not allowed to modify node {}", quote(requested)));
        }
        match self.attributes.operation {
            Operation::Create => {
                let new = self.written::<Node>()?;
                if new.spec.config_source.is_some() {
                    return self
                        .refuse(format!("node {node} is not allowed to create pods with a non-nil configSource"));
                }
                let labels = forbidden_labels(&new.metadata.labels, &BTreeMap::new());
                if !labels.is_empty() {
                    return self.refuse(format!(
                        "node {node} is not allowed to set the following labels: {}",
                        labels.join(", ")
                    ));
                }
            }
            Operation::Update => {
                let (old, new) = (self.stored::<Node>()?, self.written::<Node>()?);
                if new.spec.config_source.is_some() && new.spec.config_source != old.spec.config_source {
                    return self.refuse(format!(
                        "node {node} is not allowed to update configSource to a new non-nil configSource"
                    ));
                }
                if new.spec.taints != old.spec.taints {
                    return self.refuse(format!("node {node} is not allowed to modify taints"));
                }
                let labels = forbidden_labels(&new.metadata.labels, &old.metadata.labels);
                if !labels.is_empty() {
                    return self.refuse(format!("is not allowed to modify labels: {}", labels.join(", ")));
                }
            }
            Operation::Delete | Operation::Connect => {}
        }
        Ok(())
    }

    async fn token(&self, authorizer: &Arc<dyn Authorizer>) -> Allowed {
        if self.attributes.operation != Operation::Create || self.attributes.subresource != "token" {
            return Ok(());
        }
        let request = self.written::<TokenRequest>()?;
        let bound = request.spec.bound_object_ref.as_ref();
        let bound = bound.filter(|it| it.api_version == "v1" && it.kind == "Pod" && !it.name.is_empty());
        let Some(bound) = bound else { return self.refuse("node requested token not bound to a pod") };
        if bound.uid.is_empty() {
            return self.refuse("node requested token with a pod binding without a uid");
        }
        let pod = self.find::<Pod>(&PODS, self.attributes.namespace, &bound.name).await?;
        if bound.uid != pod.metadata.uid {
            return self.refuse(format!(
                "the UID in the bound object reference ({}) does not match the UID in record. The object might have been \
                 deleted and then recreated",
                bound.uid
            ));
        }
        if pod.spec.node_name != self.node {
            return self.refuse("node requested token bound to a pod scheduled on a different node");
        }
        let audience = match request.spec.audiences.as_slice() {
            [] => "",
            [audience] => audience,
            _ => return self.refuse("node may only request 0 or 1 audiences"),
        };
        if self.is_pods_audience(&pod, audience).await {
            return Ok(());
        }
        let question = AuthorizationAttributes {
            verb: "request-serviceaccounts-token-audience",
            is_resource: true,
            version: "v1",
            resource: audience,
            namespace: self.attributes.namespace,
            name: self.attributes.name,
            ..AuthorizationAttributes::default()
        };
        let user = &self.attributes.ctx.user;
        if authorizer.authorize(user, &question).await == Decision::Allow {
            return Ok(());
        }
        self.refuse(format!(
            "audience {} not found in pod spec volume, {} is not authorized to request tokens for this audience",
            quote(audience),
            user.name
        ))
    }

    /// Whether a pod has a volume with tokens for this audience: one of its own, or of a CSI driver.
    async fn is_pods_audience(&self, pod: &Pod, audience: &str) -> bool {
        for volume in &pod.spec.volumes {
            let source = &volume.volume_source;
            let mut tokens = source
                .projected
                .iter()
                .flat_map(|projected| &projected.sources)
                .filter_map(|source| source.service_account_token.as_ref());
            if tokens.any(|token| token.audience == audience) {
                return true;
            }
            if let Some(csi) = &source.csi
                && self.is_drivers_audience(&csi.driver, audience).await
            {
                return true;
            }
        }
        for claim in references::volume_claims(pod) {
            if let Some(driver) = self.driver_of(&pod.metadata.namespace, &claim).await
                && self.is_drivers_audience(&driver, audience).await
            {
                return true;
            }
        }
        false
    }

    async fn is_drivers_audience(&self, driver: &str, audience: &str) -> bool {
        let drivers = GroupResource::new("storage.k8s.io", "csidrivers");
        match self.find::<CSIDriver>(&drivers, "", driver).await {
            Ok(driver) => driver.spec.token_requests.iter().any(|request| request.audience == audience),
            Err(_) => false,
        }
    }

    /// The CSI driver of the volume that a claim is bound to.
    async fn driver_of(&self, namespace: &str, claim: &str) -> Option<String> {
        let (claims, volumes) =
            (GroupResource::new("", "persistentvolumeclaims"), GroupResource::new("", "persistentvolumes"));
        let claim = self.find::<PersistentVolumeClaim>(&claims, namespace, claim).await.ok()?;
        let volume = self.find::<PersistentVolume>(&volumes, "", &claim.spec.volume_name).await.ok()?;
        volume.spec.persistent_volume_source.csi.map(|csi| csi.driver)
    }

    fn lease(&self) -> Allowed {
        if self.attributes.namespace != LEASES {
            return self.refuse(format!("can only access leases in the {} system namespace", quote(LEASES)));
        }
        if self.attributes.operation == Operation::Create {
            self.written::<Lease>()?;
        }
        self.own_name("can only access node lease with the same name as the requesting node")
    }

    /// The object is named after the node.
    fn own_name(&self, text: &str) -> Allowed {
        let name = match (self.attributes.operation, self.object.and_then(Object::meta)) {
            (Operation::Create, Some(meta)) => meta.name.as_str(),
            _ => self.attributes.name,
        };
        if name == self.node { Ok(()) } else { self.refuse(text) }
    }

    fn slice(&self) -> Allowed {
        let (slice, what) = match self.attributes.operation {
            Operation::Create => (self.written::<ResourceSlice>()?, "create"),
            Operation::Delete => (self.stored::<ResourceSlice>()?, "delete"),
            Operation::Update | Operation::Connect => return Ok(()),
        };
        if slice.spec.node_name.as_deref().unwrap_or_default() == self.node {
            return Ok(());
        }
        self.refuse(format!("can only {what} ResourceSlice with the same NodeName as the requesting node"))
    }

    fn signing_request(&self) -> Allowed {
        if self.attributes.operation != Operation::Create {
            return Ok(());
        }
        let request = self.written::<CertificateSigningRequest>()?;
        let signers = ["kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet"];
        if !signers.contains(&request.spec.signer_name.as_str()) {
            return Ok(());
        }
        let Some(name) = common_name(&request.spec.request) else {
            return self.refuse("unable to parse csr: PEM block type must be CERTIFICATE REQUEST");
        };
        let own = format!("system:node:{}", self.node);
        if name == own { Ok(()) } else { self.refuse(format!("can only create a node CSR with CN={own}")) }
    }
}

/// The common name that a PEM request asks for; empty for none.
fn common_name(pem: &[u8]) -> Option<String> {
    let (_, pem) = parse_x509_pem(pem).ok()?;
    if pem.label != "CERTIFICATE REQUEST" {
        return None;
    }
    let (_, request) = X509CertificationRequest::from_der(&pem.contents).ok()?;
    let subject = &request.certification_request_info.subject;
    Some(subject.iter_common_name().next().and_then(|name| name.as_str().ok()).unwrap_or_default().to_owned())
}

fn word(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "CREATE",
        Operation::Update => "UPDATE",
        Operation::Delete => "DELETE",
        Operation::Connect => "CONNECT",
    }
}

/// Labels that differ and are none of a kubelet's business, in order.
fn forbidden_labels(new: &BTreeMap<String, String>, old: &BTreeMap<String, String>) -> Vec<String> {
    let mut keys: Vec<&String> = new.keys().chain(old.keys()).filter(|key| new.get(*key) != old.get(*key)).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().filter(|key| is_forbidden(key)).cloned().collect()
}

fn is_forbidden(label: &str) -> bool {
    let domain = label.split_once('/').map(|(domain, _)| domain).unwrap_or_default();
    let below = |parent: &str| domain == parent || domain.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
    let is_own = OWN_LABELS.contains(&label) || OWN_DOMAINS.into_iter().any(below);
    below(RESTRICTED_DOMAIN) || ((below("kubernetes.io") || below("k8s.io")) && !is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubelets_have_labels_of_their_own() {
        for (label, forbidden) in [
            ("kubernetes.io/hostname", false),
            ("kubernetes.io/role", true),
            ("node.kubernetes.io/x", false),
            ("a.node.kubernetes.io/x", false),
            ("node-restriction.kubernetes.io/x", true),
            ("a.node-restriction.kubernetes.io/x", true),
            ("foo.k8s.io/x", true),
            ("mykubernetes.io/x", false),
            ("x", false),
        ] {
            assert_eq!(is_forbidden(label), forbidden, "{label}");
        }
    }
}
