//! An object that visits another version of its kind comes back as it was.
//!
//! Every spoke in the Scheme is tried, so that a new one is as soon as it is registered: with Kubernetes' own test
//! objects (every field filled) and the objects in recorded answers, of the spoke and of its hub.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic, and says what it skips")]

#[path = "shared/answers.rs"]
mod answers;
mod shared;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use answers::{answers, without_placeholders};
use kubeforge_api::{core, events};
use kubeforge_machinery::{
    GroupVersionKind, Object, Scheme,
    codec::{MediaType, Strictness, decode, from_json_slice},
    scheme::TypeEntry,
};

/// A spoke and its hub that can't say all that the other one says.
struct Lossy {
    spoke: GroupVersionKind,
    why: &'static str,
}

const LOSSY: &[Lossy] = &[Lossy {
    spoke: GroupVersionKind::new("autoscaling", "v1", "HorizontalPodAutoscaler"),
    why: "v1 has no word for how a target is expressed, and gets what was measured in an annotation as well",
}];

type Objects = BTreeMap<GroupVersionKind, Vec<(String, Box<dyn Object>)>>;

/// Adds an object, or the items of a list.
fn add(objects: &mut Objects, place: &str, object: Box<dyn Object>) {
    object.visit_items(&mut |item| {
        objects.entry(item.gvk()).or_default().push((place.to_owned(), item.deep_copy_object()));
    });
    objects.entry(object.gvk()).or_default().push((place.to_owned(), object));
}

fn add_fixtures(objects: &mut Objects, scheme: &Scheme, dir: &Path) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json")
            && let Ok(decoded) = decode(scheme, MediaType::Json, &fs::read(&path).unwrap(), None, Strictness::Lenient)
        {
            add(objects, &path.file_name().unwrap().to_string_lossy(), decoded.object);
        }
    }
}

fn add_answers(objects: &mut Objects, scheme: &Scheme, dir: &Path) {
    for (place, mut response) in answers(dir) {
        let mut body = response["body"].take();
        without_placeholders(&mut body);
        let document = serde_json::to_vec(&body).unwrap();
        if let Ok(decoded) = decode(scheme, MediaType::Json, &document, None, Strictness::Lenient) {
            add(objects, &place, decoded.object);
        }
    }
}

fn spokes(scheme: &Scheme) -> Vec<Arc<TypeEntry>> {
    scheme.entries().into_iter().filter(|entry| entry.gvk != entry.hub).cloned().collect()
}

/// The object after a visit to another version of its kind.
fn visit(scheme: &Scheme, object: &dyn Object, other: &GroupVersionKind) -> Box<dyn Object> {
    let there = scheme.convert(object.deep_copy_object(), other).unwrap();
    scheme.convert(there, &object.gvk()).unwrap()
}

/// What is wrong with a visit. An object that may come back changed must come back so that the next visit changes nothing.
fn check(scheme: &Scheme, spoke: &TypeEntry, object: &dyn Object) -> Option<String> {
    let other = if object.gvk() == spoke.gvk { &spoke.hub } else { &spoke.gvk };
    let back = visit(scheme, object, other);
    if back.equals(object) {
        return None;
    }
    let Some(Lossy { why, .. }) = LOSSY.iter().find(|lossy| lossy.spoke == spoke.gvk) else {
        return Some(format!("another object after a visit to {other:?}: {back:#?}, not {object:#?}"));
    };
    let again = visit(scheme, back.as_ref(), other);
    (!again.equals(back.as_ref())).then(|| format!("a second visit to {other:?} changes it once more, though {why}"))
}

#[test]
fn objects_come_back_from_other_versions_as_they_were() {
    let scheme = shared::scheme();
    let mut objects = Objects::new();
    let Some(fixtures) = shared::facts("kubernetes-1.36/fixtures") else { return };
    add_fixtures(&mut objects, &scheme, &fixtures);
    if let Some(recorded) = shared::facts("goldens/api") {
        add_answers(&mut objects, &scheme, &recorded);
    }
    let mut wrong = Vec::new();
    for spoke in spokes(&scheme) {
        for gvk in [&spoke.gvk, &spoke.hub] {
            let found = objects.get(gvk).map(Vec::as_slice).unwrap_or_default();
            println!("{gvk:?}: {} objects", found.len());
            if found.is_empty() {
                wrong.push(format!("{gvk:?}: no object to try"));
            }
            for (place, object) in found {
                wrong.extend(check(&scheme, &spoke, object.as_ref()).map(|what| format!("{place}: {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_spokes_are_excused() {
    let spokes = spokes(&shared::scheme());
    for Lossy { spoke, .. } in LOSSY {
        assert!(spokes.iter().any(|entry| entry.gvk == *spoke), "{spoke:?} is no spoke");
    }
}

#[test]
fn an_event_says_the_same_in_both_groups() {
    let scheme = shared::scheme();
    let hub: core::v1::Event = from_json_slice(
        br#"{"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"R","message":"m",
            "source":{"component":"c","host":"h"},"firstTimestamp":"2020-01-01T00:00:00Z",
            "lastTimestamp":"2020-01-02T00:00:00Z","count":3,"type":"Normal","eventTime":"2020-01-03T00:00:00.000001Z",
            "series":{"count":2,"lastObservedTime":"2020-01-04T00:00:00.000001Z"},"action":"A",
            "related":{"kind":"Node","name":"n"},"reportingComponent":"rc","reportingInstance":"ri"}"#,
    )
    .unwrap();
    let spoke = GroupVersionKind::new("events.k8s.io", "v1", "Event");
    let there = scheme.convert(Box::new(hub.clone()), &spoke).unwrap();
    let event = there.downcast_ref::<events::v1::Event>().unwrap();
    assert_eq!((event.regarding.name.as_str(), event.note.as_str(), event.deprecated_count), ("p", "m", 3));
    assert_eq!(event.series.as_ref().map(|series| series.count), Some(2));
    assert!(scheme.to_hub(there).unwrap().equals(&hub));
}
