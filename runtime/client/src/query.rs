//! Query strings.

use std::fmt;

use kubeforge_machinery::codec::{Json, to_json_vec};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What may stand in a path segment as it is; names such as `system:node:a` stay readable.
const SEGMENT: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Appends a path segment with its slash.
pub(crate) fn push_segment(path: &mut String, segment: &str) {
    path.push('/');
    path.extend(utf8_percent_encode(segment, SEGMENT));
}

/// Parameters of a request, written as they will be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// Adds a parameter.
    pub fn push(&mut self, key: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(key, RESERVED));
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, RESERVED));
    }

    /// Whether a watch is asked for.
    pub(crate) fn is_watch(&self) -> bool {
        self.0.split('&').any(|pair| matches!(pair, "watch=true" | "watch=1"))
    }

    /// Adds the fields of an options kind that are set: `ListOptions`, `CreateOptions`…
    ///
    /// A field's JSON name is its parameter's; a list gives one parameter for each element.
    pub fn push_options<T: Json>(&mut self, options: &T) {
        let json = to_json_vec(options);
        if json == b"{}" {
            return;
        }
        let Ok(Value::Object(fields)) = serde_json::from_slice(&json) else { return };
        for (key, value) in &fields {
            match value {
                Value::Array(values) => values.iter().for_each(|value| self.push_scalar(key, value)),
                value => self.push_scalar(key, value),
            }
        }
    }

    fn push_scalar(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) => self.push(key, text),
            Value::Bool(_) | Value::Number(_) => self.push(key, &value.to_string()),
            // no options kind has such fields in a query
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::meta::v1::{CreateOptions, ListOptions, ResourceVersionMatch};

    use super::*;

    #[track_caller]
    fn check<T: Json>(options: &T, want: &str) {
        let mut query = Query::default();
        query.push_options(options);
        assert_eq!(query.to_string(), want);
    }

    #[test]
    fn set_fields_become_parameters() {
        check(&ListOptions::default(), "");
        let options = ListOptions {
            label_selector: "app in (a,b)".to_owned(),
            limit: 5,
            send_initial_events: Some(false),
            continue_: "x+y=".to_owned(),
            resource_version_match: ResourceVersionMatch::Exact,
            watch: true,
            ..ListOptions::default()
        };
        check(
            &options,
            "continue=x%2By%3D&labelSelector=app%20in%20%28a%2Cb%29&limit=5&resourceVersionMatch=Exact&sendInitialEvents=false&watch=true",
        );
        let options = CreateOptions { dry_run: vec!["All".to_owned()], ..CreateOptions::default() };
        check(&options, "dryRun=All");
    }

    #[test]
    fn segments_keep_colons_and_lose_slashes() {
        let mut path = String::new();
        push_segment(&mut path, "system:node:a b/c");
        assert_eq!(path, "/system:node:a%20b%2Fc");
    }
}
