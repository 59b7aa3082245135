//! The scale of anything that has one: deployments, replica sets, custom resources (client-go scale).
//!
//! Which kind a resource's `scale` has is found through discovery; here it is always a [`Scale`].
//!
//! ```no_run
//! use std::sync::Arc;
//! use kubeforge_client::{Client, discovery::{DeferredMapper, DiscoveryCache}, scale::{ScaleClient, ScaleError}};
//! use kubeforge_machinery::GroupResource;
//!
//! async fn double(client: Client) -> Result<(), ScaleError> {
//!     let scales = ScaleClient::new(Arc::new(DeferredMapper::new(DiscoveryCache::new(client))));
//!     let deployments = GroupResource::new("apps", "deployments");
//!     let mut scale = scales.get("default", &deployments, "web").await?;
//!     scale.replicas *= 2;
//!     scales.update("default", &deployments, &scale).await?;
//!     Ok(())
//! }
//! ```

use std::sync::Arc;

use kubeforge_machinery::{
    GroupResource, GroupVersionResource,
    codec::{from_json_slice, to_json_vec},
    gvk::GroupVersionKind,
    labels::Selector,
    meta::v1::{GetOptions, LabelSelector, ObjectMeta, PatchOptions, UpdateOptions},
    unstructured::Unstructured,
};
use serde_json::{Value, json};

use crate::{
    discovery::{DeferredMapper, MappingError, go_text},
    dynamic::DynamicApi,
    error::ClientError,
    patch::Patch,
};

/// How many replicas there are to be, and are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    /// Which object's, and which of its revisions.
    pub metadata: ObjectMeta,
    /// How many there are to be.
    pub replicas: i32,
    /// How many there are.
    pub current_replicas: i32,
    /// Which pods they are, as a label selector's text; may be empty.
    pub selector: String,
}

/// A scale that can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ScaleError {
    /// There is no such resource.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The resource has no scale.
    #[error("could not find scale subresource for {} in discovery information", go_text(.0))]
    NoScale(GroupVersionResource),
    /// The server has a kind of scale that nobody knows here.
    #[error("unknown scale kind {0}")]
    Kind(GroupVersionKind),
    /// The request failed.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Reads and changes scales.
#[derive(Clone, Debug)]
pub struct ScaleClient {
    mapper: Arc<DeferredMapper>,
}

impl ScaleClient {
    /// A client that finds resources through `mapper`.
    pub fn new(mapper: Arc<DeferredMapper>) -> Self {
        Self { mapper }
    }

    /// Reads an object's scale. The namespace is empty for what has none.
    ///
    /// # Errors
    /// Where the resource or object doesn't exist or has no scale, or the request fails.
    pub async fn get(&self, namespace: &str, resource: &GroupResource, name: &str) -> Result<Scale, ScaleError> {
        let (gvr, _) = self.find(resource).await?;
        Ok(read(&self.api(gvr, namespace).get(name, "scale", &GetOptions::default()).await?))
    }

    /// Replaces an object's scale. Where it carries a resource version, that must still be the newest.
    ///
    /// # Errors
    /// As [`ScaleClient::get`], and where the object has changed meanwhile or the scale is refused.
    pub async fn update(&self, namespace: &str, resource: &GroupResource, scale: &Scale) -> Result<Scale, ScaleError> {
        let (gvr, kind) = self.find(resource).await?;
        let written = write(scale, &kind)?;
        Ok(read(&self.api(gvr, namespace).update(&written, "scale", &UpdateOptions::default()).await?))
    }

    /// Changes an object's scale: `{"spec": {"replicas": 3}}`.
    ///
    /// # Errors
    /// As [`ScaleClient::get`], and where the change doesn't apply or is refused.
    pub async fn patch(
        &self,
        namespace: &str,
        resource: &GroupResource,
        name: &str,
        patch: &Patch,
    ) -> Result<Scale, ScaleError> {
        let (gvr, _) = self.find(resource).await?;
        Ok(read(&self.api(gvr, namespace).patch(name, "scale", patch, &PatchOptions::default()).await?))
    }

    fn api(&self, gvr: GroupVersionResource, namespace: &str) -> DynamicApi {
        DynamicApi::namespaced(self.mapper.cache().client().clone(), gvr, namespace)
    }

    /// The resource's best version, and the kind of its scale.
    async fn find(&self, resource: &GroupResource) -> Result<(GroupVersionResource, GroupVersionKind), ScaleError> {
        let partial = GroupVersionResource {
            group: resource.group.clone(),
            resource: resource.resource.clone(),
            ..GroupVersionResource::default()
        };
        let gvr = self.mapper.resource_for(&partial).await?;
        let discovery = self.mapper.cache().get().await?;
        let found = discovery.resources().find(|known| known.gvr() == gvr);
        let scale = found.and_then(|known| known.subresources.iter().find(|subresource| subresource.name == "scale"));
        match scale {
            Some(scale) if is_known(&scale.kind) => Ok((gvr, scale.kind.clone())),
            Some(scale) => Err(ScaleError::Kind(scale.kind.clone())),
            None => Err(ScaleError::NoScale(gvr)),
        }
    }
}

/// Whether a kind is the one of today, or one of those that came before it.
fn is_known(kind: &GroupVersionKind) -> bool {
    let (group, version) = (kind.group.as_ref(), kind.version.as_ref());
    let versions = [("autoscaling", "v1"), ("apps", "v1beta2"), ("apps", "v1beta1"), ("extensions", "v1beta1")];
    kind.kind == "Scale" && versions.contains(&(group, version))
}

fn read(object: &Unstructured) -> Scale {
    let number = |path: &[&str]| {
        let number = object.nested(path).and_then(Value::as_i64).unwrap_or_default();
        i32::try_from(number).unwrap_or(i32::MAX)
    };
    let text = |path: &[&str]| object.nested(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let selector = match object.nested(&["status", "selector"]) {
        // older kinds have a map of labels, and the text beside it
        Some(Value::Object(_)) => match text(&["status", "targetSelector"]) {
            target if target.is_empty() => labels(object.nested(&["status", "selector"])),
            target => target,
        },
        _ => text(&["status", "selector"]),
    };
    Scale {
        metadata: object.metadata.clone(),
        replicas: number(&["spec", "replicas"]),
        current_replicas: number(&["status", "replicas"]),
        selector,
    }
}

fn labels(map: Option<&Value>) -> String {
    let selector = json!({ "matchLabels": map });
    from_json_slice::<LabelSelector>(selector.to_string().as_bytes())
        .ok()
        .and_then(|selector| Selector::from_label_selector(Some(&selector)).ok())
        .map(|selector| selector.to_string())
        .unwrap_or_default()
}

fn write(scale: &Scale, kind: &GroupVersionKind) -> Result<Unstructured, ClientError> {
    let metadata: Value = serde_json::from_slice(&to_json_vec(&scale.metadata))
        .map_err(|err| ClientError::Request(format!("a scale's metadata: {err}")))?;
    let mut status = json!({ "replicas": scale.current_replicas });
    if !scale.selector.is_empty() {
        let field = if kind.group == "autoscaling" { "selector" } else { "targetSelector" };
        status[field] = scale.selector.clone().into();
    }
    let document = json!({
        "apiVersion": kind.api_version(),
        "kind": kind.kind,
        "metadata": metadata,
        "spec": { "replicas": scale.replicas },
        "status": status,
    });
    Unstructured::from_json(document.to_string().as_bytes())
        .map_err(|err| ClientError::Request(format!("a scale: {err}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, discovery::DiscoveryCache, transport::Fake};

    const CORE: &str = r#"{"kind":"APIGroupDiscoveryList","items":[]}"#;

    fn groups(scale: &str) -> String {
        format!(
            r#"{{"kind":"APIGroupDiscoveryList","items":[{{"metadata":{{"name":"apps"}},"versions":[{{"version":"v1","resources":[
            {{"resource":"deployments","responseKind":{{"group":"apps","version":"v1","kind":"Deployment"}},"scope":"Namespaced",
              "singularResource":"deployment","verbs":["get"],"subresources":[{scale}]}}]}}]}}]}}"#
        )
    }

    fn scale(group: &str, version: &str) -> String {
        format!(
            r#"{{"subresource":"scale","responseKind":{{"group":"{group}","version":"{version}","kind":"Scale"}},"verbs":["get"]}}"#
        )
    }

    fn client(scale: &str, answer: &'static str) -> (ScaleClient, Fake) {
        let groups = groups(scale);
        let fake = Fake::new(move |request| {
            Ok(match request.uri().path() {
                "/api" => Fake::json(200, CORE),
                "/apis" => Fake::json(200, groups.clone()),
                _ => Fake::json(200, answer),
            })
        });
        let mapper = DeferredMapper::new(DiscoveryCache::new(Client::new(fake.clone())));
        (ScaleClient::new(Arc::new(mapper)), fake)
    }

    #[tokio::test]
    async fn todays_scales_are_read_and_written() {
        let answer = r#"{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":3},"status":{"replicas":2,"selector":"a=b"}}"#;
        let (scales, fake) = client(&scale("autoscaling", "v1"), answer);
        let deployments = GroupResource::new("apps", "deployments");
        let mut found = scales.get("n", &deployments, "web").await.unwrap();
        assert_eq!((found.replicas, found.current_replicas, found.selector.as_str()), (3, 2, "a=b"));
        found.replicas = 5;
        scales.update("n", &deployments, &found).await.unwrap();
        scales.patch("n", &deployments, "web", &Patch::merge(&json!({"spec": {"replicas": 1}}))).await.unwrap();
        let path = "/apis/apps/v1/namespaces/n/deployments/web/scale";
        assert_eq!(fake.lines()[2..], [format!("GET {path}"), format!("PUT {path}"), format!("PATCH {path}")]);
        let sent: Value = serde_json::from_slice(fake.requests()[3].body()).unwrap();
        assert_eq!((&sent["apiVersion"], &sent["spec"]["replicas"]), (&json!("autoscaling/v1"), &json!(5)));
    }

    #[tokio::test]
    async fn older_scales_are_understood() {
        let answer = r#"{"apiVersion":"extensions/v1beta1","kind":"Scale","metadata":{"name":"web"},"spec":{"replicas":3},"status":{"replicas":2,"selector":{"a":"b"}}}"#;
        let (scales, fake) = client(&scale("extensions", "v1beta1"), answer);
        let deployments = GroupResource::new("apps", "deployments");
        let found = scales.get("n", &deployments, "web").await.unwrap();
        assert_eq!(found.selector, "a=b");
        scales.update("n", &deployments, &found).await.unwrap();
        let sent: Value = serde_json::from_slice(fake.requests()[3].body()).unwrap();
        assert_eq!(sent["status"]["targetSelector"], "a=b");
    }

    #[tokio::test]
    async fn what_has_no_scale_is_named() {
        let deployments = GroupResource::new("apps", "deployments");
        let (scales, _) = client("", "");
        assert!(matches!(scales.get("n", &deployments, "web").await, Err(ScaleError::NoScale(_))));
        let (scales, _) = client(&scale("other", "v1"), "");
        assert!(matches!(scales.get("n", &deployments, "web").await, Err(ScaleError::Kind(_))));
        let widgets = GroupResource::new("", "widgets");
        let err = scales.get("n", &widgets, "a").await.unwrap_err();
        assert_eq!(err.to_string(), "no matches for /, Resource=widgets");
    }
}
