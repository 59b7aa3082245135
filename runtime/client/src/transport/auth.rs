//! Credentials that travel in headers.

use std::{fmt, path::PathBuf, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::HeaderValue;
use parking_lot::Mutex;
use tokio::time::Instant;

use super::TransportError;

/// How long a token that was read from a file is used before the file is read again (client-go's cachingTokenSource).
const TOKEN_FILE_PERIOD: Duration = Duration::from_secs(60);

/// Who the client says it is, beyond a certificate. Its debug form hides what is secret.
#[derive(Clone, Default)]
pub enum Auth {
    /// Nobody, or whoever the client certificate names.
    #[default]
    None,
    /// A bearer token.
    Token(String),
    /// A bearer token in a file, which is read again from time to time.
    TokenFile(PathBuf),
    /// A name and password.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: String,
    },
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Token(_) => f.write_str("Token(…)"),
            Self::TokenFile(path) => f.debug_tuple("TokenFile").field(path).finish(),
            Self::Basic { username, .. } => write!(f, "Basic({username:?}, …)"),
        }
    }
}

/// Makes the `Authorization` header.
#[derive(Debug)]
pub(super) struct Authorization {
    auth: Auth,
    from_file: Mutex<Option<(Instant, HeaderValue)>>,
}

impl Authorization {
    pub(super) fn new(auth: Auth) -> Self {
        Self { auth, from_file: Mutex::new(None) }
    }

    /// The header's value; `None` where there is nothing to say.
    pub(super) async fn header(&self) -> Result<Option<HeaderValue>, TransportError> {
        match &self.auth {
            Auth::None => Ok(None),
            Auth::Token(token) => bearer(token).map(Some),
            Auth::Basic { username, password } => {
                let pair = BASE64_STANDARD.encode(format!("{username}:{password}"));
                secret(&format!("Basic {pair}")).map(Some)
            }
            Auth::TokenFile(path) => {
                let known = self.from_file.lock().clone();
                match known {
                    Some((read_at, value)) if read_at.elapsed() < TOKEN_FILE_PERIOD => Ok(Some(value)),
                    _ => {
                        let read = tokio::fs::read_to_string(path).await;
                        let token =
                            read.map_err(|err| TransportError::Credentials(format!("{}: {err}", path.display())))?;
                        let value = bearer(token.trim())?;
                        *self.from_file.lock() = Some((Instant::now(), value.clone()));
                        Ok(Some(value))
                    }
                }
            }
        }
    }
}

fn bearer(token: &str) -> Result<HeaderValue, TransportError> {
    secret(&format!("Bearer {token}"))
}

fn secret(text: &str) -> Result<HeaderValue, TransportError> {
    let mut value =
        HeaderValue::from_str(text).map_err(|_| TransportError::Credentials("not fit for a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn credentials_become_headers() {
        let header = Authorization::new(Auth::Token("abc".to_owned())).header().await.unwrap().unwrap();
        assert_eq!(header.to_str().unwrap(), "Bearer abc");
        let basic = Auth::Basic { username: "a".to_owned(), password: "b".to_owned() };
        let header = Authorization::new(basic).header().await.unwrap().unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic YTpi");
        assert!(Authorization::new(Auth::None).header().await.unwrap().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_file_is_read_again_after_a_minute() {
        let path = std::env::temp_dir().join(format!("kubeforge-token-{}", std::process::id()));
        std::fs::write(&path, "one\n").unwrap();
        let auth = Authorization::new(Auth::TokenFile(path.clone()));
        assert_eq!(auth.header().await.unwrap().unwrap().to_str().unwrap(), "Bearer one");
        std::fs::write(&path, "two").unwrap();
        assert_eq!(auth.header().await.unwrap().unwrap().to_str().unwrap(), "Bearer one");
        tokio::time::advance(TOKEN_FILE_PERIOD).await;
        assert_eq!(auth.header().await.unwrap().unwrap().to_str().unwrap(), "Bearer two");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn debug_output_shows_no_secret() {
        assert!(!format!("{:?}", Auth::Token("abc".to_owned())).contains("abc"));
        let basic = Auth::Basic { username: "me".to_owned(), password: "hidden".to_owned() };
        assert!(!format!("{basic:?}").contains("hidden"));
    }
}
