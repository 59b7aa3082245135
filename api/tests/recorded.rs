//! Every answer of the real server (`goldens/api`) of a kind that is here decodes without a field left over, and encodes to the same
//! document; protobuf to the same bytes.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

#[path = "shared/answers.rs"]
mod answers;
mod shared;

use answers::{answers, without_placeholders};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kubeforge_machinery::codec::{DocumentError, MediaType, Strictness, decode, encode};
use serde_json::Value;

#[test]
fn answers_in_json_are_read_and_written_whole() {
    let Some(dir) = shared::facts("goldens/api") else { return };
    let scheme = shared::scheme();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (place, response) in answers(&dir) {
        let mut body = response["body"].clone();
        if body["kind"] == "PartialObjectMetadataList" {
            // The handler makes it of any kind's objects: each item says its kind, and an empty list is null.
            continue;
        }
        without_placeholders(&mut body);
        let document = serde_json::to_vec(&body).unwrap();
        let decoded = match decode(&scheme, MediaType::Json, &document, None, Strictness::Strict) {
            Ok(decoded) => decoded,
            Err(DocumentError::Malformed { gvk, source }) => {
                wrong.push(format!("{place}: {gvk:?}: {source}"));
                continue;
            }
            // No object, or one of a group that is not here.
            Err(_) => continue,
        };
        compared += 1;
        wrong.extend(decoded.strict_errors.iter().map(|err| format!("{place}: {err}")));
        let ours: Value = serde_json::from_slice(&encode(decoded.object.as_ref(), MediaType::Json).unwrap()).unwrap();
        if let Some(found) = difference(String::new(), &ours, &body) {
            wrong.push(format!("{place}: {found}"));
        }
    }
    println!("{compared} answers");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn answers_in_protobuf_are_read_and_written_whole() {
    let Some(dir) = shared::facts("goldens/api") else { return };
    let scheme = shared::scheme();
    let (mut compared, mut wrong) = (0, Vec::new());
    for (place, response) in answers(&dir) {
        let Some(text) = response["bodyBase64"].as_str() else { continue };
        let document = STANDARD.decode(text).unwrap();
        match decode(&scheme, MediaType::Protobuf, &document, None, Strictness::Strict) {
            Ok(decoded) => {
                compared += 1;
                if encode(decoded.object.as_ref(), MediaType::Protobuf).is_none_or(|ours| ours != document) {
                    wrong.push(format!("{place}: other bytes for {:?}", decoded.gvk));
                }
            }
            Err(DocumentError::Malformed { gvk, source }) => wrong.push(format!("{place}: {gvk:?}: {source}")),
            Err(_) => {}
        }
    }
    println!("{compared} answers");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first place in which the two differ.
fn difference(at: String, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key)));
            keys.into_iter().find_map(|key| match (ours.get(key), theirs.get(key)) {
                (Some(ours), Some(theirs)) => difference(format!("{at}.{key}"), ours, theirs),
                (Some(ours), None) => Some(format!("{at}.{key}: ours has {ours}")),
                (None, theirs) => Some(format!("{at}.{key}: theirs has {theirs:?}")),
            })
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            (ours.iter().zip(theirs).enumerate())
                .find_map(|(n, (ours, theirs))| difference(format!("{at}[{n}]"), ours, theirs))
        }
        _ if ours == theirs => None,
        _ => Some(format!("{at}: ours {ours}, theirs {theirs}")),
    }
}
