//! The names of `src/sync.rs` over shuttle's locks.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use shuttle::sync::{Mutex as ShuttleMutex, MutexGuard, RwLock as ShuttleRwLock, RwLockReadGuard, RwLockWriteGuard};

#[derive(Default)]
pub(crate) struct Mutex<T>(ShuttleMutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ShuttleMutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mutex")
    }
}

pub(crate) struct RwLock<T>(ShuttleRwLock<T>);

impl<T> RwLock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ShuttleRwLock::new(value))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap()
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap()
    }
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RwLock")
    }
}

/// What tokio's documentation says of its Notify: a permit that is kept for the next who waits, who come first are woken
/// first, and one who was woken and doesn't want it any more wakes the next.
pub(crate) struct Notify(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    has_permit: bool,
    /// How often all were woken.
    calls: u64,
    next: u64,
    queue: VecDeque<(u64, Waker)>,
    woken: HashMap<u64, By>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    One,
    All,
}

impl Notify {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Waiting::default()))
    }

    pub(crate) fn notified(&self) -> Notified<'_> {
        let calls = self.0.lock().calls;
        Notified { notify: self, calls, id: None }
    }

    pub(crate) fn notify_one(&self) {
        let mut waiting = self.0.lock();
        let Some((id, waker)) = waiting.queue.pop_front() else {
            waiting.has_permit = true;
            return;
        };
        waiting.woken.insert(id, By::One);
        drop(waiting);
        waker.wake();
    }

    pub(crate) fn notify_waiters(&self) {
        let mut waiting = self.0.lock();
        waiting.calls += 1;
        let all = std::mem::take(&mut waiting.queue);
        waiting.woken.extend(all.iter().map(|(id, _)| (*id, By::All)));
        drop(waiting);
        all.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

pub(crate) struct Notified<'a> {
    notify: &'a Notify,
    calls: u64,
    id: Option<u64>,
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut waiting = self.notify.0.lock();
        match self.id {
            None if waiting.calls != self.calls => Poll::Ready(()),
            None if std::mem::take(&mut waiting.has_permit) => Poll::Ready(()),
            None => {
                let id = waiting.next;
                waiting.next += 1;
                waiting.queue.push_back((id, cx.waker().clone()));
                drop(waiting);
                self.id = Some(id);
                Poll::Pending
            }
            Some(id) if waiting.woken.remove(&id).is_some() => {
                drop(waiting);
                self.id = None;
                Poll::Ready(())
            }
            Some(id) => {
                for (known, waker) in &mut waiting.queue {
                    if *known == id {
                        waker.clone_from(cx.waker());
                    }
                }
                Poll::Pending
            }
        }
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut waiting = self.notify.0.lock();
        waiting.queue.retain(|(known, _)| *known != id);
        let woken = waiting.woken.remove(&id);
        drop(waiting);
        if woken == Some(By::One) {
            self.notify.notify_one();
        }
    }
}
