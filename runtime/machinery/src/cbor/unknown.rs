//! Unknown fields, as errors tell of them.

use crate::codec::JsonTree;

/// What is told of a field that its type does not have. Where JSON's errors name its path, CBOR's say only which entry of
/// its map it is. `json` is what [`super::to_json`] made of the document.
pub fn unknown_field(json: &[u8], path: &str) -> String {
    let at = JsonTree::parse(json).ok().and_then(|tree| find(&tree, path)).unwrap_or_default();
    format!("cbor: found unknown field at map element index {at}")
}

/// The place of the field among those of its holder. Names may have dots in them, so all that fit are tried.
fn find(tree: &JsonTree<'_>, path: &str) -> Option<usize> {
    match tree {
        JsonTree::Object(fields) => {
            fields.iter().enumerate().find_map(|(at, (name, value))| match path.strip_prefix(name.as_ref())? {
                "" => Some(at),
                rest if rest.starts_with('[') => find(value, rest),
                rest => find(value, rest.strip_prefix('.')?),
            })
        }
        JsonTree::Array(list) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            find(list.get(index.parse::<usize>().ok()?)?, rest.strip_prefix('.').unwrap_or(rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_of_the_innermost_map_is_counted() {
        let json = br#"{"a":{"b.c":[{"x":1},{"x":1,"y":2,"z":3}]},"b":1}"#;
        for (path, at) in [("b", 1), ("a.b.c[1].z", 2), ("a.b.c[0].x", 0)] {
            let want = format!("cbor: found unknown field at map element index {at}");
            assert_eq!(unknown_field(json, path), want, "{path}");
        }
    }
}
