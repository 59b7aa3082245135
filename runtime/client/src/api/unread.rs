//! Writes whose answers nobody reads: programs that follow their objects by a watch anyway are spared decoding them twice.

use http::Method;
use kubeforge_machinery::{
    Resource,
    meta::v1::{DeleteOptions, PatchOptions},
};

use super::{Api, delete_content, patch_options};
use crate::{
    error::ClientError,
    patch::Patch,
    request::{Request, accept},
};

impl<K: Resource> Api<K> {
    /// Changes an object, or a subresource of it where that name isn't empty.
    ///
    /// # Errors
    /// As [`Api::patch`].
    pub async fn patch_unread(
        &self,
        name: &str,
        subresource: &str,
        patch: &Patch,
        options: &PatchOptions,
    ) -> Result<(), ClientError> {
        let mut request = Request::new(Method::PATCH, self.object_path(name, subresource)?);
        request.query.push_options(&patch_options(patch, options));
        request.content = Some(patch.content());
        self.send_unread(request).await
    }

    /// Deletes an object, or asks for its deletion where a grace period or finalizers hold it up.
    ///
    /// # Errors
    /// As [`Api::delete`].
    pub async fn delete_unread(&self, name: &str, options: &DeleteOptions) -> Result<(), ClientError> {
        let mut request = Request::new(Method::DELETE, self.object_path(name, "")?);
        request.content = delete_content(options);
        self.send_unread(request).await
    }

    async fn send_unread(&self, mut request: Request) -> Result<(), ClientError> {
        request.accept = accept::<K>(self.client.media());
        self.client.send_unread(&request).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake};

    /// Comes with a code that says that all went well.
    const REFUSAL: &str =
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Conflict","code":409,"message":"no"}"#;

    #[tokio::test]
    async fn answers_are_not_read_but_refusals_are() {
        let fake = Fake::script([
            Fake::json(200, "unreadable"),
            Fake::json(200, "unreadable"),
            Fake::json(404, "{}"),
            Fake::json(200, REFUSAL),
        ]);
        let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
        api.patch_unread("a", "status", &Patch::merge(&json!({})), &PatchOptions::default()).await.unwrap();
        api.delete_unread("a", &DeleteOptions::default()).await.unwrap();
        let gone = api.delete_unread("a", &DeleteOptions::default()).await.unwrap_err();
        assert!(gone.is_not_found(), "{gone}");
        let refused = api.delete_unread("a", &DeleteOptions::default()).await.unwrap_err();
        assert!(refused.is_conflict(), "{refused}");
        let gadget = "/apis/test.example.com/v1/namespaces/n/gadgets/a";
        let delete = format!("DELETE {gadget}");
        assert_eq!(fake.lines(), [format!("PATCH {gadget}/status"), delete.clone(), delete.clone(), delete]);
    }
}
