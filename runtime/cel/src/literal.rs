//! What literals stand for.

use crate::value::Value;

/// The value of a number without a sign; `negative` where one stands before it.
pub(crate) fn int(text: &str, negative: bool) -> Option<Value> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let sign = if negative { "-" } else { "" };
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok().map(Value::Int)
}

/// The value of a number with `u` at its end.
pub(crate) fn uint(text: &str) -> Option<Value> {
    let text = text.trim_end_matches(['u', 'U']);
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.ok().map(Value::Uint)
}

/// The value of a number with a fraction or an exponent.
pub(crate) fn double(text: &str, negative: bool) -> Option<Value> {
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Value::Double(if negative { -value } else { value }))
}

/// The value of a string in its quotes.
///
/// # Errors
/// What is wrong with an escape in it.
pub(crate) fn string(text: &str) -> Result<Value, String> {
    let mut out = String::new();
    unescape(text, Bytes::No, &mut |unit| match unit {
        Unit::Char(letter) => out.push(letter),
        // only in bytes
        Unit::Byte(byte) => out.push(char::from(byte)),
    })?;
    Ok(Value::string(out))
}

/// The value of bytes in their quotes, behind their `b`.
///
/// # Errors
/// What is wrong with an escape in it.
pub(crate) fn bytes(text: &str) -> Result<Value, String> {
    let mut out = Vec::new();
    unescape(text, Bytes::Yes, &mut |unit| match unit {
        Unit::Char(letter) => out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        Unit::Byte(byte) => out.push(byte),
    })?;
    Ok(Value::Bytes(out.into()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bytes {
    Yes,
    No,
}

enum Unit {
    Char(char),
    Byte(u8),
}

fn unescape(text: &str, bytes: Bytes, push: &mut dyn FnMut(Unit)) -> Result<(), String> {
    let (prefix, quoted) = text.split_at(text.find(['"', '\'']).unwrap_or_default());
    let is_raw = prefix.contains(['r', 'R']);
    let quotes = if quoted.len() >= 6 && (quoted.starts_with("\"\"\"") || quoted.starts_with("'''")) { 3 } else { 1 };
    let inner = quoted.get(quotes..quoted.len().saturating_sub(quotes)).unwrap_or_default();
    let inner = inner.replace("\r\n", "\n").replace('\r', "\n");
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' || is_raw {
            push(Unit::Char(letter));
            continue;
        }
        let Some(escape) = letters.next() else {
            return Err("unable to unescape string, found '\\' as last character".to_owned());
        };
        let plain = match escape {
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            '\\' | '\'' | '"' | '`' | '?' => Some(escape),
            _ => None,
        };
        if let Some(plain) = plain {
            push(Unit::Char(plain));
            continue;
        }
        let (count, radix, first) = match escape {
            'x' | 'X' => (2, 16, None),
            'u' if bytes == Bytes::No => (4, 16, None),
            'U' if bytes == Bytes::No => (8, 16, None),
            '0'..='3' => (2, 8, Some(escape)),
            'u' | 'U' | '4'..='7' => return Err("unable to unescape string".to_owned()),
            _ => return Err("unable to unescape string".to_owned()),
        };
        let mut digits: String = first.into_iter().collect();
        digits.extend(letters.by_ref().take(count));
        let code = u32::from_str_radix(&digits, radix).map_err(|_| "unable to unescape string".to_owned())?;
        let is_code_point = matches!(escape, 'u' | 'U');
        match (bytes, u8::try_from(code), char::from_u32(code)) {
            (Bytes::Yes, Ok(byte), _) if !is_code_point => push(Unit::Byte(byte)),
            (_, _, Some(letter)) => push(Unit::Char(letter)),
            _ => return Err("unable to unescape string".to_owned()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        for (text, want) in [
            (r"'a\tb'", "a\tb"),
            (r"r'a\tb'", r"a\tb"),
            (r"'''it's'''", "it's"),
            (r"'\u00e9\x41\101'", "\u{e9}AA"),
            ("\"\"", ""),
        ] {
            assert_eq!(string(text).map(|value| value.to_string()), Ok(want.to_owned()), "{text}");
        }
        assert!(matches!(bytes(r"b'\xff'"), Ok(Value::Bytes(bytes)) if *bytes == [0xff]));
        assert!(string(r"'\q'").is_err());
    }
}
