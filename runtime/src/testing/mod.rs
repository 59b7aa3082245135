//! A control plane for tests: it starts in the test's own process, is ready at once, shares nothing with others, and
//! leaves nothing behind.
//!
//! [`ControlPlane::start`] gives one without a socket and without files: its clients call it directly. Any number of them
//! can run in one process. [`ControlPlane::builder`] has more: further kinds, a socket, a store on disk, nodes.
//!
//! # An operator's test with Kubeforge's client
//!
//! ```
//! use kubeforge_runtime::{api::core::v1::ConfigMap, client::Api, testing::ControlPlane};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plane = ControlPlane::start().await?;
//! let config_maps = Api::<ConfigMap>::namespaced(plane.client(), "default");
//!
//! let mut colors = ConfigMap::default();
//! colors.metadata.name = "colors".to_owned();
//! colors.data.insert("sky".to_owned(), "blue".to_owned());
//! // here the operator under test would run: it gets a client as this one
//! let made = config_maps.create(&colors, &Default::default()).await?;
//! assert!(!made.metadata.uid.is_empty());
//!
//! plane.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # An operator's test with kube-rs
//!
//! [`ControlPlane::service`] is a tower service, which is what a `kube::Client` is made of. The operator takes it for a
//! client of any other cluster:
//!
//! ```
//! use k8s_openapi::api::core::v1::ConfigMap;
//! use kube::{Api, Client, api::PostParams, runtime::wait::await_condition};
//! use kubeforge_runtime::testing::ControlPlane;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plane = ControlPlane::start().await?;
//! let client = Client::new(plane.service(), "default");
//! let config_maps = Api::<ConfigMap>::default_namespaced(client.clone());
//!
//! // stands for the operator under test: it answers each question
//! let operator = tokio::spawn(async move {
//!     let config_maps = Api::<ConfigMap>::default_namespaced(client);
//!     let asked = |found: Option<&ConfigMap>| found.is_some();
//!     await_condition(config_maps.clone(), "question", asked).await.unwrap();
//!     let answer = serde_json::json!({"metadata": {"name": "answer"}, "data": {"it": "is 42"}});
//!     config_maps.create(&PostParams::default(), &serde_json::from_value(answer).unwrap()).await.unwrap();
//! });
//!
//! let question = serde_json::from_value(serde_json::json!({"metadata": {"name": "question"}}))?;
//! config_maps.create(&PostParams::default(), &question).await?;
//! operator.await?;
//! assert_eq!(config_maps.get("answer").await?.data.unwrap_or_default()["it"], "is 42");
//!
//! plane.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Other programs
//!
//! What can't be called in this process, such as kubectl, needs a socket:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use kubeforge_runtime::testing::ControlPlane;
//!
//! let plane = ControlPlane::builder().listen().start().await?;
//! let kubeconfig = plane.kubeconfig().ok_or("it listens")?;
//! std::process::Command::new("kubectl").arg("get").arg("namespaces").env("KUBECONFIG", kubeconfig).status()?;
//! plane.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Tests in other languages start the binary, which says when it is ready and ends with its parent, however that ends:
//!
//! ```python
//! import json, subprocess
//! import kubernetes
//!
//! plane = subprocess.Popen(["kubeforge", "up", "--ephemeral", "--print-kubeconfig"], stdout=subprocess.PIPE, text=True)
//! kubernetes.config.load_kube_config_from_dict(json.loads(plane.stdout.readline()))
//! print(kubernetes.client.CoreV1Api().list_namespace().items[0].metadata.name)
//! plane.terminate()
//! ```

mod builder;
mod plane;
mod service;

pub use builder::Builder;
pub use plane::ControlPlane;
pub use service::Service;

/// Why a control plane did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no place for its files.
    #[error("cannot make a temporary directory")]
    Directory(#[source] std::io::Error),
    /// The store can't be made there.
    #[error("cannot open the store")]
    Store(#[from] kubeforge_storage::kv::KvError),
    /// The API server did not start.
    #[error(transparent)]
    ApiServer(#[from] kubeforge_controlplane::StartError),
    /// What controllers make first did not come.
    #[error("the default service account is not there after {0:?}")]
    Controllers(std::time::Duration),
}
