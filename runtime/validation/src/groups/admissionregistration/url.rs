//! Addresses of webhooks outside of the cluster. Follows apiserver pkg/util/webhook/validation.go and, for what an
//! address is, Go's net/url.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
};

const FORM: &str = "; desired format: https://host[/path]";

/// The parts of an address that are checked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts<'a> {
    scheme: String,
    user: Option<&'a str>,
    host: &'a str,
    query: &'a str,
    fragment: &'a str,
}

/// What is wrong with the address of a webhook, which must be reached by HTTPS.
pub(super) fn webhook_url(url: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let parts = match parse(url) {
        Ok(parts) => parts,
        Err(wrong) => {
            let text = format!("url must be a valid URL: parse {}: {wrong}{FORM}", quote(url));
            errors.push(Error::required(path, text));
            return;
        }
    };
    if parts.scheme != "https" {
        let text = format!("'https' is the only allowed URL scheme{FORM}");
        errors.push(Error::invalid(path, parts.scheme, text));
    }
    if parts.host.is_empty() {
        errors.push(Error::invalid(path, "", format!("host must be provided{FORM}")));
    }
    if let Some(user) = parts.user {
        errors.push(Error::invalid(path, user, "user information is not permitted in the URL"));
    }
    if !parts.fragment.is_empty() {
        errors.push(Error::invalid(path, parts.fragment, "fragments are not permitted in the URL"));
    }
    if !parts.query.is_empty() {
        errors.push(Error::invalid(path, parts.query, "query parameters are not permitted in the URL"));
    }
}

/// Takes an address apart, or says in Go's words why it is none.
fn parse(url: &str) -> Result<Parts<'_>, String> {
    if url.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    check_escapes(fragment)?;
    let (scheme, rest) = split_scheme(url)?;
    let mut parts = Parts { scheme: scheme.to_lowercase(), fragment, ..Parts::default() };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    parts.query = query;
    let Some(rest) = rest.strip_prefix("//") else {
        if !rest.starts_with('/') && scheme.is_empty() && rest.split('/').next().is_some_and(|it| it.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
        check_escapes(rest)?;
        return Ok(parts);
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    check_host(host)?;
    check_escapes(path)?;
    Ok(Parts { user, host, ..parts })
}

/// Splits `scheme:rest`; there may be no scheme.
fn split_scheme(url: &str) -> Result<(&str, &str), String> {
    for (at, byte) in url.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((url.get(..at).unwrap_or_default(), url.get(at + 1..).unwrap_or_default())),
            _ => break,
        }
    }
    Ok(("", url))
}

fn check_host(host: &str) -> Result<(), String> {
    let port = if host.starts_with('[') {
        let Some((_, rest)) = host.rsplit_once(']') else { return Err("missing ']' in host".to_owned()) };
        rest
    } else {
        host.find(':').and_then(|at| host.get(at..)).unwrap_or_default()
    };
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit()));
    if !is_port {
        return Err(format!("invalid port {} after host", quote(port)));
    }
    if let Some(bad) = host.chars().find(|c| " <>\"\\^`{|}".contains(*c)) {
        return Err(format!("invalid character {} in host name", quote(&bad.to_string())));
    }
    check_escapes(host)
}

/// Each `%` is followed by two hexadecimal digits.
fn check_escapes(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('%') {
        let digits = text.get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            let shown: String = text.get(at..).unwrap_or_default().chars().take(3).collect();
            return Err(format!("invalid URL escape {}", quote(&shown)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, want: &[&str]) {
        let mut errors = ErrorList::new();
        webhook_url(url, &Path::new("u"), &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, want, "{url}");
    }

    #[test]
    fn addresses() {
        check("https://example.com:8443/path", &[]);
        check("https://[::1]:8443", &[]);
        let scheme = format!("'https' is the only allowed URL scheme{FORM}");
        check("http://x", &[&format!("u: Invalid value: \"http\": {scheme}")]);
        check("https://a@x", &["u: Invalid value: \"a\": user information is not permitted in the URL"]);
        check("https://x?a=b", &["u: Invalid value: \"a=b\": query parameters are not permitted in the URL"]);
        check("https://x#f", &["u: Invalid value: \"f\": fragments are not permitted in the URL"]);
        let port = "u: Required value: url must be a valid URL: parse \"https://x:y\": invalid port \":y\" after host";
        check("https://x:y", &[&format!("{port}{FORM}")]);
        let host = format!("u: Invalid value: \"\": host must be provided{FORM}");
        check("x", &[&format!("u: Invalid value: \"\": {scheme}"), &host]);
    }
}
