//! What an object still has as a configuration says.

use super::{
    ApplyError, FieldSet, Tree,
    apply::{check, field_set},
    compare,
    compare::Node,
};
use crate::schema::StructSchema;

/// The fields of `config` that `live` has with the same values; both are in the same version.
///
/// # Errors
/// [`ApplyError::Untyped`], where the configuration doesn't fit the structure.
pub fn untouched(
    config: &Tree<'_>,
    live: &Tree<'_>,
    schema: Option<&'static StructSchema>,
) -> Result<FieldSet, ApplyError> {
    let root = schema.map_or(Node::Unknown, Node::Struct);
    check(config, root, &mut Vec::new())?;
    let mut set = field_set(config, root);
    let found = compare(config, live, schema);
    set.subtract(&found.modified);
    set.subtract(&found.added);
    set.subtract(&found.removed);
    Ok(set)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_with_other_values_are_left_out() {
        let config = json!({"data": {"a": "1", "b": "2", "c": "3"}});
        let live = json!({"data": {"a": "1", "b": "x", "d": "4"}});
        let set = untouched(&Tree::of(&config), &Tree::of(&live), None).unwrap();
        assert_eq!(set, FieldSet::of_dotted(["data", "data.a"]));
    }
}
