//! get, list and watch.

use std::time::Duration;

use http::Method;
use kubeforge_machinery::{
    Resource,
    meta::v1::{GetOptions, ListOptions},
};

use super::Api;
use crate::{
    error::ClientError,
    request::{Request, accept},
    response::decode_document,
    watch::WatchStream,
};

impl<K: Resource> Api<K> {
    /// Reads one object.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails.
    pub async fn get(&self, name: &str, options: &GetOptions) -> Result<K, ClientError> {
        let mut request = Request::get(self.object_path(name, "")?);
        request.accept = accept::<K>(self.client.media());
        request.query.push_options(options);
        self.client.fetch(&request).await
    }

    /// Reads one object; `None` where it doesn't exist.
    ///
    /// # Errors
    /// Where the request fails.
    pub async fn get_opt(&self, name: &str) -> Result<Option<K>, ClientError> {
        match self.get(name, &GetOptions::default()).await {
            Ok(object) => Ok(Some(object)),
            Err(err) if err.is_not_found() => Ok(None),
            Err(err) => Err(err),
        }
    }

    /// Reads many objects: all, or a page where the options set a limit.
    ///
    /// # Errors
    /// Where the request fails.
    pub async fn list(&self, options: &ListOptions) -> Result<K::List, ClientError> {
        let mut request = self.collection_request(Method::GET, options)?;
        request.timeout = list_timeout(options);
        self.client.fetch(&request).await
    }

    /// Follows changes from `options.resource_version` on, until the server ends the watch.
    ///
    /// # Errors
    /// Where the watch can't begin. What goes wrong later is an item of the stream.
    pub async fn watch(&self, options: &ListOptions) -> Result<WatchStream<K>, ClientError> {
        let options = ListOptions { watch: true, ..options.clone() };
        let answer = self.client.open(&self.collection_request(Method::GET, &options)?).await?;
        Ok(WatchStream::new(answer, decode_document))
    }

    /// A request on the collection.
    pub(super) fn collection_request(&self, method: Method, options: &ListOptions) -> Result<Request, ClientError> {
        let mut request = Request::new(method, self.path.collection()?);
        request.accept = accept::<K>(self.client.media());
        request.query.push_options(options);
        Ok(request)
    }
}

/// A list that the server is to give up after some time is given up here then, too.
pub(crate) fn list_timeout(options: &ListOptions) -> Option<Duration> {
    let seconds = options.timeout_seconds.and_then(|seconds| u64::try_from(seconds).ok());
    seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use http::header::ACCEPT;

    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake, watch::WatchEvent};

    const GADGET: &str =
        r#"{"kind":"Gadget","apiVersion":"test.example.com/v1","metadata":{"name":"a","namespace":"n"}}"#;

    #[tokio::test]
    async fn an_object_is_read_from_its_path() {
        let fake = Fake::script([Fake::json(200, GADGET)]);
        let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
        let options = GetOptions { resource_version: "0".to_owned() };
        assert_eq!(api.get("a", &options).await.unwrap().metadata.name, "a");
        assert_eq!(fake.lines(), ["GET /apis/test.example.com/v1/namespaces/n/gadgets/a?resourceVersion=0"]);
        assert_eq!(fake.requests()[0].headers()[ACCEPT], "application/vnd.kubernetes.protobuf,application/json");
    }

    #[tokio::test]
    async fn an_object_in_all_namespaces_has_no_path() {
        let fake = Fake::script([]);
        let api = Api::<Gadget>::all(Client::new(fake.clone()));
        let err = api.get("a", &GetOptions::default()).await.unwrap_err();
        assert_eq!(err.to_string(), "an empty namespace may not be set when a resource name is provided");
        assert!(fake.lines().is_empty());
    }

    #[tokio::test]
    async fn a_watch_is_a_list_that_goes_on() {
        let (body, answer) = Fake::streaming("application/json");
        let fake = Fake::script([answer]);
        let api = Api::<Gadget>::all(Client::new(fake.clone()));
        let mut watch = api.watch(&ListOptions { limit: 1, ..ListOptions::default() }).await.unwrap();
        assert_eq!(fake.lines(), ["GET /apis/test.example.com/v1/gadgets?limit=1&watch=true"]);
        body.send(format!("{{\"type\":\"ADDED\",\"object\":{GADGET}}}\n"));
        assert!(
            matches!(watch.next().await.unwrap().unwrap(), WatchEvent::Added(gadget) if gadget.metadata.name == "a")
        );
        drop(body);
        assert!(watch.next().await.is_none());
    }
}
