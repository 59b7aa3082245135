use std::collections::BTreeMap;

use k8s_openapi::{ListableResource, Metadata as _, apimachinery::pkg::apis::meta::v1 as theirs};
use kubeforge_derive::Api;

use crate::{
    DeepCopy as _, FieldsV1, Time,
    codec::{from_json_slice, from_proto_slice, to_json_vec, to_proto_vec},
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType, ObjectMeta, OwnerReference},
};

/// A kind in a crate with the feature on.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1beta1", plural = "gadgetry")]
struct Gadget {
    metadata: ObjectMeta,
    color: String,
}

/// A kind of the core group, without namespaces.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, cluster, group = "", version = "v1")]
struct Zone {
    metadata: ObjectMeta,
}

/// Metadata with everything in it.
fn full() -> ObjectMeta {
    let time = Time::from_unix(1_700_000_000);
    ObjectMeta {
        name: "one".into(),
        generate_name: "o".into(),
        namespace: "shop".into(),
        self_link: "/link".into(),
        uid: "u-1".into(),
        resource_version: "7".into(),
        generation: 2,
        creation_timestamp: time,
        deletion_timestamp: Some(time),
        deletion_grace_period_seconds: Some(0),
        labels: BTreeMap::from([("app".into(), "web".into())]),
        annotations: BTreeMap::from([("note".into(), "<b>".into())]),
        owner_references: vec![OwnerReference {
            api_version: "v1".into(),
            kind: "Zone".into(),
            name: "north".into(),
            uid: "u-2".into(),
            controller: Some(true),
            block_owner_deletion: Some(false),
        }],
        finalizers: vec!["shop.example.com/a".into()],
        managed_fields: vec![ManagedFieldsEntry {
            manager: "me".into(),
            operation: ManagedFieldsOperationType::Apply,
            api_version: "v1".into(),
            time: Some(time),
            fields_type: "FieldsV1".into(),
            // a number and an order that a parsed value would not keep
            fields_v1: Some(FieldsV1::from_json(br#"{"f:b":1.0,"f:a":{}}"#).unwrap()),
            subresource: "status".into(),
        }],
        ..ObjectMeta::default()
    }
}

fn json(meta: &ObjectMeta) -> String {
    String::from_utf8(to_json_vec(meta)).unwrap()
}

#[test]
fn resources_have_the_traits_of_k8s_openapi() {
    fn facts<K: ListableResource>() -> [&'static str; 6] {
        [K::API_VERSION, K::GROUP, K::VERSION, K::KIND, K::URL_PATH_SEGMENT, K::LIST_KIND]
    }
    fn namespaced<K: k8s_openapi::Resource<Scope = k8s_openapi::NamespaceResourceScope>>() {}
    fn cluster<K: k8s_openapi::Resource<Scope = k8s_openapi::ClusterResourceScope>>() {}
    let gadget = ["shop.example.com/v1beta1", "shop.example.com", "v1beta1", "Gadget", "gadgetry", "GadgetList"];
    assert_eq!(facts::<Gadget>(), gadget);
    assert_eq!(facts::<Zone>(), ["v1", "", "v1", "Zone", "zones", "ZoneList"]);
    namespaced::<Gadget>();
    cluster::<Zone>();
}

#[test]
fn both_forms_say_the_same() {
    for meta in [full(), ObjectMeta::default()] {
        let theirs = meta.as_kube();
        assert_eq!(serde_json::to_value(theirs).unwrap(), serde_json::to_value(&meta).unwrap());
        let back = ObjectMeta::from(theirs.clone());
        assert_eq!(serde_json::to_value(&back).unwrap(), serde_json::to_value(&meta).unwrap());
    }
}

#[test]
fn meta_tells_what_was_changed_directly() {
    let mut gadget = Gadget { metadata: full(), ..Gadget::default() };
    assert_eq!(gadget.metadata().name.as_deref(), Some("one"));
    for name in ["two", "three", "one", ""] {
        gadget.metadata.name = name.into();
        assert_eq!(gadget.metadata().name.as_deref().unwrap_or_default(), name);
    }
    // a change after something was borrowed through kube-rs counts as well
    gadget.metadata_mut().labels = None;
    gadget.metadata.uid = "u-9".into();
    assert_eq!((gadget.metadata().uid.as_deref(), &gadget.metadata().labels), (Some("u-9"), &None));
}

#[test]
fn what_is_changed_through_meta_mut_is_written_copied_and_compared() {
    let mut changed = full();
    let mut direct = full();
    let theirs = changed.as_kube_mut();
    theirs.labels.get_or_insert_default().insert("tier".into(), "front".into());
    theirs.finalizers = Some(vec![]);
    theirs.generation = Some(3);
    theirs.deletion_timestamp = None;
    direct.labels.insert("tier".into(), "front".into());
    direct.finalizers.clear();
    direct.generation = 3;
    direct.deletion_timestamp = None;

    assert_eq!(changed, direct);
    assert_ne!(changed, full());
    assert_eq!(json(&changed), json(&direct));
    assert_eq!(to_proto_vec(&changed), to_proto_vec(&direct));
    assert_eq!(from_json_slice::<ObjectMeta>(&to_json_vec(&changed)).unwrap(), direct);
    assert_eq!(from_proto_slice::<ObjectMeta>(&to_proto_vec(&changed)).unwrap(), direct);
    let theirs = changed.as_kube();
    assert_eq!((&theirs.labels, theirs.generation), (&direct.as_kube().labels, Some(3)));
    assert_eq!(theirs.finalizers.as_deref(), Some(&[][..]), "kube-rs finds what it left");
    assert_eq!(json(&changed.clone()), json(&direct));
    let mut target = ObjectMeta { name: "other".into(), ..ObjectMeta::default() };
    target.as_kube_mut().name = Some("another".into());
    changed.deep_copy_into(&mut target);
    assert_eq!(json(&target), json(&direct));

    assert_eq!(changed.labels.len(), 1, "the limit: a field waits for `settle`");
    changed.settle();
    assert_eq!((changed.labels.len(), changed.generation), (2, 3));
    assert_eq!(json(&changed), json(&direct));
}

#[test]
fn fields_that_were_left_alone_keep_their_bytes() {
    let mut meta = full();
    meta.as_kube_mut().name = Some("two".into());
    meta.settle();
    assert_eq!(meta, ObjectMeta { name: "two".into(), ..full() });
    assert_eq!(meta.managed_fields[0].fields_v1.as_ref().unwrap().raw(), br#"{"f:b":1.0,"f:a":{}}"#);
}

#[test]
fn of_one_field_changed_on_both_sides_the_borrowed_form_counts() {
    let mut meta = full();
    let theirs = meta.as_kube_mut();
    theirs.name = Some("borrowed".into());
    meta.name = "direct".into();
    meta.uid = "u-3".into();
    let want = ObjectMeta { name: "borrowed".into(), uid: "u-3".into(), ..full() };
    assert_eq!(meta, want);
    assert_eq!(meta.as_kube(), want.as_kube());
    // borrowing again begins with what was changed before
    let theirs = meta.as_kube_mut();
    assert_eq!((theirs.name.as_deref(), theirs.uid.as_deref()), (Some("borrowed"), Some("u-3")));
    theirs.uid = None;
    meta.settle();
    assert_eq!(meta, ObjectMeta { uid: String::new(), ..want });
}

#[test]
fn metadata_can_be_taken_out() {
    let mut gadget = Gadget { metadata: full(), color: "red".into() };
    let taken = std::mem::take(gadget.metadata_mut());
    assert_eq!(taken, *full().as_kube());
    assert_eq!(gadget, Gadget { color: "red".into(), ..Gadget::default() });
    assert_eq!(*gadget.metadata(), theirs::ObjectMeta::default());
}

#[test]
fn views_are_shared_between_threads() {
    let meta = full();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| std::ptr::from_ref(meta.as_kube()).addr())).collect();
        let addresses: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(addresses.iter().all(|address| *address == addresses[0]));
    });
}

#[test]
fn many_states_are_dropped_without_a_deep_recursion() {
    std::thread::Builder::new()
        .stack_size(64 << 10)
        .spawn(|| {
            let mut meta = ObjectMeta::default();
            for generation in 0..1_000 {
                meta.generation = generation;
                assert_eq!(meta.as_kube().generation.unwrap_or_default(), generation);
            }
        })
        .unwrap()
        .join()
        .unwrap();
}
