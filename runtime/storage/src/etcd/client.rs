//! The calls.

use std::{path::Path, time::Duration};

use futures::channel::mpsc;
use prost::Message;
use tonic::{
    IntoRequest, Status, Streaming,
    client::Grpc,
    codegen::http::uri::PathAndQuery,
    metadata::MetadataValue,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity},
};
use tonic_prost::ProstCodec;

use crate::{
    etcd::{
        convert::{self, Asked},
        messages::{
            CompactionRequest, CompactionResponse, LeaseGrantRequest, LeaseGrantResponse, RangeRequest, RangeResponse,
            StatusRequest, StatusResponse, TxnRequest, TxnResponse, WatchRequest, WatchResponse,
        },
        options::EtcdOptions,
    },
    kv::KvError,
};

/// As kube-apiserver's client: a connection that says nothing for so long is asked whether it lives ...
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// ... and has so long to answer.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A call that takes longer failed; a write may then have happened all the same.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A list of many keys is large. The defaults of 64 KiB would stop it for a round trip again and again.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 32 << 20;

/// What a watch sends, in order.
pub(super) type WatchRequests = mpsc::Receiver<WatchRequest>;

/// Connections to the members of a cluster.
#[derive(Clone)]
pub(super) struct Client {
    channel: Channel,
}

impl Client {
    /// Prepares connections; they are made when they are needed.
    pub(super) fn new(options: &EtcdOptions) -> Result<Self, KvError> {
        if options.endpoints.is_empty() {
            return Err(KvError::Unavailable("no etcd endpoint is given".to_owned()));
        }
        let tls = tls(options)?;
        let endpoints: Vec<Endpoint> =
            options.endpoints.iter().map(|url| endpoint(url, &tls)).collect::<Result<_, _>>()?;
        Ok(Self { channel: Channel::balance_list(endpoints.into_iter()) })
    }

    pub(super) async fn range(&self, request: RangeRequest, asked: Asked) -> Result<RangeResponse, KvError> {
        self.unary("/etcdserverpb.KV/Range", request, asked).await
    }

    pub(super) async fn txn(&self, request: TxnRequest, asked: Asked) -> Result<TxnResponse, KvError> {
        self.unary("/etcdserverpb.KV/Txn", request, asked).await
    }

    pub(super) async fn compact(&self, request: CompactionRequest, asked: Asked) -> Result<(), KvError> {
        let _: CompactionResponse = self.unary("/etcdserverpb.KV/Compact", request, asked).await?;
        Ok(())
    }

    pub(super) async fn grant_lease(&self, request: LeaseGrantRequest) -> Result<LeaseGrantResponse, KvError> {
        self.unary("/etcdserverpb.Lease/LeaseGrant", request, Asked::default()).await
    }

    pub(super) async fn status(&self) -> Result<StatusResponse, KvError> {
        self.unary("/etcdserverpb.Maintenance/Status", StatusRequest {}, Asked::default()).await
    }

    /// Opens a watch stream. It breaks when the member that serves it loses its leader, instead of staying silent.
    pub(super) async fn watch(&self, requests: WatchRequests) -> Result<Streaming<WatchResponse>, KvError> {
        let mut request = tonic::Request::new(requests);
        request.metadata_mut().insert("hasleader", MetadataValue::from_static("true"));
        let path = PathAndQuery::from_static("/etcdserverpb.Watch/Watch");
        let call = async {
            let mut grpc = self.grpc().await?;
            grpc.streaming(request, path, ProstCodec::<WatchRequest, WatchResponse>::new()).await
        };
        Ok(in_time(call, Asked::default()).await?.into_inner())
    }

    async fn unary<M1, M2>(&self, path: &'static str, message: M1, asked: Asked) -> Result<M2, KvError>
    where
        M1: Message + 'static,
        M2: Message + Default + 'static,
    {
        let call = async {
            let mut grpc = self.grpc().await?;
            let path = PathAndQuery::from_static(path);
            grpc.unary(message.into_request(), path, ProstCodec::<M1, M2>::new()).await
        };
        Ok(in_time(call, asked).await?.into_inner())
    }

    async fn grpc(&self) -> Result<Grpc<Channel>, Status> {
        // etcd's own limits decide how large a message may be.
        let mut grpc =
            Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX).max_encoding_message_size(usize::MAX);
        grpc.ready().await.map_err(|err| Status::unavailable(text(&err)))?;
        Ok(grpc)
    }
}

async fn in_time<T>(call: impl Future<Output = Result<T, Status>>, asked: Asked) -> Result<T, KvError> {
    match tokio::time::timeout(CALL_TIMEOUT, call).await {
        Ok(result) => result.map_err(|status| convert::error(&status, asked)),
        Err(_) => Err(KvError::Unavailable(format!("etcd did not answer in {CALL_TIMEOUT:?}"))),
    }
}

fn endpoint(url: &str, tls: &Option<ClientTlsConfig>) -> Result<Endpoint, KvError> {
    let wrong = |err: &dyn std::error::Error| KvError::Unavailable(format!("etcd endpoint {url:?}: {}", text(err)));
    let endpoint = Endpoint::from_shared(url.to_owned())
        .map_err(|err| wrong(&err))?
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .tcp_nodelay(true);
    match tls {
        Some(tls) if url.starts_with("https://") => endpoint.tls_config(tls.clone()).map_err(|err| wrong(&err)),
        _ => Ok(endpoint),
    }
}

fn tls(options: &EtcdOptions) -> Result<Option<ClientTlsConfig>, KvError> {
    if !options.endpoints.iter().any(|url| url.starts_with("https://")) {
        return Ok(None);
    }
    let mut tls = ClientTlsConfig::new();
    if let Some(path) = &options.ca_path {
        tls = tls.ca_certificate(Certificate::from_pem(read(path)?));
    }
    match (&options.cert_path, &options.key_path) {
        (Some(cert), Some(key)) => tls = tls.identity(Identity::from_pem(read(cert)?, read(key)?)),
        (None, None) => {}
        _ => return Err(KvError::Unavailable("an etcd client certificate and its key go together".to_owned())),
    }
    Ok(Some(tls))
}

fn read(path: &Path) -> Result<Vec<u8>, KvError> {
    std::fs::read(path).map_err(|err| KvError::Unavailable(format!("cannot read {}: {err}", path.display())))
}

/// An error with its causes: tonic's own texts say little.
fn text(err: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(err.source(), |cause| cause.source());
    causes.fold(err.to_string(), |text, cause| format!("{text}: {cause}"))
}
