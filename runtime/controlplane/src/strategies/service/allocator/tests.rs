use super::*;

fn allocator() -> ServiceAllocator {
    ServiceAllocator::new("10.96.0.0/29,fd00:10:96::/112", 30000..=30001).unwrap()
}

fn any(allocator: &ServiceAllocator, owner: &str) -> Option<String> {
    allocator.take_any_address(&allocator.configured()[0], owner).map(|address| address.to_string())
}

#[test]
fn addresses_are_given_once_until_the_range_is_full() {
    let allocator = allocator();
    let mut given: Vec<_> = (0..5).map(|n| any(&allocator, &n.to_string()).unwrap()).collect();
    given.sort();
    assert_eq!(given, ["10.96.0.2", "10.96.0.3", "10.96.0.4", "10.96.0.5", "10.96.0.6"]);
    assert_eq!(any(&allocator, "x"), None);
    assert!(allocator.take_any_address(&allocator.configured()[1], "x").is_some());
}

#[test]
fn an_address_belongs_to_its_owner() {
    let allocator = allocator();
    let address = "10.96.0.3".parse().unwrap();
    assert!(allocator.take_address(address, "a") && allocator.take_address(address, "a"));
    assert!(!allocator.take_address(address, "b"));
    allocator.release_address(address, "b");
    assert!(allocator.holds_address(address, "a"));
}

#[test]
fn a_service_keeps_what_its_stored_state_has() {
    let allocator = allocator();
    let mut service = Service::default();
    service.metadata.uid = "a".to_owned();
    service.spec.cluster_ips = vec!["10.96.0.3".to_owned()];
    let port = allocator.take_any_port("a").unwrap();
    allocator.take_address("10.96.0.4".parse().unwrap(), "a");
    let gone = Held { addresses: ["10.96.0.4".parse().unwrap()].into(), ports: [port].into() };
    assert_eq!(allocator.settle(&service), gone);
    assert!(!allocator.has_port(port));
    assert_eq!(allocator.release(&service).addresses.len(), 1);
}

#[test]
fn what_no_stored_service_has_is_surplus() {
    let allocator = allocator();
    let mut service = Service::default();
    service.metadata.uid = "a".to_owned();
    service.spec.cluster_ips = vec!["10.96.0.3".to_owned()];
    allocator.note(&service);
    assert_eq!(allocator.claim_port(30001, "a"), Claim::Missing);
    assert_eq!((allocator.claim_port(30001, "a"), allocator.claim_port(30001, "b")), (Claim::Held, Claim::Foreign));
    let surplus = allocator.surplus([&service].into_iter());
    assert_eq!(surplus.len(), 1, "{surplus:?}");
    for (owner, held) in surplus {
        allocator.give_back(&owner, held);
    }
    assert!(!allocator.has_port(30001) && allocator.is_held("10.96.0.3".parse().unwrap()));
}

#[test]
fn what_another_server_gave_out_goes_to_the_service_that_is_stored_with_it() {
    let allocator = allocator();
    allocator.note_recorded(&BTreeSet::from([30001]));
    assert!(!allocator.take_port(30001, "a"), "not to who asks for it here");
    let mut service = Service::default();
    service.metadata.uid = "b".to_owned();
    service.spec.health_check_node_port = 30001;
    allocator.note(&service);
    allocator.note_recorded(&BTreeSet::new());
    assert!(allocator.has_port(30001), "the record says nothing of ports that are known");
    allocator.note_recorded(&BTreeSet::from([30000]));
    allocator.note_recorded(&BTreeSet::new());
    assert!(!allocator.has_port(30000), "given back elsewhere");
}

#[test]
fn ports_are_given_once() {
    let allocator = allocator();
    let (first, second) = (allocator.take_any_port("a").unwrap(), allocator.take_any_port("b").unwrap());
    assert_ne!(first, second);
    assert_eq!(allocator.take_any_port("c"), None);
    assert!(!allocator.take_port(first, "b"));
}
