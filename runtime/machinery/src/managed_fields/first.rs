//! What the first writer of an object owns, without making sets of it: most writes of this kind are creations, and most of
//! what they cost would be the sets.

use std::borrow::Cow;

use super::{
    FieldSet, Part, PathElement,
    compare::{Node, is_hollow, name},
    fields_v1::{MEMBER_FIRST, write_element},
};
use crate::{FieldsV1, codec::JsonWriter, schema::StructSchema};

/// Paths that don't count.
#[derive(Clone, Copy)]
pub(super) struct Except<'a> {
    /// Not these, but what is below them.
    pub(super) alone: Option<&'a FieldSet>,
    /// Neither these nor anything below them.
    pub(super) wholly: Option<&'a FieldSet>,
}

impl<'a> Except<'a> {
    const NOTHING: Self = Self { alone: None, wholly: None };

    /// What doesn't count below a field; `None` where the field itself doesn't, with all that is in it.
    fn below(self, name: &str) -> Option<Self> {
        let wholly = self.wholly.and_then(|set| set.child_field(name));
        if wholly.is_some_and(|set| set.member) {
            return None;
        }
        Some(Self { alone: self.alone.and_then(|set| set.child_field(name)), wholly })
    }

    fn names_itself(self) -> bool {
        self.alone.is_some_and(|set| set.member)
    }
}

/// An element is there twice, and sets would have to be united.
pub(super) struct Twice;

/// The fields that are new in `new` or differ from `old`, as [`compare`](super::compare) would find them.
///
/// # Errors
/// Where a list or object has an element twice.
pub(super) fn touched<'t, P: Part<'t>>(
    old: P,
    new: P,
    schema: Option<&'static StructSchema>,
    except: Except<'_>,
) -> Result<FieldsV1, Twice> {
    let mut out = Out { w: JsonWriter::with_capacity(1024), key: String::new() };
    let start = out.w.as_bytes().len();
    if !out.changed(old, new, schema.map_or(Node::Unknown, Node::Struct), except)? {
        out.w.truncate(start);
        out.w.raw(b"{}");
    }
    Ok(FieldsV1::from_written(out.w))
}

struct Out {
    w: JsonWriter,
    key: String,
}

/// A part of a new state, and what the old one has there.
type Pair<P> = (Option<P>, P);

impl Out {
    /// Writes what differs; whether that is anything.
    fn changed<'t, P: Part<'t>>(&mut self, old: P, new: P, node: Node, except: Except<'_>) -> Result<bool, Twice> {
        let both = |is: fn(P) -> bool| is(new) && (is(old) || old.is_null());
        if !(is_hollow(old) && is_hollow(new)) {
            match node {
                Node::Struct(_) | Node::Map(_) if both(P::is_object) => {
                    return self.fields(Some(old), new, node, except, false);
                }
                Node::Unknown if old.is_object() && new.is_object() => {
                    return self.fields(Some(old), new, node, except, false);
                }
                Node::List(element, topology) if both(P::is_array) => {
                    let before: Vec<_> = old.elements().map(|value| (name(value, topology), value)).collect();
                    let parts = new.elements().map(|value| {
                        let path = name(value, topology);
                        let old = before.iter().find(|(other, _)| *other == path).map(|(_, value)| *value);
                        (path, (old, value))
                    });
                    return self.elements(parts.collect(), Node::of(element), false);
                }
                // what is gone belongs to nobody
                Node::Struct(_) | Node::Map(_) if old.is_object() && new.is_null() => return Ok(false),
                Node::List(..) if old.is_array() && new.is_null() => return Ok(false),
                _ => {}
            }
        }
        let is_touched = !except.names_itself() && !old.equals(new);
        self.w.raw(b"{}");
        Ok(is_touched)
    }

    /// Writes a value that was not there, and all that is in it; whether anything of it counts.
    fn all<'t, P: Part<'t>>(&mut self, value: P, node: Node, except: Except<'_>) -> Result<bool, Twice> {
        let counts = !except.names_itself();
        match node {
            Node::Struct(_) | Node::Map(_) | Node::Unknown if value.is_object() => {
                self.fields(None, value, node, except, counts)
            }
            Node::List(element, topology) if value.is_array() => {
                let parts = value.elements().map(|value| (name(value, topology), (None, value)));
                self.elements(parts.collect(), Node::of(element), counts)
            }
            _ => {
                self.w.raw(b"{}");
                Ok(counts)
            }
        }
    }

    /// Writes an object: those of its fields that differ from the old one's, or all.
    fn fields<'t, P: Part<'t>>(
        &mut self,
        old: Option<P>,
        new: P,
        node: Node,
        except: Except<'_>,
        counts: bool,
    ) -> Result<bool, Twice> {
        let before: Vec<(Cow<'t, str>, P)> = old.map(|old| old.fields().collect()).unwrap_or_default();
        let mut at = 0;
        let mut parts: Vec<(Cow<'t, str>, Pair<P>, Node)> = new
            .fields()
            .map(|(name, value)| {
                let old = before.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
                let (_, node) = node.enter_known(&name, &mut at);
                (name, (old, value), node)
            })
            .collect();
        if !parts.is_sorted_by(|a, b| a.0 < b.0) {
            parts.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            if parts.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
                return Err(Twice);
            }
        }
        self.object(counts, |out| {
            for (name, part, node) in parts {
                let Some(except) = except.below(&name) else { continue };
                out.key.clear();
                out.key.push_str("f:");
                out.key.push_str(&name);
                out.part(part, node, except)?;
            }
            Ok(())
        })
    }

    /// Writes a list's elements, as [`Out::fields`] does an object's fields.
    fn elements<'t, P: Part<'t>>(
        &mut self,
        mut parts: Vec<(PathElement, Pair<P>)>,
        node: Node,
        counts: bool,
    ) -> Result<bool, Twice> {
        if !parts.is_sorted_by(|a, b| a.0 < b.0) {
            parts.sort_by(|a, b| a.0.cmp(&b.0));
            if parts.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
                return Err(Twice);
            }
        }
        self.object(counts, |out| {
            for (element, part) in parts {
                out.key.clear();
                write_element(&element, &mut out.key);
                out.part(part, node, Except::NOTHING)?;
            }
            Ok(())
        })
    }

    /// Writes the element that the key names, if anything of it counts.
    fn part<'t, P: Part<'t>>(&mut self, (old, new): Pair<P>, node: Node, except: Except<'_>) -> Result<(), Twice> {
        if old.is_some_and(|old| old.looks_like(new)) {
            return Ok(());
        }
        let start = self.w.as_bytes().len();
        self.w.key(&self.key);
        let counts = match old {
            Some(old) => self.changed(old, new, node, except)?,
            None => self.all(new, node, except)?,
        };
        if counts {
            self.w.comma();
        } else {
            self.w.truncate(start);
        }
        Ok(())
    }

    /// Writes what is below a path, which `counts` itself or not; whether there is anything.
    fn object(&mut self, counts: bool, below: impl FnOnce(&mut Self) -> Result<(), Twice>) -> Result<bool, Twice> {
        self.w.begin_object();
        let start = self.w.as_bytes().len();
        if counts {
            self.w.raw(MEMBER_FIRST);
        }
        let own = self.w.as_bytes().len();
        below(self)?;
        let is_alone = self.w.as_bytes().len() == own;
        if is_alone {
            self.w.truncate(start);
        }
        self.w.end_object();
        Ok(counts || !is_alone)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        codec::JsonTape,
        managed_fields::{compare, compare::tests::root},
    };

    /// What sets come to.
    fn by_sets(
        old: &Value,
        new: &Value,
        schema: Option<&'static StructSchema>,
        alone: &FieldSet,
        wholly: &FieldSet,
    ) -> String {
        let (old, new) = (old.to_string(), new.to_string());
        let tapes = [&old, &new].map(|text| JsonTape::parse(text.as_bytes()).unwrap());
        let found = compare(tapes[0].root(), tapes[1].root(), schema);
        let mut set = found.modified;
        set.unite(found.added);
        set.subtract_recursively(wholly);
        set.subtract(alone);
        String::from_utf8_lossy(set.to_fields_v1().raw()).into_owned()
    }

    #[track_caller]
    fn check(old: &Value, new: &Value) {
        let alone = FieldSet::of_dotted(["data", "data.k", "other.b"]);
        let wholly = FieldSet::of_dotted(["args", "other.c"]);
        let (old_text, new_text) = (old.to_string(), new.to_string());
        let tapes = [&old_text, &new_text].map(|text| JsonTape::parse(text.as_bytes()).unwrap());
        for schema in [Some(root()), None] {
            for (alone, wholly) in [(&FieldSet::default(), &FieldSet::default()), (&alone, &wholly)] {
                let except = Except { alone: Some(alone), wholly: Some(wholly) };
                let written = touched(tapes[0].root(), tapes[1].root(), schema, except).ok().unwrap();
                let written = String::from_utf8_lossy(written.raw());
                assert_eq!(written, by_sets(old, new, schema, alone, wholly), "{old} -> {new}");
            }
        }
    }

    #[test]
    fn it_comes_to_what_sets_come_to() {
        let states = [
            json!({}),
            json!({"items": null, "tags": [], "data": {}, "other": null}),
            json!({"items": [], "args": ["1"], "data": {"k": "v", "a": "b"}}),
            json!({"items": [{"name": "b", "size": 1}, {"name": "a"}], "tags": ["y", "x"], "args": []}),
            json!({"items": [{"name": "a", "size": 2}, {"name": "c", "more": {"deep": [1]}}], "tags": ["x"]}),
            json!({"other": {"c": 1, "b": {"x": null}, "a": []}, "data": {"k": "v"}, "args": ["1", "2"]}),
            json!({"other": {"b": {"x": 1}, "a": [2]}, "data": {"k": "w", "\"q\"\n": ""}}),
            json!({"items": {"not": "a list"}, "tags": "x", "data": ["no", "map"]}),
        ];
        for old in &states {
            for new in &states {
                check(old, new);
            }
        }
    }

    #[test]
    fn what_is_there_twice_is_left_to_sets() {
        let new = json!({"tags": ["x", "y", "x"]}).to_string();
        let tapes = ["{}", &new].map(|text| JsonTape::parse(text.as_bytes()).unwrap());
        assert!(touched(tapes[0].root(), tapes[1].root(), Some(root()), Except::NOTHING).is_err());
    }
}
