//! Wire truth: Kubernetes' own test objects (`staging:api/testdata/HEAD`), every field of every kind filled, decode from JSON, YAML
//! and protobuf to the same object, and encode to the same bytes again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

mod shared;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use kubeforge_machinery::{
    GroupVersionKind, Object, Scheme,
    codec::{
        MediaType, Strictness, decode, encode, from_json_slice, from_proto_slice, to_json_vec, to_proto_vec,
        unwrap_proto,
    },
    meta::v1::WatchEvent,
};

/// The fixtures of `group.version.Kind.{json,yaml,pb}` whose group and version are registered, by kind.
fn kinds(dir: &Path, scheme: &Scheme) -> BTreeMap<String, GroupVersionKind> {
    let served: BTreeSet<_> = scheme.entries().iter().map(|entry| entry.gvk.group_version()).collect();
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .filter_map(|name| {
            let (rest, kind) = name.rsplit_once('.')?;
            let (group, version) = rest.rsplit_once('.')?;
            let group = if group == "core" { "" } else { group };
            let gvk = GroupVersionKind {
                group: group.to_owned().into(),
                version: version.to_owned().into(),
                kind: kind.to_owned().into(),
            };
            served.contains(&gvk.group_version()).then_some((name, gvk))
        })
        // It carries no kind of its own: see `watch_events_keep_their_object_raw`.
        .filter(|(_, gvk)| gvk.kind != "WatchEvent")
        .collect()
}

/// JSON as Go's `MarshalIndent` writes it, with two spaces.
fn indented(json: &[u8]) -> Vec<u8> {
    let (mut out, mut depth, mut in_text, mut escaped) = (Vec::new(), 0_usize, false, false);
    let line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', 2 * depth));
    };
    let bytes = json.trim_ascii();
    for (at, &b) in bytes.iter().enumerate() {
        if in_text {
            out.push(b);
            in_text = escaped || b != b'"';
            escaped = !escaped && b == b'\\';
            continue;
        }
        match b {
            b'{' | b'[' => {
                out.push(b);
                depth += 1;
                if !matches!(bytes.get(at + 1), Some(b'}' | b']')) {
                    line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if !matches!(bytes.get(at.wrapping_sub(1)), Some(b'{' | b'[')) {
                    line(&mut out, depth);
                }
                out.push(b);
            }
            b',' => {
                out.push(b);
                line(&mut out, depth);
            }
            b':' => out.extend(b": "),
            _ => {
                in_text = b == b'"';
                out.push(b);
            }
        }
    }
    out
}

/// The first line in which the two differ.
fn difference(ours: &[u8], theirs: &[u8]) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let (ours, theirs) = (String::from_utf8_lossy(ours), String::from_utf8_lossy(theirs));
    let pairs = ours.lines().map(Some).chain([None]).zip(theirs.lines().map(Some).chain([None]));
    for (at, (our, their)) in pairs.enumerate() {
        if our != their {
            return Some(format!("line {}: ours {our:?}, theirs {their:?}", at + 1));
        }
    }
    Some(format!("{} bytes against {}", ours.len(), theirs.len()))
}

/// What is wrong with one fixture.
fn check(scheme: &Scheme, dir: &Path, name: &str, gvk: &GroupVersionKind) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut read = |media: MediaType, suffix: &str| -> Option<(Box<dyn Object>, Vec<u8>)> {
        let bytes = fs::read(dir.join(format!("{name}.{suffix}"))).unwrap();
        match decode(scheme, media, &bytes, None, Strictness::Strict) {
            Ok(decoded) => {
                let strict = decoded.strict_errors.iter().map(|err| format!("{name}.{suffix}: {err}"));
                wrong.extend(strict);
                if decoded.gvk != *gvk {
                    wrong.push(format!("{name}.{suffix}: read as {:?}", decoded.gvk));
                }
                Some((decoded.object, bytes))
            }
            Err(err) => {
                wrong.push(format!("{name}.{suffix}: {err}"));
                None
            }
        }
    };
    let json = read(MediaType::Json, "json");
    let yaml = read(MediaType::Yaml, "yaml");
    let proto = read(MediaType::Protobuf, "pb");

    if let Some((object, bytes)) = &json {
        let ours = indented(&encode(object.as_ref(), MediaType::Json).unwrap());
        wrong.extend(difference(&ours, bytes).map(|found| format!("{name}.json: {found}")));
        for (other, suffix) in [(&yaml, "yaml"), (&proto, "pb")] {
            if other.as_ref().is_some_and(|(other, _)| !object.equals(other.as_ref())) {
                wrong.push(format!("{name}.{suffix}: another object than the JSON one"));
            }
        }
        let copy = object.deep_copy_object();
        if !object.equals(copy.as_ref()) {
            wrong.push(format!("{name}: a copy differs"));
        }
    }
    if let Some((object, bytes)) = &proto {
        match encode(object.as_ref(), MediaType::Protobuf) {
            Some(ours) if ours == *bytes => {}
            Some(ours) => {
                let at = ours.iter().zip(bytes).take_while(|(our, their)| our == their).count();
                wrong.push(format!("{name}.pb: {} bytes against {}, equal up to {at}", ours.len(), bytes.len()));
            }
            None => wrong.push(format!("{name}.pb: we have no protobuf form")),
        }
    }
    wrong
}

#[test]
fn fixtures_survive_decoding_and_encoding() {
    let Some(dir) = shared::facts("kubernetes-1.36/fixtures") else { return };
    let scheme = shared::scheme();
    let kinds = kinds(&dir, &scheme);
    assert!(!kinds.is_empty(), "no fixture belongs to a registered group");
    let wrong: Vec<String> = kinds.iter().flat_map(|(name, gvk)| check(&scheme, &dir, name, gvk)).collect();
    println!("{} kinds", kinds.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn watch_events_keep_their_object_raw() {
    let Some(dir) = shared::facts("kubernetes-1.36/fixtures") else { return };
    let json = fs::read(dir.join("core.v1.WatchEvent.json")).unwrap();
    let from_json: WatchEvent = from_json_slice(&json).unwrap();
    assert_eq!(difference(&indented(&to_json_vec(&from_json)), &json), None);

    let document = fs::read(dir.join("core.v1.WatchEvent.pb")).unwrap();
    let raw = unwrap_proto(&document).unwrap().raw;
    let from_proto: WatchEvent = from_proto_slice(raw).unwrap();
    assert_eq!(to_proto_vec(&from_proto), raw);
    assert_eq!(from_proto.type_, from_json.type_);
}
