//! Fields as they are recorded, asked and changed without reading all of them.

use std::cmp::Ordering;

use super::{
    FieldSet, PathElement,
    fields_v1::{MEMBER, ParseFieldsError, parse_element, read, write_element},
};
use crate::{
    FieldsV1,
    codec::{JsonPlace, JsonTape, JsonWriter},
};

/// `FieldsV1` that is asked for a few paths: most writes touch few fields, and most managers own none of these.
pub(super) struct Recorded<'a>(JsonTape<'a>);

impl<'a> Recorded<'a> {
    /// The fields of an entry; `None` where there are none.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub(super) fn of(fields: Option<&'a FieldsV1>) -> Result<Option<Self>, ParseFieldsError> {
        let Some(fields) = fields.filter(|fields| !fields.raw().is_empty()) else { return Ok(None) };
        let tape = read(fields)?;
        let any = tape.root().members().next().is_some();
        Ok(any.then_some(Self(tape)))
    }

    /// Whether a path is in both.
    ///
    /// # Errors
    /// Where a key has none of the known forms.
    pub(super) fn meets(&self, set: &FieldSet) -> Result<bool, ParseFieldsError> {
        meets(self.0.root(), set)
    }

    /// Whether there is anything at a path of `set` or below it.
    ///
    /// # Errors
    /// Where a key has none of the known forms.
    pub(super) fn reaches(&self, set: &FieldSet) -> Result<bool, ParseFieldsError> {
        reaches(self.0.root(), set)
    }

    /// The fields without those of one set and with those of another. `None` where the keys are not in order, so that
    /// all must be read.
    ///
    /// # Errors
    /// Where a key has none of the known forms.
    pub(super) fn rewritten(&self, removed: &FieldSet, added: &FieldSet) -> Result<Option<FieldsV1>, ParseFieldsError> {
        let mut w = JsonWriter::with_capacity(self.0.root().text().len() + 256);
        match rewrite(self.0.root(), Some(removed), Some(added), &mut w)? {
            Rewritten::Something | Rewritten::Nothing => Ok(Some(FieldsV1::from_written(w))),
            Rewritten::Unordered => Ok(None),
        }
    }

    /// Whether all paths of `set` are in it.
    ///
    /// # Errors
    /// Where a key has none of the known forms.
    pub(super) fn covers(&self, set: &FieldSet) -> Result<bool, ParseFieldsError> {
        covers(self.0.root(), set)
    }
}

fn meets(place: JsonPlace<'_>, set: &FieldSet) -> Result<bool, ParseFieldsError> {
    let mut is_leaf = true;
    for (key, value) in place.members() {
        is_leaf = false;
        if key == MEMBER {
            if set.member {
                return Ok(true);
            }
        } else if let Some(below) = set.child_of_key(&key)?
            && meets(value, below)?
        {
            return Ok(true);
        }
    }
    Ok(is_leaf && set.member)
}

fn covers(place: JsonPlace<'_>, set: &FieldSet) -> Result<bool, ParseFieldsError> {
    let (mut is_member, mut found) = (place.members().next().is_none(), 0);
    for (key, value) in place.members() {
        if key == MEMBER {
            is_member = true;
        } else if let Some(below) = set.child_of_key(&key)? {
            if !covers(value, below)? {
                return Ok(false);
            }
            found += 1;
        }
    }
    Ok(found == set.children().len() && (is_member || !set.member))
}

fn reaches(place: JsonPlace<'_>, set: &FieldSet) -> Result<bool, ParseFieldsError> {
    if set.member {
        return Ok(true);
    }
    for (key, value) in place.members() {
        if let Some(below) = set.child_of_key(&key)?
            && reaches(value, below)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What became of a part of a text.
#[derive(PartialEq, Eq)]
enum Rewritten {
    Something,
    Nothing,
    Unordered,
}

/// Writes a part with some paths less and some more. What neither is about is copied as it is.
fn rewrite(
    place: JsonPlace<'_>,
    removed: Option<&FieldSet>,
    added: Option<&FieldSet>,
    w: &mut JsonWriter,
) -> Result<Rewritten, ParseFieldsError> {
    let was_member = place.members().next().is_none_or(|(key, _)| key == MEMBER);
    let is_member = (was_member && !removed.is_some_and(|set| set.member)) || added.is_some_and(|set| set.member);
    let mut added = added.map(FieldSet::children).unwrap_or_default().iter().peekable();
    let start = w.as_bytes().len();
    w.begin_object();
    if is_member {
        w.raw(b"\".\":{},");
    }
    let first_child = w.as_bytes().len();
    let mut last = None;
    for (key, quoted, value) in place.written_members() {
        if key == MEMBER {
            if last.is_some() {
                return Ok(Rewritten::Unordered);
            }
            continue;
        }
        let same = loop {
            let Some((element, set)) = added.peek() else { break None };
            match compare_with_key(element, &key)? {
                Ordering::Less => write_child(element, set, w),
                Ordering::Equal => break Some(set),
                Ordering::Greater => break None,
            }
            added.next();
        };
        if same.is_some() {
            added.next();
        }
        let gone = removed.map(|set| set.child_of_key(&key)).transpose()?.flatten();
        let before = w.as_bytes().len();
        w.raw(quoted.as_bytes());
        w.raw(b":");
        if gone.is_none() && same.is_none() {
            w.raw(value.text().as_bytes());
            w.comma();
        } else {
            match rewrite(value, gone, same, w)? {
                Rewritten::Something => w.comma(),
                Rewritten::Nothing => w.truncate(before),
                Rewritten::Unordered => return Ok(Rewritten::Unordered),
            }
        }
        let is_ordered = match last.replace(key.clone()) {
            // where nothing is put between keys other than those of fields, their order does not matter
            Some(last) if added.peek().is_some() => compare_with_key(&parse_element(&last)?, &key)?.is_lt(),
            Some(last) => last < key || !last.starts_with("f:") || !key.starts_with("f:"),
            None => true,
        };
        if !is_ordered {
            return Ok(Rewritten::Unordered);
        }
    }
    for (element, set) in added {
        write_child(element, set, w);
    }
    if w.as_bytes().len() == first_child {
        w.truncate(start);
        w.raw(b"{}");
        return Ok(if is_member { Rewritten::Something } else { Rewritten::Nothing });
    }
    w.end_object();
    Ok(Rewritten::Something)
}

fn write_child(element: &PathElement, set: &FieldSet, w: &mut JsonWriter) {
    let mut key = String::new();
    write_element(element, &mut key);
    w.key(&key);
    set.write(w, &mut key);
    w.comma();
}

/// Compares with the element that stands in a key.
fn compare_with_key(element: &PathElement, key: &str) -> Result<Ordering, ParseFieldsError> {
    Ok(match (element, key.strip_prefix("f:")) {
        (_, Some(name)) => element.cmp_field(name),
        (PathElement::Field(_), None) => Ordering::Less,
        (_, None) => element.cmp(&parse_element(key)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> FieldsV1 {
        FieldsV1::from_json(text.as_bytes()).unwrap()
    }

    #[test]
    fn paths_are_found_without_reading_all() {
        let text = r#"{"f:a":{".":{},"f:b":{}},"f:c":{"k:{\"n\":\"x\"}":{"f:d":{}}},"f:e":{}}"#;
        let fields = fields(text);
        let recorded = Recorded::of(Some(&fields)).unwrap().unwrap();
        let whole = FieldSet::from_fields_v1(&fields).unwrap();
        for (asked, meets, covers) in [
            (r#"{"f:a":{}}"#, true, true),
            (r#"{"f:a":{"f:b":{}},"f:e":{}}"#, true, true),
            (r#"{"f:a":{"f:b":{},"f:z":{}}}"#, true, false),
            (r#"{"f:c":{}}"#, false, false),
            (r#"{"f:c":{"k:{\"n\":\"x\"}":{"f:d":{}}}}"#, true, true),
            (r#"{"f:c":{"k:{\"n\":\"x\"}":{}}}"#, false, false),
            (r#"{"f:c":{"k:{\"n\":\"y\"}":{"f:d":{}}}}"#, false, false),
            (r#"{"f:e":{"f:b":{}}}"#, false, false),
            (text, true, true),
        ] {
            let set = FieldSet::from_fields_v1(&super::tests::fields(asked)).unwrap();
            assert_eq!(recorded.meets(&set).unwrap(), meets, "{asked}");
            assert_eq!(recorded.covers(&set).unwrap(), covers, "{asked}");
            let (mut both, mut rest) = (whole.clone(), set.clone());
            both.intersect(&set);
            rest.subtract(&whole);
            assert_eq!((!both.is_empty(), rest.is_empty()), (meets, covers), "{asked}");
        }
        assert!(Recorded::of(None).unwrap().is_none());
        assert!(Recorded::of(Some(&super::tests::fields("{}"))).unwrap().is_none());
    }

    #[test]
    fn rewriting_comes_to_what_sets_come_to() {
        let texts = [
            r#"{"f:a":{".":{},"f:b":{}},"f:c":{"k:{\"n\":\"x\"}":{".":{},"f:d":{}}},"f:e":{}}"#,
            r#"{"f:a":{"f:b":{}}}"#,
            r#"{"f:a":{"f:a":{},"f:c":{}},"f:e":{"f:x":{}}}"#,
            r#"{"f:c":{"k:{\"n\":\"a\"}":{"f:d":{}},"k:{\"n\":\"x\"}":{"f:a":{}},"k:{\"n\":\"z\"}":{".":{},"f:n":{}}}}"#,
            r#"{"f:c":{"k:{\"n\":\"x\"}":{}},"f:f":{"v:\"1\"":{},"v:\"2\"":{}}}"#,
            r#"{"f:b":{},"f:f":{"v:\"0\"":{},"v:\"2\"":{}}}"#,
            "{}",
        ];
        for text in &texts[..6] {
            let recorded = fields(text);
            let recorded = Recorded::of(Some(&recorded)).unwrap().unwrap();
            for (removed, added) in texts.iter().flat_map(|removed| texts.iter().map(move |added| (removed, added))) {
                let [mut want, removed, added] =
                    [text, removed, added].map(|text| FieldSet::from_fields_v1(&fields(text)).unwrap());
                let found = recorded.rewritten(&removed, &added).unwrap().unwrap();
                want.subtract(&removed);
                want.unite(added);
                let shown = |fields: &FieldsV1| String::from_utf8_lossy(fields.raw()).into_owned();
                assert_eq!(shown(&found), shown(&want.to_fields_v1()), "{text}");
            }
        }
    }

    #[test]
    fn keys_out_of_order_are_left_to_sets() {
        let added = FieldSet::of_dotted(["a.x"]);
        for text in [r#"{"f:b":{},"f:a":{}}"#, r#"{"f:a":{"f:y":{},".":{}}}"#] {
            let recorded = fields(text);
            let recorded = Recorded::of(Some(&recorded)).unwrap().unwrap();
            assert!(recorded.rewritten(&FieldSet::default(), &added).unwrap().is_none(), "{text}");
        }
    }
}
