//! Paths from a value to a field in it: `.spec.names['a.b']`. Follows `ValidFieldPath` of apiextensions
//! pkg/apiserver/schema/cel/validation.go.

use kubeforge_api::apiextensions::v1::JSONSchemaProps;

/// Whether a path may name a field in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brackets {
    Allowed,
    Refused,
}

/// What a path leads to.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// The path in the form of field errors: `spec.names[key]`.
    pub(crate) path: String,
    pub(crate) schema: &'a JSONSchemaProps,
}

/// Follows a path through a schema.
///
/// # Errors
/// Why it leads nowhere, in upstream's words.
pub(crate) fn find<'a>(json_path: &str, schema: &'a JSONSchemaProps, brackets: Brackets) -> Result<Found<'a>, String> {
    let mut found = Found { path: String::new(), schema };
    let mut rest = json_path;
    while let Some(token) = next(&mut rest) {
        match token {
            "[" if brackets == Brackets::Refused => return Err("array notation is not allowed".to_owned()),
            "[" => {
                let token = next(&mut rest).ok_or("unexpected end of JSON path")?;
                let quoted = (token.len() >= 2)
                    .then(|| token.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\'')))
                    .flatten()
                    .ok_or_else(|| format!("expected single quoted string but got {token}"))?;
                found.enter(&unescape(quoted)?)?;
                match next(&mut rest).ok_or("unexpected end of JSON path")? {
                    "]" => {}
                    token => return Err(format!("expected ] but got {token}")),
                }
            }
            "." => {
                let name = next(&mut rest).ok_or("unexpected end of JSON path")?;
                found.enter(name)?;
            }
            token => return Err(format!("expected [ or . but got: {token}")),
        }
    }
    Ok(found)
}

impl Found<'_> {
    fn enter(&mut self, name: &str) -> Result<(), String> {
        const NOWHERE: &str = "does not refer to a valid field";
        if !self.schema.properties.is_empty() {
            self.schema = self.schema.properties.get(name).ok_or(NOWHERE)?;
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(name);
            return Ok(());
        }
        let additional = self.schema.additional_properties.as_ref().and_then(|additional| additional.schema.as_deref());
        self.schema = additional.ok_or(NOWHERE)?;
        self.path.push_str(&format!("[{name}]"));
        Ok(())
    }
}

/// The next delimiter, quoted text or name.
fn next<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    let end = if first == b'\'' {
        let closing = (1..bytes.len()).find(|at| bytes.get(*at) == Some(&b'\'') && bytes.get(at - 1) != Some(&b'\\'));
        closing.map_or(bytes.len(), |at| at + 1)
    } else if matches!(first, b'.' | b'[' | b']') {
        1
    } else {
        rest.find(['.', '[', ']']).unwrap_or(rest.len())
    };
    let (token, after) = rest.split_at_checked(end)?;
    *rest = after;
    Some(token)
}

fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        plain.push(match letters.next() {
            Some('a') => '\u{7}',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('v') => '\u{b}',
            Some(letter @ ('\'' | '\\')) => letter,
            Some(other) => return Err(format!("invalid string literal: invalid escape char \\{other}")),
            None => return Ok(plain),
        });
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::from_json_slice;

    use super::*;

    #[test]
    fn paths_lead_to_fields() {
        let schema: JSONSchemaProps = from_json_slice(
            br#"{"properties":{"spec":{"properties":{"a.b":{"type":"string"},"m":{"additionalProperties":{"type":"integer"}}}}}}"#,
        )
        .unwrap();
        let at = |path: &str, brackets| find(path, &schema, brackets).map(|found| found.path);
        assert_eq!(at(".spec['a.b']", Brackets::Allowed), Ok("spec.a.b".to_owned()));
        assert_eq!(at(".spec.m.k", Brackets::Refused), Ok("spec.m[k]".to_owned()));
        assert_eq!(at(".spec['a.b']", Brackets::Refused), Err("array notation is not allowed".to_owned()));
        assert_eq!(at(".spec.x", Brackets::Allowed), Err("does not refer to a valid field".to_owned()));
        assert_eq!(at("spec", Brackets::Allowed), Err("expected [ or . but got: spec".to_owned()));
    }
}
