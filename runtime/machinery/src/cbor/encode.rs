//! From JSON to CBOR. Writing into memory can't fail, which minicbor's encoder would not say; what is written is little.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use half::f16;

use super::{BASE64_LATER, SELF_DESCRIBED};
use crate::{
    codec::{DecodeError, JsonTree, JsonTreeField},
    schema::{Shape, StructSchema},
};

/// What is known of a value, to find the byte strings in it.
#[derive(Clone, Copy)]
enum Node {
    Struct(&'static StructSchema),
    Shape(&'static Shape),
    Unknown,
}

impl Node {
    fn field(self, name: &str) -> Self {
        match self {
            Self::Struct(schema) => schema.field(name).map_or(Self::Unknown, |field| Self::Shape(&field.shape)),
            Self::Shape(Shape::Struct(schema) | Shape::AtomicStruct(schema)) => Self::Struct(schema()).field(name),
            Self::Shape(Shape::Map { value, .. }) => Self::Shape(value),
            Self::Shape(_) | Self::Unknown => Self::Unknown,
        }
    }

    fn element(self) -> Self {
        match self {
            Self::Shape(Shape::List { element, .. }) => Self::Shape(element),
            _ => Self::Unknown,
        }
    }

    fn is_bytes(self) -> bool {
        matches!(self, Self::Shape(Shape::Bytes))
    }
}

/// A JSON document as a CBOR document. `schema` is the structure of the object in it; without one it has no `[]byte`.
///
/// # Errors
/// Where the text is not JSON.
pub fn from_json(json: &[u8], schema: Option<&'static StructSchema>) -> Result<Vec<u8>, DecodeError> {
    let mut w = CborWriter::default();
    w.raw(&SELF_DESCRIBED);
    w.json(json, schema)?;
    Ok(w.into_bytes())
}

/// The major types of data items.
#[derive(Clone, Copy)]
enum Major {
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Array = 4,
    Map = 5,
    Tag = 6,
}

/// A buffer that data items are appended to.
#[derive(Debug, Default)]
pub struct CborWriter {
    out: Vec<u8>,
}

impl CborWriter {
    /// Appends to bytes that are there already.
    pub fn append_to(out: Vec<u8>) -> Self {
        Self { out }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// Appends an item that was encoded already.
    pub fn raw(&mut self, item: &[u8]) {
        self.out.extend_from_slice(item);
    }

    /// Begins a map of so many entries: each a text and another item.
    pub fn map(&mut self, entries: usize) {
        self.head(Major::Map, entries as u64);
    }

    /// Begins an array of so many elements.
    pub fn array(&mut self, elements: usize) {
        self.head(Major::Array, elements as u64);
    }

    /// Writes a text, which is a byte string.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes what a JSON text says, as an object with this structure.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub fn json(&mut self, json: &[u8], schema: Option<&'static StructSchema>) -> Result<(), DecodeError> {
        let tree = JsonTree::parse(json.trim_ascii())?;
        self.out.reserve(json.len());
        self.tree(&tree, schema.map_or(Node::Unknown, Node::Struct));
        Ok(())
    }

    /// The first byte or bytes of an item: its type and a number, in as few bytes as it takes.
    fn head(&mut self, major: Major, value: u64) {
        let major = (major as u8) << 5;
        if let Some(small) = u8::try_from(value).ok().filter(|value| *value < 24) {
            self.out.push(major | small);
        } else if let Ok(byte) = u8::try_from(value) {
            self.out.extend_from_slice(&[major | 24, byte]);
        } else if let Ok(short) = u16::try_from(value) {
            self.out.push(major | 25);
            self.out.extend_from_slice(&short.to_be_bytes());
        } else if let Ok(word) = u32::try_from(value) {
            self.out.push(major | 26);
            self.out.extend_from_slice(&word.to_be_bytes());
        } else {
            self.out.push(major | 27);
            self.out.extend_from_slice(&value.to_be_bytes());
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.head(Major::Bytes, bytes.len() as u64);
        self.raw(bytes);
    }

    fn tree(&mut self, tree: &JsonTree<'_>, node: Node) {
        match tree {
            JsonTree::Null => self.out.push(0xf6),
            JsonTree::Bool(value) => self.out.push(if *value { 0xf5 } else { 0xf4 }),
            // a negative number is written as its distance from -1
            JsonTree::Int(integer) if *integer < 0 => self.head(Major::Negative, !integer.cast_unsigned()),
            JsonTree::Int(integer) => self.head(Major::Unsigned, integer.cast_unsigned()),
            JsonTree::Float(float) => self.float(*float),
            JsonTree::Str(text) => match node.is_bytes().then(|| STANDARD.decode(text.as_bytes())) {
                Some(Ok(bytes)) => {
                    self.head(Major::Tag, BASE64_LATER);
                    self.bytes(&bytes);
                }
                Some(Err(_)) | None => self.text(text),
            },
            JsonTree::Array(list) => {
                self.array(list.len());
                list.iter().for_each(|value| self.tree(value, node.element()));
            }
            JsonTree::Object(fields) => {
                self.map(fields.len());
                // the order of encoded keys: shorter ones first
                let mut sorted: Vec<&JsonTreeField<'_>> = fields.iter().collect();
                sorted.sort_unstable_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
                for (name, value) in sorted {
                    self.text(name);
                    self.tree(value, node.field(name));
                }
            }
        }
    }

    /// Writes a float in as few bytes as keep its value.
    fn float(&mut self, value: f64) {
        let single = value as f32;
        if f64::from(single) != value {
            self.out.push(0xfb);
            self.raw(&value.to_be_bytes());
        } else if f16::from_f32(single).to_f32() == single {
            self.out.push(0xf9);
            self.raw(&f16::from_f32(single).to_be_bytes());
        } else {
            self.out.push(0xfa);
            self.raw(&single.to_be_bytes());
        }
    }
}
