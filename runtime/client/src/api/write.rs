//! create, update, patch, delete and delete collection.

use http::Method;
use kubeforge_machinery::{
    Kind as _, Resource,
    codec::MediaType,
    meta::v1::{CreateOptions, DeleteOptions, ListOptions, PatchOptions, Status, UpdateOptions},
};

use super::{Api, Deleted};
use crate::{
    error::ClientError,
    patch::Patch,
    request::{Content, Request, accept},
};

impl<K: Resource> Api<K> {
    /// Creates an object and returns it as the server keeps it.
    ///
    /// # Errors
    /// Where the name is taken, the object is refused, or the request fails.
    pub async fn create(&self, object: &K, options: &CreateOptions) -> Result<K, ClientError> {
        let mut request = Request::new(Method::POST, self.path_for(object).collection()?);
        request.query.push_options(options);
        self.write(request, Content::object(object, self.client.media())).await
    }

    /// Replaces an object. Where it carries a resource version, that must still be the newest.
    ///
    /// # Errors
    /// Where the object has changed in between, doesn't exist or is refused, or the request fails.
    pub async fn update(&self, object: &K, options: &UpdateOptions) -> Result<K, ClientError> {
        self.replace(object, "", options).await
    }

    /// Replaces a subresource such as `status` with what `object` says of it.
    ///
    /// # Errors
    /// As [`Api::update`].
    pub async fn update_subresource(
        &self,
        subresource: &str,
        object: &K,
        options: &UpdateOptions,
    ) -> Result<K, ClientError> {
        self.replace(object, subresource, options).await
    }

    /// Replaces the status.
    ///
    /// # Errors
    /// As [`Api::update`].
    pub async fn update_status(&self, object: &K, options: &UpdateOptions) -> Result<K, ClientError> {
        self.replace(object, "status", options).await
    }

    /// Changes an object.
    ///
    /// # Errors
    /// Where the change doesn't apply, the object doesn't exist or the result is refused, or the request fails.
    pub async fn patch(&self, name: &str, patch: &Patch, options: &PatchOptions) -> Result<K, ClientError> {
        self.patch_subresource(name, "", patch, options).await
    }

    /// Changes the status.
    ///
    /// # Errors
    /// As [`Api::patch`].
    pub async fn patch_status(&self, name: &str, patch: &Patch, options: &PatchOptions) -> Result<K, ClientError> {
        self.patch_subresource(name, "status", patch, options).await
    }

    /// Changes a subresource such as `status`.
    ///
    /// # Errors
    /// As [`Api::patch`].
    pub async fn patch_subresource(
        &self,
        name: &str,
        subresource: &str,
        patch: &Patch,
        options: &PatchOptions,
    ) -> Result<K, ClientError> {
        let mut request = Request::new(Method::PATCH, self.object_path(name, subresource)?);
        request.query.push_options(&patch_options(patch, options));
        self.write(request, patch.content()).await
    }

    /// Deletes an object, or asks for its deletion where a grace period or finalizers hold it up.
    ///
    /// # Errors
    /// Where it doesn't exist, a precondition fails, or the request fails.
    pub async fn delete(&self, name: &str, options: &DeleteOptions) -> Result<Deleted<K>, ClientError> {
        let mut request = Request::new(Method::DELETE, self.object_path(name, "")?);
        request.accept = accept::<K>(self.client.media());
        request.content = delete_content(options);
        let answer = self.client.send(&request).await?;
        if answer.type_meta().kind == Status::KIND {
            Ok(Deleted::Gone(Box::new(answer.decode()?)))
        } else {
            Ok(Deleted::Object(Box::new(answer.decode()?)))
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

    async fn replace(&self, object: &K, subresource: &str, options: &UpdateOptions) -> Result<K, ClientError> {
        let path = self.path_for(object).object(&object.object_meta().name, subresource)?;
        let mut request = Request::new(Method::PUT, path);
        request.query.push_options(options);
        self.write(request, Content::object(object, self.client.media())).await
    }

    async fn write(&self, mut request: Request, content: Content) -> Result<K, ClientError> {
        request.accept = accept::<K>(self.client.media());
        request.content = Some(content);
        self.client.fetch(&request).await
    }
}

/// The options with what the patch itself says.
pub(crate) fn patch_options(patch: &Patch, options: &PatchOptions) -> PatchOptions {
    let mut options = options.clone();
    if patch.is_forced() {
        options.force = Some(true);
    }
    options
}

/// Options of a deletion travel in its body, where there are any; always as JSON, which every server takes.
pub(crate) fn delete_content(options: &DeleteOptions) -> Option<Content> {
    (*options != DeleteOptions::default()).then(|| Content::object(options, MediaType::Json))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake};

    const GADGET: &str =
        r#"{"kind":"Gadget","apiVersion":"test.example.com/v1","metadata":{"name":"a","namespace":"n"}}"#;

    fn fake(json: &'static str) -> (Fake, Client) {
        let fake = Fake::new(move |_| Ok(Fake::json(200, json)));
        let client = Client::builder(fake.clone()).media(MediaType::Json).build();
        (fake, client)
    }

    #[tokio::test]
    async fn an_objects_own_namespace_is_used_where_the_api_has_none() {
        let (fake, client) = fake(GADGET);
        let api = Api::<Gadget>::all(client);
        let gadget = Gadget::named("n", "a");
        api.create(&gadget, &CreateOptions::default()).await.unwrap();
        api.update_status(&gadget, &UpdateOptions::default()).await.unwrap();
        assert_eq!(
            fake.lines(),
            [
                "POST /apis/test.example.com/v1/namespaces/n/gadgets",
                "PUT /apis/test.example.com/v1/namespaces/n/gadgets/a/status"
            ]
        );
        let sent = String::from_utf8(fake.requests()[0].body().to_vec()).unwrap();
        assert!(sent.starts_with(r#"{"kind":"Gadget","apiVersion":"test.example.com/v1","metadata":"#), "{sent}");
    }

    #[tokio::test]
    async fn patches_say_their_form() {
        let (fake, client) = fake(GADGET);
        let api = Api::<Gadget>::namespaced(client, "n");
        let options = PatchOptions { field_manager: "me".to_owned(), ..PatchOptions::default() };
        api.patch("a", &Patch::merge(&json!({"spec": {"size": 2}})), &PatchOptions::default()).await.unwrap();
        api.patch("a", &Patch::force_apply(&json!({})), &options).await.unwrap();
        let types: Vec<_> = fake.requests().iter().map(|request| request.headers()["content-type"].clone()).collect();
        assert_eq!(types, ["application/merge-patch+json", "application/apply-patch+yaml"]);
        assert!(fake.lines()[1].ends_with("/a?fieldManager=me&force=true"), "{:?}", fake.lines());
    }

    #[tokio::test]
    async fn a_deletion_answers_a_status_or_the_object() {
        let (_, client) = fake(r#"{"kind":"Status","apiVersion":"v1","status":"Success"}"#);
        let gone = Api::<Gadget>::namespaced(client, "n").delete("a", &DeleteOptions::default()).await.unwrap();
        assert!(matches!(gone, Deleted::Gone(status) if status.status == "Success"));
        let (fake, client) = fake(GADGET);
        let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
        let going = Api::<Gadget>::namespaced(client, "n").delete("a", &options).await.unwrap();
        assert!(matches!(going, Deleted::Object(gadget) if gadget.metadata.name == "a"));
        let sent = String::from_utf8(fake.requests()[0].body().to_vec()).unwrap();
        assert!(sent.contains("\"gracePeriodSeconds\":0"), "{sent}");
    }
}
