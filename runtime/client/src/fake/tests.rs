use std::{sync::Arc, time::Duration};

use futures::StreamExt as _;
use kubeforge_machinery::{
    ApiError, GroupVersionKind, GroupVersionResource, KindInfo, Scheme, SchemeBuilder,
    codec::MediaType,
    meta::v1::{
        ApplyOptions, CreateOptions, DeleteOptions, GetOptions, ListOptions, PatchOptions, Preconditions,
        ResourceVersionMatch, UpdateOptions,
    },
    scheme::{ResourceInfo, SubresourceInfo},
    unstructured::Unstructured,
};
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{FakeCluster, Reaction};
use crate::{
    Api, Client, Deleted, InformerFactory, Patch, WatchEvent, WatchStream,
    apply::extract_unstructured,
    discovery::Discovery,
    dynamic::DynamicApi,
    informer::{FactoryOptions, InformerOptions},
    metadata::MetadataApi,
    reflector::{ReflectorOptions, Start},
    request::Request,
    test_kind::{Gadget, GadgetList},
};

const GADGETS: GroupVersionResource = GroupVersionResource::new("test.example.com", "v1", "gadgets");
const WIDGETS: GroupVersionResource = GroupVersionResource::new("shop.example.com", "v1", "widgets");

/// Gadgets, and widgets with a status, whose type is known by name only.
fn scheme() -> Arc<Scheme> {
    let mut scheme = SchemeBuilder::new("test");
    let gadgets = ResourceInfo { plural: "gadgets".into(), namespaced: true, ..ResourceInfo::default() };
    let info = |resource, list_kind: &'static str| KindInfo {
        resource: Some(resource),
        list_kind: Some(list_kind.into()),
        ..KindInfo::default()
    };
    scheme.kind::<Gadget>(info(gadgets, "GadgetList")).kind::<GadgetList>(KindInfo::default());
    let widgets = ResourceInfo {
        plural: "widgets".into(),
        namespaced: true,
        verbs: (&["get", "list"]).into(),
        subresources: vec![SubresourceInfo { name: "status".into(), ..SubresourceInfo::default() }].into(),
        ..ResourceInfo::default()
    };
    let widget = GroupVersionKind::new("shop.example.com", "v1", "Widget");
    let new = widget.clone();
    let new = Arc::new(move || Box::new(Unstructured::new(new.clone())) as _);
    scheme.entry(widget, info(widgets, "WidgetList"), false, new);
    Arc::new(scheme.build())
}

fn gadgets() -> (FakeCluster, Api<Gadget>) {
    let cluster = FakeCluster::new(scheme());
    let api = Api::namespaced(cluster.client(), "n");
    (cluster, api)
}

fn labelled(name: &str, app: &str) -> Gadget {
    let mut gadget = Gadget::named("n", name);
    gadget.metadata.labels.insert("app".to_owned(), app.to_owned());
    gadget
}

fn widget(json: serde_json::Value) -> Unstructured {
    Unstructured::from_json(json.to_string().as_bytes()).unwrap()
}

async fn create(api: &Api<Gadget>, gadget: &Gadget) -> Gadget {
    api.create(gadget, &CreateOptions::default()).await.unwrap()
}

async fn next(watch: &mut WatchStream<Gadget>) -> String {
    let told = tokio::time::timeout(Duration::from_secs(5), watch.next()).await;
    match told {
        Err(_) => "nothing".to_owned(),
        Ok(None) => "end".to_owned(),
        Ok(Some(Err(err))) => err.to_string(),
        Ok(Some(Ok(event))) => match event {
            WatchEvent::Added(gadget) => format!("added {} {}", gadget.metadata.name, gadget.size),
            WatchEvent::Modified(gadget) => format!("modified {} {}", gadget.metadata.name, gadget.size),
            WatchEvent::Deleted(gadget) => format!("deleted {} {}", gadget.metadata.name, gadget.size),
            WatchEvent::Bookmark(bookmark) => format!("bookmark {}", bookmark.initial_events_end),
        },
    }
}

#[tokio::test]
async fn objects_are_created_read_and_deleted() {
    let (cluster, api) = gadgets();
    let made = create(&api, &Gadget::named("n", "a").sized(3)).await;
    assert_eq!((made.metadata.resource_version.as_str(), made.size), ("1", 3));
    assert!(!made.metadata.uid.is_empty() && !made.metadata.creation_timestamp.is_zero());
    let taken = api.create(&Gadget::named("n", "a"), &CreateOptions::default()).await.unwrap_err();
    assert_eq!(taken.to_string(), "gadgets.test.example.com \"a\" already exists");
    assert!(taken.is_already_exists());
    assert!(api.get("b", &GetOptions::default()).await.unwrap_err().is_not_found());
    let Deleted::Gone(status) = api.delete("a", &DeleteOptions::default()).await.unwrap() else { panic!("stays") };
    assert_eq!(status.details.unwrap().uid, made.metadata.uid);
    assert!(api.get_opt("a").await.unwrap().is_none());
    assert!(api.delete("a", &DeleteOptions::default()).await.unwrap_err().is_not_found());
    assert_eq!(cluster.writes()[0], "create gadgets.test.example.com n/a");
    assert_eq!(cluster.actions()[0].object_as::<Gadget>().unwrap().size, 3);
}

#[tokio::test]
async fn a_name_is_made_of_a_prefix_and_a_dry_run_keeps_nothing() {
    let (cluster, api) = gadgets();
    let mut prefixed = Gadget::named("n", "");
    prefixed.metadata.generate_name = "a-".to_owned();
    let dry = CreateOptions { dry_run: vec!["All".to_owned()], ..CreateOptions::default() };
    api.create(&prefixed, &dry).await.unwrap();
    assert!(cluster.tracker().list::<Gadget>().unwrap().is_empty());
    let names = [create(&api, &prefixed).await.metadata.name, create(&api, &prefixed).await.metadata.name];
    assert_eq!(names, ["a-00000", "a-00001"]);
    let options = DeleteOptions { dry_run: vec!["All".to_owned()], ..DeleteOptions::default() };
    api.delete("a-00000", &options).await.unwrap();
    assert_eq!(cluster.tracker().list::<Gadget>().unwrap().len(), 2);
}

#[tokio::test]
async fn lists_select_and_page() {
    let (cluster, api) = gadgets();
    for gadget in [labelled("a", "x"), labelled("b", "y"), labelled("c", "x"), Gadget::named("m", "a")] {
        cluster.add(&gadget).unwrap();
    }
    let names = |list: GadgetList| list.items.into_iter().map(|gadget| gadget.metadata.name).collect::<Vec<_>>();
    let by_label = ListOptions { label_selector: "app in (x)".to_owned(), ..ListOptions::default() };
    assert_eq!(names(api.list(&by_label).await.unwrap()), ["a", "c"]);
    let by_name = ListOptions { field_selector: "metadata.name=a".to_owned(), ..ListOptions::default() };
    assert_eq!(Api::<Gadget>::all(cluster.client()).list(&by_name).await.unwrap().items.len(), 2);
    let by_size = ListOptions { field_selector: "size=1".to_owned(), ..ListOptions::default() };
    assert_eq!(api.list(&by_size).await.unwrap_err().to_string(), "field label not supported: size");

    let mut page = ListOptions { limit: 2, ..ListOptions::default() };
    let first = api.list(&page).await.unwrap();
    page.continue_.clone_from(&first.metadata.continue_);
    assert_eq!((first.metadata.remaining_item_count, first.metadata.resource_version.as_str()), (Some(1), "4"));
    assert_eq!(names(first), ["a", "b"]);
    let last = api.list(&page).await.unwrap();
    assert_eq!(last.metadata.continue_, "");
    assert_eq!(names(last), ["c"]);
    let exact = ListOptions {
        resource_version: "1".to_owned(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..ListOptions::default()
    };
    assert!(api.list(&exact).await.unwrap_err().is_expired());

    api.delete_collection(&DeleteOptions::default(), &by_label).await.unwrap();
    assert_eq!(names(api.list(&ListOptions::default()).await.unwrap()), ["b"]);
}

#[tokio::test]
async fn an_older_state_is_a_conflict_and_the_same_one_no_event() {
    let (cluster, api) = gadgets();
    let first = create(&api, &Gadget::named("n", "a")).await;
    let second = api.update(&first.clone().sized(2), &UpdateOptions::default()).await.unwrap();
    assert_eq!(second.metadata.resource_version, "2");
    let late = api.update(&first.clone().sized(3), &UpdateOptions::default()).await.unwrap_err();
    assert!(late.is_conflict());
    assert!(late.to_string().ends_with("please apply your changes to the latest version and try again"));
    let same = api.update(&second, &UpdateOptions::default()).await.unwrap();
    assert_eq!((same, cluster.tracker().revision()), (second, 2));
    let other = Preconditions { uid: Some("x".to_owned()), ..Preconditions::default() };
    let options = DeleteOptions { preconditions: Some(Box::new(other)), ..DeleteOptions::default() };
    assert!(api.delete("a", &options).await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn finalizers_hold_a_deletion_up() {
    let (_, api) = gadgets();
    let mut gadget = Gadget::named("n", "a");
    gadget.metadata.finalizers.push("test/hold".to_owned());
    create(&api, &gadget).await;
    let Deleted::Object(held) = api.delete("a", &DeleteOptions::default()).await.unwrap() else { panic!("gone") };
    assert!(held.metadata.deletion_timestamp.is_some());
    api.patch("a", &Patch::merge(&json!({"metadata": {"finalizers": null}})), &PatchOptions::default()).await.unwrap();
    assert!(api.get_opt("a").await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_watch_misses_nothing_after_its_list() {
    let (cluster, api) = gadgets();
    cluster.add(&labelled("a", "x")).unwrap();
    let selected = ListOptions { label_selector: "app=x".to_owned(), ..ListOptions::default() };
    let revision = api.list(&selected).await.unwrap().metadata.resource_version;
    cluster.add(&labelled("a", "x").sized(2)).unwrap();
    let mut watch = api.watch(&ListOptions { resource_version: revision, ..selected.clone() }).await.unwrap();
    assert_eq!(next(&mut watch).await, "modified a 2");
    cluster.add(&labelled("b", "y")).unwrap();
    cluster.add(&labelled("a", "y").sized(3)).unwrap();
    assert_eq!(next(&mut watch).await, "deleted a 3");
    cluster.add(&labelled("b", "x").sized(4)).unwrap();
    assert_eq!(next(&mut watch).await, "added b 4");
    cluster.add(&Gadget::named("elsewhere", "c")).unwrap();
    cluster.tracker().remove(&GADGETS, "n", "b").unwrap();
    assert_eq!(next(&mut watch).await, "deleted b 4");
    assert_eq!(next(&mut watch).await, "nothing");
    cluster.tracker().end_watches();
    assert_eq!(next(&mut watch).await, "end");
}

#[tokio::test(start_paused = true)]
async fn a_watch_can_tell_of_what_is_there_and_ends_in_time() {
    let (cluster, api) = gadgets();
    cluster.add(&Gadget::named("n", "a").sized(1)).unwrap();
    let options = ListOptions {
        send_initial_events: Some(true),
        allow_watch_bookmarks: true,
        resource_version_match: ResourceVersionMatch::NotOlderThan,
        timeout_seconds: Some(3),
        ..ListOptions::default()
    };
    let began = Instant::now();
    let mut watch = api.watch(&options).await.unwrap();
    for want in ["added a 1", "bookmark true", "end"] {
        assert_eq!(next(&mut watch).await, want);
    }
    assert_eq!(began.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn forgotten_history_has_expired() {
    let (cluster, api) = gadgets();
    cluster.add(&Gadget::named("n", "a")).unwrap();
    let options = ListOptions { resource_version: "1".to_owned(), ..ListOptions::default() };
    let mut running = api.watch(&options).await.unwrap();
    cluster.add(&Gadget::named("n", "a").sized(1)).unwrap();
    cluster.tracker().forget_history();
    assert_eq!(next(&mut running).await, "too old resource version: 1 (2)");
    assert!(api.watch(&options).await.unwrap_err().is_expired());
}

#[tokio::test(start_paused = true)]
async fn informers_follow_it_through_interruptions() {
    for start in [Start::List, Start::Stream] {
        let (cluster, api) = gadgets();
        cluster.add(&Gadget::named("n", "a")).unwrap();
        let reflector = ReflectorOptions { start, page_size: 1, ..ReflectorOptions::default() };
        let informer = InformerOptions { reflector, ..InformerOptions::default() };
        let options = FactoryOptions { informer, ..FactoryOptions::default() };
        let factory = InformerFactory::with_options(cluster.client(), options);
        let (lister, cancel) = (factory.lister::<Gadget>(), CancellationToken::new());
        factory.start(&cancel);
        factory.wait_for_sync().await;
        create(&api, &Gadget::named("n", "b")).await;
        cluster.tracker().end_watches();
        create(&api, &Gadget::named("n", "c")).await;
        cluster.tracker().forget_history();
        api.delete("a", &DeleteOptions::default()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(30)).await;
        let mut names: Vec<_> = lister.store().keys().into_iter().map(|key| key.name).collect();
        names.sort();
        assert_eq!(names, ["b", "c"], "{start:?}");
        assert_eq!(factory.informer::<Gadget>().last_sync_resource_version(), "4", "{start:?}");
        cancel.cancel();
        factory.shutdown().await;
        assert!(factory.informer::<Gadget>().is_stopped());
    }
}

#[tokio::test(start_paused = true)]
async fn reactors_answer_fail_delay_and_disconnect() {
    let (cluster, api) = gadgets();
    cluster.append_reactor("get", "gadgets", |action, _| match action.name.as_str() {
        "made-up" => Reaction::object(&Gadget::named("n", "made-up").sized(7)),
        "slow" => Reaction::Delay(Duration::from_secs(9)),
        _ => Reaction::Pass,
    });
    assert_eq!(api.get("made-up", &GetOptions::default()).await.unwrap().size, 7);
    let began = Instant::now();
    assert!(api.get("slow", &GetOptions::default()).await.unwrap_err().is_not_found());
    assert_eq!(began.elapsed().as_secs(), 9);

    cluster.prepend_reactor("create", "*", |_, _| Reaction::Fail(ApiError::bad_request("not today")));
    let err = api.create(&Gadget::named("n", "a"), &CreateOptions::default()).await.unwrap_err();
    assert_eq!(err.to_string(), "not today");
    cluster.prepend_reactor("create", "gadgets", |action, tracker| {
        // somebody else is faster
        assert!(tracker.get::<Gadget>("n", &action.name).is_err());
        tracker.add(&Gadget::named("n", "a").sized(1)).unwrap();
        Reaction::Disconnect
    });
    let err = api.create(&Gadget::named("n", "a"), &CreateOptions::default()).await.unwrap_err();
    assert!(err.api().is_none(), "{err}");
    assert_eq!(cluster.tracker().get::<Gadget>("n", "a").unwrap().size, 1);
    assert_eq!(cluster.lines().len(), 4);
    cluster.clear_actions();
    assert!(cluster.actions().is_empty());
}

#[tokio::test]
async fn objects_of_any_kind_are_kept_and_their_status_apart() {
    let cluster = FakeCluster::new(scheme());
    let api = DynamicApi::namespaced(cluster.client(), WIDGETS, "n");
    let body = json!({"apiVersion": "shop.example.com/v1", "kind": "Widget", "metadata": {"name": "a"},
        "spec": {"size": 1}, "status": {"phase": "New"}});
    let mut made = api.create(&widget(body), &CreateOptions::default()).await.unwrap();
    made.set_nested(&["spec", "size"], json!(2));
    made.set_nested(&["status", "phase"], json!("Old"));
    let mut made = api.update(&made, "", &UpdateOptions::default()).await.unwrap();
    assert_eq!(
        (made.nested(&["spec", "size"]), made.nested(&["status", "phase"])),
        (Some(&json!(2)), Some(&json!("New")))
    );
    made.set_nested(&["spec", "size"], json!(3));
    made.set_nested(&["status", "phase"], json!("Old"));
    let made = api.update(&made, "status", &UpdateOptions::default()).await.unwrap();
    assert_eq!(
        (made.nested(&["spec", "size"]), made.nested(&["status", "phase"])),
        (Some(&json!(2)), Some(&json!("Old")))
    );
    let list = api.list(&ListOptions::default()).await.unwrap();
    assert_eq!((&*list.gvk.kind, list.items.len()), ("WidgetList", 1));
    let metadata = MetadataApi::namespaced(cluster.client(), WIDGETS, "n");
    let partial = metadata.get("a", &GetOptions::default()).await.unwrap();
    assert_eq!(partial.metadata.name, "a");
    assert_eq!(partial.metadata.resource_version, made.metadata.resource_version);
    assert_eq!(metadata.list(&ListOptions::default()).await.unwrap().items.len(), 1);
    let mut request = Request::get(metadata.path().object("a", "").unwrap());
    request.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    let answer = cluster.client().send(&request).await.unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!((&sent["kind"], sent.get("spec")), (&json!("PartialObjectMetadata"), None));
    let err = api.get("a", "scale", &GetOptions::default()).await.unwrap_err();
    assert_eq!(err.to_string(), "the server could not find the requested resource");
}

#[tokio::test]
async fn resources_that_the_scheme_does_not_know_are_taken() {
    let cluster = FakeCluster::new(Arc::new(SchemeBuilder::new("empty").build()));
    cluster.add(&widget(json!({"apiVersion": "a.b/v1", "kind": "Policy", "metadata": {"name": "p"}}))).unwrap();
    let api = DynamicApi::all(cluster.client(), GroupVersionResource::new("a.b", "v1", "policies"));
    let list = api.list(&ListOptions::default()).await.unwrap();
    assert_eq!((&*list.gvk.kind, list.items[0].metadata.name.as_str()), ("PolicyList", "p"));
    let patch = Patch::json(&json!([{"op": "add", "path": "/spec", "value": {"a": 1}}]));
    let patched = api.patch("p", "", &patch, &PatchOptions::default()).await.unwrap();
    assert_eq!(patched.nested(&["spec", "a"]), Some(&json!(1)));
    let err = api.patch("p", "", &Patch::strategic(&json!({})), &PatchOptions::default()).await.unwrap_err();
    assert_eq!(err.api().unwrap().code(), 415);
}

#[tokio::test]
async fn an_apply_creates_takes_away_and_conflicts() {
    let cluster = FakeCluster::new(scheme());
    let api = DynamicApi::namespaced(cluster.client(), WIDGETS, "n");
    let config = |spec: serde_json::Value| {
        widget(json!({"apiVersion": "shop.example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec}))
    };
    let by =
        |manager: &str, force| ApplyOptions { field_manager: manager.to_owned(), force, ..ApplyOptions::default() };
    api.apply(&config(json!({"size": 1, "color": "red"})), "", &by("me", false)).await.unwrap();
    let applied = api.apply(&config(json!({"size": 2})), "", &by("me", false)).await.unwrap();
    assert_eq!(applied.nested(&["spec"]), Some(&json!({"size": 2})));
    let err = api.apply(&config(json!({"size": 3})), "", &by("you", false)).await.unwrap_err();
    assert_eq!(err.to_string(), "Apply failed with 1 conflict: conflict with \"me\": .spec.size");
    let taken = api.apply(&config(json!({"size": 3})), "", &by("you", true)).await.unwrap();
    let left = extract_unstructured(&taken, None, "me", "").unwrap();
    assert_eq!(left.as_value()["spec"], json!({}));
    assert_eq!(extract_unstructured(&taken, None, "you", "").unwrap().as_value()["spec"], json!({"size": 3}));
    let err = api.apply(&taken, "", &by("you", true)).await.unwrap_err();
    assert!(err.to_string().starts_with("cannot apply an object with managed fields"), "{err}");
    let err = api.apply(&config(json!({})), "", &by("", false)).await.unwrap_err();
    assert!(err.to_string().contains("fieldManager: Required value"), "{err}");
}

#[tokio::test]
async fn clients_that_speak_protobuf_and_discovery_are_served() {
    let cluster = FakeCluster::new(scheme());
    let api = Api::<Gadget>::namespaced(Client::builder(cluster.clone()).media(MediaType::Protobuf).build(), "n");
    assert_eq!(create(&api, &Gadget::named("n", "a").sized(5)).await.size, 5);
    let found = Discovery::load(&cluster.client()).await.unwrap();
    let groups: Vec<_> = found.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(groups, ["", "shop.example.com", "test.example.com"]);
    let widgets = &found.groups[1].versions[0].resources[0];
    assert_eq!((widgets.kind.kind.as_ref(), widgets.subresources[0].name.as_str()), ("Widget", "status"));
}

#[tokio::test]
async fn strict_requests_find_unknown_fields() {
    let cluster = FakeCluster::new(scheme());
    let api = DynamicApi::namespaced(cluster.client(), GADGETS, "n");
    let gadget = widget(
        json!({"apiVersion": "test.example.com/v1", "kind": "Gadget", "metadata": {"name": "a"}, "colour": "red"}),
    );
    let options = CreateOptions { field_validation: "Strict".to_owned(), ..CreateOptions::default() };
    let err = api.create(&gadget, &options).await.unwrap_err();
    assert_eq!(err.to_string(), "strict decoding error: unknown field \"colour\"");
    let kept = api.create(&gadget, &CreateOptions::default()).await.unwrap();
    assert_eq!(kept.nested(&["colour"]), None);
}
