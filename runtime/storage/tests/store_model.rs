//! Random histories: two servers over one store, watchers coming and going, against a small model.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, unreachable_pub, dead_code, reason = "tests")]

mod store;

use std::{collections::BTreeMap, sync::Arc};

use futures::{FutureExt, StreamExt, stream::BoxStream};
use kubeforge_api::core::v1::Pod;
use kubeforge_storage::{
    revision::Revision,
    storage::{
        Change, Continue, ListRequest, Preconditions, ReadAt, Selection, Storage, StorageError, WatchEvent, WatchFrom,
        WatchRequest,
    },
};
use store::{
    Kind, Room,
    room::{key, pod, with_fields, with_labels},
};

/// A small generator of numbers (splitmix64), so that a seed gives one history.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// What the model knows of an object.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    revision: u64,
    app: &'static str,
    node: &'static str,
}

type State = BTreeMap<String, Known>;

const NAMESPACES: [&str; 3] = ["a", "a-b", "b"];
const NAMES: [&str; 5] = ["v", "w", "x", "y", "z"];
const APPS: [&str; 3] = ["web", "db", ""];
const NODES: [&str; 3] = ["", "n1", "n2"];

type Matches = fn(&str, &Known) -> bool;

fn selections() -> Vec<(Selection, Matches)> {
    vec![
        (Selection::default(), |_, _| true),
        (Selection::of_namespace(Some("a")), |path, _| path.starts_with("a/")),
        (with_labels("app=web"), |_, known| known.app == "web"),
        (with_labels("app!=web"), |_, known| known.app != "web"),
        (with_fields("spec.nodeName=n1"), |_, known| known.node == "n1"),
        (with_fields("spec.nodeName!=n1"), |_, known| known.node != "n1"),
        (with_fields("metadata.name=x"), |path, _| path.ends_with("/x")),
        (Selection { namespace: Some("a-b".into()), name: Some("x".into()), ..Selection::default() }, |path, _| {
            path == "a-b/x"
        }),
        (Selection { namespace: Some("b".into()), ..with_labels("app in (web,db)") }, |path, known| {
            path.starts_with("b/") && !known.app.is_empty()
        }),
    ]
}

/// A watcher, and what the objects are according to it.
struct Watcher {
    selection: usize,
    events: BoxStream<'static, Result<WatchEvent, StorageError>>,
    state: BTreeMap<String, u64>,
    last: u64,
}

impl Watcher {
    /// Takes all events up to `revision`, which was the last change.
    async fn catch_up(&mut self, want: &BTreeMap<String, u64>) {
        while self.state != *want {
            let next = tokio::time::timeout(std::time::Duration::from_secs(5), self.events.next()).await;
            let event = next.unwrap_or_else(|_| panic!("{:?} never becomes {want:?}", self.state));
            let event = event.expect("the watch goes on").unwrap();
            let (WatchEvent::Added(entry) | WatchEvent::Modified(entry) | WatchEvent::Deleted(entry)) = &event else {
                continue;
            };
            let (path, revision) = (entry.key().to_string(), entry.revision().get());
            let is_initial = matches!(event, WatchEvent::Added(_)) && revision <= self.last;
            assert!(revision > self.last || is_initial, "revision {revision} after {}", self.last);
            self.last = self.last.max(revision);
            match &event {
                WatchEvent::Added(_) => assert_eq!(self.state.insert(path, revision), None, "{event:?}"),
                WatchEvent::Modified(_) => assert!(self.state.insert(path, revision).is_some(), "{event:?}"),
                _ => assert!(self.state.remove(&path).is_some(), "{event:?}"),
            }
        }
    }
}

fn chosen(state: &State, matches: Matches) -> BTreeMap<String, u64> {
    state
        .iter()
        .filter(|(path, known)| matches(path, known))
        .map(|(path, known)| (path.clone(), known.revision))
        .collect()
}

struct Run {
    random: Random,
    servers: [Arc<dyn Storage>; 2],
    state: State,
    past: Vec<(Revision, State)>,
    watchers: Vec<Watcher>,
}

impl Run {
    fn server(&mut self) -> Arc<dyn Storage> {
        self.servers[self.random.below(2) as usize].clone()
    }

    async fn write(&mut self) {
        let path = format!("{}/{}", self.random.pick(&NAMESPACES), self.random.pick(&NAMES));
        let (app, node) = (self.random.pick(&APPS), self.random.pick(&NODES));
        let deletes = self.random.below(4) == 0;
        let server = self.server();
        let change = move |pod: &mut Pod| {
            pod.metadata.labels.remove("app");
            if !app.is_empty() {
                pod.metadata.labels.insert("app".to_owned(), app.to_owned());
            }
            pod.spec.node_name = node.to_owned();
        };
        let new = pod(&path);
        let update = Box::new(move |entry: Option<Arc<kubeforge_storage::entry::Entry>>| {
            let mut object = entry.map_or_else(|| Box::new(new.clone()) as _, |entry| entry.object().unwrap());
            change(object.downcast_mut().unwrap());
            async move { Ok(if deletes { Change::Delete(object) } else { Change::Put(object) }) }.boxed()
        });
        match server.update(&key(&path), &Preconditions::default(), update).await {
            Ok(updated) if deletes => {
                assert!(self.state.remove(&path).is_some());
                self.past.push((updated.entry().revision(), self.state.clone()));
            }
            Ok(updated) => {
                let known = Known { revision: updated.entry().revision().get(), app, node };
                let before = self.state.insert(path, known.clone());
                if before.as_ref().is_some_and(|before| (before.app, before.node) == (app, node)) {
                    assert_eq!(before, Some(known), "nothing changed");
                } else {
                    self.past.push((updated.entry().revision(), self.state.clone()));
                }
            }
            Err(StorageError::NotFound(_)) => assert!(deletes && !self.state.contains_key(&path)),
            Err(err) => panic!("{err:?}"),
        }
    }

    async fn read(&mut self) {
        let server = self.server();
        let all = selections();
        let (selection, matches) = all[self.random.below(all.len() as u64) as usize].clone();
        let (at, state) = match self.random.below(3) {
            0 if !self.past.is_empty() => {
                let (revision, state) = self.past[self.random.below(self.past.len() as u64) as usize].clone();
                (ReadAt::Exact(revision), state)
            }
            1 if !self.past.is_empty() => (ReadAt::NotOlderThan(self.past.last().unwrap().0), self.state.clone()),
            _ => (ReadAt::Latest, self.state.clone()),
        };
        let limit = self.random.below(4) as usize;
        let mut request = ListRequest { selection, at, limit, continue_: None };
        let mut found = BTreeMap::new();
        loop {
            let list = server.list(request.clone()).await.unwrap();
            assert!(limit == 0 || list.items.len() <= limit);
            found.extend(list.items.iter().map(|entry| (entry.key().to_string(), entry.revision().get())));
            if let Some(remaining) = list.remaining {
                assert_eq!(found.len() + remaining as usize, chosen(&state, matches).len());
            }
            let Some(next) = list.continue_ else { break };
            request.continue_ = Some(Continue::decode(&next.encode()).unwrap());
            if self.random.below(2) == 0 {
                Box::pin(self.write()).await;
            }
        }
        assert_eq!(found, chosen(&state, matches), "{request:?}");
    }

    async fn watch(&mut self) {
        let server = self.server();
        let all = selections();
        let at = self.random.below(all.len() as u64) as usize;
        let (selection, matches) = all[at].clone();
        let (from, state, last) = match self.random.below(2) {
            0 if !self.past.is_empty() => {
                let (revision, state) = self.past[self.random.below(self.past.len() as u64) as usize].clone();
                (WatchFrom::After(revision), chosen(&state, matches), revision.get())
            }
            _ => (WatchFrom::LatestState, BTreeMap::new(), u64::MAX),
        };
        let request = WatchRequest { selection, from, bookmarks: true, initial_events_end: true };
        let events = server.watch(request).await.unwrap();
        let last = if last == u64::MAX { self.past.last().map_or(0, |(revision, _)| revision.get()) } else { last };
        self.watchers.push(Watcher { selection: at, events, state, last });
    }
}

async fn run(kind: Kind, seed: u64) {
    println!("{kind:?} KUBEFORGE_SEED={seed}");
    let room = Room::in_memory(kind).await;
    let servers = [room.pods.clone(), room.another().await];
    let mut run = Run { random: Random(seed), servers, state: State::new(), past: Vec::new(), watchers: Vec::new() };
    for _ in 0..600 {
        match run.random.below(10) {
            0 => run.watch().await,
            1 | 2 => run.read().await,
            3 if run.watchers.len() > 5 => drop(run.watchers.swap_remove(0)),
            _ => run.write().await,
        }
        let which = run.random.below(8) as usize;
        if let Some(watcher) = run.watchers.get_mut(which) {
            watcher.catch_up(&chosen(&run.state, selections()[watcher.selection].1)).await;
        }
    }
    for watcher in &mut run.watchers {
        watcher.catch_up(&chosen(&run.state, selections()[watcher.selection].1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn random_histories_agree_with_the_model() {
    let seeds: Vec<u64> = match std::env::var("KUBEFORGE_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (0..12).map(|round| round * 7919 + u64::from(std::process::id())).collect(),
    };
    for seed in seeds {
        run(Kind::ObjectStore, seed).await;
        run(Kind::WatchCache, seed).await;
    }
}
