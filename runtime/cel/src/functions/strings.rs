//! Texts. Follows cel-go ext/strings.go, version 2. Places and lengths count characters.

use super::{Answer, lists, operators::no};
use crate::value::Value;

fn flag(value: bool) -> Answer {
    Ok(Value::Bool(value))
}

pub(super) fn contains(args: &[Value]) -> Answer {
    match args {
        [Value::String(text), Value::String(part)] => flag(text.contains(part.as_ref())),
        _ => no(),
    }
}

pub(super) fn starts_with(args: &[Value]) -> Answer {
    match args {
        [Value::String(text), Value::String(part)] => flag(text.starts_with(part.as_ref())),
        _ => no(),
    }
}

pub(super) fn ends_with(args: &[Value]) -> Answer {
    match args {
        [Value::String(text), Value::String(part)] => flag(text.ends_with(part.as_ref())),
        _ => no(),
    }
}

fn out_of_range(at: i64) -> String {
    format!("index out of range: {at}")
}

pub(super) fn char_at(args: &[Value]) -> Answer {
    let [Value::String(text), Value::Int(at)] = args else { return no() };
    let place = usize::try_from(*at).map_err(|_| out_of_range(*at))?;
    match text.chars().nth(place) {
        Some(letter) => Ok(Value::string(letter.to_string())),
        None if place == text.chars().count() => Ok(Value::string("")),
        None => Err(out_of_range(*at)),
    }
}

/// Where a text has a part, from a place on.
fn places(text: &[char], part: &[char]) -> impl DoubleEndedIterator<Item = usize> {
    let last = (text.len() + 1).saturating_sub(part.len());
    (0..last).filter(move |at| text.get(*at..at + part.len()) == Some(part))
}

fn place(at: Option<usize>) -> Answer {
    Ok(Value::Int(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
}

pub(super) fn index_of(args: &[Value]) -> Answer {
    let (text, part, offset) = match args {
        [Value::List(list), item] => return lists::index_of(list, item),
        [Value::String(text), Value::String(part)] => (text, part, 0),
        [Value::String(text), Value::String(part), Value::Int(offset)] => (text, part, *offset),
        _ => return no(),
    };
    let from = usize::try_from(offset).map_err(|_| out_of_range(offset))?;
    let (letters, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    if part.is_empty() {
        return Ok(Value::Int(offset));
    }
    if from >= letters.len() {
        return if args.len() == 3 && from > letters.len() { Err(out_of_range(offset)) } else { Ok(Value::Int(-1)) };
    }
    place(places(&letters, &part).find(|at| *at >= from))
}

pub(super) fn last_index_of(args: &[Value]) -> Answer {
    let (text, part, offset) = match args {
        [Value::List(list), item] => return lists::last_index_of(list, item),
        [Value::String(text), Value::String(part)] => (text, part, None),
        [Value::String(text), Value::String(part), Value::Int(offset)] => (text, part, Some(*offset)),
        _ => return no(),
    };
    let (letters, part): (Vec<char>, Vec<char>) = (text.chars().collect(), part.chars().collect());
    let until = match offset {
        None => letters.len(),
        Some(offset) => {
            let until = usize::try_from(offset).ok().filter(|until| *until < letters.len().max(1));
            until.ok_or_else(|| out_of_range(offset))?
        }
    };
    if part.is_empty() {
        return place(Some(until));
    }
    place(places(&letters, &part).rfind(|at| *at <= until))
}

pub(super) fn lower_ascii(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::string(text.to_ascii_lowercase())),
        _ => no(),
    }
}

pub(super) fn upper_ascii(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::string(text.to_ascii_uppercase())),
        _ => no(),
    }
}

pub(super) fn trim(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::string(text.trim())),
        _ => no(),
    }
}

pub(super) fn replace(args: &[Value]) -> Answer {
    match args {
        [Value::String(text), Value::String(from), Value::String(to)] => {
            Ok(Value::string(text.replace(from.as_ref(), to)))
        }
        [Value::String(text), Value::String(from), Value::String(to), Value::Int(count)] => {
            Ok(Value::string(match usize::try_from(*count) {
                Ok(count) => text.replacen(from.as_ref(), to, count),
                Err(_) => text.replace(from.as_ref(), to),
            }))
        }
        _ => no(),
    }
}

pub(super) fn split(args: &[Value]) -> Answer {
    let (text, by, limit) = match args {
        [Value::String(text), Value::String(by)] => (text, by, -1),
        [Value::String(text), Value::String(by), Value::Int(limit)] => (text, by, *limit),
        _ => return no(),
    };
    let count = usize::try_from(limit).unwrap_or(usize::MAX);
    if count == 0 {
        return Ok(Value::list(Vec::new()));
    }
    let parts: Vec<String> = if by.is_empty() {
        let letters: Vec<char> = text.chars().collect();
        let single = letters.len().min(count.saturating_sub(1));
        let (head, tail) = letters.split_at(single);
        let mut parts: Vec<String> = head.iter().map(char::to_string).collect();
        if !tail.is_empty() {
            parts.push(tail.iter().collect());
        }
        parts
    } else {
        text.splitn(count, by.as_ref()).map(str::to_owned).collect()
    };
    Ok(Value::list(parts.into_iter().map(Value::string).collect()))
}

pub(super) fn substring(args: &[Value]) -> Answer {
    let (text, start, end) = match args {
        [Value::String(text), Value::Int(start)] => (text, *start, None),
        [Value::String(text), Value::Int(start), Value::Int(end)] => (text, *start, Some(*end)),
        _ => return no(),
    };
    let letters: Vec<char> = text.chars().collect();
    let length = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    if let Some(end) = end
        && start > end
    {
        return Err(format!("invalid substring range. start: {start}, end: {end}"));
    }
    if !(0..=length).contains(&start) {
        return Err(out_of_range(start));
    }
    let until = end.unwrap_or(length);
    if !(0..=length).contains(&until) {
        return Err(out_of_range(until));
    }
    let range = usize::try_from(start).unwrap_or_default()..usize::try_from(until).unwrap_or_default();
    Ok(Value::string(letters.get(range).unwrap_or_default().iter().collect::<String>()))
}

pub(super) fn join(args: &[Value]) -> Answer {
    let (list, separator) = match args {
        [Value::List(list)] => (list, ""),
        [Value::List(list), Value::String(separator)] => (list, separator.as_ref()),
        _ => return no(),
    };
    let texts = list.items.iter().map(|item| match item {
        Value::String(text) => Ok(text.as_ref()),
        _ => no(),
    });
    Ok(Value::string(texts.collect::<Result<Vec<_>, String>>()?.join(separator)))
}

/// In double quotes, with escapes.
pub(super) fn quote(args: &[Value]) -> Answer {
    let [Value::String(text)] = args else { return no() };
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    Ok(Value::string(quoted))
}

/// A key in a JSON pointer.
pub(super) fn escape_json_pointer(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::string(text.replace('~', "~0").replace('/', "~1"))),
        _ => no(),
    }
}
