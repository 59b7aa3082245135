//! Objects whose type isn't known at compile time: custom resources, and whatever a dynamic client meets.

use std::any::Any;

use serde_json::{Map, Value};

use crate::{
    any_json::as_written,
    codec::{
        DecodeError, Json, JsonReader, JsonTape, JsonWriter, ProtoReader, ProtoWriter, from_json_slice, to_json_vec,
    },
    gvk::{GroupVersion, GroupVersionKind},
    meta::v1::{ListMeta, ObjectMeta},
    object::Object,
    schema::StructSchema,
};

/// An object as JSON, but for its kind and its metadata, which are typed.
///
/// It is written with sorted keys, and numbers in Go's form, as Go's `Unstructured` is. It has no protobuf form, no
/// defaults and no schema of its own; what a custom resource's definition says is applied by the API server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unstructured {
    /// What it is.
    pub gvk: GroupVersionKind,
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// All other fields.
    pub content: Map<String, Value>,
}

impl Unstructured {
    /// An empty object of a kind.
    pub fn new(gvk: GroupVersionKind) -> Self {
        Self { gvk, ..Self::default() }
    }

    /// Reads a document. Where it doesn't say what it is, the kind stays empty.
    ///
    /// # Errors
    /// Where it is not a JSON object, or its `kind`, `apiVersion` or `metadata` doesn't fit.
    pub fn from_json(json: &[u8]) -> Result<Self, DecodeError> {
        from_json_slice::<Document>(json).map(|document| document.0)
    }

    /// The same object in this form.
    ///
    /// # Errors
    /// Never for objects whose JSON form is an object with metadata; a kind without metadata gets an empty one.
    pub fn from_object(object: &dyn Object) -> Result<Self, DecodeError> {
        if let Some(unstructured) = object.downcast_ref::<Self>() {
            return Ok(unstructured.clone());
        }
        let mut w = JsonWriter::new();
        object.write_json(&mut w);
        Self::from_json(w.as_bytes())
    }

    /// Reads it into an object of a known type.
    ///
    /// # Errors
    /// Where a field doesn't fit the type.
    pub fn read_into(&self, target: &mut dyn Object) -> Result<(), DecodeError> {
        target.read_json(&mut JsonReader::new(&self.to_json()))
    }

    /// The whole document.
    pub fn to_json(&self) -> Vec<u8> {
        let mut w = JsonWriter::new();
        Object::write_json(self, &mut w);
        w.into_bytes()
    }

    /// The whole document as a value: what reading [`Unstructured::to_json`] gives.
    pub fn to_value(&self) -> Value {
        let mut fields: Map<String, Value> =
            self.content.iter().map(|(name, value)| (name.clone(), as_written(value))).collect();
        fields.insert("apiVersion".to_owned(), self.gvk.api_version().into());
        fields.insert("kind".to_owned(), self.gvk.kind.as_ref().into());
        let metadata = serde_json::from_slice(&to_json_vec(&self.metadata)).unwrap_or_default();
        fields.insert("metadata".to_owned(), metadata);
        Value::Object(fields)
    }

    /// The value at a path of keys, outside of the metadata.
    pub fn nested(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.content.get(*first)?, |value, key| value.get(key))
    }

    /// Sets the value at a path of keys, outside of the metadata. What stands on the way and is no object gives way.
    pub fn set_nested(&mut self, path: &[&str], value: Value) {
        let Some((last, parents)) = path.split_last() else { return };
        let mut fields = &mut self.content;
        for key in parents {
            let next = fields.entry(*key).or_insert_with(|| Value::Object(Map::new()));
            if !next.is_object() {
                *next = Value::Object(Map::new());
            }
            match next {
                Value::Object(next) => fields = next,
                _ => return,
            }
        }
        fields.insert((*last).to_owned(), value);
    }

    /// Removes the value at a path of keys, outside of the metadata.
    pub fn remove_nested(&mut self, path: &[&str]) -> Option<Value> {
        let (last, parents) = path.split_last()?;
        let fields = parents.iter().try_fold(&mut self.content, |fields, key| fields.get_mut(*key)?.as_object_mut())?;
        fields.remove(*last)
    }

    fn read_fields(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        let (mut api_version, mut kind) = (String::new(), String::new());
        r.map(&|| "map[string]interface {}".into(), &mut |r, key| match key {
            "apiVersion" => api_version.read_json(r),
            "kind" => kind.read_json(r),
            "metadata" => Json::read_json(&mut self.metadata, r),
            _ => {
                self.content.insert(key.to_owned(), r.any()?);
                Ok(())
            }
        })?;
        if !api_version.is_empty() {
            let GroupVersion { group, version } =
                GroupVersion::parse(&api_version).map_err(|err| DecodeError::custom(err.to_string()))?;
            (self.gvk.group, self.gvk.version) = (group, version);
        }
        if !kind.is_empty() {
            self.gvk.kind = kind.into();
        }
        Ok(())
    }
}

/// Writes `fields` and the type's and metadata's members in the order of their names.
fn write_document<M: Json>(w: &mut JsonWriter, gvk: &GroupVersionKind, metadata: &M, fields: &Map<String, Value>) {
    const OWN: [&str; 3] = ["apiVersion", "kind", "metadata"];
    let mut own = OWN.into_iter().peekable();
    let write_own = |name: &str, w: &mut JsonWriter| {
        w.key(name);
        match name {
            "apiVersion" => w.string(&gvk.api_version()),
            "kind" => w.string(&gvk.kind),
            _ => write_sorted(metadata, w),
        }
        w.comma();
    };
    w.begin_object();
    for (name, value) in fields {
        while let Some(own) = own.next_if(|own| *own < name.as_str()) {
            write_own(own, w);
        }
        w.key(name);
        value.write_json(w);
        w.comma();
    }
    own.for_each(|own| write_own(own, w));
    w.end_object();
}

/// Writes metadata, whose fields are declared in another order, sorted like everything else.
fn write_sorted<M: Json>(metadata: &M, w: &mut JsonWriter) {
    let text = to_json_vec(metadata);
    match JsonTape::parse(&text) {
        Ok(tape) => tape.root().write_sorted(w),
        // what was written is JSON
        Err(_) => w.raw(&text),
    }
}

/// An object read as a value of its own.
#[derive(Default)]
struct Document(Unstructured);

impl Json for Document {
    fn write_json(&self, w: &mut JsonWriter) {
        Object::write_json(&self.0, w);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        self.0.read_fields(r)
    }

    fn go_type() -> std::borrow::Cow<'static, str> {
        "map[string]interface {}".into()
    }
}

/// What typed objects do and these can't: protobuf.
fn no_protobuf(gvk: &GroupVersionKind) -> DecodeError {
    DecodeError::proto(format!("{gvk} has no protobuf form"))
}

/// The methods that an object and a list answer alike.
macro_rules! dynamic_object {
    () => {
        fn gvk(&self) -> GroupVersionKind {
            self.gvk.clone()
        }

        /// Items of lists carry `kind` and `apiVersion`, unlike those of built-in kinds.
        fn write_json_item(&self, w: &mut JsonWriter) {
            Object::write_json(self, w);
        }

        fn write_proto(&self, _w: &mut ProtoWriter) -> bool {
            false
        }

        fn read_proto(&mut self, _r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
            Err(no_protobuf(&self.gvk))
        }

        fn set_defaults(&mut self) {}

        fn deep_copy_object(&self) -> Box<dyn Object> {
            Box::new(self.clone())
        }

        fn schema(&self) -> Option<&'static StructSchema> {
            None
        }

        fn equals(&self, other: &dyn Object) -> bool {
            other.downcast_ref::<Self>() == Some(self)
        }

        fn as_any(&self) -> &dyn Any {
            self
        }

        fn as_any_mut(&mut self) -> &mut dyn Any {
            self
        }

        fn into_any(self: Box<Self>) -> Box<dyn Any> {
            self
        }
    };
}

impl Object for Unstructured {
    dynamic_object!();

    fn meta(&self) -> Option<&ObjectMeta> {
        Some(&self.metadata)
    }

    fn meta_mut(&mut self) -> Option<&mut ObjectMeta> {
        Some(&mut self.metadata)
    }

    fn list_meta(&self) -> Option<&ListMeta> {
        None
    }

    fn list_meta_mut(&mut self) -> Option<&mut ListMeta> {
        None
    }

    fn visit_items(&self, _visit: &mut dyn FnMut(&dyn Object)) {}

    fn visit_selectable(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        visit("metadata.name", &self.metadata.name);
        visit("metadata.namespace", &self.metadata.namespace);
    }

    fn write_json(&self, w: &mut JsonWriter) {
        write_document(w, &self.gvk, &self.metadata, &self.content);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        self.read_fields(r)
    }
}

/// A list of [`Unstructured`] objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnstructuredList {
    /// What it is, for example `WidgetList`.
    pub gvk: GroupVersionKind,
    /// Its metadata.
    pub metadata: ListMeta,
    /// The objects.
    pub items: Vec<Unstructured>,
}

impl Object for UnstructuredList {
    dynamic_object!();

    fn meta(&self) -> Option<&ObjectMeta> {
        None
    }

    fn meta_mut(&mut self) -> Option<&mut ObjectMeta> {
        None
    }

    fn list_meta(&self) -> Option<&ListMeta> {
        Some(&self.metadata)
    }

    fn list_meta_mut(&mut self) -> Option<&mut ListMeta> {
        Some(&mut self.metadata)
    }

    fn visit_items(&self, visit: &mut dyn FnMut(&dyn Object)) {
        for item in &self.items {
            visit(item);
        }
    }

    fn visit_selectable(&self, _visit: &mut dyn FnMut(&'static str, &str)) {}

    fn write_json(&self, w: &mut JsonWriter) {
        w.begin_object();
        w.raw(b"\"apiVersion\":");
        w.string(&self.gvk.api_version());
        w.raw(b",\"items\":");
        w.begin_array();
        for item in &self.items {
            Object::write_json(item, w);
            w.comma();
        }
        w.end_array();
        w.raw(b",\"kind\":");
        w.string(&self.gvk.kind);
        w.raw(b",\"metadata\":");
        write_sorted(&self.metadata, w);
        w.end_object();
    }

    /// Items that don't say what they are, are what the list's kind says: `WidgetList` holds `Widget`s.
    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        let mut header = Unstructured::new(std::mem::take(&mut self.gvk));
        let mut items = Vec::new();
        r.map(&|| "map[string]interface {}".into(), &mut |r, key| match key {
            "items" => r
                .array(&|| "[]interface {}".into(), &mut |r| {
                    let mut item = Unstructured::default();
                    item.read_fields(r)?;
                    items.push(item);
                    Ok(())
                })
                .map(drop),
            "metadata" => Json::read_json(&mut self.metadata, r),
            _ => {
                header.content.insert(key.to_owned(), r.any()?);
                Ok(())
            }
        })?;
        let text = |key: &str| header.content.get(key).and_then(Value::as_str).unwrap_or_default();
        if let Ok(GroupVersion { group, version }) = GroupVersion::parse(text("apiVersion"))
            && !version.is_empty()
        {
            (header.gvk.group, header.gvk.version) = (group, version);
        }
        if !text("kind").is_empty() {
            header.gvk.kind = text("kind").to_owned().into();
        }
        let item_kind = header.gvk.kind.strip_suffix("List").unwrap_or_default().to_owned();
        for item in items.iter_mut().filter(|item| item.gvk.kind.is_empty()) {
            item.gvk = header.gvk.with_kind(item_kind.clone());
        }
        (self.gvk, self.items) = (header.gvk, items);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const WIDGET: &[u8] = br#"{"kind":"Widget","apiVersion":"shop.example.com/v1","spec":{"size":1.0,"big":9007199254740993,"b":null,"a":["<"]},"metadata":{"name":"w","namespace":"n"}}"#;

    #[test]
    fn documents_are_written_with_sorted_keys() {
        let widget = Unstructured::from_json(WIDGET).unwrap();
        assert_eq!(widget.gvk, GroupVersionKind::new("shop.example.com", "v1", "Widget"));
        assert_eq!(widget.metadata.name, "w");
        let text = String::from_utf8(widget.to_json()).unwrap();
        assert_eq!(
            text,
            "{\"apiVersion\":\"shop.example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"w\",\"namespace\":\"n\"},\"spec\":{\"a\":[\"\\u003c\"],\"b\":null,\"big\":9007199254740993,\"size\":1}}"
        );
    }

    #[test]
    fn the_value_is_what_the_text_says() {
        for content in [
            r#""spec":{"a":[1.0,-0.0,2.5,1e20,1e300,18446744073709551615,9223372036854775808.0,-3.0,"x"],"b":{}}"#,
            r#""zoo":1,"apple":2,"kind":"Widget","lamb":{"x":null}"#,
        ] {
            let json = format!(r#"{{"metadata":{{"name":"w","labels":{{"b":"1","a":"2"}}}},{content}}}"#);
            let widget = Unstructured::from_json(json.as_bytes()).unwrap();
            assert_eq!(widget.to_value(), serde_json::from_slice::<Value>(&widget.to_json()).unwrap());
        }
    }

    #[test]
    fn strict_reading_notes_what_is_nested() {
        let json = br#"{"metadata":{"name":"w","nome":"x"},"spec":{"a":1,"a":2,"list":[{"b":1,"b":2}]}}"#;
        let mut r = JsonReader::strict(json);
        let mut widget = Unstructured::default();
        Object::read_json(&mut widget, &mut r).unwrap();
        let errors: Vec<String> = r.take_strict_errors().iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [r#"unknown field "metadata.nome""#, r#"duplicate field "spec.a""#, r#"duplicate field "spec.list[0].b""#]
        );
    }

    #[test]
    fn duplicates_below_long_keys_are_noted_in_time() {
        let members = r#""a":{"b":1,"b":1},"#.repeat(10_000);
        let json = format!(r#"{{"{}":{{{}"c":1}}}}"#, "k".repeat(100_000), members);
        let mut r = JsonReader::strict(json.as_bytes());
        Object::read_json(&mut Unstructured::default(), &mut r).unwrap();
        assert_eq!(r.take_strict_errors().len(), 2);
    }

    #[test]
    fn nested_values() {
        let mut widget = Unstructured::from_json(WIDGET).unwrap();
        widget.set_nested(&["status", "phase"], json!("Ready"));
        assert_eq!(widget.nested(&["status", "phase"]), Some(&json!("Ready")));
        assert_eq!(widget.remove_nested(&["spec", "size"]), Some(json!(1.0)));
        assert_eq!(widget.nested(&["spec", "size"]), None);
        assert_eq!(widget.nested(&["spec", "a", "x"]), None);
    }

    #[test]
    fn lists_pass_their_kind_on() {
        let json = br#"{"kind":"WidgetList","apiVersion":"a.b/v1","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"w"}}]}"#;
        let mut list = UnstructuredList::default();
        Object::read_json(&mut list, &mut JsonReader::new(json)).unwrap();
        assert_eq!(list.items[0].gvk, GroupVersionKind::new("a.b", "v1", "Widget"));
        assert_eq!(list.metadata.resource_version, "5");
        let mut names = Vec::new();
        list.visit_items(&mut |item| names.push(item.name().to_owned()));
        assert_eq!(names, ["w"]);
    }

    #[test]
    fn a_typed_object_has_this_form_too() {
        let status = crate::meta::v1::Status { message: "hi".to_owned(), ..Default::default() };
        let widget = Unstructured::from_object(&status).unwrap();
        assert_eq!((&*widget.gvk.kind, widget.nested(&["message"])), ("Status", Some(&json!("hi"))));
        let mut back = crate::meta::v1::Status::default();
        widget.read_into(&mut back).unwrap();
        assert_eq!(back, status);
    }
}
