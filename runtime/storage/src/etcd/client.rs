//! The calls.

use std::{path::Path, sync::Arc, time::Duration};

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
        members::{Care, Member, Members, RECOVERY_INTERVAL, RECOVERY_TIMEOUT, Repeat},
        messages::{
            CompactionRequest, CompactionResponse, LeaseGrantRequest, LeaseGrantResponse, RangeRequest, RangeResponse,
            StatusRequest, StatusResponse, TxnRequest, TxnResponse, WatchRequest, WatchResponse,
        },
        options::EtcdOptions,
    },
    kv::KvError,
};

/// A connection that says nothing for so long is asked whether it lives (etcd refuses to be asked more often than every
/// 5 s; kube-apiserver's client waits 30 s and another 10 s, in which a watch shows an old world) ...
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
/// ... and has so long to answer.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A list of many keys is large. The defaults of 64 KiB would stop it for a round trip again and again.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 32 << 20;

/// What a watch sends, in order.
pub(super) type WatchRequests = mpsc::Receiver<WatchRequest>;

/// Connections to the members of a cluster.
#[derive(Clone)]
pub(super) struct Client {
    members: Arc<Members>,
}

impl Client {
    /// Prepares connections; they are made when they are needed.
    pub(super) fn new(options: &EtcdOptions) -> Result<Self, KvError> {
        let member = |(url, endpoint): (String, Endpoint)| Member::new(url, endpoint.connect_lazy());
        let members = endpoints(options)?.into_iter().map(member).collect();
        Ok(Self { members: Arc::new(Members::new(members, Care { look_after, doubt })) })
    }

    pub(super) async fn range(&self, request: RangeRequest, asked: Asked) -> Result<RangeResponse, KvError> {
        self.unary("/etcdserverpb.KV/Range", request, asked, Repeat::Always).await
    }

    pub(super) async fn txn(&self, request: TxnRequest, asked: Asked) -> Result<TxnResponse, KvError> {
        self.unary("/etcdserverpb.KV/Txn", request, asked, Repeat::Unsent).await
    }

    pub(super) async fn compact(&self, request: CompactionRequest, asked: Asked) -> Result<(), KvError> {
        let _: CompactionResponse = self.unary("/etcdserverpb.KV/Compact", request, asked, Repeat::Always).await?;
        Ok(())
    }

    /// A lease that nobody knows of ends by itself.
    pub(super) async fn grant_lease(&self, request: LeaseGrantRequest) -> Result<LeaseGrantResponse, KvError> {
        self.unary("/etcdserverpb.Lease/LeaseGrant", request, Asked::default(), Repeat::Always).await
    }

    pub(super) async fn status(&self) -> Result<StatusResponse, KvError> {
        self.unary(STATUS, StatusRequest {}, Asked::default(), Repeat::Always).await
    }

    /// The status of each member that says it soon.
    pub(super) async fn statuses(&self) -> Vec<StatusResponse> {
        let asked = self.members.all().iter().map(|member| status_of(member.channel.clone()));
        futures::future::join_all(asked).await.into_iter().flatten().collect()
    }

    /// Opens a watch stream. It breaks when the member that serves it loses its leader, instead of staying silent.
    ///
    /// `create` is called for each member that is tried: it makes the sender of a watch's requests and their receiver,
    /// the first request in it.
    pub(super) async fn watch(
        &self,
        create: impl Fn() -> Result<(mpsc::Sender<WatchRequest>, WatchRequests), KvError>,
    ) -> Result<(mpsc::Sender<WatchRequest>, Streaming<WatchResponse>), KvError> {
        let open = |channel: Channel| {
            let opened = create();
            async move {
                let (sender, receiver) = opened.map_err(|err| Status::internal(err.to_string()))?;
                let mut request = tonic::Request::new(receiver);
                request.metadata_mut().insert("hasleader", MetadataValue::from_static("true"));
                let path = PathAndQuery::from_static("/etcdserverpb.Watch/Watch");
                let mut grpc = ready(channel).await?;
                let codec = ProstCodec::<WatchRequest, WatchResponse>::new();
                Ok((sender, grpc.streaming(request, path, codec).await?.into_inner()))
            }
        };
        self.members.call(Repeat::Always, Asked::default(), open).await
    }

    async fn unary<M1, M2>(&self, path: &'static str, message: M1, asked: Asked, repeat: Repeat) -> Result<M2, KvError>
    where
        M1: Message + Clone + 'static,
        M2: Message + Default + 'static,
    {
        self.members.call(repeat, asked, |channel| unary(channel, path, message.clone())).await
    }
}

const STATUS: &str = "/etcdserverpb.Maintenance/Status";

async fn unary<M1, M2>(channel: Channel, path: &'static str, message: M1) -> Result<M2, Status>
where
    M1: Message + 'static,
    M2: Message + Default + 'static,
{
    let mut grpc = ready(channel).await?;
    let answer =
        grpc.unary(message.into_request(), PathAndQuery::from_static(path), ProstCodec::<M1, M2>::new()).await?;
    Ok(answer.into_inner())
}

async fn ready(channel: Channel) -> Result<Grpc<Channel>, Status> {
    // etcd's own limits decide how large a message may be.
    let mut grpc = Grpc::new(channel).max_decoding_message_size(usize::MAX).max_encoding_message_size(usize::MAX);
    grpc.ready().await.map_err(|err| Status::from_error(Box::new(err)))?;
    Ok(grpc)
}

/// What one member says of itself, if it does so soon.
async fn status_of(channel: Channel) -> Option<StatusResponse> {
    tokio::time::timeout(RECOVERY_TIMEOUT, unary(channel, STATUS, StatusRequest {})).await.ok()?.ok()
}

/// Asks a member that is slow whether it is there.
fn doubt(member: Arc<Member>) {
    tokio::spawn(async move {
        let is_there = status_of(member.channel.clone()).await.is_some();
        member.is_settled();
        if !is_there && member.ails(&Status::deadline_exceeded("it says nothing")) {
            look_after(member);
        }
    });
}

/// Asks a member that ails until it answers and knows a leader.
fn look_after(member: Arc<Member>) {
    let member = Arc::downgrade(&member);
    tokio::spawn(async move {
        while let Some(ailing) = member.upgrade() {
            if status_of(ailing.channel.clone()).await.is_some_and(|status| status.leader != 0) {
                return ailing.recovered();
            }
            drop(ailing);
            tokio::time::sleep(RECOVERY_INTERVAL).await;
        }
    });
}

/// The members, as the options say how to reach them.
pub(super) fn endpoints(options: &EtcdOptions) -> Result<Vec<(String, Endpoint)>, KvError> {
    if options.endpoints.is_empty() {
        return Err(KvError::Unavailable("no etcd endpoint is given".to_owned()));
    }
    let tls = tls(options)?;
    options.endpoints.iter().map(|url| Ok((url.clone(), endpoint(url, &tls)?))).collect()
}

fn endpoint(url: &str, tls: &Option<ClientTlsConfig>) -> Result<Endpoint, KvError> {
    let wrong =
        |err: &dyn std::error::Error| KvError::Unavailable(format!("etcd endpoint {url:?}: {}", convert::text(err)));
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
