//! Reading documents.

use std::{borrow::Cow, collections::HashMap};

use base64::Engine as _;
use serde_json::{Map, Value};
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::{
    YamlError,
    emit::number_text,
    error::parser_error,
    resolve::{Resolved, resolve},
};
use crate::quote::quote;

/// How deep nodes may nest, as in JSON here.
const DEPTH_MAX: usize = 256;

/// So much may be copied for anchors and aliases, so that a short document can't unfold to a huge one. In nodes; a long
/// text counts as several.
const ALIASED_SIZE_MAX: usize = 400_000;

/// So many bytes of a text count as one more node.
const TEXT_BYTES_PER_NODE: usize = 32;

/// A document's value, and the keys that occur twice, in the words of `go-yaml`.
pub(super) struct Document {
    pub(super) value: Value,
    pub(super) duplicates: Vec<String>,
}

/// Reads the first document of a text.
pub(super) fn parse(text: &str) -> Result<Document, YamlError> {
    let mut reader = Reader {
        text,
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        open: Vec::new(),
        aliased_size: 0,
        duplicates: Vec::new(),
    };
    let mut value = Value::Null;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(..) => {}
            Event::DocumentEnd | Event::StreamEnd => break,
            event => value = reader.node(event, span)?.value,
        }
    }
    Ok(Document { value, duplicates: reader.duplicates })
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, serde_saphyr::granit_parser::StrInput<'a>>,
    anchors: HashMap<usize, Node>,
    /// The lines on which the collections being read begin, outermost first.
    open: Vec<usize>,
    aliased_size: usize,
    duplicates: Vec<String>,
}

#[derive(Clone)]
struct Node {
    value: Value,
    /// The line on which it begins.
    line: usize,
    /// How many nodes it is made of, long texts counted as several.
    size: usize,
    /// It is the plain `<<`.
    is_merge: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(err)) => Err(parser_error(self.text, &err, self.open.last().copied())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, YamlError> {
        let line = span.start.line();
        let (value, size, is_merge, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, line),
            Event::Scalar(text, style, anchor, tag) => {
                let (value, is_merge) = scalar(&text, style, tag.as_deref())?;
                (value, 1 + text.len() / TEXT_BYTES_PER_NODE, is_merge, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let (values, size) = self.sequence(line)?;
                (Value::Array(values), size, false, anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                let (fields, size) = self.mapping(line)?;
                (Value::Object(fields), size, false, anchor)
            }
            _ => (Value::Null, 1, false, 0),
        };
        let node = Node { value, line, size, is_merge };
        if anchor != 0 {
            count_copy(&mut self.aliased_size, node.size)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<Node, YamlError> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(YamlError::new("anchor contains itself"));
        };
        count_copy(&mut self.aliased_size, node.size)?;
        Ok(Node { line, is_merge: false, ..node.clone() })
    }

    fn enter(&mut self, line: usize) -> Result<(), YamlError> {
        self.open.push(line);
        if self.open.len() > DEPTH_MAX {
            return Err(YamlError::new(format!("exceeded max depth of {DEPTH_MAX}")));
        }
        Ok(())
    }

    fn sequence(&mut self, line: usize) -> Result<(Vec<Value>, usize), YamlError> {
        self.enter(line)?;
        let (mut values, mut size) = (Vec::new(), 1);
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => break,
                (event, span) => {
                    let node = self.node(event, span)?;
                    size += node.size;
                    values.push(node.value);
                }
            }
        }
        self.open.pop();
        Ok((values, size))
    }

    fn mapping(&mut self, line: usize) -> Result<(Map<String, Value>, usize), YamlError> {
        self.enter(line)?;
        let (mut fields, mut size) = (Map::new(), 1);
        let mut merged: Vec<Value> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => break,
                (event, span) => self.node(event, span)?,
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span)?;
            size += key.size + node.size;
            if key.is_merge {
                merged.push(node.value);
                continue;
            }
            let name = key_text(key.value)?;
            if fields.contains_key(&name) {
                self.duplicates.push(format!("line {}: key {} already set in map", node.line, quote(&name)));
            }
            fields.insert(name, node.value);
        }
        self.open.pop();
        for value in merged {
            merge(&mut fields, value)?;
        }
        Ok((fields, size))
    }
}

/// Counts a copy of a node that is made of so many.
fn count_copy(aliased_size: &mut usize, size: usize) -> Result<(), YamlError> {
    *aliased_size += size;
    if *aliased_size > ALIASED_SIZE_MAX {
        return Err(YamlError::new("document contains excessive aliasing"));
    }
    Ok(())
}

/// Adds the members of what `<<` names that aren't there already.
fn merge(fields: &mut Map<String, Value>, value: Value) -> Result<(), YamlError> {
    match value {
        Value::Object(others) => {
            for (name, value) in others {
                fields.entry(name).or_insert(value);
            }
            Ok(())
        }
        Value::Array(values) if values.iter().all(Value::is_object) => {
            values.into_iter().try_for_each(|value| merge(fields, value))
        }
        _ => Err(YamlError::new("map merge requires map or sequence of maps as the value")),
    }
}

/// A key as JSON has it: a text.
fn key_text(key: Value) -> Result<String, YamlError> {
    match key {
        Value::String(text) => Ok(text),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(number) => Ok(number_text(&number)),
        Value::Null => Err(YamlError::plain("unsupported map key of type: <nil>")),
        Value::Array(_) | Value::Object(_) => Err(YamlError::new("invalid map key")),
    }
}

/// A scalar's value, and whether it is the merge key.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<(Value, bool), YamlError> {
    let is_plain = style == ScalarStyle::Plain;
    let core_tag = tag.and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"));
    let resolved = match core_tag.as_deref() {
        Some("str") => Resolved::Text,
        Some("binary") => return Ok((Value::String(binary(text)?), false)),
        Some(_) => resolve(text),
        None if is_plain => resolve(text),
        None => Resolved::Text,
    };
    match resolved {
        Resolved::Text | Resolved::Timestamp => Ok((Value::String(text.to_owned()), false)),
        Resolved::Merge => Ok((Value::String(text.to_owned()), is_plain)),
        Resolved::Value(value) => Ok((value, false)),
        Resolved::NotFinite => Err(YamlError::plain(format!("json: unsupported value: {}", not_finite(text)))),
    }
}

/// A number that isn't finite as Go writes it.
fn not_finite(text: &str) -> &'static str {
    match text.as_bytes() {
        [b'-', ..] => "-Inf",
        _ if text.to_ascii_lowercase().ends_with("inf") => "+Inf",
        _ => "NaN",
    }
}

fn binary(text: &str) -> Result<String, YamlError> {
    let packed: Cow<'_, str> = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    match base64::engine::general_purpose::STANDARD.decode(packed.as_bytes()) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(_) => Err(YamlError::new("!!binary value contains invalid base64 data")),
    }
}
