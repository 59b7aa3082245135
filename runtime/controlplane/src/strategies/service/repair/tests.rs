use kubeforge_api::{
    core::v1::{Service, ServicePort},
    events::v1::Event,
    networking::v1::IPAddress,
};
use kubeforge_machinery::meta::v1::{CreateOptions, DeleteOptions, GetOptions, ListOptions};

use super::*;
use crate::{ControlPlane, strategies::ServiceAllocator};

/// A server beside the one of the plane, over the same store.
fn repair(plane: &ControlPlane, client: &Client, events: &EventBroadcaster) -> Repair {
    Repair {
        registry: plane.server().registry().clone(),
        allocator: Arc::new(ServiceAllocator::new("10.96.0.0/16", 30000..=30010).unwrap()),
        api: Api::all(client.clone()),
        address_events: events.recorder("addresses", "test"),
        port_events: events.recorder("ports", "test"),
        leaks: HashMap::new(),
        port_leaks: HashMap::new(),
    }
}

fn service(name: &str, node_port: i32) -> Service {
    let mut service = Service::default();
    service.metadata.name = name.to_owned();
    service.spec.type_ = kubeforge_api::core::v1::ServiceType::NodePort;
    service.spec.ports = vec![ServicePort { port: 80, node_port, ..ServicePort::default() }];
    service
}

#[tokio::test]
async fn what_is_lost_comes_back_and_what_nobody_has_goes() {
    let plane = ControlPlane::in_memory().await.unwrap();
    let client = plane.client("admin", "system:masters", "test");
    let events = EventBroadcaster::start(client.clone(), EventApi::Events);
    let mut repair = repair(&plane, &client, &events);
    let services = Api::<Service>::namespaced(client.clone(), "default");
    let made = services.create(&service("a", 30001), &CreateOptions::default()).await.unwrap();
    // beyond the range of the second server
    services.create(&service("b", 31000), &CreateOptions::default()).await.unwrap();
    let address = &made.spec.cluster_ip;
    repair.api.delete(address, &DeleteOptions::default()).await.unwrap();

    // a port that no service has is free again after a while
    assert!(repair.allocator.take_port(30002, "nobody"));
    for (pass, is_held) in [(1, true), (2, true), (3, false)] {
        repair.pass(Cause::Time).await.unwrap();
        assert_eq!(repair.allocator.has_port(30002), is_held, "pass {pass}");
    }
    let object: IPAddress = repair.api.get(address, &GetOptions::default()).await.unwrap();
    assert_eq!(object.spec.parent_ref.unwrap().name, "a");
    assert!(!repair.allocator.take_port(30001, "other"));

    drop(repair);
    events.shutdown().await;
    let found = Api::<Event>::namespaced(client, "default").list(&ListOptions::default()).await.unwrap().items;
    let told = |reason: &str, name: &str| found.iter().any(|it| it.reason == reason && it.regarding.name == name);
    assert!(told("ClusterIPNotAllocated", "a"), "{found:?}");
    assert!(told("PortOutOfRange", "b"), "{found:?}");
}
