//! Finding a webhook and asking it. Follows apiserver pkg/util/webhook/{client,serviceresolver}.go.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use kubeforge_api::{
    apiextensions::v1::{ServiceReference, WebhookClientConfig},
    core::v1::{Service, ServiceType},
    discovery::v1::EndpointSlice,
};
use kubeforge_apiserver::proxy::{ClientConfig, Peer, exchange};
use kubeforge_client::{Api, Client, ClientError, config::Tls, transport::tls_config};
use kubeforge_machinery::{
    meta::v1::{GetOptions, ListOptions},
    quote::quote,
};

/// The port of services where none is said.
const PORT: i32 = 443;
/// An answer may have so many bytes: what a request may have.
const ANSWER_BYTES_MAX: usize = 3 * 1024 * 1024;

/// A webhook.
pub(super) struct Webhook {
    place: Place,
    tls: Result<Arc<ClientConfig>, String>,
    client: Client,
}

/// Where it is.
enum Place {
    Url(String),
    Service(ServiceReference),
    Nowhere,
}

impl Webhook {
    /// The webhook of a definition; services are looked up by the client.
    pub(super) fn new(config: Option<&WebhookClientConfig>, client: Client) -> Self {
        let place = match config {
            Some(WebhookClientConfig { service: Some(service), .. }) => Place::Service(service.as_ref().clone()),
            Some(WebhookClientConfig { url: Some(url), .. }) => Place::Url(url.clone()),
            _ => Place::Nowhere,
        };
        let ca = config.map(|config| config.ca_bundle.to_vec()).filter(|ca| !ca.is_empty());
        let tls = tls_config(&Tls { ca, ..Tls::default() }).map(Arc::new).map_err(|err| err.to_string());
        Self { place, tls, client }
    }

    /// Its URL, as messages have it.
    fn url(&self) -> String {
        let whole = match &self.place {
            Place::Url(url) => url.clone(),
            Place::Service(service) => {
                let path = service.path.as_deref().unwrap_or_default();
                let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
                let port = service.port.unwrap_or(PORT);
                format!("https://{}.{}.svc:{port}{slash}{path}", service.name, service.namespace)
            }
            Place::Nowhere => String::new(),
        };
        format!("{whole}?timeout=30s")
    }

    fn failed(&self, why: impl std::fmt::Display) -> String {
        format!("Post {}: {why}", quote(&self.url()))
    }

    /// What is said of it if it takes too long.
    pub(super) fn timed_out(&self) -> String {
        self.failed("context deadline exceeded")
    }

    /// Posts a question.
    ///
    /// # Errors
    /// That it can't be reached, or says no.
    pub(super) async fn post(&self, question: Vec<u8>) -> Result<Vec<u8>, String> {
        let url = self.url();
        let target: http::Uri = url.parse().map_err(|err| self.failed(err))?;
        let name = target.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let (host, port) = match &self.place {
            Place::Service(service) => self.resolve(service).await.map_err(|why| self.failed(why))?,
            Place::Url(_) => (name.clone(), target.port_u16().unwrap_or(443)),
            Place::Nowhere => return Err("no place to call".to_owned()),
        };
        let tls = self.tls.clone().map_err(|why| self.failed(why))?;
        let path = target.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
        let authority = target.authority().map(ToString::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, authority)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json, */*")
            .header(header::USER_AGENT, "kube-apiserver-admission")
            .body(Bytes::from(question))
            .map_err(|err| self.failed(err))?;
        let peer = Peer { tls: Some(tls), name, host, port };
        let (status, body) = exchange(&peer, request, ANSWER_BYTES_MAX).await.map_err(|err| self.failed(err))?;
        if status.is_success() { Ok(body) } else { Err(refusal(status, &body)) }
    }

    /// An address of a service: of a place behind it that is ready, else its own, which somebody routes.
    async fn resolve(&self, reference: &ServiceReference) -> Result<(String, u16), String> {
        let (namespace, name) = (&reference.namespace, &reference.name);
        let number = reference.port.unwrap_or(PORT);
        let services = Api::<Service>::namespaced(self.client.clone(), namespace);
        let service = match services.get(name, &GetOptions::default()).await {
            Ok(service) => service,
            Err(ClientError::Api(err)) if err.is_not_found() => {
                return Err(format!("service {} not found", quote(name)));
            }
            Err(err) => return Err(err.to_string()),
        };
        let port = service.spec.ports.iter().find(|port| port.port == number);
        let plain = u16::try_from(number).map_err(|_| format!("invalid port {number}"))?;
        if service.spec.type_ == ServiceType::ExternalName {
            return Ok((service.spec.external_name.clone(), plain));
        }
        let Some(port) = port else {
            return Err(format!("no service port {number} found for service {}", quote(name)));
        };
        let slices = Api::<EndpointSlice>::namespaced(self.client.clone(), namespace);
        let options =
            ListOptions { label_selector: format!("kubernetes.io/service-name={name}"), ..ListOptions::default() };
        let slices = slices.list(&options).await.map_err(|err| err.to_string())?;
        for slice in &slices.items {
            let target = slice.ports.iter().find(|known| known.name.as_deref().unwrap_or_default() == port.name);
            let target = target.and_then(|target| target.port).and_then(|target| u16::try_from(target).ok());
            let ready = slice.endpoints.iter().find(|endpoint| endpoint.conditions.ready != Some(false));
            let address = ready.and_then(|endpoint| endpoint.addresses.first());
            if let (Some(address), Some(target)) = (address, target) {
                return Ok((address.clone(), target));
            }
        }
        match service.spec.cluster_ip.as_str() {
            "None" => Err("cannot route to service with ClusterIP \"None\"".to_owned()),
            "" => Err(format!("no endpoints available for service {}", quote(name))),
            address => Ok((address.to_owned(), plain)),
        }
    }
}

/// What an answer that is no success says, in client-go's words.
fn refusal(status: StatusCode, body: &[u8]) -> String {
    let said = serde_json::from_slice::<serde_json::Value>(body).ok();
    let message =
        said.filter(|said| said["kind"] == "Status").and_then(|said| said["message"].as_str().map(str::to_owned));
    if let Some(message) = message {
        return message;
    }
    match status.as_u16() {
        400 => "the server rejected our request for an unknown reason".to_owned(),
        401 => "the server has asked for the client to provide credentials".to_owned(),
        403 => "unknown".to_owned(),
        404 => "the server could not find the requested resource".to_owned(),
        429 => "the server has received too many requests and has asked us to try again later".to_owned(),
        code if code >= 500 => {
            let text = String::from_utf8_lossy(body);
            let shown = if text.trim().is_empty() { "unknown" } else { text.trim() };
            format!("an error on the server ({}) has prevented the request from succeeding", quote(shown))
        }
        code => format!("the server responded with the status code {code} but did not return more information"),
    }
}
