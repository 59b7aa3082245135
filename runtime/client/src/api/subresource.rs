//! Subresources whose kind is not the resource's own.

use http::Method;
use kubeforge_machinery::{
    Kind, Resource,
    codec::Json,
    meta::v1::{CreateOptions, GetOptions, PatchOptions, UpdateOptions},
};

use super::{Api, write::patch_options};
use crate::{
    error::ClientError,
    patch::Patch,
    request::{Content, Request, accept},
    transport::Body,
};

impl<K: Resource> Api<K> {
    /// Reads a subresource, such as `scale`.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails.
    pub async fn get_subresource<Out: Kind>(
        &self,
        name: &str,
        subresource: &str,
        options: &GetOptions,
    ) -> Result<Out, ClientError> {
        let mut request = Request::get(self.object_path(name, subresource)?);
        request.query.push_options(options);
        self.exchange(request).await
    }

    /// Posts to a subresource, such as a pod's `binding` or `eviction`.
    ///
    /// # Errors
    /// Where the server refuses, or the request fails.
    pub async fn create_subresource<In: Kind, Out: Kind>(
        &self,
        name: &str,
        subresource: &str,
        object: &In,
        options: &CreateOptions,
    ) -> Result<Out, ClientError> {
        let mut request = Request::new(Method::POST, self.object_path(name, subresource)?);
        request.query.push_options(options);
        request.content = Some(Content::object(object, self.client.media()));
        self.exchange(request).await
    }

    /// Replaces a subresource of another kind, such as `scale`.
    ///
    /// # Errors
    /// Where the server refuses, or the request fails.
    pub async fn update_subresource_as<In: Kind, Out: Kind>(
        &self,
        name: &str,
        subresource: &str,
        object: &In,
        options: &UpdateOptions,
    ) -> Result<Out, ClientError> {
        let mut request = Request::new(Method::PUT, self.object_path(name, subresource)?);
        request.query.push_options(options);
        request.content = Some(Content::object(object, self.client.media()));
        self.exchange(request).await
    }

    /// Changes a subresource of another kind, such as `scale`.
    ///
    /// # Errors
    /// Where the change doesn't apply, or the request fails.
    pub async fn patch_subresource_as<Out: Kind>(
        &self,
        name: &str,
        subresource: &str,
        patch: &Patch,
        options: &PatchOptions,
    ) -> Result<Out, ClientError> {
        let mut request = Request::new(Method::PATCH, self.object_path(name, subresource)?);
        request.query.push_options(&patch_options(patch, options));
        request.content = Some(patch.content());
        self.exchange(request).await
    }

    /// Reads a subresource that answers with text, such as `log`, as it comes. `query` is sent as parameters.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails. What goes wrong later breaks the body off.
    pub async fn open_text<Q: Json>(
        &self,
        name: &str,
        subresource: &str,
        query: &Q,
    ) -> Result<http::Response<Body>, ClientError> {
        let mut request = Request::get(self.object_path(name, subresource)?);
        request.accept = "*/*";
        request.query.push_options(query);
        self.client.open(&request).await
    }

    /// Reads a subresource that answers with text, such as `log`, whole.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails.
    pub async fn get_text<Q: Json>(&self, name: &str, subresource: &str, query: &Q) -> Result<String, ClientError> {
        let mut request = Request::get(self.object_path(name, subresource)?);
        request.accept = "*/*";
        request.query.push_options(query);
        let answer = self.client.send(&request).await?;
        Ok(String::from_utf8_lossy(&answer.bytes).into_owned())
    }

    async fn exchange<Out: Kind>(&self, mut request: Request) -> Result<Out, ClientError> {
        request.accept = accept::<Out>(self.client.media());
        self.client.fetch(&request).await
    }
}
