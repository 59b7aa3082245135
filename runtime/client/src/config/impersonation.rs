//! Acting as somebody else.

use std::{collections::BTreeMap, fmt::Write as _};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::ConfigError;

/// Somebody to act as, where the server allows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impersonation {
    /// The name.
    pub user: String,
    /// The identifier; may be empty.
    pub uid: String,
    /// The groups.
    pub groups: Vec<String>,
    /// What else is said of the user.
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Impersonation {
    /// The headers that ask for it.
    ///
    /// # Errors
    /// Where there is no user, or a value can't be a header's.
    pub(crate) fn headers(&self) -> Result<HeaderMap, ConfigError> {
        let mut headers = HeaderMap::new();
        let value = |text: &str| HeaderValue::from_str(text).map_err(|_| ConfigError::Header(text.to_owned()));
        if self.user.is_empty() {
            let asks = !self.uid.is_empty() || !self.groups.is_empty() || !self.extra.is_empty();
            return if asks { Err(ConfigError::ImpersonatesNobody) } else { Ok(headers) };
        }
        headers.insert("impersonate-user", value(&self.user)?);
        if !self.uid.is_empty() {
            headers.insert("impersonate-uid", value(&self.uid)?);
        }
        for group in &self.groups {
            headers.append("impersonate-group", value(group)?);
        }
        for (key, values) in &self.extra {
            let name = HeaderName::try_from(format!("impersonate-extra-{}", escaped(key)))
                .map_err(|_| ConfigError::Header(key.clone()))?;
            for text in values {
                headers.append(&name, value(text)?);
            }
        }
        Ok(headers)
    }
}

/// A key as a header's name can carry it: what may not stand there is percent-encoded, the percent sign too
/// (client-go transport's headerKeyEscape).
fn escaped(key: &str) -> String {
    let mut escaped = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&'*+-.^_`|~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // writing to a string doesn't fail
            write!(escaped, "%{byte:02X}").unwrap_or_default();
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impersonation_travels_in_headers() {
        let who = Impersonation {
            user: "jane".to_owned(),
            groups: vec!["a".to_owned(), "b".to_owned()],
            extra: BTreeMap::from([("example.com/scopes%".to_owned(), vec!["view".to_owned()])]),
            ..Impersonation::default()
        };
        let headers = who.headers().unwrap();
        assert_eq!(headers.get_all("impersonate-group").iter().count(), 2);
        assert_eq!(headers["impersonate-extra-example.com%2fscopes%25"], "view");
    }

    #[test]
    fn groups_need_a_user() {
        let nobody = Impersonation { groups: vec!["a".to_owned()], ..Impersonation::default() };
        assert!(matches!(nobody.headers(), Err(ConfigError::ImpersonatesNobody)));
        assert!(Impersonation::default().headers().unwrap().is_empty());
    }
}
