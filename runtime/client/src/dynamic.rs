//! The verbs of a resource whose kind is known only at run time.

use futures::Stream;
use http::Method;
use kubeforge_machinery::{
    GroupVersionResource, Kind as _, Object as _,
    codec::{DecodeError, DocumentError, JsonReader},
    gvk::GroupVersionKind,
    meta::v1::{
        ApplyOptions, CreateOptions, DeleteOptions, GetOptions, ListOptions, PatchOptions, Status, UpdateOptions,
    },
    unstructured::{Unstructured, UnstructuredList},
};

use crate::{
    api::{Deleted, Pager, apply_options, delete_content, list_timeout, paged_items, patch_options},
    client::Client,
    error::ClientError,
    patch::Patch,
    request::{Content, Request, ResourcePath},
    watch::WatchStream,
};

/// One resource, in one namespace or in all, with objects as [`Unstructured`].
#[derive(Clone, Debug)]
pub struct DynamicApi {
    client: Client,
    path: ResourcePath,
}

impl DynamicApi {
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

    /// Reads an object, or a subresource of it where that name isn't empty.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails.
    pub async fn get(&self, name: &str, subresource: &str, options: &GetOptions) -> Result<Unstructured, ClientError> {
        let mut request = Request::get(self.path.object(name, subresource)?);
        request.query.push_options(options);
        self.exchange(&request).await
    }

    /// Reads many objects: all, or a page where the options set a limit.
    ///
    /// # Errors
    /// Where the request fails.
    pub async fn list(&self, options: &ListOptions) -> Result<UnstructuredList, ClientError> {
        let mut request = self.collection_request(Method::GET, options)?;
        request.timeout = list_timeout(options);
        let answer = self.client.send(&request).await?;
        let mut list = UnstructuredList::default();
        let mut reader = JsonReader::new(&answer.bytes);
        let read = list.read_json(&mut reader).and_then(|()| reader.finish());
        read.map_err(|source| malformed("a list", source))?;
        Ok(list)
    }

    /// Reads many objects in pages; see [`crate::Api::list_stream`].
    pub fn list_stream(
        &self,
        options: &ListOptions,
        pager: Pager,
    ) -> impl Stream<Item = Result<Unstructured, ClientError>> + Send + use<> {
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
    pub async fn watch(&self, options: &ListOptions) -> Result<WatchStream<Unstructured>, ClientError> {
        let options = ListOptions { watch: true, ..options.clone() };
        let request = self.collection_request(Method::GET, &options)?;
        Ok(WatchStream::new(self.client.open(&request).await?, |_, bytes| read(bytes)))
    }

    /// Creates an object and returns it as the server keeps it.
    ///
    /// # Errors
    /// Where the name is taken, the object is refused, or the request fails.
    pub async fn create(&self, object: &Unstructured, options: &CreateOptions) -> Result<Unstructured, ClientError> {
        let mut request = Request::new(Method::POST, self.path.collection()?);
        request.query.push_options(options);
        request.content = Some(content(object));
        self.exchange(&request).await
    }

    /// Posts to a subresource, such as `binding`.
    ///
    /// # Errors
    /// Where the server refuses, or the request fails.
    pub async fn create_subresource(
        &self,
        name: &str,
        subresource: &str,
        object: &Unstructured,
        options: &CreateOptions,
    ) -> Result<Unstructured, ClientError> {
        let mut request = Request::new(Method::POST, self.path.object(name, subresource)?);
        request.query.push_options(options);
        request.content = Some(content(object));
        self.exchange(&request).await
    }

    /// Replaces an object, or a subresource of it where that name isn't empty.
    ///
    /// # Errors
    /// Where the object has changed in between, doesn't exist or is refused, or the request fails.
    pub async fn update(
        &self,
        object: &Unstructured,
        subresource: &str,
        options: &UpdateOptions,
    ) -> Result<Unstructured, ClientError> {
        let mut request = Request::new(Method::PUT, self.path.object(&object.metadata.name, subresource)?);
        request.query.push_options(options);
        request.content = Some(content(object));
        self.exchange(&request).await
    }

    /// Changes an object, or a subresource of it where that name isn't empty.
    ///
    /// # Errors
    /// Where the change doesn't apply, the object doesn't exist or the result is refused, or the request fails.
    pub async fn patch(
        &self,
        name: &str,
        subresource: &str,
        patch: &Patch,
        options: &PatchOptions,
    ) -> Result<Unstructured, ClientError> {
        let mut request = Request::new(Method::PATCH, self.path.object(name, subresource)?);
        request.query.push_options(&patch_options(patch, options));
        request.content = Some(patch.content());
        self.exchange(&request).await
    }

    /// Creates an object; nobody reads how the server keeps it.
    ///
    /// # Errors
    /// As [`DynamicApi::create`].
    pub async fn create_unread(&self, object: &Unstructured, options: &CreateOptions) -> Result<(), ClientError> {
        let mut request = Request::new(Method::POST, self.path.collection()?);
        request.query.push_options(options);
        request.content = Some(content(object));
        self.client.send_unread(&request).await
    }

    /// Makes the object say what `config` says (server-side apply); of a subresource where that name isn't empty.
    ///
    /// # Errors
    /// Where the configuration carries a record of managed fields, as an object that was read does; another manager owns
    /// a field and the options don't force it; the result is refused, or the request fails.
    pub async fn apply(
        &self,
        config: &Unstructured,
        subresource: &str,
        options: &ApplyOptions,
    ) -> Result<Unstructured, ClientError> {
        if !config.metadata.managed_fields.is_empty() {
            let why = "cannot apply an object with managed fields; extract what the manager applied, and apply that";
            return Err(ClientError::Request(why.to_owned()));
        }
        let patch = Patch::Apply { configuration: config.to_json().into(), force: options.force };
        self.patch(&config.metadata.name, subresource, &patch, &apply_options(options)).await
    }

    /// Deletes an object, or asks for its deletion where a grace period or finalizers hold it up.
    ///
    /// # Errors
    /// Where it doesn't exist, a precondition fails, or the request fails.
    pub async fn delete(&self, name: &str, options: &DeleteOptions) -> Result<Deleted<Unstructured>, ClientError> {
        self.delete_subresource(name, "", options).await
    }

    /// Deletes a subresource, where it can be.
    ///
    /// # Errors
    /// As [`DynamicApi::delete`].
    pub async fn delete_subresource(
        &self,
        name: &str,
        subresource: &str,
        options: &DeleteOptions,
    ) -> Result<Deleted<Unstructured>, ClientError> {
        let mut request = Request::new(Method::DELETE, self.path.object(name, subresource)?);
        request.content = delete_content(options);
        let answer = self.client.send(&request).await?;
        if answer.type_meta().kind == Status::KIND {
            Ok(Deleted::Gone(Box::new(answer.decode()?)))
        } else {
            Ok(Deleted::Object(Box::new(read(&answer.bytes)?)))
        }
    }

    /// Deletes all objects that the list options select.
    ///
    /// # Errors
    /// Where one can't be deleted, or the request fails.
    pub async fn delete_collection(&self, options: &DeleteOptions, list: &ListOptions) -> Result<(), ClientError> {
        let mut request = self.collection_request(Method::DELETE, list)?;
        request.content = delete_content(options);
        self.client.send(&request).await?;
        Ok(())
    }

    fn collection_request(&self, method: Method, options: &ListOptions) -> Result<Request, ClientError> {
        let mut request = Request::new(method, self.path.collection()?);
        request.query.push_options(options);
        Ok(request)
    }

    async fn exchange(&self, request: &Request) -> Result<Unstructured, ClientError> {
        read(&self.client.send(request).await?.bytes)
    }
}

fn content(object: &Unstructured) -> Content {
    Content::json(object.to_json())
}

fn read(json: &[u8]) -> Result<Unstructured, ClientError> {
    Unstructured::from_json(json).map_err(|source| malformed("an object", source))
}

fn malformed(what: &str, source: DecodeError) -> ClientError {
    let source = DocumentError::Malformed { gvk: GroupVersionKind::default(), source };
    ClientError::Decode { what: what.to_owned(), source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use serde_json::json;

    use super::*;
    use crate::{transport::Fake, watch::WatchEvent};

    const GVR: GroupVersionResource = GroupVersionResource::new("shop.example.com", "v1", "widgets");
    const WIDGET: &str = r#"{"apiVersion":"shop.example.com/v1","kind":"Widget","metadata":{"name":"a","namespace":"n"},"spec":{"size":3}}"#;

    #[tokio::test]
    async fn an_object_of_any_kind_is_read_and_written() {
        let fake = Fake::new(|_| Ok(Fake::json(200, WIDGET)));
        let api = DynamicApi::namespaced(Client::new(fake.clone()), GVR, "n");
        let widget = api.get("a", "", &GetOptions::default()).await.unwrap();
        assert_eq!(widget.nested(&["spec", "size"]), Some(&json!(3)));
        api.update(&widget, "status", &UpdateOptions::default()).await.unwrap();
        assert_eq!(
            fake.lines(),
            [
                "GET /apis/shop.example.com/v1/namespaces/n/widgets/a",
                "PUT /apis/shop.example.com/v1/namespaces/n/widgets/a/status"
            ]
        );
        let sent: serde_json::Value = serde_json::from_slice(fake.requests()[1].body()).unwrap();
        assert_eq!(sent["kind"], "Widget");
        assert!(matches!(api.delete("a", &DeleteOptions::default()).await.unwrap(), Deleted::Object(_)));
    }

    #[tokio::test]
    async fn lists_and_watches_hold_whole_objects() {
        let list =
            format!(r#"{{"apiVersion":"shop.example.com/v1","kind":"WidgetList","metadata":{{}},"items":[{WIDGET}]}}"#);
        let event = format!("{{\"type\":\"DELETED\",\"object\":{WIDGET}}}\n");
        let fake = Fake::script([Fake::json(200, list), Fake::json(200, event)]);
        let api = DynamicApi::all(Client::new(fake.clone()), GVR);
        let listed = api.list(&ListOptions::default()).await.unwrap();
        assert_eq!(listed.items[0].nested(&["spec", "size"]), Some(&json!(3)));
        let mut events = api.watch(&ListOptions::default()).await.unwrap();
        assert!(matches!(events.next().await, Some(Ok(WatchEvent::Deleted(widget))) if widget.metadata.name == "a"));
        assert!(fake.requests().iter().all(|request| request.headers()["accept"] == "application/json"));
    }
}
