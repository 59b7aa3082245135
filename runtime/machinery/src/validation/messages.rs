/// What an empty text that must not be empty is told.
pub const EMPTY: &str = "must be non-empty";

/// What a label's key or value of more than `bytes_max` bytes is told.
pub fn max_bytes(bytes_max: usize) -> String {
    format!("must be no more than {bytes_max} bytes")
}

/// What any other text of more than `bytes_max` bytes is told.
pub fn max_length(bytes_max: usize) -> String {
    format!("must be no more than {bytes_max} characters")
}

/// What a number outside of a range is told.
pub fn out_of_range(min: i64, max: i64) -> String {
    format!("must be between {min} and {max}, inclusive")
}

/// What a text that doesn't match a regular expression is told: `rule`, examples, the expression.
pub fn regex(rule: &str, expression: &str, examples: &[&str]) -> String {
    if examples.is_empty() {
        return format!("{rule} (regex used for validation is '{expression}')");
    }
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}', ")).collect();
    format!("{rule} (e.g. {}regex used for validation is '{expression}')", examples.join(" or "))
}
