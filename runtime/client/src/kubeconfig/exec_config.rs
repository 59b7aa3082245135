//! Programs that provide credentials, as a kubeconfig describes them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::file::OtherFields;

/// A program to run for credentials (`users[].user.exec`). Its debug form hides the environment's values.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ExecConfig {
    /// The program: a name to look up in `PATH`, or a path.
    pub command: String,
    /// Its arguments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// What its environment has beside that of this process.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<ExecEnvVar>,
    /// The version of `client.authentication.k8s.io` that it speaks.
    pub api_version: String,
    /// What to tell the user where the program is missing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub install_hint: String,
    /// Whether it is told about the cluster.
    pub provide_cluster_info: bool,
    /// Whether it may talk to the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive_mode: Option<InteractiveMode>,
    /// Why standard input can't be the program's, although it is a terminal: this process needs it itself.
    #[serde(skip)]
    pub stdin_unavailable: Option<String>,
    /// Whatever else the file says.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl fmt::Debug for ExecConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecConfig")
            .field("command", &self.command)
            .field("args", &"…")
            .field("api_version", &self.api_version)
            .field("interactive_mode", &self.interactive_mode)
            .finish_non_exhaustive()
    }
}

/// A variable of a program's environment.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ExecEnvVar {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Whether a program may use standard input.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "String", into = "String")]
pub enum InteractiveMode {
    /// Never.
    Never,
    /// Where standard input is a terminal.
    IfAvailable,
    /// It can't do without.
    Always,
    /// Something else, which is refused.
    Other(String),
}

impl From<String> for InteractiveMode {
    fn from(text: String) -> Self {
        match text.as_str() {
            "Never" => Self::Never,
            "IfAvailable" => Self::IfAvailable,
            "Always" => Self::Always,
            _ => Self::Other(text),
        }
    }
}

impl From<InteractiveMode> for String {
    fn from(mode: InteractiveMode) -> Self {
        match mode {
            InteractiveMode::Never => "Never".to_owned(),
            InteractiveMode::IfAvailable => "IfAvailable".to_owned(),
            InteractiveMode::Always => "Always".to_owned(),
            InteractiveMode::Other(text) => text,
        }
    }
}

impl ExecConfig {
    /// The mode, which older versions needn't say.
    pub(crate) fn mode(&self) -> Option<InteractiveMode> {
        match &self.interactive_mode {
            Some(InteractiveMode::Other(text)) if text.is_empty() => None,
            Some(mode) => Some(mode.clone()),
            None => None,
        }
        .or_else(|| self.api_version.ends_with("/v1beta1").then_some(InteractiveMode::IfAvailable))
    }
}
