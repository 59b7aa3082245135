//! The metadata of a resource whose kind is known only at run time: names, labels, owners, and nothing of what else objects
//! hold (client-go metadata).
//!
//! Objects come as [`PartialObjectMetadata`], in protobuf where the server has it, which costs a fraction of the whole
//! objects: enough for garbage collection, quota, or counting.
//!
//! ```no_run
//! use kubeforge_client::{Client, ClientError, metadata::MetadataApi};
//! use kubeforge_machinery::{GroupVersionResource, meta::v1::ListOptions};
//!
//! async fn owners(client: Client) -> Result<(), ClientError> {
//!     let secrets = MetadataApi::all(client, GroupVersionResource::new("", "v1", "secrets"));
//!     for secret in secrets.list(&ListOptions::default()).await?.items {
//!         println!("{}: {:?}", secret.metadata.name, secret.metadata.owner_references);
//!     }
//!     Ok(())
//! }
//! ```

use futures::Stream;
use http::Method;
use kubeforge_machinery::{
    GroupVersionResource, Kind,
    codec::{DecodeError, DocumentError, MediaType, from_json_slice},
    gvk::GroupVersionKind,
    meta::v1::{
        DeleteOptions, GetOptions, ListOptions, PartialObjectMetadata, PartialObjectMetadataList, PatchOptions,
    },
};

use crate::{
    api::{Pager, delete_content, list_timeout, paged_items, patch_options},
    client::Client,
    error::ClientError,
    patch::Patch,
    request::{Request, ResourcePath},
    response::{self, Answer},
    watch::WatchStream,
};

/// Takes an object's metadata in protobuf, else in JSON, else the whole object.
const ACCEPT: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Takes the metadata of a list's objects likewise.
const ACCEPT_LIST: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// One resource, in one namespace or in all, of whose objects only the metadata is read.
#[derive(Clone, Debug)]
pub struct MetadataApi {
    client: Client,
    path: ResourcePath,
}

impl MetadataApi {
    /// A resource that has no namespaces, or all of its namespaces.
    pub fn all(client: Client, gvr: GroupVersionResource) -> Self {
        Self { client, path: ResourcePath { gvr, namespace: None } }
    }

    /// A resource in one namespace; in all, where the name is empty.
    pub fn namespaced(client: Client, gvr: GroupVersionResource, namespace: &str) -> Self {
        let namespace = (!namespace.is_empty()).then(|| namespace.to_owned());
        Self { client, path: ResourcePath { gvr, namespace } }
    }

    /// Where it is served.
    pub fn path(&self) -> &ResourcePath {
        &self.path
    }

    /// Reads an object's metadata.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails.
    pub async fn get(&self, name: &str, options: &GetOptions) -> Result<PartialObjectMetadata, ClientError> {
        let mut request = Request::get(self.path.object(name, "")?);
        request.query.push_options(options);
        request.accept = ACCEPT;
        object(&self.client.send(&request).await?)
    }

    /// Reads many objects' metadata: all, or a page where the options set a limit.
    ///
    /// # Errors
    /// Where the request fails.
    pub async fn list(&self, options: &ListOptions) -> Result<PartialObjectMetadataList, ClientError> {
        let mut request = self.collection_request(Method::GET, options)?;
        request.accept = ACCEPT_LIST;
        request.timeout = list_timeout(options);
        let answer = self.client.send(&request).await?;
        match response::media(&answer.headers) {
            MediaType::Json => from_json_slice(&answer.bytes).map_err(malformed),
            _ => answer.decode(),
        }
    }

    /// Reads many objects' metadata in pages; see [`crate::Api::list_stream`].
    pub fn list_stream(
        &self,
        options: &ListOptions,
        pager: Pager,
    ) -> impl Stream<Item = Result<PartialObjectMetadata, ClientError>> + Send + use<> {
        let api = self.clone();
        let list = move |options: ListOptions| {
            let api = api.clone();
            async move { api.list(&options).await.map(|list| (list.metadata, list.items)) }
        };
        paged_items(options, pager, list, |object| (object.metadata.namespace.clone(), object.metadata.name.clone()))
    }

    /// Follows changes from `options.resource_version` on, until the server ends the watch.
    ///
    /// # Errors
    /// Where the watch can't begin. What goes wrong later is an item of the stream.
    pub async fn watch(&self, options: &ListOptions) -> Result<WatchStream<PartialObjectMetadata>, ClientError> {
        let options = ListOptions { watch: true, ..options.clone() };
        let mut request = self.collection_request(Method::GET, &options)?;
        request.accept = ACCEPT;
        Ok(WatchStream::new(self.client.open(&request).await?, read))
    }

    /// Changes an object, and answers its metadata. Only the metadata should be changed: nobody here knows the rest.
    ///
    /// # Errors
    /// Where the change doesn't apply, the object doesn't exist or the result is refused, or the request fails.
    pub async fn patch(
        &self,
        name: &str,
        subresource: &str,
        patch: &Patch,
        options: &PatchOptions,
    ) -> Result<PartialObjectMetadata, ClientError> {
        let mut request = Request::new(Method::PATCH, self.path.object(name, subresource)?);
        request.query.push_options(&patch_options(patch, options));
        request.content = Some(patch.content());
        request.accept = ACCEPT;
        object(&self.client.send(&request).await?)
    }

    /// Deletes an object, or asks for its deletion where a grace period or finalizers hold it up.
    ///
    /// # Errors
    /// Where it doesn't exist, a precondition fails, or the request fails.
    pub async fn delete(&self, name: &str, options: &DeleteOptions) -> Result<(), ClientError> {
        let mut request = Request::new(Method::DELETE, self.path.object(name, "")?);
        request.content = delete_content(options);
        self.client.send(&request).await.map(drop)
    }

    /// Deletes all objects that the list options select.
    ///
    /// # Errors
    /// Where one can't be deleted, or the request fails.
    pub async fn delete_collection(&self, options: &DeleteOptions, list: &ListOptions) -> Result<(), ClientError> {
        let mut request = self.collection_request(Method::DELETE, list)?;
        request.content = delete_content(options);
        self.client.send(&request).await.map(drop)
    }

    fn collection_request(&self, method: Method, options: &ListOptions) -> Result<Request, ClientError> {
        let mut request = Request::new(method, self.path.collection()?);
        request.query.push_options(options);
        Ok(request)
    }
}

fn object(answer: &Answer) -> Result<PartialObjectMetadata, ClientError> {
    let object = read(response::media(&answer.headers), &answer.bytes)?;
    let meta = &object.metadata;
    // any JSON reads as metadata of which nothing is set
    let is_likely = [&meta.uid, &meta.name, &meta.generate_name].iter().any(|text| !text.is_empty())
        || meta.creation_timestamp != Default::default();
    if is_likely {
        return Ok(object);
    }
    Err(answer.refusal().map_or_else(
        || {
            let message = "object does not appear to match the ObjectMeta schema".to_owned();
            let source = Box::new(DocumentError::Unrecognized(message));
            ClientError::Decode { what: PartialObjectMetadata::KIND.to_owned(), source }
        },
        ClientError::Api,
    ))
}

/// Reads an object's metadata, whether the server left the rest out or not.
fn read(media: MediaType, bytes: &[u8]) -> Result<PartialObjectMetadata, ClientError> {
    match media {
        MediaType::Json => from_json_slice(bytes).map_err(malformed),
        media => response::decode_document(media, bytes),
    }
}

fn malformed(source: DecodeError) -> ClientError {
    let kind = PartialObjectMetadata::KIND;
    let gvk = GroupVersionKind::new(PartialObjectMetadata::GROUP, PartialObjectMetadata::VERSION, kind);
    ClientError::Decode { what: kind.to_owned(), source: Box::new(DocumentError::Malformed { gvk, source }) }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, TryStreamExt as _};
    use kubeforge_machinery::codec::encode;

    use super::*;
    use crate::{transport::Fake, watch::WatchEvent};

    const GVR: GroupVersionResource = GroupVersionResource::new("shop.example.com", "v1", "widgets");
    const WIDGET: &str = r#"{"apiVersion":"shop.example.com/v1","kind":"Widget","metadata":{"name":"a","labels":{"x":"y"}},"spec":{"size":3}}"#;

    #[tokio::test]
    async fn metadata_comes_in_either_encoding_and_from_whole_objects() {
        let mut partial = PartialObjectMetadata::default();
        partial.metadata.name = "b".to_owned();
        let proto = encode(&partial, MediaType::Protobuf).unwrap();
        let fake = Fake::script([
            Fake::json(200, WIDGET),
            Fake::protobuf(200, proto),
            Fake::json(
                200,
                format!(r#"{{"kind":"WidgetList","metadata":{{"resourceVersion":"7"}},"items":[{WIDGET}]}}"#),
            ),
            Fake::json(200, format!("{{\"type\":\"ADDED\",\"object\":{WIDGET}}}\n")),
        ]);
        let api = MetadataApi::namespaced(Client::new(fake.clone()), GVR, "n");
        let options = GetOptions::default();
        assert_eq!(api.get("a", &options).await.unwrap().metadata.labels["x"], "y");
        assert_eq!(api.get("b", &options).await.unwrap().metadata.name, "b");
        let names: Vec<_> = api.list_stream(&ListOptions::default(), Pager::default()).try_collect().await.unwrap();
        assert_eq!(names[0].metadata.name, "a");
        let mut events = api.watch(&ListOptions::default()).await.unwrap();
        assert!(matches!(events.next().await, Some(Ok(WatchEvent::Added(widget))) if widget.metadata.name == "a"));
        assert_eq!(fake.requests()[0].headers()["accept"], ACCEPT);
        assert_eq!(fake.requests()[2].headers()["accept"], ACCEPT_LIST);
    }

    #[tokio::test]
    async fn what_has_no_metadata_is_no_object() {
        let refused = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}"#;
        let fake = Fake::script([Fake::json(200, r#"{"kind":"Widget"}"#), Fake::json(200, refused)]);
        let api = MetadataApi::all(Client::new(fake), GVR);
        let err = api.get("a", &GetOptions::default()).await.unwrap_err().to_string();
        assert!(err.ends_with("object does not appear to match the ObjectMeta schema"), "{err}");
        assert!(api.get("a", &GetOptions::default()).await.unwrap_err().is_not_found());
    }

    #[tokio::test]
    async fn lists_and_watches_are_of_metadata_only() {
        let list =
            format!(r#"{{"apiVersion":"v1","kind":"PartialObjectMetadataList","metadata":{{}},"items":[{WIDGET}]}}"#);
        let event = format!("{{\"type\":\"DELETED\",\"object\":{WIDGET}}}\n");
        let fake = Fake::script([Fake::json(200, list), Fake::json(200, event)]);
        let api = MetadataApi::all(Client::new(fake.clone()), GVR);
        assert_eq!(api.list(&ListOptions::default()).await.unwrap().items[0].metadata.name, "a");
        let mut events = api.watch(&ListOptions::default()).await.unwrap();
        assert!(matches!(events.next().await, Some(Ok(WatchEvent::Deleted(widget))) if widget.metadata.name == "a"));
        let accepts: Vec<_> = fake.requests().iter().map(|request| request.headers()["accept"].clone()).collect();
        assert_eq!(accepts, [ACCEPT_LIST, ACCEPT]);
    }

    #[tokio::test]
    async fn metadata_is_changed_and_objects_are_deleted() {
        let fake = Fake::new(|_| Ok(Fake::json(200, WIDGET)));
        let api = MetadataApi::all(Client::new(fake.clone()), GVR);
        let patch = Patch::merge(&serde_json::json!({"metadata": {"labels": {"x": null}}}));
        api.patch("a", "", &patch, &PatchOptions::default()).await.unwrap();
        api.delete("a", &DeleteOptions::default()).await.unwrap();
        let some = ListOptions { label_selector: "x=y".to_owned(), ..ListOptions::default() };
        api.delete_collection(&DeleteOptions::default(), &some).await.unwrap();
        let path = "/apis/shop.example.com/v1/widgets";
        assert_eq!(
            fake.lines(),
            [format!("PATCH {path}/a"), format!("DELETE {path}/a"), format!("DELETE {path}?labelSelector=x%3Dy")]
        );
    }
}
