//! Resources that can be created and nothing else: reviews (`SubjectAccessReview`, `TokenReview`) and `Binding`. Nothing of
//! them is kept, so they have no list kind.

use std::{fmt, marker::PhantomData};

use http::Method;
use kubeforge_machinery::{GroupVersionResource, Kind, meta::v1::CreateOptions};

use crate::{
    client::Client,
    error::ClientError,
    request::{Content, Request, ResourcePath, accept},
};

/// A resource whose one verb is create.
pub struct CreateApi<K> {
    client: Client,
    path: ResourcePath,
    kind: PhantomData<fn() -> K>,
}

impl<K> Clone for CreateApi<K> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), path: self.path.clone(), kind: PhantomData }
    }
}

impl<K> fmt::Debug for CreateApi<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CreateApi").field(&self.path).finish()
    }
}

impl<K: Kind> CreateApi<K> {
    /// A resource without namespaces, by its plural.
    pub fn cluster(client: Client, plural: &'static str) -> Self {
        Self::at(client, plural, None)
    }

    /// A resource in a namespace, by its plural.
    pub fn namespaced(client: Client, plural: &'static str, namespace: &str) -> Self {
        Self::at(client, plural, Some(namespace.to_owned()))
    }

    fn at(client: Client, plural: &'static str, namespace: Option<String>) -> Self {
        let gvr = GroupVersionResource::new(K::GROUP, K::VERSION, plural);
        Self { client, path: ResourcePath { gvr, namespace }, kind: PhantomData }
    }

    /// Sends an object and returns the server's answer to it, of the same kind.
    ///
    /// # Errors
    /// Where the object is refused, or the request fails.
    pub async fn create(&self, object: &K, options: &CreateOptions) -> Result<K, ClientError> {
        let mut request = Request::new(Method::POST, self.path.collection()?);
        request.query.push_options(options);
        request.accept = accept::<K>(self.client.media());
        request.content = Some(Content::object(object, self.client.media()));
        self.client.fetch(&request).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{test_kind::Gadget, transport::Fake};

    #[tokio::test]
    async fn objects_are_posted_to_the_collection() {
        let fake = Fake::new(|_| Ok(Fake::json(201, r#"{"kind":"Gadget","metadata":{},"size":3}"#)));
        let client = Client::new(fake.clone());
        let options = CreateOptions { dry_run: vec!["All".to_owned()], ..CreateOptions::default() };
        let api = CreateApi::<Gadget>::cluster(client.clone(), "gadgets");
        assert_eq!(api.create(&Gadget::default(), &options).await.unwrap().size, 3);
        let api = CreateApi::<Gadget>::namespaced(client, "gadgets", "n");
        api.create(&Gadget::default(), &CreateOptions::default()).await.unwrap();
        assert_eq!(
            fake.lines(),
            [
                "POST /apis/test.example.com/v1/gadgets?dryRun=All",
                "POST /apis/test.example.com/v1/namespaces/n/gadgets"
            ]
        );
    }
}
