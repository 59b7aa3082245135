//! How long descriptions may be.

use serde_json::Value;

/// Leaves no description in the schema longer than `most` characters; with 0, none at all.
pub(crate) fn limit(schema: &mut Value, most: usize) {
    let Value::Object(fields) = schema else { return };
    if let Some(Value::String(text)) = fields.get_mut("description") {
        *text = shorten(text, most).to_owned();
        if text.is_empty() {
            fields.remove("description");
        }
    }
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(|value| limit(value, most)),
            ("items" | "additionalProperties", value) => limit(value, most),
            _ => {}
        }
    }
}

/// The text up to its last sentence that ends within `most` characters; else up to its last word.
fn shorten(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let head = &text[..end];
    let ends_here = |at: usize| text[at..].starts_with(char::is_whitespace);
    let sentence = head.rmatch_indices(['.', '!', '?']).map(|(at, mark)| at + mark.len()).find(|at| ends_here(*at));
    let word = || if ends_here(end) { Some(end) } else { head.rfind(char::is_whitespace) };
    text[..sentence.or_else(word).unwrap_or(end)].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_with_a_sentence_or_a_word() {
        for (most, want) in [(0, ""), (3, "One"), (5, "One."), (12, "One. Two it."), (99, "One. Two it. Three")] {
            assert_eq!(shorten("One. Two it. Three", most), want, "{most}");
        }
        assert_eq!(shorten("Antidisestablishment", 4), "Anti");
    }
}
