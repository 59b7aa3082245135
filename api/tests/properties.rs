//! What holds of every object of every kind, shown on arbitrary ones: codecs give back what they were given, copies are
//! equal and separate, defaulting twice is defaulting once. That conversions come back is shown by tests that the
//! generator writes beside them.
//!
//! `KUBEFORGE_SEED` makes other objects, `KUBEFORGE_CASES` more of each kind, `KUBEFORGE_KIND` only those of the kinds
//! whose names contain it. A failure prints the seed and the smallest bytes that show it; [`Source::from_bytes`] makes
//! the object of them.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says how to see its failure again")]

#[allow(dead_code, reason = "the Scheme here has more kinds than the one of the other tests")]
mod shared;

use std::{env, fmt::Write as _, thread};

use kubeforge_derive::Api;
use kubeforge_machinery::{
    Object, Scheme, SchemeBuilder,
    arbitrary::Source,
    codec::{MediaType, Strictness, decode, encode},
    meta::v1::ObjectMeta,
    scheme::TypeEntry,
};
use proptest::{
    collection::vec,
    num::u8::ANY as BYTE,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};

/// How many objects of each kind; with some 500 kinds this takes a debug build a few seconds.
const CASES: u32 = 24;

/// Choices for an object: enough for most to be large, few enough for some to run dry.
const BYTES_MAX: usize = 2_000;

/// A property: what is wrong with it, if anything.
type Property = fn(&Scheme, &TypeEntry, &Source<'_>) -> Result<(), String>;

const PROPERTIES: &[(&str, Property)] = &[
    ("JSON gives back what it was given", json_round_trip),
    ("YAML gives back what it was given", yaml_round_trip),
    ("protobuf gives back what it was given", proto_round_trip),
    ("a copy is equal and separate", copies),
    ("defaulting twice is defaulting once", defaults),
];

/// Served kinds, and those of configuration files.
fn scheme() -> Scheme {
    let mut builder = SchemeBuilder::new("tests");
    kubeforge_api::register_all(&mut builder);
    kubeforge_api::register_configuration(&mut builder);
    builder.build()
}

fn made(entry: &TypeEntry, source: &Source<'_>) -> Box<dyn Object> {
    entry.arbitrary(&mut source.clone()).unwrap()
}

fn json(object: &dyn Object) -> String {
    String::from_utf8(encode(object, MediaType::Json).unwrap()).unwrap()
}

/// Says where two texts begin to differ.
fn check_same(what: &str, ours: &str, theirs: &str) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    let at = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let start = text.floor_char_boundary(at.saturating_sub(80));
        let end = text.ceil_char_boundary((at + 80).min(text.len()));
        text[start..end].to_owned()
    };
    Err(format!("{what}:\n  before …{:?}…\n  after  …{:?}…", around(ours), around(theirs)))
}

/// What came back is the object: equal, and equal in JSON, which tells more apart than comparison does.
fn check_equal(what: &str, before: &dyn Object, after: &dyn Object) -> Result<(), String> {
    check_same(what, &json(before), &json(after))?;
    if before.equals(after) { Ok(()) } else { Err(format!("{what}: not equal, though their JSON is")) }
}

fn round_trip(scheme: &Scheme, object: &dyn Object, media: MediaType) -> Result<(), String> {
    let bytes = encode(object, media).ok_or_else(|| format!("no {media} form"))?;
    let decoded = decode(scheme, media, &bytes, None, Strictness::Strict)
        .map_err(|err| format!("does not read its own {media}: {err}\n{}", String::from_utf8_lossy(&bytes)))?;
    if !decoded.strict_errors.is_empty() {
        return Err(format!("objects to its own {media}: {:?}", decoded.strict_errors));
    }
    check_equal(media.name(), object, decoded.object.as_ref())?;
    let again = encode(decoded.object.as_ref(), media).unwrap();
    if again == bytes { Ok(()) } else { Err(format!("{media}: other bytes the second time")) }
}

fn json_round_trip(scheme: &Scheme, entry: &TypeEntry, source: &Source<'_>) -> Result<(), String> {
    round_trip(scheme, made(entry, source).as_ref(), MediaType::Json)
}

fn yaml_round_trip(scheme: &Scheme, entry: &TypeEntry, source: &Source<'_>) -> Result<(), String> {
    round_trip(scheme, made(entry, source).as_ref(), MediaType::Yaml)
}

/// And so agrees with JSON, as the two are compared by it.
fn proto_round_trip(scheme: &Scheme, entry: &TypeEntry, source: &Source<'_>) -> Result<(), String> {
    if entry.has_proto { round_trip(scheme, made(entry, source).as_ref(), MediaType::Protobuf) } else { Ok(()) }
}

fn copies(_: &Scheme, entry: &TypeEntry, source: &Source<'_>) -> Result<(), String> {
    let original = made(entry, source);
    let before = json(original.as_ref());
    let mut copy = original.deep_copy_object();
    check_equal("copy", original.as_ref(), copy.as_ref())?;
    // what the copy held before must not show
    let mut held = entry.arbitrary(&mut Source::from_seed(before.len() as u64)).unwrap();
    assert!(entry.copy_onto(original.as_ref(), held.as_mut()), "both are of the kind");
    check_equal("copy onto another object", original.as_ref(), held.as_ref())?;
    // changes of the copy must not show in the original
    assert!(entry.copy_onto(entry.new_object().as_ref(), copy.as_mut()), "both are of the kind");
    check_same("original of a changed copy", &before, &json(original.as_ref()))?;
    drop(original);
    check_same("copy of what is gone", &before, &json(held.as_ref()))
}

fn defaults(_: &Scheme, entry: &TypeEntry, source: &Source<'_>) -> Result<(), String> {
    let mut object = made(entry, source);
    object.set_defaults();
    let once = object.deep_copy_object();
    object.set_defaults();
    check_equal("second defaulting", once.as_ref(), object.as_ref())
}

/// FNV-1a: each kind's own seed.
fn hash(text: &str, seed: u64) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

/// Holds one kind against one property; the failure, told with what is needed to see it again.
fn check(scheme: &Scheme, entry: &TypeEntry, name: &str, property: Property, seed: u64) -> Option<String> {
    let mut rng_seed = [0; 32];
    rng_seed[..8].copy_from_slice(&hash(&format!("{name} {:?}", entry.gvk), seed).to_le_bytes());
    let config = Config {
        cases: number("KUBEFORGE_CASES", u64::from(CASES)) as u32,
        max_shrink_iters: 4_000,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &rng_seed));
    let outcome = runner.run(&vec(BYTE, 0..BYTES_MAX), |bytes| {
        property(scheme, entry, &Source::from_bytes(&bytes)).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => None,
        Err(TestError::Fail(reason, bytes)) => {
            let mut text = format!("{}: {name}: {reason}\n", entry.gvk);
            // writing to a String cannot fail
            let _infallible = writeln!(text, "  KUBEFORGE_SEED={seed}, bytes {bytes:?}");
            let object = made(entry, &Source::from_bytes(&bytes));
            let _infallible = write!(text, "  {}", json(object.as_ref()));
            Some(text)
        }
        Err(TestError::Abort(reason)) => Some(format!("{}: {name}: {reason}", entry.gvk)),
    }
}

#[test]
fn every_property_holds_of_every_kind() {
    let scheme = scheme();
    let seed = number("KUBEFORGE_SEED", 1);
    let only = env::var("KUBEFORGE_KIND").unwrap_or_default();
    let entries: Vec<_> = scheme.entries().into_iter().filter(|entry| entry.gvk.to_string().contains(&only)).collect();
    assert!(!entries.is_empty(), "no kind's name contains {only:?}");
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let failures: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let (scheme, entries) = (&scheme, &entries);
                scope.spawn(move || {
                    let mine = entries.iter().skip(worker).step_by(threads);
                    mine.flat_map(|entry| {
                        PROPERTIES.iter().filter_map(|(name, property)| check(scheme, entry, name, *property, seed))
                    })
                    .collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    println!("{} kinds, seed {seed}", entries.len());
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_kind_can_be_made() {
    let without: Vec<String> = scheme()
        .entries()
        .iter()
        .filter(|entry| entry.arbitrary(&mut Source::from_bytes(&[])).is_none())
        .map(|entry| entry.gvk.to_string())
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

/// A kind that asks the derive macro for it.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1")]
#[cfg_attr(test, api(arbitrary))]
struct Gadget {
    #[api(tag = 1)]
    metadata: ObjectMeta,
    #[api(tag = 2)]
    color: Color,
    #[api(tag = 3)]
    size: Option<i32>,
}

/// A color.
#[derive(Clone, Debug, PartialEq, Api)]
#[api(arbitrary)]
enum Color {
    /// Like a rose.
    Red,
    /// Any other.
    Other(String),
}

#[test]
fn properties_hold_of_derived_kinds() {
    let mut builder = SchemeBuilder::new("derived");
    Gadget::register(&mut builder);
    let scheme = builder.build();
    assert_eq!(scheme.entries().len(), 2);
    for entry in scheme.entries() {
        for (name, property) in PROPERTIES {
            assert_eq!(check(&scheme, entry, name, *property, 1), None);
        }
    }
    let made: Vec<Gadget> = (0..50).map(|seed| Source::from_seed(seed).any()).collect();
    assert!(made.iter().any(|gadget| gadget.color == Color::Red) && made.iter().any(|gadget| gadget.size.is_some()));
}

/// The objects are worth their name: all of a kind's fields turn up.
#[test]
fn every_field_turns_up() {
    fn fields(value: &serde_json::Value, path: &str, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    let path = format!("{path}.{name}");
                    fields(member, &path, found);
                    found.insert(path);
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| fields(value, path, found)),
            _ => {}
        }
    }
    let scheme = scheme();
    let entries = scheme.entries();
    let pod = entries.iter().find(|entry| entry.gvk.to_string() == "v1, Kind=Pod").unwrap();
    let mut found = std::collections::BTreeSet::new();
    for seed in 0..500 {
        let object = pod.arbitrary(&mut Source::from_seed(seed)).unwrap();
        fields(&serde_json::from_str(&json(object.as_ref())).unwrap(), "", &mut found);
    }
    let Some(dir) = shared::facts("kubernetes-1.36/fixtures") else { return };
    let fixture: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.join("core.v1.Pod.json")).unwrap()).unwrap();
    let mut wanted = std::collections::BTreeSet::new();
    fields(&fixture, "", &mut wanted);
    // keys of maps are the fixture's own
    let is_key = |path: &&String| path.ends_with("Key") || path.contains("Key.") || path.contains("fieldsV1");
    let missing: Vec<_> = wanted.difference(&found).filter(|path| !is_key(path)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
