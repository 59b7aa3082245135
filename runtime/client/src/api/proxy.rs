//! Pods, services and nodes through the server's proxy.

use http::Method;
use kubeforge_machinery::Resource;

use super::Api;
use crate::{error::ClientError, request::Request, transport::Body};

/// Which port of an object a proxied request goes to, and how. The server knows defaults for what is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyPort {
    /// `http` or `https`.
    pub scheme: String,
    /// The port's number, or its name where it has one.
    pub port: String,
}

impl ProxyPort {
    /// An object's name with it, as the path says it (apimachinery's JoinSchemeNamePort).
    fn of(&self, name: &str) -> String {
        match (self.scheme.as_str(), self.port.as_str()) {
            ("", "") => name.to_owned(),
            ("", port) => format!("{name}:{port}"),
            (scheme, port) => format!("{scheme}:{name}:{port}"),
        }
    }
}

impl<K: Resource> Api<K> {
    /// A GET of a path below a pod, service or node, which the server sends on (client-go's ProxyGet). The answer's body
    /// comes as it is sent.
    ///
    /// # Errors
    /// Where the object can't be reached or answers with a refusal, or the request fails.
    pub async fn proxy_get(
        &self,
        name: &str,
        port: &ProxyPort,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Result<http::Response<Body>, ClientError> {
        let path = self.object_path(&port.of(name), &format!("proxy/{}", path.trim_start_matches('/')))?;
        let mut request = Request::new(Method::GET, path);
        request.accept = "*/*";
        for (key, value) in parameters {
            request.query.push(key, value);
        }
        self.client.open(&request).await
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake};

    #[tokio::test]
    async fn names_carry_scheme_and_port() {
        let fake = Fake::new(|_| Ok(Fake::answer(200, "text/plain", Full::new(bytes::Bytes::from_static(b"ok")))));
        let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
        let port = |scheme: &str, port: &str| ProxyPort { scheme: scheme.to_owned(), port: port.to_owned() };
        for (port, path, parameters) in [
            (ProxyPort::default(), "", [].as_slice()),
            (port("", "web"), "/a b/c", &[("q", "1"), ("q", "&")]),
            (port("https", ""), "metrics", &[]),
        ] {
            api.proxy_get("x", &port, path, parameters).await.unwrap();
        }
        let paths = ["x/proxy", "x:web/proxy/a%20b/c?q=1&q=%26", "https:x:/proxy/metrics"];
        let base = "GET /apis/test.example.com/v1/namespaces/n/gadgets";
        assert_eq!(fake.lines(), paths.map(|path| format!("{base}/{path}")));
    }
}
