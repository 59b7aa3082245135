//! The targets. Each takes any bytes, and panics where something is wrong with what reads them.
//!
//! Targets that need two texts take them from one input, with a byte 0xff between them, which no text contains.

use std::sync::LazyLock;

use kubeforge_machinery::{
    Duration, FieldsV1, IntOrString, MicroTime, Object, Quantity, RawExtension, Scheme, SchemeBuilder, Time,
    codec::{
        JsonReader, JsonWriter, MediaType, ProtoReader, Strictness, decode, encode, from_json_slice, from_proto_slice,
        to_json_vec, to_proto_vec,
    },
    fields, labels,
    managed_fields::{Apply, FieldSet, Tree, Write, apply, update},
    meta::v1::{LabelSelector, ManagedFieldsEntry},
    patch::{decode_object, json_patch::JsonPatch, merge_patch, strategic},
    unstructured::{Unstructured, UnstructuredList},
    yaml,
};
use serde_json::Value;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What it does with bytes.
    pub run: fn(&[u8]),
}

/// Every target, by name.
pub const TARGETS: &[Target] = &[
    Target { name: "decode_json", run: decode_json },
    Target { name: "decode_protobuf", run: decode_protobuf },
    Target { name: "decode_yaml", run: decode_yaml },
    Target { name: "json_patch", run: json_patch },
    Target { name: "managed_fields", run: managed_fields },
    Target { name: "scalars", run: scalars },
    Target { name: "selectors", run: selectors },
    Target { name: "strategic_merge_patch", run: strategic_merge_patch },
    Target { name: "unstructured", run: unstructured },
];

/// Every kind.
pub static SCHEME: LazyLock<Scheme> = LazyLock::new(|| {
    let mut builder = SchemeBuilder::new("fuzz");
    kubeforge_api::register_all(&mut builder);
    kubeforge_api::register_configuration(&mut builder);
    builder.build()
});

/// What stands between two texts.
pub const SEPARATOR: u8 = 0xff;

fn two_parts(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == SEPARATOR) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, b""),
    }
}

/// A document in JSON.
pub fn decode_json(data: &[u8]) {
    document(data, MediaType::Json);
}

/// A document in YAML; and YAML that is no document.
pub fn decode_yaml(data: &[u8]) {
    document(data, MediaType::Yaml);
    if let Ok(text) = str::from_utf8(data) {
        yaml::documents(text);
    }
    if let Ok(value) = yaml::to_value(data) {
        let text = yaml::from_value(&value);
        let again = yaml::to_value(text.as_bytes()).unwrap_or_else(|err| panic!("{err} in our own {text:?}"));
        assert!(alike(&value, &again), "{value}\n{text:?}\n{again}");
    }
}

/// A document in protobuf; what doesn't begin like one is a bare message of the kind whose number comes first.
pub fn decode_protobuf(data: &[u8]) {
    document(data, MediaType::Protobuf);
    let ([low, high, message @ ..], false) = (data, data.starts_with(b"k8s\0")) else { return };
    let entries = SCHEME.entries();
    let entry = entries[usize::from(u16::from_le_bytes([*low, *high])) % entries.len()];
    let mut object = entry.new_object();
    if object.read_proto(&mut ProtoReader::new(message)).is_ok() {
        every_form(object.as_ref());
    }
}

fn document(data: &[u8], media: MediaType) {
    for strictness in [Strictness::Lenient, Strictness::Strict] {
        match decode(&SCHEME, media, data, None, strictness) {
            Ok(decoded) => {
                assert!(decoded.strict_errors.len() <= 101);
                if strictness == Strictness::Lenient {
                    every_form(decoded.object.as_ref());
                }
            }
            Err(err) => drop(err.to_string()),
        }
    }
}

/// What was read can be written, read again, copied, defaulted, converted; and the second writing is as the first.
fn every_form(object: &dyn Object) {
    let copy = object.deep_copy_object();
    assert!(object.equals(copy.as_ref()) || has_odd_floats(object));
    for media in MediaType::ALL {
        let Some(first) = encode(copy.as_ref(), media) else { continue };
        let decoded = match decode(&SCHEME, media, &first, None, Strictness::Strict) {
            Ok(decoded) => decoded,
            // raw JSON that came by protobuf need not be JSON, nor need its numbers be ones that YAML has
            Err(_) if carries_raw_bytes(object) => continue,
            // protobuf has times that RFC 3339 can't write, here as upstream
            Err(err) if err.to_string().contains("parsing time") => continue,
            Err(err) => panic!("{err} in our own {media} of {:?}: {:?}", object.gvk(), String::from_utf8_lossy(&first)),
        };
        let second = encode(decoded.object.as_ref(), media).unwrap_or_default();
        let Ok(again) = decode(&SCHEME, media, &second, None, Strictness::Strict) else {
            panic!("our own {media} can't be read the second time");
        };
        // the first writing may still say what reading takes for absent: null behind a pointer
        let third = encode(again.object.as_ref(), media).unwrap_or_default();
        check_same(media.name(), &second, &third);
    }
    let mut defaulted = copy;
    defaulted.set_defaults();
    if let Ok(hub) = SCHEME.to_hub(defaulted) {
        drop(SCHEME.convert(hub, &object.gvk()));
    }
}

/// Panics where two encodings differ, and shows where they begin to.
fn check_same(what: &str, first: &[u8], second: &[u8]) {
    if first != second {
        let at = first.iter().zip(second).take_while(|(a, b)| a == b).count();
        let around = |bytes: &[u8]| {
            let shown = &bytes[at.saturating_sub(60).min(bytes.len())..(at + 60).min(bytes.len())];
            String::from_utf8_lossy(shown).into_owned()
        };
        panic!("{what}: {:?} became {:?}", around(first), around(second));
    }
}

/// Whether it holds a float that equals nothing, which came by protobuf.
fn has_odd_floats(object: &dyn Object) -> bool {
    format!("{object:?}").contains("NaN")
}

fn carries_raw_bytes(object: &dyn Object) -> bool {
    let text = format!("{object:?}");
    text.contains("RawExtension(") || text.contains("FieldsV1(")
}

/// Equality of values, numbers compared as floats, as YAML has no others.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        _ => a == b,
    }
}

/// An object, and a list of objects, of a type that nobody knows.
pub fn unstructured(data: &[u8]) {
    if let Ok(object) = Unstructured::from_json(data) {
        let first = object.to_json();
        let again = Unstructured::from_json(&first).unwrap_or_else(|err| panic!("{err} in our own JSON"));
        // what the first writing says, the second may leave out: null behind a pointer
        let second = again.to_json();
        let third = Unstructured::from_json(&second).map(|object| object.to_json()).unwrap_or_default();
        check_same("unstructured", &second, &third);
        object.nested(&["spec", "a"]);
    }
    for mut reader in [JsonReader::new(data), JsonReader::strict(data)] {
        let mut list = UnstructuredList::default();
        if list.read_json(&mut reader).is_ok() {
            list.write_json(&mut JsonWriter::new());
            list.visit_items(&mut |item| drop(item.deep_copy_object()));
        }
        assert!(reader.take_strict_errors().len() <= 100);
    }
}

/// A document and a strategic merge patch of it.
pub fn strategic_merge_patch(data: &[u8]) {
    let (document, patch) = two_parts(data);
    let (Ok((document, _)), Ok((patch, _))) = (decode_object(document), decode_object(patch)) else { return };
    let mut merged = document.clone();
    merge_patch::apply(&mut merged, patch.clone());
    drop(to_json_vec(&Value::Object(merged)));
    let json = to_json_vec(&Value::Object(document.clone()));
    let Ok(decoded) = decode(&SCHEME, MediaType::Json, &json, None, Strictness::Lenient) else { return };
    let Some(schema) = decoded.object.schema() else { return };
    match strategic::apply(document, patch, schema) {
        Ok(patched) => {
            let json = to_json_vec(&Value::Object(patched));
            drop(decode(&SCHEME, MediaType::Json, &json, None, Strictness::Strict));
        }
        Err(err) => drop(err.to_string()),
    }
}

/// A document and a JSON patch of it.
pub fn json_patch(data: &[u8]) {
    let (document, patch) = two_parts(data);
    let Ok(mut document) = from_json_slice::<Value>(document) else { return };
    if let Ok((patch, strict_errors)) = JsonPatch::decode(patch) {
        assert!(strict_errors.len() <= 100);
        match patch.apply(&mut document) {
            Ok(()) => drop(to_json_vec(&document)),
            Err(err) => drop(err.to_string()),
        }
    }
}

/// Selectors of labels and of fields, as texts and as objects.
pub fn selectors(data: &[u8]) {
    if let Ok(selector) = from_json_slice::<LabelSelector>(data) {
        drop(labels::Selector::from_label_selector(Some(&selector)));
    }
    let Ok(text) = str::from_utf8(data) else { return };
    match labels::Selector::parse(text) {
        Ok(selector) => {
            let shown = selector.to_string();
            let again = labels::Selector::parse(&shown).unwrap_or_else(|err| panic!("{err} in our own {shown:?}"));
            assert_eq!(again.to_string(), shown);
            selector.matches_lookup(|_| Some("a"));
        }
        Err(err) => drop(err.to_string()),
    }
    match fields::Selector::parse(text) {
        Ok(selector) => {
            let shown = selector.to_string();
            let again = fields::Selector::parse(&shown).unwrap_or_else(|err| panic!("{err} in our own {shown:?}"));
            // as in Go, terms are in the order of how they were written: `a==c` is before `a=b`
            assert_eq!(terms(&again), terms(&selector));
            selector.matches(|_| Some("a"));
        }
        Err(err) => drop(err.to_string()),
    }
}

/// The terms of a selector, in an order of their own.
fn terms(selector: &fields::Selector) -> Vec<String> {
    let mut terms: Vec<String> = selector.requirements().iter().map(|term| format!("{term:?}")).collect();
    terms.sort_unstable();
    terms
}

/// Values with a form of their own: quantities, times, durations.
pub fn scalars(data: &[u8]) {
    let (first, second) = two_parts(data);
    if let Ok(text) = str::from_utf8(first) {
        if let Ok(quantity) = Quantity::parse(text) {
            let other = str::from_utf8(second).ok().and_then(|text| Quantity::parse(text).ok()).unwrap_or_default();
            arithmetic(&quantity, &other);
        }
        if let Ok(time) = Time::parse(text) {
            drop((time.to_string(), time.to_jiff(), time.since(Time::ZERO)));
        }
        if let Ok(time) = MicroTime::parse(text) {
            drop((time.to_string(), time.to_jiff(), time.since(MicroTime::ZERO)));
        }
        if let Ok(duration) = Duration::parse(text) {
            let shown = duration.to_string();
            assert_eq!(Duration::parse(&shown), Ok(duration), "{shown}");
        }
    }
    macro_rules! every_codec {
        ($($type:ty),*) => {
            $(
                if let Ok(value) = from_json_slice::<$type>(first) {
                    drop((to_json_vec(&value), to_proto_vec(&value)));
                }
                if let Ok(value) = from_proto_slice::<$type>(first) {
                    drop((to_json_vec(&value), to_proto_vec(&value)));
                }
            )*
        };
    }
    every_codec!(Quantity, Time, MicroTime, Duration, IntOrString, RawExtension, String, i32, i64, f64, bool);
}

fn arithmetic(a: &Quantity, b: &Quantity) {
    let canonical = a.to_canonical_string();
    let again = Quantity::parse(&canonical).unwrap_or_else(|err| panic!("{err} in our own {canonical:?}"));
    assert_eq!(again, *a, "{canonical}");
    let mut sum = a.clone();
    sum += b;
    sum -= b;
    sum.multiply(7);
    sum.multiply(i64::MIN);
    sum.round_up(0);
    drop((-sum.clone(), a.cmp(b), a.value(), a.milli_value(), a.scaled_value(9), a.as_f64(), a.as_i64()));
    drop(sum.to_canonical_string());
}

/// Sets of managed fields, and objects whose managers they are: as they were, and as they are wanted.
pub fn managed_fields(data: &[u8]) {
    if let Ok(fields) = FieldsV1::from_json(data)
        && let Ok(mut set) = FieldSet::from_fields_v1(&fields)
    {
        let written = set.to_fields_v1();
        let again = FieldSet::from_fields_v1(&written).unwrap_or_else(|err| panic!("{err} in our own set"));
        assert_eq!(set, again);
        set.name_holders();
        set.visit(&mut |path| assert!(!path.is_empty()));
        set.subtract(&again);
        set.subtract_recursively(&again);
    }
    drop(Tree::parse(data));
    let (live, config) = two_parts(data);
    let (Ok(live), Ok(config)) = (from_json_slice::<Value>(live), from_json_slice::<Value>(config)) else { return };
    let text = to_json_vec(&live);
    // a float without a fraction is written as an integer, and is one from then on
    let live: Value = from_json_slice(&text).unwrap_or_else(|err| panic!("{err} in our own JSON"));
    let tree = Tree::parse(&text).unwrap_or_else(|err| panic!("{err} in our own JSON"));
    assert_eq!(tree.to_value(), Tree::of(&live).to_value());
    let schema = decode(&SCHEME, MediaType::Json, &text, None, Strictness::Lenient)
        .ok()
        .and_then(|decoded| decoded.object.schema());
    let now = Time::from_unix(0);
    let managers: Vec<ManagedFieldsEntry> = live
        .pointer("/metadata/managedFields")
        .and_then(|entries| from_json_slice(&to_json_vec(entries)).ok())
        .unwrap_or_default();
    let write = Write { manager: "a", api_version: "v1", subresource: "", now, reset: &["status"] };
    drop(update(&tree, &Tree::of(&config), schema, &managers, &write));
    let applying = Apply { manager: "b", api_version: "v1", subresource: "", now, reset: &[], force: false, yielded: None };
    drop(apply(&tree, &Tree::of(&config), schema, &managers, &applying, &|_, _| None));
}
