//! What a node does to a container: in probes, and when it starts and ends.

use kubeforge_api::core::v1::{
    ExecAction, GRPCAction, HTTPGetAction, LifecycleHandler, ProbeHandler, SleepAction, TCPSocketAction,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_http_header_name,
};

use super::{basics::required, only_one::OnlyOne, ports};
use crate::common::{invalid_each, shown};

const SCHEMES: [&str; 2] = ["HTTP", "HTTPS"];

/// One action out of those that probes and hooks have.
pub(super) struct Handler<'a> {
    exec: Option<&'a ExecAction>,
    http_get: Option<&'a HTTPGetAction>,
    tcp_socket: Option<&'a TCPSocketAction>,
    grpc: Option<&'a GRPCAction>,
    sleep: Option<&'a SleepAction>,
}

impl<'a> From<&'a ProbeHandler> for Handler<'a> {
    fn from(probe: &'a ProbeHandler) -> Self {
        Self {
            exec: probe.exec.as_ref(),
            http_get: probe.http_get.as_deref(),
            tcp_socket: probe.tcp_socket.as_deref(),
            grpc: probe.grpc.as_deref(),
            sleep: None,
        }
    }
}

impl<'a> From<&'a LifecycleHandler> for Handler<'a> {
    fn from(hook: &'a LifecycleHandler) -> Self {
        Self {
            exec: hook.exec.as_ref(),
            http_get: hook.http_get.as_deref(),
            tcp_socket: hook.tcp_socket.as_deref(),
            grpc: None,
            sleep: hook.sleep.as_ref(),
        }
    }
}

impl Handler<'_> {
    /// Checks that there is one action, and that one.
    pub(super) fn check(&self, grace_period_seconds: Option<i64>, path: &Path<'_>, errors: &mut ErrorList) {
        let mut one = OnlyOne::of(path, "may not specify more than 1 handler type");
        one.field("exec", self.exec, errors, exec);
        one.field("httpGet", self.http_get, errors, http_get);
        one.field("tcpSocket", self.tcp_socket, errors, |action, path, errors| {
            ports::number_or_name(&action.port, &path.child("port"), errors);
        });
        one.field("grpc", self.grpc, errors, |action, path, errors| {
            ports::number(action.port, &path.child("port"), errors);
        });
        one.field("sleep", self.sleep, errors, |action, path, errors| {
            sleep(action.seconds, grace_period_seconds, path, errors);
        });
        if one.is_none() {
            errors.push(Error::required(path, "must specify a handler type"));
        }
    }
}

fn exec(action: &ExecAction, path: &Path<'_>, errors: &mut ErrorList) {
    if action.command.is_empty() {
        errors.push(Error::required(&path.child("command"), ""));
    }
}

fn http_get(action: &HTTPGetAction, path: &Path<'_>, errors: &mut ErrorList) {
    required(&action.path, &path.child("path"), errors);
    ports::number_or_name(&action.port, &path.child("port"), errors);
    if !SCHEMES.contains(&action.scheme.as_str()) {
        errors.push(Error::not_supported(&path.child("scheme"), shown(&action.scheme), &SCHEMES));
    }
    for header in &action.http_headers {
        invalid_each(&path.child("httpHeaders"), &header.name, is_http_header_name(&header.name), errors);
    }
}

/// A wait is over before the container is killed. Without a grace period that error is told elsewhere.
fn sleep(seconds: i64, grace_period_seconds: Option<i64>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(grace) = grace_period_seconds
        && !(0..=grace).contains(&seconds)
    {
        let text = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.push(Error::invalid(path, seconds, text));
    }
}
