//! Which version a server is.

use kubeforge_machinery::codec::DocumentError;
use serde::Deserialize;

use crate::{client::Client, error::ClientError, request::Request};

/// What a server says of itself at `/version`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerVersion {
    /// `1`.
    pub major: String,
    /// `36`; some distributions add a `+`.
    pub minor: String,
    /// `v1.36.2`, with what distributions add.
    pub git_version: String,
    /// The commit that it was built from.
    pub git_commit: String,
    /// `clean`, where that commit is all of it.
    pub git_tree_state: String,
    /// When it was built.
    pub build_date: String,
    /// With which Go.
    pub go_version: String,
    /// With which compiler.
    pub compiler: String,
    /// For which system and architecture.
    pub platform: String,
}

impl Client {
    /// Asks the server which version it is.
    ///
    /// # Errors
    /// Where the request fails, or the answer is no version.
    pub async fn server_version(&self) -> Result<ServerVersion, ClientError> {
        let answer = self.send(&Request::get("/version")).await?;
        serde_json::from_slice(&answer.bytes).map_err(|err| ClientError::Decode {
            what: "the server's version".to_owned(),
            source: Box::new(DocumentError::Unrecognized(format!("unable to parse the server version: {err}"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Fake;

    #[tokio::test]
    async fn a_server_says_which_it_is() {
        let answers =
            [Fake::json(200, r#"{"major":"1","minor":"36","gitVersion":"v1.36.2","more":1}"#), Fake::json(200, "[")];
        let client = Client::new(Fake::script(answers));
        let version = client.server_version().await.unwrap();
        assert_eq!((version.major.as_str(), version.git_version.as_str()), ("1", "v1.36.2"));
        let err = client.server_version().await.unwrap_err().to_string();
        assert!(err.contains("unable to parse the server version: "), "{err}");
    }
}
