//! JSON patch (RFC 6902), as the library `evanphx/json-patch` (v4) applies it.
//!
//! It differs from the RFC: `replace` of a member that doesn't exist adds it, `test` of a missing member against `null`
//! holds, `copy` of a missing member copies `null`, and indices may be negative, counted from a list's end.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::text::value_of;
use crate::{
    codec::{
        DecodeError, Json, JsonFields, JsonReader, JsonStruct, JsonTape, JsonWriter, StrictError, from_json_slice,
        json::DEPTH_LIMIT, to_json_vec,
    },
    gvk::GroupResource,
    status::{ApiError, GenericResponse},
};

/// A patch may have so many operations, as upstream's may.
pub const OPERATIONS_MAX: usize = 10_000;

/// What copy operations may add to a document, in bytes of JSON, as upstream has it: each may double the document.
const COPY_BYTES_MAX: usize = 3 << 20;

/// Why a patch could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum JsonPatchError {
    /// It is no list of operations.
    #[error("error decoding patch: {0}")]
    Decode(#[source] DecodeError),
    /// It is too long.
    #[error("The allowed maximum operations in a JSON patch is {OPERATIONS_MAX}, got {0}")]
    TooMany(usize),
    /// An operation doesn't apply to the document.
    #[error("{0}")]
    Apply(String),
}

impl From<JsonPatchError> for ApiError {
    fn from(err: JsonPatchError) -> Self {
        let message = err.to_string();
        match err {
            JsonPatchError::Decode(_) => ApiError::bad_request(message),
            JsonPatchError::TooMany(_) => ApiError::request_entity_too_large(message),
            JsonPatchError::Apply(_) => unprocessable(&message),
        }
    }
}

/// 422 in words that keep what went wrong to themselves, as upstream has it.
pub(super) fn unprocessable(message: &str) -> ApiError {
    ApiError::generic(&GenericResponse {
        code: 422,
        verb: "",
        resource: &GroupResource::default(),
        name: "",
        message,
        retry_after_seconds: 0,
        is_unexpected: false,
    })
}

/// One operation, not yet checked.
#[derive(Clone, Debug, Default, PartialEq)]
struct Operation {
    op: String,
    path: Option<String>,
    from: Option<String>,
    value: Option<Value>,
}

/// A list of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonPatch(Vec<Operation>);

impl JsonPatch {
    /// Reads a patch, with the unknown and duplicate fields that strict reading objects to.
    ///
    /// # Errors
    /// Where it is no list of operations, or has too many.
    pub fn decode(patch: &[u8]) -> Result<(Self, Vec<StrictError>), JsonPatchError> {
        let mut r = JsonReader::strict(patch);
        let operations = read_operations(&mut r).map_err(JsonPatchError::Decode)?;
        if operations.len() > OPERATIONS_MAX {
            return Err(JsonPatchError::TooMany(operations.len()));
        }
        Ok((Self(operations), r.take_strict_errors()))
    }

    /// Applies the operations in their order.
    ///
    /// # Errors
    /// The first operation that doesn't apply. The document is changed up to there, and of no use.
    pub fn apply(&self, document: &mut Value) -> Result<(), JsonPatchError> {
        let mut copied = 0;
        self.0.iter().try_for_each(|operation| operation.apply(document, &mut copied)).map_err(JsonPatchError::Apply)
    }

    /// As [`JsonPatch::apply`], for an object whose text is at hand: only the members that paths lead to are read.
    ///
    /// # Errors
    /// As [`JsonPatch::apply`], and where the text is not JSON.
    pub fn apply_to_text(&self, json: &[u8]) -> Result<Vec<u8>, ApiError> {
        let Some(touched) = self.members() else {
            let mut document: Value = from_json_slice(json).map_err(ApiError::internal_error)?;
            self.apply(&mut document)?;
            return serde_json::to_vec(&document).map_err(ApiError::internal_error);
        };
        let tape = JsonTape::parse(json).map_err(ApiError::internal_error)?;
        let (mut document, mut rest) = (Map::new(), Vec::with_capacity(json.len()));
        for (name, quoted, value) in tape.root().written_members() {
            if touched.contains(name.as_ref()) {
                document.insert(name.into_owned(), value_of(value)?);
            } else {
                rest.extend([quoted.as_bytes(), b":", value.text().as_bytes(), b","].concat());
            }
        }
        let mut document = Value::Object(document);
        self.apply(&mut document)?;
        let changed = serde_json::to_vec(&document).map_err(ApiError::internal_error)?;
        match changed.strip_prefix(b"{") {
            // the document itself is never a path here, so it stays an object
            Some(changed) if changed != b"}" => Ok([b"{", rest.as_slice(), changed].concat()),
            _ => Ok([b"{", rest.strip_suffix(b",").unwrap_or_default(), b"}"].concat()),
        }
    }

    /// The members of the document that paths begin with; `None` where a path is about the document itself or is wrong.
    fn members(&self) -> Option<BTreeSet<String>> {
        let paths = self.0.iter().flat_map(|operation| [&operation.path, &operation.from]).flatten();
        let first = |path: &String| {
            let (keys, last) = split(path)?;
            Some(keys.into_iter().next().unwrap_or(last))
        };
        paths.map(first).collect()
    }
}

fn read_operations(r: &mut JsonReader<'_>) -> Result<Vec<Operation>, DecodeError> {
    let mut operations = Vec::new();
    r.array(&|| "[]handlers.jsonPatchOp".into(), &mut |r| {
        let mut operation = Operation::default();
        r.object(&mut operation)?;
        operations.push(operation);
        Ok(())
    })?;
    r.finish()?;
    Ok(operations)
}

static STRUCT: JsonStruct = JsonStruct::new("jsonPatchOp", "handlers", &["op", "path", "from", "value"]);

impl JsonFields for Operation {
    fn json_struct(&self) -> &'static JsonStruct {
        &STRUCT
    }

    fn read_field(&mut self, field: usize, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        match field {
            0 => self.op.read_json(r),
            1 => self.path.read_json(r),
            2 => self.from.read_json(r),
            _ => {
                self.value = Some(r.any()?);
                Ok(())
            }
        }
    }

    fn write_fields(&self, w: &mut JsonWriter) {
        w.field("\"op\":", &self.op);
        w.field_unless_empty("\"path\":", &self.path);
        w.field_unless_empty("\"from\":", &self.from);
        w.field_unless_empty("\"value\":", &self.value);
    }
}

impl Operation {
    /// Applies the operation; `copied` counts the bytes of all copies so far.
    fn apply(&self, document: &mut Value, copied: &mut usize) -> Result<(), String> {
        let missing = |field: &str| format!("jsonpatch {} operation does not apply: missing {field}", self.op);
        let path = || self.path.as_deref().ok_or_else(|| missing("path"));
        let from = || self.from.as_deref().ok_or_else(|| missing("from"));
        let value = || self.value.clone().ok_or_else(|| missing("value"));
        let applied = match self.op.as_str() {
            "add" => add(document, path()?, value()?),
            "remove" => remove(document, path()?).map(drop),
            "replace" => replace(document, path()?, value()?),
            "move" => remove(document, from()?).and_then(|moved| add(document, path()?, moved)),
            "copy" => {
                let copy = get(document, from()?).and_then(|found| limited_copy(found, copied));
                copy.and_then(|copy| add(document, path()?, copy))
            }
            "test" => test(document, path()?, self.value.as_ref().unwrap_or(&Value::Null)),
            other => Err(format!("Unexpected kind: {other}")),
        };
        applied.map_err(|err| format!("{} operation does not apply: {err}", self.op))
    }
}

/// A path's keys but the last, and the last. The empty path, which is the document itself, has none.
fn split(path: &str) -> Option<(Vec<String>, String)> {
    let mut keys: Vec<String> = path.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let last = keys.pop()?;
    Some((keys, last))
}

/// A copy of a value, or of `null` where there is none.
fn limited_copy(found: Option<&Value>, copied: &mut usize) -> Result<Value, String> {
    let value = found.unwrap_or(&Value::Null);
    *copied += to_json_vec(value).len();
    if *copied > COPY_BYTES_MAX {
        return Err(format!(
            "Unable to complete the copy, the accumulated size increase of copy is {copied}, exceeding the limit {COPY_BYTES_MAX}"
        ));
    }
    Ok(value.clone())
}

/// Refuses a value that would reach deeper below `keys` keys than JSON is read: it would overflow the stacks of all that
/// walks it.
fn check_depth(keys: usize, value: &Value) -> Result<(), String> {
    fn depth(value: &Value) -> usize {
        match value {
            Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
            Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        }
    }
    if keys + depth(value) > DEPTH_LIMIT { Err("exceeded max depth".to_owned()) } else { Ok(()) }
}

fn no_path(path: &str) -> String {
    format!("doc is missing path: {path}: missing value")
}

/// Where in a list of `length` elements `key` points, which may be just behind the last.
fn index(key: &str, length: usize) -> Option<usize> {
    let index: i64 = key.parse().ok()?;
    let index = if index < 0 { index.checked_add(i64::try_from(length).ok()?)? } else { index };
    usize::try_from(index).ok().filter(|&index| index <= length)
}

fn child<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(values) => values.get(index(key, values.len())?),
        _ => None,
    }
}

fn child_mut<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    match value {
        Value::Object(fields) => fields.get_mut(key),
        Value::Array(values) => {
            let index = index(key, values.len())?;
            values.get_mut(index)
        }
        _ => None,
    }
}

/// The object or list that a path's last key is looked up in.
fn container<'a>(document: &'a mut Value, path: &str, keys: &[String]) -> Result<&'a mut Value, String> {
    keys.iter().try_fold(document, |value, key| child_mut(value, key)).ok_or_else(|| no_path(path))
}

/// What stands at a path; `None` for a missing member of an object that is there.
fn get<'a>(document: &'a Value, path: &str) -> Result<Option<&'a Value>, String> {
    let Some((keys, last)) = split(path) else { return Ok(Some(document)) };
    match keys.iter().try_fold(document, |value, key| child(value, key)) {
        Some(Value::Object(fields)) => Ok(fields.get(&last)),
        Some(list @ Value::Array(_)) => child(list, &last).map(Some).ok_or_else(|| no_path(path)),
        _ => Err(no_path(path)),
    }
}

fn add(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let Some((keys, last)) = split(path) else {
        *document = value;
        return Ok(());
    };
    check_depth(keys.len() + 1, &value)?;
    match container(document, path, &keys)? {
        Value::Object(fields) => {
            fields.insert(last, value);
        }
        Value::Array(values) => {
            // a negative index counts from behind the last element here
            let at = match last.as_str() {
                "-" => Some(values.len()),
                key if key.starts_with('-') => index(key, values.len() + 1),
                key => index(key, values.len()),
            };
            let at = at.filter(|&at| at <= values.len());
            values.insert(
                at.ok_or_else(|| format!("Unable to access invalid index: {last}: invalid index referenced"))?,
                value,
            );
        }
        _ => return Err(no_path(path)),
    }
    Ok(())
}

fn replace(document: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let Some((keys, last)) = split(path) else {
        *document = value;
        return Ok(());
    };
    check_depth(keys.len() + 1, &value)?;
    match container(document, path, &keys)? {
        Value::Object(fields) => {
            fields.insert(last, value);
            Ok(())
        }
        list => {
            *child_mut(list, &last).ok_or_else(|| no_path(path))? = value;
            Ok(())
        }
    }
}

fn remove(document: &mut Value, path: &str) -> Result<Value, String> {
    let (keys, last) = split(path).ok_or_else(|| no_path(path))?;
    match container(document, path, &keys)? {
        Value::Object(fields) => {
            fields.remove(&last).ok_or_else(|| format!("Unable to remove nonexistent key: {last}: missing value"))
        }
        Value::Array(values) => match index(&last, values.len()).filter(|&at| at < values.len()) {
            Some(at) => Ok(values.remove(at)),
            None => Err(format!("Unable to access invalid index: {last}: invalid index referenced")),
        },
        _ => Err(no_path(path)),
    }
}

fn test(document: &Value, path: &str, expected: &Value) -> Result<(), String> {
    let found = get(document, path)?.unwrap_or(&Value::Null);
    if equal(found, expected) { Ok(()) } else { Err(format!("testing value {path} failed: test failed")) }
}

/// Equality of values, numbers compared by amount.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn apply(document: &Value, patch: &Value) -> Result<Value, JsonPatchError> {
        let mut patched = document.clone();
        let (patch, _) = JsonPatch::decode(patch.to_string().as_bytes())?;
        let text = patch.apply_to_text(document.to_string().as_bytes());
        let applied = patch.apply(&mut patched);
        match (&applied, text) {
            (Ok(()), Ok(text)) => assert_eq!(from_json_slice::<Value>(&text).unwrap(), patched),
            (Err(_), Err(of_text)) => assert_eq!(of_text.code(), 422),
            (applied, text) => panic!("{applied:?}, but of the text {text:?}"),
        }
        applied.map(|()| patched)
    }

    #[track_caller]
    fn check(patch: Value, want: Value) {
        let document = json!({"data": {"k": "v", "a/b": 1}, "list": [1, 2, 3]});
        assert_eq!(apply(&document, &patch).unwrap(), want);
    }

    #[track_caller]
    fn check_fails(patch: Value) {
        let document = json!({"data": {"k": "v"}, "list": [1, 2, 3]});
        let err = ApiError::from(apply(&document, &patch).unwrap_err());
        assert_eq!(err.to_string(), "the server rejected our request due to an error in our request", "{patch}");
        assert_eq!(err.code(), 422);
    }

    #[test]
    fn operations() {
        let list = json!([1, 2, 3]);
        check(
            json!([{"op": "add", "path": "/data/n", "value": null}]),
            json!({"data": {"k": "v", "a/b": 1, "n": null}, "list": list}),
        );
        check(
            json!([{"op": "replace", "path": "/data/new", "value": 1}, {"op": "remove", "path": "/data/a~1b"}]),
            json!({"data": {"k": "v", "new": 1}, "list": list}),
        );
        check(
            json!([{"op": "copy", "from": "/data/k", "path": "/c"}, {"op": "move", "from": "/data", "path": "/d"}]),
            json!({"c": "v", "d": {"k": "v", "a/b": 1}, "list": list}),
        );
        check(
            json!([
                {"op": "remove", "path": "/data"},
                {"op": "add", "path": "/list/-", "value": 4},
                {"op": "add", "path": "/list/0", "value": 0},
                {"op": "remove", "path": "/list/-1"},
                {"op": "replace", "path": "/list/1", "value": 9},
                {"op": "test", "path": "/list", "value": [0, 9, 2, 3.0]},
                {"op": "test", "path": "/missing", "value": null},
            ]),
            json!({"list": [0, 9, 2, 3]}),
        );
    }

    #[test]
    fn what_does_not_apply_is_refused() {
        check_fails(json!([{"op": "test", "path": "/data/k", "value": "other"}]));
        check_fails(json!([{"op": "test", "path": "/data/z", "value": "other"}]));
        check_fails(json!([{"op": "remove", "path": "/data/z"}]));
        check_fails(json!([{"op": "add", "path": "/z/z", "value": 1}]));
        check_fails(json!([{"op": "frob", "path": "/data"}]));
        check_fails(json!([{"op": "add", "value": 1}]));
        check_fails(json!([{"op": "add", "path": "/x"}]));
        check_fails(json!([{"op": "remove", "path": "/list/7"}]));
        check_fails(json!([{"op": "remove", "path": "/list/3"}]));
        check_fails(json!([{"op": "add", "path": "/list/4", "value": 1}]));
        check_fails(json!([{"op": "add", "path": "/list/x", "value": 1}]));
        check_fails(json!([{"op": "move", "from": "/z", "path": "/y"}]));
    }

    #[test]
    fn copies_cannot_make_a_document_huge() {
        let double = |at: usize| json!({"op": "copy", "from": "", "path": format!("/again{at}")});
        let err = apply(&json!({"k": "x".repeat(1_000)}), &(0..50).map(double).collect()).unwrap_err();
        assert!(err.to_string().starts_with("copy operation does not apply: Unable to complete the copy"), "{err}");
    }

    #[test]
    fn operations_cannot_make_a_document_deep() {
        let nested = (0..200).fold(json!({}), |value, _| json!({ "a": value }));
        let grow = |times: usize| {
            let operations =
                (0..times).map(|at| json!({"op": "add", "path": "/a".repeat(200 * at + 1), "value": nested}));
            apply(&json!({}), &operations.collect())
        };
        assert!(grow(1).is_ok());
        assert_eq!(grow(3).unwrap_err().to_string(), "add operation does not apply: exceeded max depth");
        let wrap = json!({"op": "copy", "from": "", "path": "/a"});
        assert!(apply(&json!({}), &Value::from(vec![wrap.clone(); 10])).is_ok());
        let wraps = apply(&nested, &Value::from(vec![wrap; 100])).unwrap_err().to_string();
        assert!(wraps.contains("exceed"), "{wraps}");
    }

    #[test]
    fn decoding_errors() {
        for (patch, want) in [
            (
                r#"{"op":"add"}"#,
                "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
            ),
            ("[{", "error decoding patch: unexpected end of JSON input"),
        ] {
            assert_eq!(JsonPatch::decode(patch.as_bytes()).unwrap_err().to_string(), want);
        }
        let many = format!("[{}{{}}]", "{},".repeat(10_001));
        let err = ApiError::from(JsonPatch::decode(many.as_bytes()).unwrap_err());
        assert_eq!(
            err.to_string(),
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10002"
        );
        let (_, errors) = JsonPatch::decode(br#"[{"op":"add","op":"add","frob":1}]"#).unwrap();
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(errors, [r#"duplicate field "[0].op""#, r#"unknown field "[0].frob""#]);
    }
}
