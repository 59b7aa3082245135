//! Query parameters.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A request's query, decoded on demand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    raw: &'a str,
}

impl<'a> Query<'a> {
    /// The query's text, without the question mark.
    pub fn new(raw: &'a str) -> Self {
        Self { raw }
    }

    /// The text as it came.
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// Every parameter in order; one without `=` has an empty value.
    pub fn pairs(self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
        self.raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
    }

    /// The first value of a parameter.
    pub fn get(self, name: &str) -> Option<Cow<'a, str>> {
        self.pairs().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// Every value of a parameter.
    pub fn all(self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.pairs().filter(move |(found, _)| found == name).map(|(_, value)| value)
    }

    /// A boolean parameter: there, and neither `false` nor `0`, as apimachinery converts it.
    pub fn flag(self, name: &str) -> bool {
        !self.raw.is_empty() && self.get(name).is_some_and(|value| as_bool(&value))
    }
}

/// A boolean's value: anything but `false` and `0` is true.
pub fn as_bool(value: &str) -> bool {
    value != "0" && !value.eq_ignore_ascii_case("false")
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let query = Query::new("labelSelector=a%3Db%2Cc&watch&limit=5&x=a+b&x=2");
        assert_eq!(query.get("labelSelector").as_deref(), Some("a=b,c"));
        assert!(query.flag("watch") && !query.flag("pretty"));
        assert_eq!(query.all("x").collect::<Vec<_>>(), ["a b", "2"]);
        assert!(!Query::new("watch=False").flag("watch"));
    }
}
