//! A static file of tokens (`--token-auth-file`): lines of `token,user,uid,"group1,group2"`.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use kubeforge_machinery::user::UserInfo;

use crate::auth::{Authenticator, BadCredentials, Credentials};

/// A line that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the token file has fewer than the three fields token, user and uid")]
pub struct TokenFileError {
    /// Which line, from 1.
    pub line: usize,
}

/// Users by token.
#[derive(Clone, Default)]
pub struct TokenFile {
    users: HashMap<String, Arc<UserInfo>>,
}

impl std::fmt::Debug for TokenFile {
    /// Tokens are secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenFile({} tokens)", self.users.len())
    }
}

impl TokenFile {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Where a line has too few fields.
    pub fn parse(text: &str) -> Result<Self, TokenFileError> {
        let mut users = HashMap::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields = split_csv(line);
            let [token, name, uid, rest @ ..] = fields.as_slice() else {
                return Err(TokenFileError { line: at + 1 });
            };
            let groups = rest.first().map(|groups| {
                groups.split(',').map(str::trim).filter(|group| !group.is_empty()).map(str::to_owned).collect()
            });
            let user = UserInfo {
                name: name.clone(),
                uid: uid.clone(),
                groups: groups.unwrap_or_default(),
                ..UserInfo::default()
            };
            users.insert(token.clone(), Arc::new(user));
        }
        Ok(Self { users })
    }
}

/// The fields of a line; quotes keep commas together, two quotes stand for one.
fn split_csv(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let field = match fields.last_mut() {
            Some(field) => field,
            None => break,
        };
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => field.push(letter),
        }
    }
    fields
}

#[async_trait]
impl Authenticator for TokenFile {
    async fn authenticate(&self, credentials: &Credentials<'_>) -> Result<Option<Arc<UserInfo>>, BadCredentials> {
        Ok(credentials.bearer_token.and_then(|token| self.users.get(token).cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tokens_name_users() {
        let file = TokenFile::parse("t1,admin,u1,\"system:masters, other\"\nt2,bob,u2\n").unwrap();
        let credentials = Credentials { bearer_token: Some("t1"), client_certificate: None };
        let user = file.authenticate(&credentials).await.unwrap().unwrap();
        assert_eq!((user.name.as_str(), user.groups.len()), ("admin", 2));
        assert_eq!(TokenFile::parse("a,b").unwrap_err().line, 1);
    }
}
