//! A body that must be sent by a deadline.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use parking_lot::Mutex;
use tokio::{task::AbortHandle, time::Instant};

use super::{BoxError, ServerBody};

/// What a client that stopped reading would keep in memory for as long as it likes is dropped at a deadline. That is done
/// from outside: nobody asks a body for more while its client takes nothing.
pub struct Due {
    body: Arc<Mutex<Option<ServerBody>>>,
    timer: AbortHandle,
}

impl Due {
    /// The body, to be sent by `deadline`. Must be called in a Tokio runtime.
    pub(crate) fn new(body: ServerBody, deadline: Instant) -> Self {
        let body = Arc::new(Mutex::new(Some(body)));
        let dropped = body.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep_until(deadline).await;
            drop(dropped.lock().take());
        });
        Self { body, timer: timer.abort_handle() }
    }

    pub(super) fn len(&self) -> Option<u64> {
        self.body.lock().as_ref().and_then(ServerBody::len)
    }

    pub(super) fn poll_frame(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut *self.body.lock() {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(Some(Err("the answer was not read in time".into()))),
        }
    }
}

impl Drop for Due {
    fn drop(&mut self) {
        self.timer.abort();
    }
}

impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Due").field(&*self.body.lock()).finish()
    }
}
