//! Credentials as requests carry them, kept until they expire or the server refuses them.

use std::{path::Path, sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::HeaderValue;
use tokio::{sync::Mutex, time::Instant};
use tracing::error;

use super::{
    Auth, TransportError,
    exec::{self, ExecAuth, Identity},
};
use crate::os_error;

/// How long a token that was read from a file is good (client-go's fileTokenSource), and how long before its end it is read
/// again (cachingTokenSource).
const TOKEN_FILE_PERIOD: Duration = Duration::from_secs(60);
const TOKEN_FILE_LEEWAY: Duration = Duration::from_secs(10);

/// What goes with a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Presented {
    /// The `Authorization` header.
    pub header: Option<HeaderValue>,
    /// A certificate for the connection.
    pub identity: Option<Arc<Identity>>,
    /// Tells apart what was asked for at different times.
    serial: u64,
}

/// The client's credentials.
#[derive(Debug)]
pub(super) struct Credentials {
    auth: Auth,
    /// What never changes.
    fixed: Option<Presented>,
    /// Held while a file is read or a program runs: it may talk to the user, who should be asked once.
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    presented: Presented,
    /// When a file was read.
    read_at: Option<Instant>,
    /// When a program's answer ends.
    expires: Option<jiff::Timestamp>,
}

impl Credentials {
    /// # Errors
    /// Where they can't be a header.
    pub(super) fn new(auth: Auth) -> Result<Self, TransportError> {
        let header = match &auth {
            Auth::None | Auth::TokenFile(_) | Auth::Exec(_) => None,
            Auth::Token(token) => Some(bearer(token)?),
            Auth::Basic { username, password } => {
                let pair = BASE64_STANDARD.encode(format!("{username}:{password}"));
                Some(secret(&format!("Basic {pair}"))?)
            }
        };
        let is_fixed = !matches!(auth, Auth::TokenFile(_) | Auth::Exec(_));
        let fixed = is_fixed.then_some(Presented { header, ..Presented::default() });
        Ok(Self { auth, fixed, kept: Mutex::default() })
    }

    /// What goes with the next request.
    pub(super) async fn current(&self) -> Result<Presented, TransportError> {
        if let Some(fixed) = &self.fixed {
            return Ok(fixed.clone());
        }
        let mut kept = self.kept.lock().await;
        match &self.auth {
            Auth::None | Auth::Token(_) | Auth::Basic { .. } => {}
            Auth::TokenFile(path) => {
                let is_fresh = |at: Instant| at.elapsed() + TOKEN_FILE_LEEWAY < TOKEN_FILE_PERIOD;
                if !kept.read_at.is_some_and(is_fresh) {
                    kept.read_token(path).await?;
                }
            }
            Auth::Exec(exec) => {
                let is_over = kept.expires.is_some_and(|end| jiff::Timestamp::now() > end);
                if kept.presented.serial == 0 || is_over {
                    let run = kept.run(exec).await;
                    run.map_err(|err| TransportError::Credentials(format!("getting credentials: {err}")))?;
                }
            }
        }
        Ok(kept.presented.clone())
    }

    /// Hears that the server answered 401; says whether there are other credentials now.
    ///
    /// client-go refreshes them as well, but leaves it to its caller to ask again.
    pub(super) async fn refused(&self, presented: &Presented) -> bool {
        if self.fixed.is_some() {
            return false;
        }
        let mut kept = self.kept.lock().await;
        if kept.presented.serial != presented.serial {
            return true;
        }
        let refreshed = match &self.auth {
            Auth::None | Auth::Token(_) | Auth::Basic { .. } => return false,
            Auth::TokenFile(path) => kept.read_token(path).await.map_err(|err| err.to_string()),
            Auth::Exec(exec) => kept.run(exec).await,
        };
        if let Err(err) = refreshed {
            error!("refreshing credentials: {err}");
            return false;
        }
        kept.presented.header != presented.header || kept.presented.identity != presented.identity
    }
}

impl Kept {
    /// Reads a token; where that fails, one that was read before is used on.
    async fn read_token(&mut self, path: &Path) -> Result<(), TransportError> {
        let failed = TransportError::Credentials;
        let read = match tokio::fs::read_to_string(path).await {
            Ok(text) if text.trim().is_empty() => Err(failed(format!("read empty token from file {path:?}"))),
            Ok(text) => bearer(text.trim()),
            Err(err) => {
                let why = os_error::told("open", path, &err);
                Err(failed(format!("failed to read token file {path:?}: {why}")))
            }
        };
        match read {
            Ok(header) => {
                self.presented = Presented { header: Some(header), identity: None, serial: self.presented.serial + 1 };
                self.read_at = Some(Instant::now());
                Ok(())
            }
            Err(err) if self.presented.header.is_none() => Err(err),
            Err(err) => {
                error!("Unable to rotate token: {err}");
                Ok(())
            }
        }
    }

    async fn run(&mut self, exec: &ExecAuth) -> Result<(), String> {
        let answer = exec::run(exec).await?;
        let header = answer.token.as_deref().map(bearer).transpose().map_err(|err| err.to_string())?;
        // the same certificate again leaves connections alone
        let known = self.presented.identity.take();
        let identity = match (known, answer.identity) {
            (Some(known), Some(told)) if *known == told => Some(known),
            (_, told) => told.map(Arc::new),
        };
        self.presented = Presented { header, identity, serial: self.presented.serial + 1 };
        self.expires = answer.expires;
        Ok(())
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

    async fn header(credentials: &Credentials) -> String {
        credentials.current().await.unwrap().header.unwrap().to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn credentials_become_headers() {
        assert_eq!(header(&Credentials::new(Auth::Token("abc".to_owned())).unwrap()).await, "Bearer abc");
        let basic = Auth::Basic { username: "a".to_owned(), password: "b".to_owned() };
        assert_eq!(header(&Credentials::new(basic).unwrap()).await, "Basic YTpi");
        let nobody = Credentials::new(Auth::None).unwrap();
        assert!(nobody.current().await.unwrap().header.is_none());
        assert!(Credentials::new(Auth::Token("a\nb".to_owned())).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_file_is_read_again_each_minute_and_when_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, "one\n").unwrap();
        let credentials = Credentials::new(Auth::TokenFile(path.clone())).unwrap();
        assert_eq!(header(&credentials).await, "Bearer one");
        std::fs::write(&path, "two").unwrap();
        assert_eq!(header(&credentials).await, "Bearer one");
        tokio::time::advance(TOKEN_FILE_PERIOD - TOKEN_FILE_LEEWAY).await;
        assert_eq!(header(&credentials).await, "Bearer two");

        let presented = credentials.current().await.unwrap();
        assert!(!credentials.refused(&presented).await, "the file is as it was");
        std::fs::write(&path, "three").unwrap();
        let presented = credentials.current().await.unwrap();
        assert!(credentials.refused(&presented).await);
        assert!(credentials.refused(&presented).await, "somebody else heard it first");
        assert_eq!(header(&credentials).await, "Bearer three");

        std::fs::remove_file(&path).unwrap();
        tokio::time::advance(TOKEN_FILE_PERIOD).await;
        assert_eq!(header(&credentials).await, "Bearer three", "an old token is better than none");

        let told = async || {
            let credentials = Credentials::new(Auth::TokenFile(path.clone())).unwrap();
            credentials.current().await.unwrap_err().to_string()
        };
        let missing = format!("failed to read token file {path:?}: open {}: no such file or directory", path.display());
        assert_eq!(told().await, missing);
        std::fs::write(&path, " \n").unwrap();
        assert_eq!(told().await, format!("read empty token from file {path:?}"));
    }
}
