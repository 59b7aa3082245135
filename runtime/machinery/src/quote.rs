//! Texts between double quotes, as Go's `%q` shows them. Many of Kubernetes' messages hold one.

use std::fmt::Write as _;

/// The text between double quotes with Go's escapes: quotes, backslashes and what cannot be printed.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            ' '..='~' => quoted.push(c),
            _ => {
                // writing to a String cannot fail
                let _infallible = match u32::from(c) {
                    _ if is_printable(c) => write!(quoted, "{c}"),
                    code @ 0..0x80 => write!(quoted, "\\x{code:02x}"),
                    code @ 0x80..0x10000 => write!(quoted, "\\u{code:04x}"),
                    code => write!(quoted, "\\U{code:08x}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Whether Go would print a character beyond ASCII as it is. Rust's own debug form decides by the same tables.
fn is_printable(c: char) -> bool {
    !c.is_ascii() && (c.is_alphanumeric() || c.escape_debug().len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_gos() {
        for (text, want) in [
            ("plain", r#""plain""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\n\t\u{7}\u{b}\u{1}\u{7f}", r#""\n\t\a\v\x01\x7f""#),
            ("é世界", "\"é世界\""),
            ("\u{a0}\u{200b}\u{e0001}", r#""\u00a0\u200b\U000e0001""#),
        ] {
            assert_eq!(quote(text), want);
        }
    }
}
