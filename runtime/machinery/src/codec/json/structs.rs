//! Structs' names and those of their fields, as tables.

/// What a struct and its fields are called in JSON.
///
/// Fields have numbers: its own in declaration order, then those of inlined structs, one struct after the other.
#[derive(Clone, Copy, Debug)]
pub struct JsonStruct {
    /// The type's name.
    pub name: &'static str,
    /// The version that it is of: Go's name of its package, for error messages.
    pub version: &'static str,
    /// The names of its own fields.
    pub fields: &'static [&'static str],
    /// Structs whose fields stand beside its own, each with the number that its first field has here.
    pub inlined: &'static [(usize, &'static JsonStruct)],
    /// Whether `kind` and `apiVersion` may stand beside the fields.
    pub has_type_meta: bool,
}

/// Types whose [`JsonStruct`] is known at compile time, so that other types can inline them. Generated.
pub trait JsonStructOf {
    /// The table.
    const STRUCT: &'static JsonStruct;
}

impl JsonStruct {
    /// A struct without inlined ones.
    pub const fn new(name: &'static str, version: &'static str, fields: &'static [&'static str]) -> Self {
        Self { name, version, fields, inlined: &[], has_type_meta: false }
    }

    /// The same with structs inlined.
    #[must_use]
    pub const fn inlining(self, inlined: &'static [(usize, &'static Self)]) -> Self {
        Self { inlined, ..self }
    }

    /// The same for a kind: `kind` and `apiVersion` may stand beside the fields.
    #[must_use]
    pub const fn of_kind(self) -> Self {
        Self { has_type_meta: true, ..self }
    }

    /// The number of the field of this name, and the name.
    ///
    /// Objects mostly have their fields in declaration order, so the search begins at the field that is `expected`.
    pub(super) fn find(&'static self, name: &str, expected: usize) -> Option<(usize, &'static str)> {
        let (before, after) = self.fields.split_at(expected.min(self.fields.len()));
        let is_it = |field: &&str| *field == name;
        let own = match after.iter().position(is_it) {
            Some(at) => Some(before.len() + at),
            None => before.iter().position(is_it),
        };
        if let Some(number) = own {
            return Some((number, self.fields[number]));
        }
        self.inlined.iter().find_map(|(base, inlined)| {
            let (number, field) = inlined.find(name, expected.saturating_sub(*base))?;
            Some((base + number, field))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static INNER: JsonStruct = JsonStruct::new("Inner", "v1", &["x", "y"]);
    static OUTER: JsonStruct = JsonStruct::new("Outer", "v1", &["a", "b", "c"]).inlining(&[(3, &INNER), (5, &INNER)]);

    #[test]
    fn a_field_is_found_wherever_the_search_begins() {
        for expected in 0..9 {
            assert_eq!(OUTER.find("a", expected), Some((0, "a")));
            assert_eq!(OUTER.find("c", expected), Some((2, "c")));
            assert_eq!(OUTER.find("y", expected), Some((4, "y")));
            assert_eq!(OUTER.find("z", expected), None);
        }
    }
}
