//! The hub against a model of client-go's DeltaFIFO and shared processor so simple that it is right: whatever a reflector
//! says and whenever handlers come and go, the store and each handler's history are the model's.

use std::{collections::BTreeMap, sync::Arc};

use proptest::{prelude::*, test_runner::TestCaseResult};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{
    handler::{Added, FinalState},
    hub::{Hub, Resyncs},
    notification::Notification,
};
use crate::{reflector::Heard, store::ObjectKey, test_kind::Gadget};

#[derive(Clone, Debug)]
enum Step {
    /// The server changes an object, makes it or deletes it; the watch tells.
    Put(u8),
    Delete(u8),
    /// The watch tells once more of something that it told, `back` events ago.
    Replay(usize),
    /// Events are lost; then comes a list.
    Relist(Vec<(u8, bool)>),
    Subscribe(bool),
    Unsubscribe(usize),
    Resync(usize),
}

#[derive(Clone)]
enum Event {
    Applied(Gadget),
    Deleted(Gadget),
}

type Told = (String, String);

/// A handler, what it is to hear, and its view of the state made only of what it heard.
struct Listener {
    id: u64,
    queue: UnboundedReceiver<Notification<Gadget>>,
    resyncs: bool,
    want: Vec<Told>,
    view: BTreeMap<String, String>,
}

#[derive(Default)]
struct World {
    revision: u64,
    objects: BTreeMap<u8, Gadget>,
    /// What the informer should hold: the server's state as far as it was told.
    known: BTreeMap<u8, Gadget>,
    events: Vec<Event>,
    listeners: Vec<Listener>,
    is_listed: bool,
}

fn text(gadget: &Gadget) -> (String, String) {
    (gadget.metadata.name.clone(), gadget.metadata.resource_version.clone())
}

impl World {
    fn put(&mut self, name: u8) -> Gadget {
        self.revision += 1;
        let mut gadget = Gadget::named("n", &name.to_string());
        gadget.metadata.resource_version = self.revision.to_string();
        self.objects.insert(name, gadget.clone());
        gadget
    }

    fn delete(&mut self, name: u8) -> Option<Gadget> {
        let mut gone = self.objects.remove(&name)?;
        self.revision += 1;
        gone.metadata.resource_version = self.revision.to_string();
        Some(gone)
    }

    fn tell(&mut self, what: &str, object: &Gadget, to_all: bool) {
        let (name, revision) = text(object);
        for listener in self.listeners.iter_mut().filter(|listener| to_all || listener.resyncs) {
            listener.want.push((format!("{what} {name}"), revision.clone()));
        }
    }

    fn relist(&mut self, hub: &Hub<Gadget>) {
        let listed: Vec<_> = self.objects.values().cloned().map(Arc::new).collect();
        hub.replace(listed, &self.revision.to_string());
        let before = std::mem::replace(&mut self.known, self.objects.clone());
        for (name, old) in &before {
            if !self.known.contains_key(name) {
                self.tell("gone", old, true);
            }
        }
        let added = if self.is_listed { "added" } else { "there" };
        for (name, new) in self.known.clone() {
            match before.get(&name) {
                Some(old) => self.tell("updated", &new, text(old) != text(&new)),
                None => self.tell(added, &new, true),
            }
        }
        if !std::mem::replace(&mut self.is_listed, true) {
            for listener in &mut self.listeners {
                listener.want.push(("synced".to_owned(), String::new()));
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let name = 0..4_u8;
    prop_oneof![
        5 => name.clone().prop_map(Step::Put),
        3 => name.clone().prop_map(Step::Delete),
        3 => (0..8_usize).prop_map(Step::Replay),
        1 => prop::collection::vec((name, any::<bool>()), 0..4).prop_map(Step::Relist),
        1 => any::<bool>().prop_map(Step::Subscribe),
        1 => (0..4_usize).prop_map(Step::Unsubscribe),
        1 => (0..4_usize).prop_map(Step::Resync),
    ]
}

fn take(world: &mut World, hub: &Hub<Gadget>, step: Step) -> TestCaseResult {
    match step {
        Step::Put(name) if world.is_listed => {
            let what = if world.known.contains_key(&name) { "updated" } else { "added" };
            let gadget = world.put(name);
            world.known.insert(name, gadget.clone());
            prop_assert_eq!(hub.apply(Arc::new(gadget.clone())), Heard::Settled);
            world.tell(what, &gadget, true);
            world.events.push(Event::Applied(gadget));
        }
        Step::Delete(name) if world.is_listed => {
            let Some(gone) = world.delete(name) else { return Ok(()) };
            world.known.remove(&name);
            hub.delete(Arc::new(gone.clone()));
            world.tell("deleted", &gone, true);
            world.events.push(Event::Deleted(gone));
        }
        Step::Replay(back) => {
            let Some(event) = world.events.iter().rev().nth(back).cloned() else { return Ok(()) };
            match event {
                Event::Applied(gadget) => {
                    let name: u8 = gadget.metadata.name.parse().unwrap();
                    let is_known = world.known.get(&name).is_some_and(|known| text(known) == text(&gadget));
                    if hub.apply(Arc::new(gadget.clone())) == Heard::InDoubt {
                        // what the reflector does then
                        world.relist(hub);
                    } else if is_known {
                        world.tell("updated", &gadget, false);
                    }
                }
                Event::Deleted(gadget) => hub.delete(Arc::new(gadget)),
            }
        }
        Step::Relist(unseen) => {
            for (name, is_put) in unseen {
                if is_put {
                    world.put(name);
                } else {
                    world.delete(name);
                }
            }
            world.relist(hub);
        }
        Step::Subscribe(resyncs) => {
            let (sender, queue) = mpsc::unbounded_channel();
            let id = hub.subscribe(sender, if resyncs { Resyncs::Heard } else { Resyncs::Unheard });
            let mut want: Vec<Told> = Vec::new();
            if world.is_listed {
                want.extend(world.known.values().map(text).map(|(name, revision)| (format!("there {name}"), revision)));
                want.push(("synced".to_owned(), String::new()));
            }
            world.listeners.push(Listener { id, queue, resyncs, want, view: BTreeMap::new() });
        }
        Step::Unsubscribe(at) if at < world.listeners.len() => {
            hub.unsubscribe(world.listeners.remove(at).id);
        }
        Step::Resync(at) if at < world.listeners.len() => {
            let listener = &mut world.listeners[at];
            hub.resync(listener.id);
            let again = world.known.values().map(text);
            listener.want.extend(again.map(|(name, revision)| (format!("updated {name}"), revision)));
        }
        _ => {}
    }
    Ok(())
}

/// Objects of one list are told in any order, so histories are compared object by object.
fn by_object(told: &[Told]) -> BTreeMap<&str, Vec<&Told>> {
    let mut objects: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for one in told {
        objects.entry(one.0.split_once(' ').map_or("", |(_, name)| name)).or_default().push(one);
    }
    objects
}

fn hear(listener: &mut Listener) -> Result<Vec<Told>, TestCaseError> {
    let mut told = Vec::new();
    while let Ok(notification) = listener.queue.try_recv() {
        let (what, object, old) = match &notification {
            Notification::Added(object, Added::InInitialList) => ("there", object, None),
            Notification::Added(object, Added::Later) => ("added", object, None),
            Notification::Updated { old, new } => ("updated", new, Some(old)),
            Notification::Deleted(object, FinalState::Known) => ("deleted", object, None),
            Notification::Deleted(object, FinalState::Unknown) => ("gone", object, None),
            Notification::Synced => {
                told.push(("synced".to_owned(), String::new()));
                continue;
            }
        };
        let (name, revision) = text(object);
        // each notification fits to what the listener heard before
        let known = listener.view.get(&name).cloned();
        match what {
            "there" | "added" => prop_assert_eq!(known, None),
            "updated" => prop_assert_eq!(known, old.map(|old| text(old).1)),
            "gone" => prop_assert_eq!(known.as_ref(), Some(&revision)),
            _ => prop_assert!(known.is_some()),
        }
        match what {
            "deleted" | "gone" => drop(listener.view.remove(&name)),
            _ => drop(listener.view.insert(name.clone(), revision.clone())),
        }
        told.push((format!("{what} {name}"), revision));
    }
    Ok(told)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn the_hub_does_as_the_model(steps in prop::collection::vec(step(), 0..80)) {
        let (hub, mut world) = (Hub::new(), World::default());
        hub.store.add_index("revision", |gadget: &Gadget| vec![gadget.metadata.resource_version.clone()]);
        for step in steps {
            take(&mut world, &hub, step)?;
            let mut held: Vec<_> = hub.store.list().iter().map(|it| text(it)).collect();
            held.sort();
            let known: Vec<_> = world.known.values().map(text).collect();
            prop_assert_eq!(&held, &known);
            let mut indexed = hub.store.index_values("revision");
            let mut revisions: Vec<_> = known.into_iter().map(|(_, revision)| revision).collect();
            indexed.sort();
            revisions.sort();
            prop_assert_eq!(indexed, revisions);
        }
        for listener in &mut world.listeners {
            let told = hear(listener)?;
            prop_assert_eq!(by_object(&told), by_object(&listener.want));
            if world.is_listed {
                let view: Vec<_> = listener.view.clone().into_iter().collect();
                prop_assert_eq!(view, world.known.values().map(text).collect::<Vec<_>>());
                let keys: Vec<_> = world.known.values().map(ObjectKey::of).collect();
                prop_assert_eq!(keys.len(), hub.store.keys().len());
            }
        }
    }
}
