//! The client's streams to a pod, through the API server to a kubelet: logs, commands, ports. Once over the network and
//! once within the process.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod kubelet;

use std::net::SocketAddr;

use kubeforge_api::core::v1::{
    Container, DaemonEndpoint, Node, NodeAddress, NodeAddressType, Pod, PodExecOptions, PodLogOptions,
};
use kubeforge_client::{
    Api, Client, Config,
    websocket::{RemoteProcess, TerminalSize},
};
use kubeforge_client_set::Clientset;
use kubeforge_runtime::testing::ControlPlane;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};

/// A server whose one pod is on a node with that kubelet.
async fn plane(kubelet: SocketAddr) -> ControlPlane {
    let plane = ControlPlane::builder().listen().start().await.unwrap();
    let mut node = Node::default();
    node.metadata.name = "node-1".to_owned();
    node.status.addresses = vec![NodeAddress { type_: NodeAddressType::InternalIP, address: kubelet.ip().to_string() }];
    node.status.daemon_endpoints.kubelet_endpoint = DaemonEndpoint { port: i32::from(kubelet.port()) };
    let nodes = Api::<Node>::all(plane.client());
    // the status comes with the creation of nodes, as kubelets register
    nodes.create(&node, &Default::default()).await.unwrap();
    let mut pod = Pod::default();
    pod.metadata.name = "web".to_owned();
    pod.spec.node_name = "node-1".to_owned();
    pod.spec.containers = vec![Container { name: "c".to_owned(), image: "i".to_owned(), ..Container::default() }];
    Api::<Pod>::namespaced(plane.client(), "default").create(&pod, &Default::default()).await.unwrap();
    plane
}

fn clients(plane: &ControlPlane) -> [Client; 2] {
    let config = Config::from_file(plane.kubeconfig().unwrap()).unwrap();
    [Client::from_config(&config).unwrap(), plane.client()]
}

fn options(command: &str) -> PodExecOptions {
    PodExecOptions {
        command: vec![command.to_owned()],
        stdin: true,
        stdout: true,
        stderr: true,
        ..PodExecOptions::default()
    }
}

async fn read(reader: Option<impl tokio::io::AsyncRead + Unpin>) -> String {
    let mut text = String::new();
    reader.unwrap().read_to_string(&mut text).await.unwrap();
    text
}

/// Writes input in two parts, reads both outputs, and waits for the end.
async fn converse(mut process: RemoteProcess, last: &[u8]) -> (String, String, u8) {
    let (stdout, stderr) = (process.stdout(), process.stderr());
    let mut stdin = process.stdin().unwrap();
    let large = "x".repeat(100_000);
    let write = async {
        stdin.write_all(b"hello ").await.unwrap();
        stdin.write_all(large.as_bytes()).await.unwrap();
        stdin.flush().await.unwrap();
        if !last.is_empty() {
            // so that it is a message of its own
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            stdin.write_all(last).await.unwrap();
        }
        stdin.shutdown().await.unwrap();
    };
    let ((), out, err) = tokio::join!(write, read(stdout), read(stderr));
    assert_eq!(out.len(), "hello ".len() + large.len());
    (out[..7].to_owned(), err, process.wait().await.unwrap().code)
}

#[tokio::test]
async fn commands_have_input_output_and_an_end() {
    let plane = plane(kubelet::start("v5.channel.k8s.io").await).await;
    for client in clients(&plane) {
        let pods = Clientset::new(client).core_v1().pods("default");
        let process = pods.exec("web", &options("cat")).await.unwrap();
        assert_eq!(converse(process, b"").await, ("hello x".to_owned(), "bye".to_owned(), 3));

        let tty = PodExecOptions { tty: true, ..options("size") };
        let mut process = pods.exec("web", &tty).await.unwrap();
        assert!(process.stderr().is_none());
        assert!(process.resizer().unwrap().resize(TerminalSize { width: 80, height: 24 }).await);
        assert_eq!(read(process.stdout()).await, r#"{"Width":80,"Height":24}"#);
        assert!(process.wait().await.unwrap().is_success());

        let err = pods.exec("web", &PodExecOptions { container: "no".to_owned(), ..options("cat") }).await.unwrap_err();
        assert_eq!(err.to_string(), "container no is not valid for pod web");
    }
    plane.stop().await;
}

#[tokio::test]
async fn an_older_kubelet_is_spoken_to_in_its_protocol() {
    let plane = plane(kubelet::start("v4.channel.k8s.io").await).await;
    let [client, _] = clients(&plane);
    let process = Clientset::new(client).core_v1().pods("default").exec("web", &options("cat")).await.unwrap();
    assert_eq!(converse(process, b"quit").await, ("hello x".to_owned(), "bye".to_owned(), 3));
    plane.stop().await;
}

#[tokio::test]
async fn logs_come_line_by_line() {
    let plane = plane(kubelet::start("v5.channel.k8s.io").await).await;
    for client in clients(&plane) {
        let pods = Clientset::new(client).core_v1().pods("default");
        let follow = PodLogOptions { follow: true, ..PodLogOptions::default() };
        let mut lines = pods.read_logs("web", &follow).await.unwrap().lines();
        for want in ["one", "two", "three"] {
            assert_eq!(lines.next_line().await.unwrap().as_deref(), Some(want));
        }
        assert_eq!(lines.next_line().await.unwrap(), None);
    }
    plane.stop().await;
}

#[tokio::test]
async fn ports_are_read_and_written_like_sockets() {
    let plane = plane(kubelet::start("v5.channel.k8s.io").await).await;
    for client in clients(&plane) {
        let pods = Api::<Pod>::namespaced(client, "default");
        let mut port = pods.port_forward("web", 80).await.unwrap();
        for (said, want) in [("hello", b"HELLO"), ("again", b"AGAIN")] {
            port.write_all(said.as_bytes()).await.unwrap();
            let mut heard = [0; 5];
            port.read_exact(&mut heard).await.unwrap();
            assert_eq!(&heard, want);
        }
        port.finish().await.unwrap();

        let mut port = pods.port_forward("web", 81).await.unwrap();
        let mut nothing = Vec::new();
        port.read_to_end(&mut nothing).await.unwrap();
        assert!(nothing.is_empty());
        assert_eq!(port.finish().await.unwrap_err().to_string(), "connection refused");
        assert!(pods.port_forward("gone", 80).await.unwrap_err().is_not_found());
    }
    plane.stop().await;
}
