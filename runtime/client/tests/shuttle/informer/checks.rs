//! What must hold of the hub under every schedule.

use std::{collections::BTreeMap, sync::Arc};

use shuttle::thread;
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{
    handler::Added,
    hub::{Hub, Resyncs},
    notification::Notification,
};
use crate::{reflector::Heard, store::ObjectKey, test_kind::Gadget};

/// What a handler would know that heard all this; each notification must fit to those before.
fn view(queue: &mut UnboundedReceiver<Notification<Gadget>>) -> BTreeMap<String, i32> {
    let mut view = BTreeMap::new();
    let mut is_synced = false;
    while let Ok(notification) = queue.try_recv() {
        let name = |gadget: &Gadget| gadget.metadata.name.clone();
        match notification {
            Notification::Added(new, when) => {
                assert_eq!(when == Added::InInitialList, !is_synced);
                assert_eq!(view.insert(name(&new), new.size), None, "added twice");
            }
            Notification::Updated { old, new } => {
                assert_eq!(view.insert(name(&new), new.size), Some(old.size), "a change is missing");
            }
            Notification::Deleted(old, _) => assert!(view.remove(&name(&old)).is_some(), "deleted twice"),
            Notification::Synced => assert!(!std::mem::replace(&mut is_synced, true), "synced twice"),
        }
    }
    assert!(is_synced);
    view
}

fn state(hub: &Hub<Gadget>) -> BTreeMap<String, i32> {
    hub.store.list().iter().map(|gadget| (gadget.metadata.name.clone(), gadget.size)).collect()
}

fn gadget(name: &str, size: u32) -> Arc<Gadget> {
    Arc::new(Gadget::named("n", name).sized(size as i32).at(size))
}

/// A reflector: a list, changes, another list.
fn writer(hub: Arc<Hub<Gadget>>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        hub.replace(vec![gadget("a", 1), gadget("b", 2)], "2");
        assert_eq!(hub.apply(gadget("a", 3)), Heard::Settled);
        hub.delete(gadget("b", 4));
        assert_eq!(hub.apply(gadget("c", 5)), Heard::Settled);
        assert_eq!(hub.apply(gadget("b", 2)), Heard::Settled);
        assert_eq!(hub.apply(gadget("x", 2)), Heard::InDoubt);
        hub.replace(vec![gadget("a", 6), gadget("d", 7)], "7");
    })
}

pub(crate) fn tells_newcomers() {
    let hub = Arc::new(Hub::<Gadget>::new());
    let writer = writer(hub.clone());
    let listeners = [(); 2].map(|()| {
        let hub = hub.clone();
        thread::spawn(move || {
            let (sender, queue) = mpsc::unbounded_channel();
            hub.subscribe(sender, Resyncs::Unheard);
            let (sender, _gone) = mpsc::unbounded_channel();
            hub.unsubscribe(hub.subscribe(sender, Resyncs::Heard));
            queue
        })
    });
    writer.join().unwrap();
    for listener in listeners {
        assert_eq!(view(&mut listener.join().unwrap()), state(&hub));
    }
}

pub(crate) fn resyncs() {
    let hub = Arc::new(Hub::<Gadget>::new());
    let (sender, mut queue) = mpsc::unbounded_channel();
    let id = hub.subscribe(sender, Resyncs::Heard);
    let writer = writer(hub.clone());
    let ticker = {
        let hub = hub.clone();
        thread::spawn(move || {
            hub.resync(id);
            hub.resync(id);
        })
    };
    writer.join().unwrap();
    ticker.join().unwrap();
    assert_eq!(view(&mut queue), state(&hub));
    assert_eq!(ObjectKey::of(&*gadget("a", 6)).to_string(), "n/a");
}
