use serde_json::json;

use super::*;
use crate::schema::ListTopology;

static CONTAINER: StructSchema = StructSchema {
    name: "Container",
    definition: "test.Container",
    atomic: false,
    fields: &[
        FieldSchema::new("name", Shape::Scalar),
        FieldSchema::new("image", Shape::Scalar),
        FieldSchema::new("args", SCALARS),
        FieldSchema::new("env", ENV).merge().merge_key("name"),
    ],
};

static VARIABLE: StructSchema = StructSchema {
    name: "EnvVar",
    definition: "test.EnvVar",
    atomic: false,
    fields: &[FieldSchema::new("name", Shape::Scalar), FieldSchema::new("value", Shape::Scalar)],
};

static POD: StructSchema = StructSchema {
    name: "Pod",
    definition: "test.Pod",
    atomic: false,
    fields: &[
        FieldSchema::new("labels", Shape::Map { value: &Shape::Scalar, atomic: false }),
        FieldSchema::new("containers", CONTAINERS).merge().merge_key("name"),
        FieldSchema::new("finalizers", SCALARS).merge(),
        FieldSchema::new("strategy", Shape::Struct(|| &STRATEGY)).retain_keys(),
        FieldSchema::new("whole", Shape::Struct(|| &STRATEGY)).replace(),
    ],
};

static STRATEGY: StructSchema = StructSchema {
    name: "Strategy",
    definition: "test.Strategy",
    atomic: false,
    fields: &[FieldSchema::new("type", Shape::Scalar), FieldSchema::new("rolling", Shape::Struct(|| &VARIABLE))],
};

const SCALARS: Shape = Shape::List { element: &Shape::Scalar, topology: ListTopology::Atomic };
const ENV: Shape = Shape::List { element: &Shape::Struct(|| &VARIABLE), topology: ListTopology::Atomic };
const CONTAINERS: Shape = Shape::List { element: &Shape::Struct(|| &CONTAINER), topology: ListTopology::Atomic };

fn patched(document: &Value, patch: &Value) -> Result<Value, StrategicPatchError> {
    let object = |value: &Value| value.as_object().cloned().unwrap();
    let patched = apply(object(document), object(patch), &POD).map(Value::from);
    let text = apply_to_text(document.to_string().as_bytes(), &object(patch), &POD);
    match (&patched, text) {
        (Ok(patched), Ok(text)) => assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), *patched),
        (Err(error), Err(of_text)) => assert_eq!(of_text.status(), ApiError::from(error.clone()).status()),
        (patched, text) => panic!("{patched:?}, but of the text {text:?}"),
    }
    patched
}

#[track_caller]
fn check(document: Value, patch: Value, want: Value) {
    assert_eq!(patched(&document, &patch).unwrap(), want);
}

#[track_caller]
fn check_error(document: Value, patch: Value, want: &str) -> ApiError {
    let err = patched(&document, &patch).unwrap_err();
    assert_eq!(err.to_string(), want);
    err.into()
}

#[test]
fn elements_merge_by_key_and_keep_their_order() {
    let document = json!({"containers": [
        {"name": "main", "image": "a:1", "args": ["x"], "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
        {"name": "side", "image": "s:1"},
    ]});
    check(
        document.clone(),
        json!({"containers": [{"name": "side", "image": "s:2"}]}),
        json!({"containers": [document["containers"][0], {"name": "side", "image": "s:2"}]}),
    );
    // what is new comes first
    check(
        document.clone(),
        json!({"containers": [{"name": "extra", "image": "e:1"}]}),
        json!({"containers": [{"name": "extra", "image": "e:1"}, document["containers"][0], document["containers"][1]]}),
    );
    check(
        document.clone(),
        json!({"containers": [{"name": "main", "args": ["z"], "env": [{"name": "B", "value": "22"}, {"name": "C", "value": "3"}]}]}),
        json!({"containers": [
            {"name": "main", "image": "a:1", "args": ["z"],
             "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "22"}, {"name": "C", "value": "3"}]},
            {"name": "side", "image": "s:1"},
        ]}),
    );
    check(
        document.clone(),
        json!({"containers": [{"name": "main", "$patch": "delete"}]}),
        json!({"containers": [{"name": "side", "image": "s:1"}]}),
    );
    check(
        document.clone(),
        json!({"containers": [{"$patch": "replace"}, {"name": "fresh", "image": "f:1"}]}),
        json!({"containers": [{"name": "fresh", "image": "f:1"}]}),
    );
    check(
        document.clone(),
        json!({"$setElementOrder/containers": [{"name": "side"}, {"name": "main"}], "containers": [{"name": "side", "image": "s:3"}]}),
        json!({"containers": [{"name": "side", "image": "s:3"}, document["containers"][0]]}),
    );
    check(
        document.clone(),
        json!({"$setElementOrder/containers": [{"name": "side"}, {"name": "main"}]}),
        json!({"containers": [document["containers"][1], document["containers"][0]]}),
    );
}

#[test]
fn scalars_merge_as_a_set() {
    let document = json!({"finalizers": ["a", "b"]});
    check(document.clone(), json!({"finalizers": ["b", "c"]}), json!({"finalizers": ["a", "b", "c"]}));
    check(document.clone(), json!({"$deleteFromPrimitiveList/finalizers": ["a", "z"]}), json!({"finalizers": ["b"]}));
    check(
        document.clone(),
        json!({"$setElementOrder/finalizers": ["c", "b"], "finalizers": ["c"], "$deleteFromPrimitiveList/finalizers": ["a"]}),
        json!({"finalizers": ["c", "b"]}),
    );
    check(json!({}), json!({"$deleteFromPrimitiveList/finalizers": ["a"]}), json!({}));
}

#[test]
fn objects_follow_directives() {
    let document = json!({"labels": {"a": "1", "b": "2"}, "strategy": {"type": "Rolling", "rolling": {"name": "x"}}});
    let strategy = &document["strategy"];
    check(
        document.clone(),
        json!({"labels": {"a": null, "c": "3", "d": null}}),
        json!({"labels": {"b": "2", "c": "3"}, "strategy": strategy}),
    );
    check(
        document.clone(),
        json!({"labels": {"$patch": "replace", "only": "this"}}),
        json!({"labels": {"only": "this"}, "strategy": strategy}),
    );
    check(document.clone(), json!({"labels": {"$patch": "delete"}}), json!({"labels": {}, "strategy": strategy}));
    check(
        document.clone(),
        json!({"strategy": {"$retainKeys": ["type"], "type": "Recreate"}, "labels": null}),
        json!({"strategy": {"type": "Recreate"}}),
    );
    // without anything to merge with, what holds a directive is left out
    check(json!({}), json!({"labels": {"$patch": "frob"}}), json!({}));
    check(json!({}), json!({"labels": {"a": null, "b": "1"}}), json!({"labels": {"b": "1"}}));
    check(
        json!({"whole": {"type": "a", "rolling": {}}}),
        json!({"whole": {"type": "b"}}),
        json!({"whole": {"type": "b"}}),
    );
}

#[test]
fn errors_are_upstreams() {
    let document = json!({"containers": [{"name": "main"}], "labels": {"a": "1"}, "strategy": {}});
    let err = check_error(
        document.clone(),
        json!({"containers": [{"image": "x"}]}),
        "map: map[image:x] does not contain declared merge key: name",
    );
    assert_eq!(err.code(), 500);
    check_error(
        document.clone(),
        json!({"$setElementOrder/containers": [{"name": "nobody"}], "containers": [{"name": "fresh", "image": "f:2"}]}),
        "The order in patch list:\n[map[image:f:2 name:fresh]]\n doesn't match $setElementOrder list:\n[map[name:nobody]]\n",
    );
    check_error(
        document.clone(),
        json!({"labels": {"$patch": "frob"}}),
        "unknown patch type: frob in map: map[$patch:frob]",
    );
    let err = check_error(
        document.clone(),
        json!({"strategy": {"$retainKeys": ["a"], "type": "b"}}),
        "invalid patch format of retainKeys",
    );
    assert_eq!(err.code(), 400);
    check_error(document.clone(), json!({"$setElementOrder": []}), "invalid patch format of setElementOrder list");
    check_error(
        json!({"finalizers": ["a"]}),
        json!({"finalizers": [1]}),
        "list element types are not identical: [[a] [1]]",
    );
    check_error(
        document,
        json!({"$setElementOrder/nothing": ["a"]}),
        r#"unable to find api field in struct Pod for the json field "nothing""#,
    );
}

#[test]
fn misfits_are_told_in_the_converters_words() {
    #[track_caller]
    fn check_misfit<T: crate::codec::Json + Default>(json: &str, want: &str) {
        let Err(err) = crate::codec::from_json_slice::<T>(json.as_bytes()) else { panic!("{json} fits") };
        assert_eq!(conversion_message(&err), want);
    }
    check_misfit::<Vec<String>>("{}", "cannot restore slice from map");
    check_misfit::<std::collections::BTreeMap<String, String>>("[]", "cannot restore map from slice");
    check_misfit::<crate::meta::v1::ObjectMeta>("5", "cannot restore struct from: int64");
    check_misfit::<String>("5", "cannot convert int64 to string");
}
