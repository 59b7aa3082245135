//! Objects to measure with.

use kubeforge_api::core::v1::{Pod, PodList};
use kubeforge_machinery::{
    arbitrary::{Arbitrary, Source},
    codec::{JsonWriter, Strictness, from_json_slice},
    object::{Kind, Object},
    yaml,
};
use serde_json::{Map, Value};

/// How many pods are in the list.
const PODS: usize = 500;

/// An arbitrary object's JSON has about so many bytes, if the kind has room for them.
const BYTES: usize = 3_000;

/// Objects written by hand.
const WRITTEN: &[(&str, &str)] = &[
    ("ConfigMap", include_str!("../objects/config_map.yaml")),
    ("CustomResourceDefinition", include_str!("../objects/custom_resource_definition.yaml")),
    ("Deployment", include_str!("../objects/deployment.yaml")),
    ("EndpointSlice", include_str!("../objects/endpoint_slice.yaml")),
    ("Job", include_str!("../objects/job.yaml")),
    ("Lease", include_str!("../objects/lease.yaml")),
    ("Node", include_str!("../objects/node.yaml")),
    ("Pod", include_str!("../objects/pod.yaml")),
    ("Secret", include_str!("../objects/secret.yaml")),
    ("Service", include_str!("../objects/service.yaml")),
];

/// The object of a kind. The bytes of an arbitrary one are `accepted` by the other contestants.
pub(crate) fn of<T: Kind + Arbitrary>(accepted: impl Fn(&T) -> bool) -> T {
    let written = WRITTEN.iter().find(|(kind, _)| *kind == T::KIND).and_then(|(_, text)| written(text));
    written.unwrap_or_else(|| arbitrary(accepted))
}

/// A document as clients get it.
pub(crate) fn document<T: Kind>(object: &T) -> Vec<u8> {
    let mut w = JsonWriter::new();
    Object::write_json(object, &mut w);
    w.into_bytes()
}

/// The pod that is written by hand, many times over under other names.
pub(crate) fn pods(pod: &Pod) -> PodList {
    let mut list = PodList { items: vec![pod.clone(); PODS], ..PodList::default() };
    "482300".clone_into(&mut list.metadata.resource_version);
    for (index, pod) in list.items.iter_mut().enumerate() {
        pod.metadata.name = format!("storefront-6c9d5f7b8-{index:05}");
    }
    list
}

fn written<T: Kind>(text: &str) -> Option<T> {
    let json = yaml::to_json(text.as_bytes(), Strictness::Strict).ok()?.json;
    from_json_slice(&json).ok()
}

/// The first object in a row of seeds that is large enough, or else the largest.
fn arbitrary<T: Kind + Arbitrary>(accepted: impl Fn(&T) -> bool) -> T {
    let mut largest = (0, T::default());
    for seed in 0..200 {
        let Some(object) = plain(&T::arbitrary(&mut Source::from_seed(seed))) else { continue };
        let length = document(&object).len();
        if length > largest.0 && accepted(&object) {
            largest = (length, object);
            if length >= BYTES {
                break;
            }
        }
    }
    largest.1
}

/// The object with the texts that people write. Arbitrary ones are full of what must be escaped.
fn plain<T: Kind>(object: &T) -> Option<T> {
    let mut value: Value = serde_json::from_slice(&document(object)).ok()?;
    tame(&mut value);
    from_json_slice(&serde_json::to_vec(&value).ok()?).ok()
}

fn tame(value: &mut Value) {
    match value {
        Value::String(text) if !is_plain(text) => *text = format!("a text of {} bytes", text.len()),
        Value::Array(values) => values.iter_mut().for_each(tame),
        Value::Object(fields) => {
            let tamed = std::mem::take(fields).into_iter().zip(0..).map(|((key, mut value), index)| {
                tame(&mut value);
                (if is_plain(&key) { key } else { format!("example.com/key-{index}") }, value)
            });
            *fields = tamed.collect::<Map<_, _>>();
        }
        _ => {}
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" $+-./:=_".contains(&byte))
}
