//! Programs that provide credentials (the API group `client.authentication.k8s.io`, versions v1 and v1beta1).
//!
//! Follows client-go plugin/pkg/client/auth/exec: the program finds an `ExecCredential` in the environment variable
//! `KUBERNETES_EXEC_INFO` and prints one to standard output, with a token, a certificate with its key, or both. Its standard
//! error is this process's; its standard input too, where its interactive mode allows and that is a terminal.

mod document;

use std::{
    borrow::Cow,
    io::{ErrorKind, IsTerminal as _},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use regex::{Captures, Regex};
use serde_json::Value;

pub use document::ExecCluster;
pub(super) use document::{Answer, Identity};

use crate::kubeconfig::{ExecConfig, InteractiveMode};

/// The variable in which a program finds what it is asked.
const EXEC_INFO: &str = "KUBERNETES_EXEC_INFO";

/// A program that provides credentials, and the cluster that they are for.
#[derive(Clone, Debug)]
pub struct ExecAuth {
    /// The program.
    pub plugin: ExecConfig,
    /// The cluster; it is told only where the program asks for that.
    pub cluster: ExecCluster,
}

/// Runs the program. It is not ended when nobody waits any more: it may be in a conversation with the user.
pub(super) async fn run(exec: &ExecAuth) -> Result<Answer, String> {
    let plugin = &exec.plugin;
    let is_interactive =
        is_interactive(plugin).map_err(|err| format!("exec plugin cannot support interactive mode: {err}"))?;
    let cluster = plugin.provide_cluster_info.then_some(&exec.cluster);
    let asked = document::asked(&plugin.api_version, cluster, is_interactive);
    let mut command = Command::new(&plugin.command);
    command
        .args(&plugin.args)
        .envs(plugin.env.iter().map(|variable| (&variable.name, &variable.value)))
        .env(EXEC_INFO, asked)
        .stdin(if is_interactive { Stdio::inherit() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || command.output()).await.map_err(|err| err.to_string())?;
    let printed = printed(plugin, output)?;
    document::read(&plugin.api_version, &printed)
}

fn printed(plugin: &ExecConfig, output: std::io::Result<Output>) -> Result<Vec<u8>, String> {
    let name = &plugin.command;
    match output {
        Ok(output) if output.status.success() => Ok(output.stdout),
        // none, where a signal ended it
        Ok(output) => {
            let code = output.status.code().unwrap_or(-1);
            Err(format!("exec: executable {name} failed with exit code {code}"))
        }
        Err(err) if err.kind() == ErrorKind::NotFound => Err(not_found(plugin)),
        Err(err) => Err(format!("exec: {err}")),
    }
}

fn not_found(plugin: &ExecConfig) -> String {
    let mut text = format!(
        "exec: executable {} not found\n\n\
         It looks like you are trying to use a client-go credential plugin that is not installed.\n\n\
         To learn more about this feature, consult the documentation available at:\n      \
         https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins",
        plugin.command
    );
    if !plugin.install_hint.is_empty() {
        text.push_str("\n\n");
        text.push_str(&plain(&plugin.install_hint));
    }
    text
}

/// What is neither letter, mark, number, punctuation, symbol nor space: it could change a terminal's state, or the direction
/// of what follows.
static UNPRINTABLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{C}--\t-\r\u{85}]").ok());

/// A text without what would change a terminal's state (clientcmd's cleanANSIEscapeCodes).
fn plain(text: &str) -> Cow<'_, str> {
    let Some(unprintable) = &*UNPRINTABLE else { return "".into() };
    let name = |found: &Captures<'_>| found[0].chars().map(|c| format!("U+{:04X}", u32::from(c))).collect::<String>();
    unprintable.replace_all(text, name)
}

/// Whether the program may use standard input.
fn is_interactive(plugin: &ExecConfig) -> Result<bool, String> {
    let is_terminal = std::io::stdin().is_terminal();
    match plugin.mode() {
        Some(InteractiveMode::Never) => Ok(false),
        Some(InteractiveMode::IfAvailable) => Ok(is_terminal && plugin.stdin_unavailable.is_none()),
        Some(InteractiveMode::Always) => match &plugin.stdin_unavailable {
            _ if !is_terminal => Err("standard input is not a terminal".to_owned()),
            Some(why) if why.is_empty() => Err("standard input is unavailable".to_owned()),
            Some(why) => Err(format!("standard input is unavailable: {why}")),
            None => Ok(true),
        },
        mode => {
            let mode = match mode {
                Some(InteractiveMode::Other(mode)) => mode,
                _ => String::new(),
            };
            Err(format!("unknown interactiveMode: {mode:?}"))
        }
    }
}

impl ExecCluster {
    /// The cluster of a configuration, with what its extension says for the program.
    pub(crate) fn of(config: &crate::Config, extension: Value) -> Self {
        let mut proxy_url = super::proxy::url_for(config).unwrap_or_default();
        if proxy_url.ends_with('/') {
            proxy_url.pop();
        }
        Self {
            server: config.server.clone(),
            tls_server_name: config.tls.server_name.clone().unwrap_or_default(),
            insecure_skip_tls_verify: config.tls.insecure_skip_verify,
            certificate_authority_data: config.tls.ca.clone().unwrap_or_default(),
            proxy_url,
            disable_compression: config.disable_compression,
            config: extension,
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubeconfig::ExecEnvVar;

    const V1: &str = "client.authentication.k8s.io/v1";

    fn exec(script: &str) -> ExecAuth {
        let plugin = ExecConfig {
            command: "sh".to_owned(),
            args: vec!["-c".to_owned(), script.to_owned()],
            env: vec![ExecEnvVar { name: "KEY".to_owned(), value: "t0p".to_owned() }],
            api_version: V1.to_owned(),
            interactive_mode: Some(InteractiveMode::Never),
            ..ExecConfig::default()
        };
        let cluster = ExecCluster { server: "https://x".to_owned(), ..ExecCluster::default() };
        ExecAuth { plugin, cluster }
    }

    #[track_caller]
    fn check(got: Result<Answer, String>, want: &str) {
        assert_eq!(got.unwrap_err(), want);
    }

    #[tokio::test]
    async fn a_program_is_asked_and_answers() {
        let print = |status: &str| {
            format!("cat <<E\n{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{V1}\",\"status\":{status}}}\nE")
        };
        let answer =
            run(&exec(&print("{\"token\":\"$KEY\",\"expirationTimestamp\":\"2030-01-02T03:04:05Z\"}"))).await.unwrap();
        assert_eq!((answer.token.as_deref(), answer.expires), (Some("t0p"), "2030-01-02T03:04:05Z".parse().ok()));

        // what it is asked comes back as the token
        let quote = "token=$(printf %s \"$KUBERNETES_EXEC_INFO\" | sed 's/\"/\\\\\"/g');";
        let mut echo = exec(&format!("{quote} {}", print("{\"token\":\"$token\"}")));
        let asked = run(&echo).await.unwrap().token.unwrap();
        assert_eq!(asked, format!(r#"{{"kind":"ExecCredential","apiVersion":"{V1}","spec":{{"interactive":false}}}}"#));
        echo.plugin.provide_cluster_info = true;
        let asked = run(&echo).await.unwrap().token.unwrap();
        assert!(
            asked.contains(r#""spec":{"cluster":{"server":"https://x","config":null},"interactive":false}"#),
            "{asked}"
        );
    }

    #[test]
    fn hints_change_no_terminal() {
        for (text, want) in [
            ("\u{1b}[1mbold\u{1b}[0m", "U+001B[1mboldU+001B[0m"),
            ("left\u{202e}right\u{200b}\u{7f}", "leftU+202ErightU+200BU+007F"),
            ("a\nb\r\nc\td\u{b}e\u{c}f\u{85}g", "a\nb\r\nc\td\u{b}e\u{c}f\u{85}g"),
            ("α tu\u{301}na ½ ∫ \u{2003}\u{2029}", "α tu\u{301}na ½ ∫ \u{2003}\u{2029}"),
        ] {
            assert_eq!(plain(text), want);
        }
    }

    #[tokio::test]
    async fn what_goes_wrong_is_said() {
        check(run(&exec("exit 3")).await, "exec: executable sh failed with exit code 3");
        let mut missing = exec("");
        missing.plugin.command = "no-such-program".to_owned();
        let err = run(&missing).await.unwrap_err();
        assert!(err.starts_with("exec: executable no-such-program not found\n\nIt looks like"), "{err}");
        missing.plugin.install_hint = "get it\u{1b}[1m".to_owned();
        let err = run(&missing).await.unwrap_err();
        assert!(err.ends_with("get itU+001B[1m"), "{err}");
        let mut always = exec("");
        always.plugin.interactive_mode = Some(InteractiveMode::Always);
        if !std::io::stdin().is_terminal() {
            check(run(&always).await, "exec plugin cannot support interactive mode: standard input is not a terminal");
        }
    }
}
