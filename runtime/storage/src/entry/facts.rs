//! What selectors ask of an object, packed.

use kubeforge_machinery::Object;

/// The uid, the labels and the selectable fields of one state of an object: one text and where its parts end.
///
/// A million objects are kept in memory, so this takes two allocations however many labels there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// uid, then key and value of each label, then key and value of each field.
    text: Box<str>,
    ends: Box<[u32]>,
    labels: u32,
}

impl Facts {
    /// Takes them from an object.
    pub(crate) fn of(object: &dyn Object) -> Self {
        let mut text = String::new();
        let mut ends = Vec::new();
        let mut push = |part: &str| {
            text.push_str(part);
            // more than 4 GiB of labels is beyond what any backend stores
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        };
        let meta = object.meta();
        push(meta.map_or("", |meta| &meta.uid));
        let mut labels = 0;
        for (key, value) in meta.iter().flat_map(|meta| &meta.labels) {
            push(key);
            push(value);
            labels += 1;
        }
        object.visit_selectable(&mut |label, value| {
            if !matches!(label, "metadata.name" | "metadata.namespace") {
                push(label);
                push(value);
            }
        });
        Self { text: text.into(), ends: ends.into(), labels }
    }

    fn part(&self, index: usize) -> &str {
        let end = |index: usize| self.ends.get(index).map_or(0, |end| *end as usize);
        let start = index.checked_sub(1).map_or(0, end);
        self.text.get(start..end(index)).unwrap_or_default()
    }

    fn pair(&self, pair: usize) -> (&str, &str) {
        (self.part(1 + 2 * pair), self.part(2 + 2 * pair))
    }

    pub(crate) fn uid(&self) -> &str {
        self.part(0)
    }

    pub(crate) fn labels(&self) -> Labels<'_> {
        Labels { facts: self }
    }

    /// A selectable field other than the name and the namespace.
    pub(crate) fn field(&self, label: &str) -> Option<&str> {
        let pairs = self.ends.len().saturating_sub(1) / 2;
        (self.labels as usize..pairs).map(|pair| self.pair(pair)).find(|(key, _)| *key == label).map(|(_, value)| value)
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.ends)
    }
}

/// An object's labels, sorted by key.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    facts: &'a Facts,
}

impl<'a> Labels<'a> {
    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.iter().find(|(found, _)| *found == key).map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.facts.labels as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys and values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let facts = self.facts;
        (0..self.len()).map(move |pair| facts.pair(pair))
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::meta::v1::PartialObjectMetadata;

    use super::*;

    #[test]
    fn what_an_object_has_is_found_and_nothing_else() {
        let mut object = PartialObjectMetadata::default();
        let facts = Facts::of(&object);
        assert_eq!((facts.uid(), facts.labels().len(), facts.labels().get("a")), ("", 0, None));
        object.metadata.uid = "u".to_owned();
        object.metadata.labels = [("a", "1"), ("b", ""), ("c", "a")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let facts = Facts::of(&object);
        assert_eq!(facts.uid(), "u");
        assert_eq!(facts.labels().iter().collect::<Vec<_>>(), [("a", "1"), ("b", ""), ("c", "a")]);
        assert_eq!((facts.labels().get("b"), facts.labels().get("u"), facts.labels().get("1")), (Some(""), None, None));
        assert_eq!(facts.field("a"), None);
    }
}
