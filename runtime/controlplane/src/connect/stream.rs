//! `pods/exec`, `pods/attach` and `pods/portforward`: streams to a pod's kubelet.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::core::v1::Pod;
use kubeforge_apiserver::{
    proxy::{self, Mode},
    query::Query,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::ApiError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Kubelets;

/// What is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// A command in a container.
    Exec,
    /// A container's own process.
    Attach,
    /// Ports of the pod.
    PortForward,
}

/// What is escaped in a query, as Go does.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The subresources.
pub(super) const ALL: [(&str, Stream); 3] =
    [("exec", Stream::Exec), ("attach", Stream::Attach), ("portforward", Stream::PortForward)];

/// Answers one of them.
pub(super) struct Connect {
    pub(super) stream: Stream,
    pub(super) kubelets: Arc<Kubelets>,
}

#[async_trait]
impl SubresourceHandler for Connect {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let query = Query::new(call.query);
        let asked = match self.stream {
            Stream::PortForward => ports(query)?,
            Stream::Exec | Stream::Attach => streams(query),
        };
        let pod = super::get::<Pod>(&call, "pods", call.namespace, call.name).await?;
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let path = match self.stream {
            Stream::PortForward => format!("/portForward/{namespace}/{name}"),
            Stream::Exec | Stream::Attach => {
                let container = container(&pod, &query.get("container").unwrap_or_default())?;
                let what = if self.stream == Stream::Exec { "exec" } else { "attach" };
                format!("/{what}/{namespace}/{name}/{container}")
            }
        };
        if pod.spec.node_name.is_empty() {
            return Err(ApiError::bad_request(format!("pod {name} does not have a host assigned")));
        }
        let kubelet = self.kubelets.of_node(&call, &pod.spec.node_name).await?;
        let location = self.kubelets.location(kubelet, path, encode(asked));
        let mode = match self.stream {
            Stream::Exec | Stream::Attach => Mode::Terminal,
            Stream::PortForward => Mode::UpgradeOnly,
        };
        proxy::forward(location, mode, &call).await
    }

    fn takes_body(&self) -> bool {
        false
    }

    fn connects(&self) -> bool {
        true
    }
}

/// The container that is meant: the only one where none is named.
pub(super) fn container(pod: &Pod, named: &str) -> Result<String, ApiError> {
    let spec = &pod.spec;
    let names: Vec<&str> = spec
        .init_containers
        .iter()
        .chain(&spec.containers)
        .map(|container| container.name.as_str())
        .chain(spec.ephemeral_containers.iter().map(|it| it.ephemeral_container_common.name.as_str()))
        .collect();
    let pod = &pod.metadata.name;
    if !named.is_empty() {
        return match names.contains(&named) {
            true => Ok(named.to_owned()),
            false => Err(ApiError::bad_request(format!("container {named} is not valid for pod {pod}"))),
        };
    }
    let must = format!("a container name must be specified for pod {pod}");
    match spec.containers.as_slice() {
        [] => Err(ApiError::bad_request(must)),
        [only] => Ok(only.name.clone()),
        _ => Err(ApiError::bad_request(format!("{must}, choose one of: [{}]", names.join(" ")))),
    }
}

/// What a kubelet is told of an exec or attach. Output and errors are always asked for: upstream sets them by default, and
/// its defaults come after what the client said.
fn streams(query: Query<'_>) -> Vec<(&'static str, String)> {
    let mut asked: Vec<(&'static str, String)> =
        query.all("command").map(|part| ("command", part.into_owned())).collect();
    asked.push(("error", "1".to_owned()));
    if query.flag("stdin") {
        asked.push(("input", "1".to_owned()));
    }
    asked.push(("output", "1".to_owned()));
    if query.flag("tty") {
        asked.push(("tty", "1".to_owned()));
    }
    asked
}

fn ports(query: Query<'_>) -> Result<Vec<(&'static str, String)>, ApiError> {
    let mut ports = Vec::new();
    for port in query.all("ports").flat_map(|value| value.split(',').map(str::to_owned).collect::<Vec<_>>()) {
        let number: i32 = port
            .parse()
            .map_err(|_| ApiError::bad_request(format!("strconv.ParseInt: parsing {port:?}: invalid syntax")))?;
        ports.push(number.to_string());
    }
    Ok(if ports.is_empty() { Vec::new() } else { vec![("port", ports.join(","))] })
}

/// A query, sorted by name as it is here.
pub(super) fn encode(pairs: Vec<(&'static str, String)>) -> String {
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(&value, ESCAPED).to_string().replace("%20", "+")))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_the_kubelets() {
        let of = |query| encode(streams(Query::new(query)));
        assert_eq!(
            of("command=ls&command=-l%20x&stdin=true&tty=1&stdout=false"),
            "command=ls&command=-l+x&error=1&input=1&output=1&tty=1"
        );
        assert_eq!(ports(Query::new("ports=80&ports=81")).map(encode).unwrap(), "port=80%2C81");
        assert!(ports(Query::new("ports=x")).is_err());
    }
}
