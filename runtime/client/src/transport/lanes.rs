//! More connections when one is full.
//!
//! A server takes a limited number of streams on an HTTP/2 connection (kube-apiserver: 100), and a watch holds one for
//! minutes. hyper's client queues what is beyond the limit, so a program with many informers would wait for its own watches.
//! Go's client opens another connection then; so do the lanes here, each of which is a client with a connection of its own.
//!
//! While it is not known what a server speaks, hyper makes a connection for each request that comes meanwhile, with all its
//! handshakes, and throws all but one away. Lanes that are made once the server has spoken HTTP/2 expect it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use parking_lot::RwLock;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::BoxError;

/// How many requests share a lane; well below the streams that servers take.
const LANE_REQUESTS_MAX: usize = 80;

/// What a new lane's server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaks {
    /// That is agreed on when a connection is made.
    Unknown,
    /// HTTP/2, as on other lanes.
    Http2,
}

/// Lanes made when they are needed.
pub(super) struct Lanes<C> {
    make: Box<dyn Fn(Speaks) -> C + Send + Sync>,
    lanes: RwLock<Vec<Lane<C>>>,
    has_spoken_http2: AtomicBool,
}

#[derive(Clone)]
struct Lane<C> {
    client: C,
    open: Arc<AtomicUsize>,
}

impl<C> std::fmt::Debug for Lanes<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lanes").field("lanes", &self.lanes.read().len()).finish_non_exhaustive()
    }
}

impl<C: Clone> Lanes<C> {
    pub(super) fn new(make: impl Fn(Speaks) -> C + Send + Sync + 'static) -> Self {
        Self { make: Box::new(make), lanes: RwLock::default(), has_spoken_http2: AtomicBool::new(false) }
    }

    /// The server has answered in this version.
    pub(super) fn heard(&self, version: http::Version) {
        if version == http::Version::HTTP_2 && !self.has_spoken_http2.load(Ordering::Relaxed) {
            self.has_spoken_http2.store(true, Ordering::Relaxed);
        }
    }

    /// A client with room for a request, and the place that the request takes until that is dropped.
    pub(super) fn take(&self) -> (C, Place) {
        if let Some(taken) = self.lanes.read().iter().find_map(Lane::take) {
            return taken;
        }
        let mut lanes = self.lanes.write();
        // another may have made one in between
        if let Some(taken) = lanes.last().and_then(Lane::take) {
            return taken;
        }
        let speaks = if self.has_spoken_http2.load(Ordering::Relaxed) { Speaks::Http2 } else { Speaks::Unknown };
        let lane = Lane { client: (self.make)(speaks), open: Arc::new(AtomicUsize::new(1)) };
        let place = Place(lane.open.clone());
        lanes.push(lane.clone());
        (lane.client, place)
    }
}

impl<C: Clone> Lane<C> {
    fn take(&self) -> Option<(C, Place)> {
        let more = |open: usize| (open < LANE_REQUESTS_MAX).then_some(open + 1);
        self.open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some((self.client.clone(), Place(self.open.clone())))
    }
}

/// A request's place in a lane.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that keeps its request's place until it is read or dropped, and ends when its connections are closed.
pub(super) struct Placed<B> {
    body: B,
    place: Option<Place>,
    closed: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl<B> Placed<B> {
    pub(super) fn new(body: B, place: Place, closed: Option<CancellationToken>) -> Self {
        let closed = closed.map(|closed| Box::pin(closed.cancelled_owned()));
        Self { body, place: Some(place), closed }
    }
}

impl<B> Body for Placed<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) {
            self.place = None;
        }
        if polled.is_pending()
            && let Some(closed) = &mut self.closed
            && closed.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err("the client's certificate changed meanwhile".into())));
        }
        polled.map(|frame| frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_is_followed_by_another_until_it_has_room() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = made.clone();
        let lanes = Lanes::new(move |speaks| (count.fetch_add(1, Ordering::Relaxed), speaks));
        let mut places: Vec<_> = (0..LANE_REQUESTS_MAX).map(|_| lanes.take()).collect();
        assert!(places.iter().all(|(lane, _)| *lane == (0, Speaks::Unknown)));
        lanes.heard(http::Version::HTTP_2);
        let (lane, _place) = lanes.take();
        assert_eq!(lane, (1, Speaks::Http2));
        places.pop();
        assert_eq!(lanes.take().0, (0, Speaks::Unknown));
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }
}
