//! Flags about clients, load and the server's end. Follows apiserver pkg/server/options/server_run_options.go.

use std::time::Duration;

use clap::{ArgAction, Args};
use http::HeaderValue;
use kubeforge_apiserver::{
    filters::cors::Cors,
    serving::ServingOptions,
    tls::{Http, Protocols, TlsMin},
};

use regex::Regex;

use super::signed_duration;

/// Flags of the server's shell.
#[derive(Clone, Debug, Args)]
pub struct ServingArgs {
    /// How many reads may be in flight; others are refused with 429. 0 for any number.
    #[arg(long, value_name = "N", default_value_t = 400, allow_negative_numbers = true)]
    pub max_requests_inflight: i64,

    /// How many writes may be in flight; others are refused with 429. 0 for any number.
    #[arg(long, value_name = "N", default_value_t = 200, allow_negative_numbers = true)]
    pub max_mutating_requests_inflight: i64,

    /// How long a request may take that is not long-running; a timeout that it names itself may only be shorter.
    #[arg(long, value_name = "DURATION", default_value = "1m0s", value_parser = signed_duration, allow_hyphen_values = true)]
    pub request_timeout: kubeforge_machinery::Duration,

    /// Watches that name no timeout end after this many seconds to twice as many. 0 for never.
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, allow_negative_numbers = true)]
    pub min_request_timeout: i64,

    /// The part of requests over HTTP/2, at most 0.02, after which a client is told to open a new connection, so that
    /// clients spread over several servers.
    #[arg(long, value_name = "PART", default_value_t = 0.0, allow_negative_numbers = true)]
    pub goaway_chance: f64,

    /// How many requests a client may have open on a connection of HTTP/2. 0 for the default, 1000.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub http2_max_streams_per_connection: u32,

    /// How many objects are deleted at the same time where a client deletes a collection. (kube-apiserver's default is 1.)
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    pub delete_collection_workers: u16,

    /// Whether somebody collects garbage: objects that are deleted with their dependents in the foreground, or without them,
    /// stay until he has seen to those.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    pub enable_garbage_collector: bool,

    /// Whether only HTTP/1.1 is served.
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    pub disable_http2_serving: bool,

    /// How long everything is still served after a signal to stop, while /readyz fails already: so that load balancers
    /// have time to notice.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = signed_duration, allow_hyphen_values = true)]
    pub shutdown_delay_duration: kubeforge_machinery::Duration,

    /// Whether new requests are refused with 429 while the last ones are answered, instead of closing the port before.
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    pub shutdown_send_retry_after: bool,

    /// The time over which the ends of open watches are spread when the server stops.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = signed_duration, allow_hyphen_values = true)]
    pub shutdown_watch_termination_grace_period: kubeforge_machinery::Duration,

    /// What browsers are told of HTTPS: max-age=SECONDS, includeSubDomains, preload, separated by commas.
    #[arg(long, value_name = "DIRECTIVES", value_delimiter = ',')]
    pub strict_transport_security_directives: Vec<String>,

    /// The oldest version of TLS that clients may speak: VersionTLS12 or VersionTLS13.
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    pub tls_min_version: String,

    /// The cipher suites of TLS 1.2 that clients may choose, by IANA's names, separated by commas; all where not given.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub tls_cipher_suites: Vec<String>,

    /// Pages of which other origins may send requests: regular expressions, separated by commas.
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',')]
    pub cors_allowed_origins: Vec<String>,

    /// Whether CPU profiles are served below /debug/pprof/.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = ArgAction::Set)]
    pub profiling: bool,

    /// Switches for what is on its way into Kubernetes or out of it: NAME=true|false, separated by commas. AllAlpha and
    /// AllBeta stand for all of a stage.
    #[arg(long, value_name = "GATES")]
    pub feature_gates: Vec<String>,
}

impl ServingArgs {
    /// What is wrong with the values, in upstream's words.
    pub(crate) fn problems(&self) -> Vec<String> {
        let negative = [
            ("--max-requests-inflight can not be negative value", self.max_requests_inflight < 0),
            ("--max-mutating-requests-inflight can not be negative value", self.max_mutating_requests_inflight < 0),
            ("--request-timeout can not be negative value", self.request_timeout.as_nanos() < 0),
            (
                "--goaway-chance can not be less than 0 or greater than 0.02",
                !(0.0..=0.02).contains(&self.goaway_chance),
            ),
            ("--min-request-timeout can not be negative value", self.min_request_timeout < 0),
            ("--shutdown-delay-duration can not be negative value", self.shutdown_delay_duration.as_nanos() < 0),
            (
                "shutdown-watch-termination-grace-period, if provided, can not be a negative value",
                self.shutdown_watch_termination_grace_period.as_nanos() < 0,
            ),
        ];
        let negative = negative.into_iter().filter(|(_, is_wrong)| *is_wrong).map(|(text, _)| text);
        let directives = self.strict_transport_security_directives.iter().filter_map(|text| directive_problem(text));
        let tls = match self.tls_min_version.as_str() {
            "" | "VersionTLS12" | "VersionTLS13" => None,
            "VersionTLS10" | "VersionTLS11" => {
                Some(format!("--tls-min-version: {} is not safe and not supported here", self.tls_min_version))
            }
            other => Some(format!(
                "unknown tls version {other:?}, must be one of: [VersionTLS10 VersionTLS11 VersionTLS12 VersionTLS13]"
            )),
        };
        let origins = self.cors_allowed_origins.iter().filter_map(|text| origin_problem(text));
        let suites = self.tls_cipher_suites.iter().filter(|name| !Protocols::knows_cipher_suite(name));
        let suites = suites.map(|name| format!("Cipher suite {name} not supported or doesn't exist"));
        negative.chain(directives).map(str::to_owned).chain(origins).chain(tls).chain(suites).collect()
    }

    /// The protocols that are spoken.
    pub(crate) fn protocols(&self) -> Protocols {
        Protocols {
            tls_min: if self.tls_min_version == "VersionTLS13" { TlsMin::Tls13 } else { TlsMin::Tls12 },
            http: if self.disable_http2_serving { Http::Http1 } else { Http::Both },
            cipher_suites: self.tls_cipher_suites.clone(),
        }
    }

    /// The settings that these flags mean.
    pub(crate) fn options(&self) -> ServingOptions {
        let defaults = ServingOptions::default();
        let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let directives = self.strict_transport_security_directives.join("; ");
        ServingOptions {
            max_requests_in_flight: count(self.max_requests_inflight),
            max_mutating_requests_in_flight: count(self.max_mutating_requests_inflight),
            request_timeout: unsigned(self.request_timeout),
            min_request_timeout: Duration::from_secs(u64::try_from(self.min_request_timeout).unwrap_or_default()),
            goaway_chance: self.goaway_chance,
            delete_collection_workers: usize::from(self.delete_collection_workers),
            garbage_collector: self.enable_garbage_collector,
            http2_streams_max: match self.http2_max_streams_per_connection {
                0 => defaults.http2_streams_max,
                max => max,
            },
            shutdown_delay: unsigned(self.shutdown_delay_duration),
            shutdown_send_retry_after: self.shutdown_send_retry_after,
            shutdown_watch_grace: unsigned(self.shutdown_watch_termination_grace_period),
            cors: Cors(self.cors_allowed_origins.iter().filter_map(|text| Regex::new(text).ok()).collect()),
            strict_transport_security: (!directives.is_empty())
                .then(|| HeaderValue::from_str(&directives).ok())
                .flatten(),
        }
    }
}

fn unsigned(duration: kubeforge_machinery::Duration) -> Duration {
    u64::try_from(duration.as_nanos()).map(Duration::from_nanos).unwrap_or_default()
}

const ORIGINS_HELP: &str = "List of allowed origins for CORS, comma separated. An allowed origin can be a regular \
    expression to support subdomain matching. If this list is empty CORS will not be enabled. Please ensure each \
    expression matches the entire hostname by anchoring to the start with '^' or including the '//' prefix, and by \
    anchoring to the end with '$' or including the ':' port separator suffix. Examples of valid expressions are \
    '//example\\.com(:|$)' and '^https://example\\.com(:|$)'";

/// An expression must say where the name begins and ends, or `example.com.evil.org` would be let in, too.
fn origin_problem(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(format!("empty value in --cors-allowed-origins, help: {ORIGINS_HELP}"));
    }
    let is_pinned = ["^", "//"].iter().any(|start| text.contains(start)) && text.contains(['$', ':']);
    let problem = match Regex::new(text) {
        Err(err) => err.to_string(),
        Ok(_) if is_pinned => return None,
        Ok(_) => "regular expression does not pin to start/end of host in the origin header".to_owned(),
    };
    Some(format!("--cors-allowed-origins has an invalid regular expression: {problem}, help: {ORIGINS_HELP}"))
}

fn directive_problem(directive: &str) -> Option<&'static str> {
    let is_age = || {
        let mut parts = directive.split('=');
        parts.next() == Some("max-age") && parts.next().is_some() && parts.next().is_none()
    };
    match directive {
        "includeSubDomains" | "preload" => None,
        _ if directive.trim().is_empty() => Some("empty value in strict-transport-security-directives"),
        _ if is_age() => None,
        _ => Some(
            "--strict-transport-security-directives invalid, allowed values: max-age=expireTime, includeSubDomains, \
             preload. see https://tools.ietf.org/html/rfc6797#section-6.1 for more information",
        ),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        serving: ServingArgs,
    }

    fn parse(arguments: &[&str]) -> ServingArgs {
        Command::parse_from([&["command"], arguments].concat()).serving
    }

    #[test]
    fn the_defaults_are_the_servers() {
        let serving = parse(&[]);
        assert!(serving.problems().is_empty());
        assert_eq!(format!("{:?}", serving.options()), format!("{:?}", ServingOptions::default()));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let serving = parse(&[
            "--max-requests-inflight=-1",
            "--request-timeout=-1s",
            "--goaway-chance=0.5",
            "--strict-transport-security-directives=max-age=5,never",
            "--tls-min-version=VersionTLS9",
            "--cors-allowed-origins=//ok$,example.com",
            "--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_RC4_128_SHA",
        ]);
        let problems = serving.problems();
        assert_eq!(problems.len(), 7, "{problems:?}");
        assert_eq!(problems[0], "--max-requests-inflight can not be negative value");
        assert_eq!(
            problems[5],
            "unknown tls version \"VersionTLS9\", must be one of: [VersionTLS10 VersionTLS11 VersionTLS12 VersionTLS13]"
        );
        assert_eq!(problems[6], "Cipher suite TLS_RSA_WITH_RC4_128_SHA not supported or doesn't exist");
    }

    #[test]
    fn directives_become_one_header() {
        let serving = parse(&["--strict-transport-security-directives=max-age=5,includeSubDomains"]);
        let header = serving.options().strict_transport_security.unwrap();
        assert_eq!(header, "max-age=5; includeSubDomains");
    }
}
