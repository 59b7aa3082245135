//! Who the client says it is, beyond a certificate.

use std::{fmt, path::PathBuf};

use super::ExecAuth;

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
    /// What a program says: a token, a certificate, or both.
    Exec(Box<ExecAuth>),
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Token(_) => f.write_str("Token(…)"),
            Self::TokenFile(path) => f.debug_tuple("TokenFile").field(path).finish(),
            Self::Basic { username, .. } => write!(f, "Basic({username:?}, …)"),
            Self::Exec(exec) => f.debug_tuple("Exec").field(&exec.plugin).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_no_secret() {
        assert!(!format!("{:?}", Auth::Token("abc".to_owned())).contains("abc"));
        let basic = Auth::Basic { username: "me".to_owned(), password: "hidden".to_owned() };
        assert!(!format!("{basic:?}").contains("hidden"));
    }
}
