//! URLs as Go's `url.ParseRequestURI` reads them, which keeps what it reads; URL libraries for browsers do not.
//! Follows apiserver pkg/cel/library/urls.go.

use std::sync::Arc;

use kubeforge_machinery::quote::quote;

use super::{Answer, operators::no};
use crate::value::{Key, Map, Value};

/// A URL.
#[derive(Debug, PartialEq, Eq)]
pub struct Url {
    text: String,
    scheme: String,
    /// With the port.
    host: String,
    /// As it stands in the text.
    path: String,
    query: String,
}

impl Url {
    /// The URL as it was read.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Reads a URL, or an absolute path.
    ///
    /// # Errors
    /// What is wrong, in Go's words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|why| format!("parse {}: {why}", quote(text)))
    }

    fn read(text: &str) -> Result<Self, String> {
        if text.chars().any(|c| c.is_ascii_control()) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        if text.is_empty() {
            return Err("empty url".to_owned());
        }
        let (scheme, rest) = scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            // what is no path after a scheme is opaque
            return if scheme.is_empty() {
                Err("invalid URI for request".to_owned())
            } else {
                Ok(Self {
                    text: text.to_owned(),
                    scheme,
                    host: String::new(),
                    path: String::new(),
                    query: query.to_owned(),
                })
            };
        }
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) if !scheme.is_empty() || !rest.starts_with('/') => {
                rest.split_at(rest.find('/').unwrap_or(rest.len()))
            }
            _ => ("", rest),
        };
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        check_host(host)?;
        check_escapes(path)?;
        Ok(Self { text: text.to_owned(), scheme, host: unescape(host), path: path.to_owned(), query: query.to_owned() })
    }

    /// The host and its port.
    fn host_and_port(&self) -> (&str, &str) {
        let (host, port) = match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (self.host.as_str(), ""),
        };
        (host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host), port)
    }
}

fn scheme(text: &str) -> Result<(String, &str), String> {
    for (at, letter) in text.char_indices() {
        match letter {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => {
                let (scheme, rest) = text.split_at(at);
                return Ok((scheme.to_ascii_lowercase(), rest.get(1..).unwrap_or_default()));
            }
            _ => break,
        }
    }
    Ok((String::new(), text))
}

fn check_host(host: &str) -> Result<(), String> {
    if let Some(letter) = host.chars().find(|c| matches!(c, ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '}' | '|'))
    {
        return Err(format!("invalid character {} in host name", quote(&letter.to_string())));
    }
    let after = match host.strip_prefix('[') {
        Some(inner) => match inner.rfind(']') {
            Some(end) => inner.get(end + 1..).unwrap_or_default(),
            None => return Err("missing ']' in host".to_owned()),
        },
        None => host.rfind(':').and_then(|at| host.get(at..)).unwrap_or_default(),
    };
    let is_port =
        after.is_empty() || after.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    if is_port { Ok(()) } else { Err(format!("invalid port {} after host", quote(after))) }
}

fn check_escapes(path: &str) -> Result<(), String> {
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        rest = rest.get(at..).unwrap_or_default();
        let hex = rest.as_bytes().get(1..3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if !hex {
            let shown: String = rest.chars().take(3).collect();
            return Err(format!("invalid URL escape {}", quote(&shown)));
        }
        rest = rest.get(3..).unwrap_or_default();
    }
    Ok(())
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The path with what must be escaped, unless it came so.
fn escaped(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@!'()*%[]".contains(&byte);
    path.bytes().fold(String::new(), |mut out, byte| {
        if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

pub(super) fn url(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Url::parse(text)
            .map(|url| Value::Url(Arc::new(url)))
            .map_err(|why| format!("URL parse error during conversion from string: {why}")),
        _ => no(),
    }
}

pub(super) fn is_url(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::Bool(Url::parse(text).is_ok())),
        _ => no(),
    }
}

fn part(args: &[Value], of: impl Fn(&Url) -> String) -> Answer {
    match args {
        [Value::Url(url)] => Ok(Value::string(of(url))),
        _ => no(),
    }
}

pub(super) fn get_scheme(args: &[Value]) -> Answer {
    part(args, |url| url.scheme.clone())
}

pub(super) fn host(args: &[Value]) -> Answer {
    part(args, |url| url.host.clone())
}

pub(super) fn hostname(args: &[Value]) -> Answer {
    part(args, |url| url.host_and_port().0.to_owned())
}

pub(super) fn port(args: &[Value]) -> Answer {
    part(args, |url| url.host_and_port().1.to_owned())
}

pub(super) fn escaped_path(args: &[Value]) -> Answer {
    part(args, |url| escaped(&url.path))
}

pub(super) fn query(args: &[Value]) -> Answer {
    let [Value::Url(url)] = args else { return no() };
    let mut values: std::collections::BTreeMap<String, Vec<Value>> = std::collections::BTreeMap::new();
    for pair in url.query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| unescape(&text.replace('+', " "));
        values.entry(plain(key)).or_default().push(Value::string(plain(value)));
    }
    let map: Map = values.into_iter().map(|(key, list)| (Key::from(key.as_str()), Value::list(list))).collect();
    Ok(Value::Map(Arc::new(map)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_keep_what_they_had() {
        let url = Url::parse("HTTPS://user@Example.com:8080/a b?k=v&k=w+x").unwrap();
        assert_eq!((url.scheme.as_str(), url.host.as_str()), ("https", "Example.com:8080"));
        assert_eq!(url.host_and_port(), ("Example.com", "8080"));
        assert_eq!(escaped(&url.path), "/a%20b");
        assert_eq!(Url::parse("http://[::1]:80/").unwrap().host_and_port(), ("::1", "80"));
        for (text, want) in [
            ("example.com", r#"parse "example.com": invalid URI for request"#),
            ("http://a:b/", r#"parse "http://a:b/": invalid port ":b" after host"#),
            ("/a%zz", r#"parse "/a%zz": invalid URL escape "%zz""#),
        ] {
            assert_eq!(Url::parse(text).unwrap_err(), want);
        }
        assert!(Url::parse("/path").is_ok());
    }
}
