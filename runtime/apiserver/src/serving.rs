//! How a server treats its clients under load and when it stops, under the names of kube-apiserver's flags.

use std::time::Duration;

use http::HeaderValue;

use crate::filters::cors::Cors;

/// Settings of a server, with kube-apiserver's defaults.
#[derive(Clone, Debug)]
pub struct ServingOptions {
    /// Reads that may be handled at once (`--max-requests-inflight`); 0 for any number.
    pub max_requests_in_flight: u32,
    /// Writes that may be handled at once (`--max-mutating-requests-inflight`); 0 for any number.
    pub max_mutating_requests_in_flight: u32,
    /// Requests that are not long-running must be answered within this time (`--request-timeout`).
    pub request_timeout: Duration,
    /// Watches that name no time of their own end after this time to twice of it, so that they spread over servers
    /// (`--min-request-timeout`); zero for never.
    pub min_request_timeout: Duration,
    /// The part of requests over HTTP/2 after which the client is told to connect anew (`--goaway-chance`).
    pub goaway_chance: f64,
    /// How many objects of a collection are deleted at the same time (`--delete-collection-workers`).
    pub delete_collection_workers: usize,
    /// Whether somebody collects garbage (`--enable-garbage-collector`): what is deleted is only kept for him if so.
    pub garbage_collector: bool,
    /// How many requests a connection of HTTP/2 may have open (`--http2-max-streams-per-connection`).
    pub http2_streams_max: u32,
    /// How long everything is still served once the server is to stop (`--shutdown-delay-duration`).
    pub shutdown_delay: Duration,
    /// Whether new requests are refused in words while the last ones are finished, instead of connections
    /// (`--shutdown-send-retry-after`).
    pub shutdown_send_retry_after: bool,
    /// The time over which the ends of watches are spread when the server stops
    /// (`--shutdown-watch-termination-grace-period`).
    pub shutdown_watch_grace: Duration,
    /// Pages of which other origins may send requests (`--cors-allowed-origins`).
    pub cors: Cors,
    /// What browsers are told of HTTPS (`--strict-transport-security-directives`).
    pub strict_transport_security: Option<HeaderValue>,
}

impl Default for ServingOptions {
    fn default() -> Self {
        Self {
            max_requests_in_flight: 400,
            max_mutating_requests_in_flight: 200,
            request_timeout: Duration::from_secs(60),
            min_request_timeout: Duration::from_secs(1800),
            goaway_chance: 0.0,
            // upstream's is 1; several are stored together
            delete_collection_workers: 16,
            garbage_collector: true,
            // upstream's is 100, and Go's clients open another connection beyond; others wait for ever behind their
            // informers' watches, which take a stream each
            http2_streams_max: 1000,
            shutdown_delay: Duration::ZERO,
            shutdown_send_retry_after: false,
            shutdown_watch_grace: Duration::ZERO,
            cors: Cors::default(),
            strict_transport_security: None,
        }
    }
}
