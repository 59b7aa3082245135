//! Informers behind a proxy that breaks everything it can: it drops connections, waits, cuts answers off in the middle of a
//! list or of an event, says 410 and 500, tells events twice, in the wrong order and long after they happened. At the end the
//! local copy is the server's state, every time, and so is what a handler made of what it heard.
//!
//! client-go takes every event for news. There, an object that a late event brought back, or changed back, stays so until
//! the next list; and so does one whose event was lost with a connection after a later event had come. The first two are
//! found out here (see `kubeforge_client::informer`); the third can't be by anybody, so the proxy lets go of what it holds
//! back before it breaks a connection.
//!
//! ```sh
//! cargo test -p kubeforge-runtime --test informer_faults
//! FAULT_ROUNDS=500 FAULT_SEED=7 cargo test -p kubeforge-runtime --test informer_faults
//! ```

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod chaos;
mod frames;
mod proxy;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chaos::{Chaos, FAULTS};
use futures::StreamExt as _;
use kubeforge_api::core::v1::ConfigMap;
use kubeforge_client::{
    Api, CancellationToken, Client, Config, EventHandler, SharedInformer,
    backoff::BackoffOptions,
    informer::{Added, FinalState, InformerOptions},
    reflector::{ReflectorOptions, Start},
    transport::Https,
};
use kubeforge_machinery::{
    codec::MediaType,
    meta::v1::{CreateOptions, DeleteOptions, ListOptions, UpdateOptions},
};
use kubeforge_runtime::testing::ControlPlane;
use proxy::Proxy;

/// How many rounds there are, and how many of them at once.
const ROUNDS: u64 = 24;
const ROUNDS_AT_ONCE: usize = 4;

/// How many writes a round has, and of how many objects.
const WRITES: usize = 60;
const OBJECTS: usize = 8;

const PATIENCE: Duration = Duration::from_secs(60);

/// Names with revisions.
type State = BTreeMap<String, String>;

/// What a handler knows of the state that only listens.
#[derive(Clone, Default)]
struct Mirror(Arc<Mutex<State>>);

fn entry(object: &ConfigMap) -> (String, String) {
    (object.metadata.name.clone(), object.metadata.resource_version.clone())
}

impl EventHandler<ConfigMap> for Mirror {
    fn on_add(&mut self, object: &Arc<ConfigMap>, _when: Added) {
        let (name, revision) = entry(object);
        assert_eq!(self.0.lock().unwrap().insert(name, revision), None, "added twice");
    }

    fn on_update(&mut self, old: &Arc<ConfigMap>, new: &Arc<ConfigMap>) {
        let (name, revision) = entry(new);
        assert_eq!(self.0.lock().unwrap().insert(name, revision), Some(entry(old).1), "a change is missing");
    }

    fn on_delete(&mut self, object: &Arc<ConfigMap>, _state: FinalState) {
        assert!(self.0.lock().unwrap().remove(&entry(object).0).is_some(), "deleted twice");
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_is_the_servers_state_whatever_stands_between() {
    let plane = ControlPlane::builder().api_server_alone().start().await.unwrap();
    let (seed, rounds) = (number("FAULT_SEED", rand::random::<u32>().into()), number("FAULT_ROUNDS", ROUNDS));
    println!("FAULT_SEED={seed}");
    let struck: Vec<_> = futures::stream::iter(seed..seed + rounds)
        .map(|seed| play(&plane, seed))
        .buffer_unordered(ROUNDS_AT_ONCE)
        .collect()
        .await;
    println!("{rounds} rounds");
    for fault in FAULTS {
        let count: usize = struck.iter().map(|counts| counts.get(&fault).copied().unwrap_or_default()).sum();
        println!("{count:>6} × {fault:?}");
        assert!(count > 0 || rounds < ROUNDS, "{fault:?} never struck");
    }
    plane.stop().await;
}

/// One informer's life, in a way that the seed says.
async fn play(plane: &ControlPlane, seed: u64) -> BTreeMap<chaos::Fault, usize> {
    let chaos = Arc::new(Chaos::new(seed));
    let proxy = Proxy::start(plane.service(), chaos.clone()).await;
    let selector = format!("round=r{seed}");
    let media = if seed.is_multiple_of(2) { MediaType::Json } else { MediaType::Protobuf };
    let transport = Https::new(&Config::new(proxy.url())).unwrap();
    let backoff = BackoffOptions {
        initial: Duration::from_millis(1),
        max: Duration::from_millis(20),
        ..BackoffOptions::default()
    };
    let reflector = ReflectorOptions {
        label_selector: selector.clone(),
        start: if seed % 4 < 2 { Start::Stream } else { Start::List },
        page_size: 3,
        backoff,
        ..ReflectorOptions::default()
    };
    let api = Api::<ConfigMap>::namespaced(Client::builder(transport).media(media).build(), "default");
    let informer = SharedInformer::new(api, InformerOptions { reflector, ..InformerOptions::default() });
    let mirror = Mirror::default();
    informer.add_handler(mirror.clone());
    let cancel = CancellationToken::new();
    let running = tokio::spawn(informer.run(cancel.clone()));

    let direct = Api::<ConfigMap>::namespaced(plane.client(), "default");
    for _ in 0..WRITES {
        write(&direct, &chaos, seed).await;
        tokio::time::sleep(Duration::from_millis(chaos.below(6))).await;
    }
    let listed = direct.list(&ListOptions { label_selector: selector, ..ListOptions::default() }).await.unwrap();
    let want: State = listed.items.iter().map(entry).collect();
    let look = Look { informer: &informer, mirror: &mirror, want, seed };
    // what happened last is still on its way, and some of it comes after what happened later
    look.wait_until_right_for(Duration::from_millis(150)).await;
    // from here on events come twice, late, again, and connections break, but all in one order
    chaos.keep_order();
    tokio::time::sleep(Duration::from_millis(100)).await;
    look.wait_until_right_for(Duration::from_millis(100)).await;
    look.must_stay_right_for(Duration::from_millis(200)).await;
    cancel.cancel();
    running.await.unwrap();
    proxy.stop().await;
    chaos.counts()
}

/// Compares the store, and what the handler heard, with the server's state.
struct Look<'a> {
    informer: &'a SharedInformer<ConfigMap>,
    mirror: &'a Mirror,
    want: State,
    seed: u64,
}

impl Look<'_> {
    /// What is wrong, if anything.
    fn wrong(&self) -> Option<String> {
        let store: State = self.informer.store().list().iter().map(|it| entry(it)).collect();
        let heard = self.mirror.0.lock().unwrap().clone();
        let Self { want, seed, .. } = self;
        (store != *want || heard != *want)
            .then(|| format!("FAULT_SEED={seed}: {want:?}, but the store has {store:?}, and the handler {heard:?}"))
    }

    async fn wait_until_right_for(&self, time: Duration) {
        let (began, mut since) = (Instant::now(), Instant::now());
        while since.elapsed() < time {
            if let Some(wrong) = self.wrong() {
                assert!(began.elapsed() < PATIENCE, "{wrong}");
                since = Instant::now();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn must_stay_right_for(&self, time: Duration) {
        let began = Instant::now();
        while began.elapsed() < time {
            if let Some(wrong) = self.wrong() {
                panic!("it was right, and isn't any more: {wrong}");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Makes, changes, hides, shows or deletes an object, whichever the seed says.
async fn write(api: &Api<ConfigMap>, chaos: &Chaos, seed: u64) {
    let name = format!("r{seed}-{}", chaos.below(OBJECTS as u64));
    let Some(mut object) = api.get_opt(&name).await.unwrap() else {
        let mut object = ConfigMap::default();
        object.metadata.name = name;
        object.metadata.labels.insert("round".to_owned(), format!("r{seed}"));
        object.data.insert("text".to_owned(), "x".repeat(chaos.below(3000) as usize));
        api.create(&object, &CreateOptions::default()).await.unwrap();
        return;
    };
    match chaos.below(4) {
        0 => {
            api.delete(&name, &DeleteOptions::default()).await.unwrap();
            return;
        }
        // an object that no longer fits the selector is gone for those who watch
        1 if object.metadata.labels.remove("round").is_some() => {}
        1 => drop(object.metadata.labels.insert("round".to_owned(), format!("r{seed}"))),
        _ => drop(object.data.insert("number".to_owned(), chaos.below(1 << 30).to_string())),
    }
    api.update(&object, &UpdateOptions::default()).await.unwrap();
}
