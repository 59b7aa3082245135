//! Extenders: web servers that have a say about nodes, as kube-scheduler's configuration names them. Follows
//! kube-scheduler's extender.go, error texts included.
//!
//! [`HttpExtender`] is one of them; a [`Consultation`] asks all that a pod concerns. Nothing here waits on the scheduler's
//! thread: while a pod's extenders are asked, pods that concern none are placed.

mod consultation;
mod wire;

pub(crate) use consultation::{Answer, Opinion, Question};
pub use consultation::{Consultation, Consulted};

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::BodyExt as _;
use kubeforge_api::core::v1::{Container, Node, Pod};
use kubeforge_client::{
    Config,
    config::{ConfigError, Tls},
    transport::{Https, Transport as _, TransportError},
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    config::{Extender, ExtenderTls},
    framework::{Candidate, PodInfo},
};
use wire::{ExtenderArgs, ExtenderBindingArgs, ExtenderPreemptionArgs, Fields, MetaPod, NodeList, Victims};

/// Extenders score from 0 to this; nodes' scores go to 100, so theirs count ten times.
const SCORE_FACTOR: i64 = 10;

/// Answers may name every node of a large cluster in full, and not be much larger.
const ANSWER_BYTES_MAX: usize = 1 << 30;

/// Why an extender can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ExtenderError {
    /// Its certificates or address can't be used.
    #[error("{url}: {source}")]
    Config {
        /// Its address.
        url: String,
        /// Why not.
        source: ConfigError,
    },
    /// A file can't be read, or data decoded.
    #[error("{url}: unable to load {what}: {reason}")]
    Data {
        /// Its address.
        url: String,
        /// What was to be read.
        what: String,
        /// Why not.
        reason: String,
    },
}

/// An extender that is reached over HTTP.
pub struct HttpExtender {
    config: Extender,
    managed: BTreeSet<String>,
    timeout: Duration,
    transport: Https,
}

impl fmt::Debug for HttpExtender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpExtender").field("url", &self.config.url_prefix).finish_non_exhaustive()
    }
}

/// What an extender lets through.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filtered {
    /// The names of the nodes.
    pub(crate) nodes: Vec<String>,
    /// Why others can't take the pod now.
    pub(crate) failed: BTreeMap<String, String>,
    /// Why others never can, whichever pods go.
    pub(crate) unresolvable: BTreeMap<String, String>,
}

/// Makes extenders from the configuration; those that may fail come last.
pub(crate) fn make(configs: &[Extender]) -> Result<Vec<HttpExtender>, ExtenderError> {
    let (ignorable, strict): (Vec<_>, Vec<_>) = configs.iter().partition(|config| config.ignorable);
    strict.into_iter().chain(ignorable).map(HttpExtender::new).collect()
}

impl HttpExtender {
    /// An extender; connections are made when they are needed.
    ///
    /// # Errors
    /// Where its address or certificates can't be used.
    pub fn new(config: &Extender) -> Result<Self, ExtenderError> {
        let server = config.url_prefix.trim_end_matches('/').to_owned();
        let connection = Config { tls: tls(config)?, ..Config::new(server) };
        let transport = Https::new(&connection)
            .map_err(|source| ExtenderError::Config { url: config.url_prefix.clone(), source })?;
        Ok(Self {
            managed: config.managed_resources.iter().map(|resource| resource.name.clone()).collect(),
            timeout: config.http_timeout.to_std().unwrap_or_default(),
            config: config.clone(),
            transport,
        })
    }

    /// Its address, by which it is known.
    pub fn name(&self) -> &str {
        &self.config.url_prefix
    }

    /// Whether pods are placed without it where it fails.
    pub(crate) const fn is_ignorable(&self) -> bool {
        self.config.ignorable
    }

    pub(crate) const fn is_filter(&self) -> bool {
        !self.config.filter_verb.is_empty()
    }

    pub(crate) const fn is_prioritizer(&self) -> bool {
        !self.config.prioritize_verb.is_empty()
    }

    pub(crate) const fn is_binder(&self) -> bool {
        !self.config.bind_verb.is_empty()
    }

    pub(crate) const fn supports_preemption(&self) -> bool {
        !self.config.preempt_verb.is_empty()
    }

    /// Whether the pod asks for a resource that it manages; where it manages none all pods concern it.
    pub fn is_interested(&self, pod: &Pod) -> bool {
        let asks = |container: &Container| {
            let resources = &container.resources;
            resources.requests.keys().chain(resources.limits.keys()).any(|name| self.managed.contains(&**name))
        };
        self.managed.is_empty() || pod.spec.containers.iter().chain(&pod.spec.init_containers).any(asks)
    }

    fn arguments<'a>(&self, pod: &'a Pod, nodes: &'a [Arc<Node>]) -> ExtenderArgs<'a> {
        let is_named = self.config.node_cache_capable;
        let in_full = || NodeList { metadata: Map::new(), items: nodes.iter().map(|node| &**node).collect() };
        let names = || nodes.iter().map(|node| &*node.metadata.name).collect();
        ExtenderArgs { pod, nodes: (!is_named).then(in_full), node_names: is_named.then(names) }
    }

    /// Asks which of the nodes can take the pod.
    pub(crate) async fn filter(&self, pod: &Pod, nodes: &[Arc<Node>]) -> Result<Filtered, String> {
        if !self.is_filter() {
            let nodes = nodes.iter().map(|node| node.metadata.name.clone()).collect();
            return Ok(Filtered { nodes, ..Filtered::default() });
        }
        let answer = self.send(&self.config.filter_verb, &self.arguments(pod, nodes)).await?;
        let fields = Fields::of(&answer);
        let error = fields.text("Error");
        if !error.is_empty() {
            return Err(error.to_owned());
        }
        let names = fields.get("NodeNames").filter(|_| self.config.node_cache_capable).and_then(Value::as_array);
        let mut filtered = Vec::new();
        if let Some(names) = names {
            let asked: HashSet<&str> = nodes.iter().map(|node| node.metadata.name.as_str()).collect();
            for name in names.iter().filter_map(Value::as_str) {
                if !asked.contains(name) {
                    return Err(format!(
                        "extender {:?} claims a filtered node {name:?} which is not found in the input node list",
                        self.name()
                    ));
                }
                filtered.push(name.to_owned());
            }
        } else if let Some(list) = fields.get("Nodes") {
            let items = Fields::of(list).get("items").and_then(Value::as_array).into_iter().flatten();
            let name = |item: &Value| item.pointer("/metadata/name").and_then(Value::as_str).map(str::to_owned);
            filtered.extend(items.filter_map(name));
        }
        let (failed, unresolvable) = (fields.texts("FailedNodes"), fields.texts("FailedAndUnresolvableNodes"));
        Ok(Filtered { nodes: filtered, failed, unresolvable })
    }

    /// Asks how well the nodes suit the pod: weighted scores by name.
    pub(crate) async fn prioritize(&self, pod: &Pod, nodes: &[Arc<Node>]) -> Result<Vec<(String, i64)>, String> {
        let answer = self.send(&self.config.prioritize_verb, &self.arguments(pod, nodes)).await?;
        let Some(list) = answer.as_array() else {
            return Err("json: cannot unmarshal object into Go value of type v1.HostPriorityList".to_owned());
        };
        let weight = self.config.weight.saturating_mul(SCORE_FACTOR);
        let score = |host: &Value| {
            let fields = Fields::of(host);
            let score = fields.get("Score").and_then(Value::as_i64).unwrap_or_default();
            (fields.text("Host").to_owned(), score.saturating_mul(weight))
        };
        Ok(list.iter().map(score).collect())
    }

    /// Asks on which of the nodes pods may be made to go, and which. Returns uids by node, with the number of violated
    /// budgets.
    pub(crate) async fn preempt(
        &self,
        pod: &Pod,
        candidates: &[Candidate],
    ) -> Result<Vec<(String, Vec<String>, usize)>, String> {
        let mut question = ExtenderPreemptionArgs {
            pod,
            node_name_to_victims: BTreeMap::new(),
            node_name_to_meta_victims: BTreeMap::new(),
        };
        for candidate in candidates {
            let budget_violations = candidate.budget_violations;
            if self.config.node_cache_capable {
                let meta = |pod: &Arc<PodInfo>| MetaPod { uid: pod.key().uid().to_owned() };
                let pods = candidate.victims.iter().map(meta).collect();
                question.node_name_to_meta_victims.insert(&candidate.node, Victims { pods, budget_violations });
            } else {
                let pods = candidate.victims.iter().map(|pod| &**pod.pod()).collect();
                question.node_name_to_victims.insert(&candidate.node, Victims { pods, budget_violations });
            }
        }
        let answer = self.send(&self.config.preempt_verb, &question).await?;
        let nodes = Fields::of(&answer).get("NodeNameToMetaVictims").and_then(Value::as_object);
        let of_node = |(name, victims): (&String, &Value)| {
            let fields = Fields::of(victims);
            let pods = fields.get("Pods").and_then(Value::as_array).into_iter().flatten();
            let uids = pods.map(|pod| Fields::of(pod).text("UID").to_owned()).collect();
            let violations = fields.get("NumPDBViolations").and_then(Value::as_u64).unwrap_or_default();
            (name.clone(), uids, usize::try_from(violations).unwrap_or(usize::MAX))
        };
        Ok(nodes.into_iter().flatten().map(of_node).collect())
    }

    /// Has the pod bound.
    pub(crate) async fn bind(&self, pod: &PodInfo, node: &str) -> Result<(), String> {
        let key = pod.key();
        let question =
            ExtenderBindingArgs { pod_name: key.name(), pod_namespace: key.namespace(), pod_uid: key.uid(), node };
        let answer = self.send(&self.config.bind_verb, &question).await?;
        match Fields::of(&answer).text("Error") {
            "" => Ok(()),
            error => Err(error.to_owned()),
        }
    }

    async fn send(&self, verb: &str, question: &impl Serialize) -> Result<Value, String> {
        let url = format!("{}/{verb}", self.config.url_prefix.trim_end_matches('/'));
        let body = serde_json::to_vec(question).map_err(|error| error.to_string())?;
        match tokio::time::timeout(self.timeout, self.exchange(verb, &url, body.into())).await {
            Ok(answer) => answer,
            Err(_) => {
                Err(format!("Post {url:?}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)"))
            }
        }
    }

    async fn exchange(&self, verb: &str, url: &str, body: Bytes) -> Result<Value, String> {
        let request = Request::builder().method(Method::POST).uri(format!("/{}", verb.trim_start_matches('/')));
        let request = request.header(CONTENT_TYPE, "application/json").body(body).map_err(|error| error.to_string())?;
        let failed = |error: TransportError| format!("Post {url:?}: {}", reason(&error));
        let answer = self.transport.send(request).await.map_err(failed)?;
        if answer.status() != StatusCode::OK {
            let code = answer.status().as_u16();
            return Err(format!("failed {verb} with extender at URL {url}, code {code}"));
        }
        let mut frames = answer.into_body();
        let mut body = Vec::new();
        while let Some(frame) = frames.frame().await {
            let data = frame.map_err(|error| error.to_string())?.into_data().unwrap_or_default();
            if body.len() + data.len() > ANSWER_BYTES_MAX {
                return Err(format!("the answer of {url} is too large"));
            }
            body.extend_from_slice(&data);
        }
        match serde_json::from_slice(&body) {
            Ok(answer) => Ok(answer),
            Err(_) if body.is_empty() => Err("EOF".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// What went wrong at the bottom of it.
fn reason(error: &TransportError) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

/// Without a CA, HTTPS trusts anybody, as upstream has it.
fn tls(config: &Extender) -> Result<Tls, ExtenderError> {
    let given = config.tls_config.clone().unwrap_or_default();
    let read = |file: &str, data: &str| load(&config.url_prefix, file, data);
    let ExtenderTls { insecure, server_name, cert_file, key_file, ca_file, cert_data, key_data, ca_data } = given;
    let ca = read(&ca_file, &ca_data)?;
    Ok(Tls {
        insecure_skip_verify: insecure || (config.enable_https && ca.is_none()),
        server_name: (!server_name.is_empty()).then_some(server_name),
        client_certificate: read(&cert_file, &cert_data)?,
        client_key: read(&key_file, &key_data)?,
        ca,
        ..Tls::default()
    })
}

/// Data counts more than a file.
fn load(url: &str, file: &str, data: &str) -> Result<Option<Vec<u8>>, ExtenderError> {
    let failed =
        |what: &str, reason: String| ExtenderError::Data { url: url.to_owned(), what: what.to_owned(), reason };
    if !data.is_empty() {
        return STANDARD.decode(data).map(Some).map_err(|error| failed("data", error.to_string()));
    }
    if file.is_empty() {
        return Ok(None);
    }
    std::fs::read(Path::new(file)).map(Some).map_err(|error| failed(file, error.to_string()))
}

#[cfg(test)]
mod tests;
