//! Random histories, compared with a model too simple to be wrong.

use std::collections::BTreeMap;

use crate::{
    conformance::room::{Room, done, revision_of, text},
    kv::{Expect, KeyValue, KvError, Want, Written},
    revision::Revision,
};

/// One state of one key: what was written, or `None` for a deletion.
#[derive(Clone, Debug)]
struct Change {
    revision: Revision,
    name: String,
    value: Option<String>,
}

/// Everything that ever happened, oldest first.
#[derive(Default)]
struct Model {
    changes: Vec<Change>,
    compacted: Option<Revision>,
}

/// What the model knows of a key at some revision.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    value: String,
    created: Revision,
    modified: Revision,
    version: u64,
}

impl Model {
    fn at(&self, revision: Revision) -> BTreeMap<String, State> {
        let mut states = BTreeMap::<String, State>::new();
        for Change { revision, name, value } in self.changes.iter().filter(|change| change.revision <= revision) {
            let Some(value) = value.clone() else {
                states.remove(name);
                continue;
            };
            let (created, version) =
                states.get(name).map_or((*revision, 1), |state| (state.created, state.version + 1));
            states.insert(name.clone(), State { value, created, modified: *revision, version });
        }
        states
    }

    fn now(&self) -> BTreeMap<String, State> {
        self.changes.last().map_or_else(BTreeMap::new, |last| self.at(last.revision))
    }
}

/// Does `steps` random things in a room of `kv`, and after each compares what it sees. The seed is in every failure,
/// and the same seed does the same things.
pub async fn random_history(room: &Room, seed: u64, steps: usize) {
    let mut random = Random(seed);
    let mut model = Model::default();
    let start = room.current().await;
    let mut live = room.watch(Some(start.next())).await;
    for step in 0..steps {
        let at = format!("seed {seed}, step {step}");
        match random.below(10) {
            0..5 => put(room, &mut model, &mut random, &at).await,
            5..7 => delete(room, &mut model, &mut random, &at).await,
            7..9 => read(room, &model, &mut random, start, &at).await,
            _ => compact(room, &mut model, &mut random, &at).await,
        }
    }
    for change in &model.changes {
        let event = live.event().await;
        check_event(&live.describe(&event), revision_of(&event), change, &model, Checked::All, seed);
    }
    watch_past(room, &model, &mut random, seed).await;
}

fn name(random: &mut Random) -> String {
    format!("k{}", random.below(6))
}

fn expect(model: &Model, name: &str, random: &mut Random) -> Expect {
    let current = model.now().get(name).map(|state| state.modified);
    match (random.below(4), current, model.changes.first()) {
        (0, ..) => Expect::Anything,
        (1, ..) => Expect::Absent,
        (2, Some(current), _) => Expect::At(current),
        (_, _, Some(first)) => Expect::At(first.revision),
        (..) => Expect::Absent,
    }
}

async fn put(room: &Room, model: &mut Model, random: &mut Random, at: &str) {
    let name = name(random);
    let value = format!("{}", random.below(1_000_000));
    let expect = expect(model, &name, random);
    let written = room.write(&name, &value, expect).await;
    check_written(written, model, Asked { name, value: Some(value), expect }, at);
}

async fn delete(room: &Room, model: &mut Model, random: &mut Random, at: &str) {
    let name = name(random);
    let expect = expect(model, &name, random);
    let written = room.kv().delete(room.key(&name), expect).await.expect("answered");
    check_written(written, model, Asked { name, value: None, expect }, at);
}

/// What was asked for.
struct Asked {
    name: String,
    value: Option<String>,
    expect: Expect,
}

#[track_caller]
fn check_written(written: Written, model: &mut Model, asked: Asked, at: &str) {
    let now = model.now();
    let current = now.get(&asked.name);
    let held = match asked.expect {
        Expect::Anything => asked.value.is_some() || current.is_some(),
        Expect::Absent => asked.value.is_some() && current.is_none(),
        Expect::At(revision) => current.is_some_and(|state| state.modified == revision),
    };
    match written {
        Written::Done { revision, previous } => {
            assert!(held, "{at}: {:?} did not hold of {current:?}", asked.expect);
            assert!(model.changes.last().is_none_or(|last| last.revision < revision), "{at}: revisions rise");
            assert!(previous.is_none() || previous.as_ref().map(state).as_ref() == current, "{at}: {previous:?}");
            model.changes.push(Change { revision, name: asked.name, value: asked.value });
        }
        Written::Unexpected { current: found, .. } => {
            assert!(!held, "{at}: {:?} held of {current:?}", asked.expect);
            assert_eq!(found.as_ref().map(state).as_ref(), current, "{at}");
        }
    }
}

fn state(kv: &KeyValue) -> State {
    State { value: text(&kv.value), created: kv.create_revision, modified: kv.mod_revision, version: kv.version }
}

async fn read(room: &Room, model: &Model, random: &mut Random, start: Revision, at: &str) {
    let latest = room.current().await;
    let span = latest.get() - start.get() + 3;
    let asked = Revision::new(start.get() + random.below(span)).expect("not 0");
    let limit = random.below(8) as usize;
    let found = room.range(room.all(), Some(asked), Some(limit), Want::KeyValues).await;
    match found {
        Err(KvError::Future { .. }) => assert!(asked > latest, "{at}: {asked} is not after {latest}"),
        Err(KvError::Compacted { .. }) => {
            assert!(model.compacted.is_some_and(|compacted| asked < compacted), "{at}: {asked} is not compacted");
        }
        Err(err) => panic!("{at}: {err}"),
        Ok(found) => {
            assert!(asked <= latest && model.compacted.is_none_or(|compacted| asked >= compacted), "{at}: {asked}");
            let states = model.at(asked);
            assert_eq!((found.count, found.more), (states.len(), states.len() > limit), "{at}: at {asked}");
            let got: Vec<_> = found.kvs.iter().map(|kv| (room.name(&kv.key), state(kv))).collect();
            let want: Vec<_> = states.into_iter().take(limit).collect();
            assert_eq!(got, want, "{at}: at {asked}");
        }
    }
}

async fn compact(room: &Room, model: &mut Model, random: &mut Random, at: &str) {
    if model.changes.is_empty() || random.below(3) > 0 {
        return;
    }
    let change = &model.changes[random.below(model.changes.len() as u64) as usize];
    let revision = change.revision;
    let compacted = room.kv().compact(revision).await;
    match compacted {
        Ok(()) => {
            assert!(model.compacted.is_none_or(|before| before < revision), "{at}: compacted twice at {revision}");
            model.compacted = Some(revision);
        }
        Err(KvError::Compacted { .. }) => {
            assert!(model.compacted.is_some_and(|before| before >= revision), "{at}: not compacted at {revision}");
        }
        Err(err) => panic!("{at}: {err}"),
    }
}

/// Whether the past of an event may be compacted.
#[derive(PartialEq)]
enum Checked {
    All,
    ButPrevious,
}

#[track_caller]
fn check_event(line: &str, revision: Revision, change: &Change, model: &Model, checked: Checked, seed: u64) {
    assert_eq!(revision, change.revision, "seed {seed}: {line}");
    let before = Revision::new(revision.get() - 1).map(|before| model.at(before)).unwrap_or_default();
    let was = before.get(&change.name).map_or_else(String::new, |state| format!(" was {}", state.value));
    let plain = match &change.value {
        Some(value) => format!("{}={value}", change.name),
        None => format!("{} gone", change.name),
    };
    let whole = format!("{plain}{was}");
    assert!(line == whole || (checked == Checked::ButPrevious && line == plain), "seed {seed}: {line}, not {whole}");
}

/// Watches from some revision that was not compacted.
async fn watch_past(room: &Room, model: &Model, random: &mut Random, seed: u64) {
    // The event at the compacted revision itself may be gone: etcd before 3.6 drops a deletion there.
    let kept = model.changes.partition_point(|change| model.compacted.is_some_and(|at| change.revision <= at));
    let left = model.changes.len() - kept;
    if left == 0 {
        return;
    }
    let changes = &model.changes[kept + random.below(left as u64) as usize..];
    let mut watch = room.watch(Some(changes[0].revision)).await;
    for change in changes {
        let event = watch.event().await;
        check_event(&watch.describe(&event), revision_of(&event), change, model, Checked::ButPrevious, seed);
    }
    done(room.write("end", "1", Expect::Anything).await);
    assert_eq!(watch.line().await, "end=1", "seed {seed}");
}

/// SplitMix64: good enough to choose steps, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}
