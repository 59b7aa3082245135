use std::{sync::Arc, time::Duration};

use kubeforge_machinery::codec::{MediaType, encode};

use super::*;
use crate::{
    informer::{Added, EventHandler, Filtered, FinalState, HandlerFns, OnHandlerPanic, distribute::Distributor},
    reflector::{Heard, OnError, ReflectorOptions, Sink as _, Start, TweakListOptions},
    test_kind::{Gadget, GadgetList},
    transport::{Fake, FakeBody},
};

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl EventHandler<Gadget> for Notes {
    fn on_add(&mut self, object: &Arc<Gadget>, when: Added) {
        self.0.lock().push(format!("add {} {when:?}", object.metadata.name));
    }

    fn on_update(&mut self, old: &Arc<Gadget>, new: &Arc<Gadget>) {
        self.0.lock().push(format!("update {} {}->{}", new.metadata.name, old.size, new.size));
    }

    fn on_delete(&mut self, object: &Arc<Gadget>, state: FinalState) {
        self.0.lock().push(format!("delete {} {state:?}", object.metadata.name));
    }
}

impl Notes {
    fn take(&self) -> Vec<String> {
        let mut notes = std::mem::take(&mut *self.0.lock());
        notes.sort();
        notes
    }
}

/// What the reflector does with a sink.
trait Told {
    fn list(&mut self, objects: Vec<Gadget>, revision: &str);
    fn change(&mut self, object: Gadget) -> Heard;
    fn remove(&mut self, object: Gadget);
}

impl Told for Distributor<Gadget> {
    fn list(&mut self, objects: Vec<Gadget>, revision: &str) {
        let objects = objects.into_iter().map(|object| self.take_in(object)).collect();
        self.replace(objects, revision);
    }

    fn change(&mut self, object: Gadget) -> Heard {
        let object = self.take_in(object);
        self.apply(object)
    }

    fn remove(&mut self, object: Gadget) {
        let object = self.take_in(object);
        self.delete(object);
    }
}

fn json<T: kubeforge_machinery::Object>(object: &T) -> String {
    String::from_utf8(encode(object, MediaType::Json).unwrap()).unwrap()
}

/// A server with gadgets `a` and `b`, whose watch is the returned handle.
fn server() -> (Fake, FakeBody, InformerFactory) {
    let mut list = GadgetList { items: vec![Gadget::named("n", "a"), Gadget::named("n", "b")], ..Default::default() };
    list.metadata.resource_version = "5".to_owned();
    let (body, watch) = Fake::streaming("application/json");
    let fake = Fake::script([Fake::json(200, json(&list)), watch]);
    let client = Client::builder(fake.clone()).media(MediaType::Json).build();
    let reflector = ReflectorOptions { start: Start::List, ..ReflectorOptions::default() };
    let informer = InformerOptions { reflector, ..InformerOptions::default() };
    (fake, body, InformerFactory::with_options(client, FactoryOptions { informer, ..FactoryOptions::default() }))
}

fn send(body: &FakeBody, type_: &str, gadget: &Gadget) {
    assert!(body.send(format!("{{\"type\":\"{type_}\",\"object\":{}}}\n", json(gadget).trim())));
}

async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn handlers_hear_of_the_state_and_of_its_changes() {
    let (fake, body, factory) = server();
    let (notes, cancel) = (Notes::default(), CancellationToken::new());
    let mut registration = factory.informer::<Gadget>().add_handler(notes.clone());
    assert!(!registration.has_synced());
    factory.start(&cancel);
    factory.start(&cancel);
    factory.wait_for_sync().await;
    assert!(registration.wait_for_sync().await);
    assert_eq!(notes.take(), ["add a InInitialList", "add b InInitialList"]);
    send(&body, "MODIFIED", &Gadget::named("n", "a").sized(3).at(6));
    send(&body, "ADDED", &Gadget::named("n", "c").at(7));
    send(&body, "DELETED", &Gadget::named("n", "b").at(8));
    settle().await;
    assert_eq!(notes.take(), ["add c Later", "delete b Known", "update a 0->3"]);
    let late = Notes::default();
    let mut registration = factory.informer::<Gadget>().add_handler(late.clone());
    assert!(registration.wait_for_sync().await);
    assert_eq!(late.take(), ["add a InInitialList", "add c InInitialList"]);
    assert_eq!(factory.lister::<Gadget>().namespace("n").get("a").unwrap().size, 3);
    cancel.cancel();
    factory.shutdown().await;
    assert_eq!(fake.lines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_vanished_between_lists_is_deleted_in_an_unknown_state() {
    let (_, _body, factory) = server();
    let informer = factory.informer::<Gadget>();
    let notes = Notes::default();
    informer.add_handler(notes.clone());
    let mut sink = informer.distributor();
    sink.list(vec![Gadget::named("n", "a"), Gadget::named("n", "b")], "");
    sink.list(vec![Gadget::named("n", "b").sized(1), Gadget::named("n", "c")], "");
    settle().await;
    assert_eq!(
        notes.take(),
        ["add a InInitialList", "add b InInitialList", "add c Later", "delete a Unknown", "update b 0->1"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_resync_tells_everything_again_to_one_handler() {
    let (_, _body, factory) = server();
    let informer = factory.informer::<Gadget>();
    let (notes, quiet) = (Notes::default(), Notes::default());
    informer.add_handler_with_resync(notes.clone(), Some(Duration::from_secs(60)));
    informer.add_handler(quiet.clone());
    informer.distributor().list(vec![Gadget::named("n", "a").sized(2)], "");
    settle().await;
    notes.take();
    quiet.take();
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(notes.take(), ["update a 2->2"]);
    assert_eq!(quiet.take(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_removed_handler_hears_nothing_more_and_a_transform_comes_first() {
    let (_, _body, factory) = server();
    let informer = factory.informer::<Gadget>();
    informer.set_transform(|gadget: &mut Gadget| gadget.size = 9);
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let heard = sizes.clone();
    let registration =
        informer.add_handler(HandlerFns::on_any(move |gadget: &Arc<Gadget>| heard.lock().push(gadget.size)));
    let mut sink = informer.distributor();
    sink.list(vec![Gadget::named("n", "a")], "");
    settle().await;
    registration.remove();
    assert_eq!(sink.change(Gadget::named("n", "b")), Heard::Settled);
    settle().await;
    assert_eq!(*sizes.lock(), [9]);
    assert_eq!(informer.store().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_filter_makes_changes_into_comings_and_goings() {
    let (_, _body, factory) = server();
    let informer = factory.informer::<Gadget>();
    let notes = Notes::default();
    informer.add_handler(Filtered::new(|gadget: &Gadget| gadget.size > 1, notes.clone()));
    let mut sink = informer.distributor();
    sink.list(vec![Gadget::named("n", "a"), Gadget::named("n", "b").sized(2)], "");
    for (name, size) in [("a", 3), ("a", 4), ("b", 1), ("b", 0)] {
        assert_eq!(sink.change(Gadget::named("n", name).sized(size)), Heard::Settled);
    }
    sink.remove(Gadget::named("n", "b"));
    settle().await;
    assert_eq!(notes.take(), ["add a Later", "add b InInitialList", "delete b Known", "update a 3->4"]);
}

#[tokio::test(start_paused = true)]
async fn options_can_be_tweaked_and_failures_heard_of() {
    let failures = Arc::new(Mutex::new(0));
    let count = failures.clone();
    let reflector = ReflectorOptions {
        tweak: Some(TweakListOptions::new(|options| options.label_selector = "a=b".to_owned())),
        on_error: Some(OnError::new(move |_| *count.lock() += 1)),
        ..ReflectorOptions::default()
    };
    let fake = Fake::new(|_| Ok(Fake::json(403, "no")));
    let options = FactoryOptions {
        informer: InformerOptions { reflector, ..InformerOptions::default() },
        ..FactoryOptions::default()
    };
    let options = options.resync_of::<Gadget>(Some(Duration::from_secs(5)));
    let factory = InformerFactory::with_options(Client::new(fake.clone()), options);
    factory.informer::<Gadget>();
    let cancel = CancellationToken::new();
    factory.start(&cancel);
    tokio::time::sleep(Duration::from_millis(100)).await;
    cancel.cancel();
    let synced = factory.wait_for_cache_sync(&cancel).await;
    let gadgets = GroupVersionResource::new("test.example.com", "v1", "gadgets");
    assert_eq!(synced, BTreeMap::from([(gadgets, false)]));
    factory.shutdown().await;
    assert!(*failures.lock() >= 1);
    assert!(fake.lines()[0].contains("labelSelector=a%3Db"), "{:?}", fake.lines());
}

#[tokio::test(start_paused = true)]
async fn a_kind_can_have_a_resync_of_its_own() {
    let (_, _body, first) = server();
    let options = FactoryOptions::default().resync_of::<Gadget>(Some(Duration::from_secs(60)));
    let factory = InformerFactory::with_options(first.client().clone(), options);
    let informer = factory.informer::<Gadget>();
    let notes = Notes::default();
    informer.add_handler(notes.clone());
    informer.distributor().list(vec![Gadget::named("n", "a").sized(2)], "");
    settle().await;
    notes.take();
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(notes.take(), ["update a 2->2"]);
}

#[tokio::test(start_paused = true)]
async fn a_list_without_changes_is_told_only_to_those_who_resync() {
    let (_, _body, factory) = server();
    let informer = factory.informer::<Gadget>();
    let (quiet, resynced) = (Notes::default(), Notes::default());
    informer.add_handler(quiet.clone());
    informer.add_handler_with_resync(resynced.clone(), Some(Duration::from_secs(3600)));
    let mut sink = informer.distributor();
    let objects = || vec![Gadget::named("n", "a").at(4), Gadget::named("n", "b").at(5)];
    sink.list(objects(), "5");
    settle().await;
    quiet.take();
    resynced.take();
    let known = informer.store().get("n", "a").unwrap();
    sink.list(objects(), "6");
    settle().await;
    assert_eq!((quiet.take(), resynced.take().len()), (vec![], 2));
    assert!(Arc::ptr_eq(&known, &informer.store().get("n", "a").unwrap()), "it isn't held twice");
}

#[tokio::test(start_paused = true)]
async fn events_that_come_late_or_twice_change_nothing() {
    let (_, _body, factory) = server();
    let informer = factory.informer::<Gadget>();
    let notes = Notes::default();
    informer.add_handler(notes.clone());
    let mut sink = informer.distributor();
    let (a, b, c) = (Gadget::named("n", "a"), Gadget::named("n", "b"), Gadget::named("n", "c"));
    sink.list(vec![a.clone().at(3), b.clone().at(5)], "6");
    sink.remove(b.clone().at(8));
    assert_eq!(sink.change(a.clone().sized(1).at(9)), Heard::Settled);
    settle().await;
    notes.take();
    assert_eq!(sink.change(a.clone().sized(7).at(7)), Heard::Settled, "older than what is known");
    sink.remove(a.clone().at(4));
    assert_eq!(sink.change(a.clone().sized(1).at(9)), Heard::Settled, "the same again");
    assert_eq!(sink.change(b.clone().at(7)), Heard::Settled, "from before it was deleted");
    sink.remove(b.clone().at(8));
    assert_eq!(sink.change(c.clone().at(2)), Heard::InDoubt, "older than the list, where it isn't");
    settle().await;
    assert_eq!(notes.take(), Vec::<String>::new());
    assert_eq!(sink.change(b.at(10)), Heard::Settled);
    settle().await;
    assert_eq!(notes.take(), ["add b Later"]);
}

#[tokio::test(start_paused = true)]
async fn all_kinds_can_lose_their_managed_fields() {
    let (_, _body, first) = server();
    let transform = Some(TransformMeta::without_managed_fields());
    let options = FactoryOptions { transform, ..FactoryOptions::default() };
    let informer = InformerFactory::with_options(first.client().clone(), options).informer::<Gadget>();
    let mut gadget = Gadget::named("n", "a");
    gadget.metadata.managed_fields.push(Default::default());
    informer.distributor().list(vec![gadget], "5");
    assert!(informer.store().get("n", "a").unwrap().metadata.managed_fields.is_empty());
    assert!(informer.wait_for_cache_sync(&CancellationToken::new()).await);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_added_after_the_end_hears_nothing() {
    let (_, _body, factory) = server();
    let cancel = CancellationToken::new();
    let informer = factory.informer::<Gadget>();
    factory.start(&cancel);
    factory.wait_for_sync().await;
    cancel.cancel();
    factory.shutdown().await;
    let notes = Notes::default();
    let mut registration = informer.add_handler(notes.clone());
    let synced = tokio::time::timeout(Duration::from_secs(60), registration.wait_for_sync()).await;
    assert_eq!((synced, notes.take()), (Ok(false), vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_hears_of_the_rest() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (hear, heard) = (told.clone(), Arc::new(Mutex::new(Vec::new())));
    let options = InformerOptions {
        on_handler_panic: Some(OnHandlerPanic::new(move |kind, text| hear.lock().push(format!("{kind}: {text}")))),
        ..InformerOptions::default()
    };
    let informer = SharedInformer::new(Api::<Gadget>::all(Client::new(Fake::script([]))), options);
    let names = heard.clone();
    let handler = HandlerFns::new().on_add(move |gadget: &Arc<Gadget>| {
        assert_ne!(gadget.metadata.name, "a", "on purpose");
        names.lock().push(gadget.metadata.name.clone());
    });
    let mut registration = informer.add_handler(handler);
    let notes = Notes::default();
    let other = informer.add_handler(notes.clone());
    let mut sink = informer.distributor();
    sink.list(vec![Gadget::named("n", "a"), Gadget::named("n", "b")], "");
    assert!(registration.wait_for_sync().await);
    assert_eq!(sink.change(Gadget::named("n", "c")), Heard::Settled);
    settle().await;
    assert_eq!(*heard.lock(), ["b", "c"]);
    assert_eq!((notes.take().len(), registration.panics(), other.panics()), (3, 1, 0));
    let told = told.lock();
    assert!(told.len() == 1 && told[0].starts_with("Gadget: ") && told[0].contains("on purpose"), "{told:?}");
}
