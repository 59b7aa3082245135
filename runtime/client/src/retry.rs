//! Trying again, for what reads, changes and writes (client-go's util/retry).
//!
//! ```no_run
//! # use kubeforge_client::{Api, ClientError, retry};
//! # use kubeforge_machinery::{Resource, meta::v1::{GetOptions, UpdateOptions}};
//! async fn mark<K: Resource>(api: &Api<K>, name: &str) -> Result<K, ClientError> {
//!     // each try begins with what is there now
//!     retry::on_conflict(retry::SHORT, async || {
//!         let mut object = api.get(name, &GetOptions::default()).await?;
//!         object.object_meta_mut().labels.insert("marked".to_owned(), "true".to_owned());
//!         api.update(&object, &UpdateOptions::default()).await
//!     })
//!     .await
//! }
//! ```

use std::time::Duration;

use crate::{backoff::jitter, error::ClientError};

/// How often and how patiently something is tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tries {
    /// At most so often, the first time included.
    pub count: u32,
    /// The pause after the first failure.
    pub pause: Duration,
    /// What each further pause is multiplied by.
    pub factor: f64,
    /// Up to this share of a pause is added at random.
    pub jitter: f64,
}

/// For conflicts with few others (client-go's DefaultRetry).
pub const SHORT: Tries = Tries { count: 5, pause: Duration::from_millis(10), factor: 1.0, jitter: 0.1 };

/// For conflicts with many others (client-go's DefaultBackoff).
pub const LONG: Tries = Tries { count: 4, pause: Duration::from_millis(10), factor: 5.0, jitter: 0.1 };

/// Tries again while somebody else has changed the object in between.
///
/// # Errors
/// Other refusals at once; the conflict, where there was one each time.
pub async fn on_conflict<T>(
    tries: Tries,
    attempt: impl AsyncFnMut() -> Result<T, ClientError>,
) -> Result<T, ClientError> {
    on_error(tries, ClientError::is_conflict, attempt).await
}

/// Tries again where that may help.
///
/// # Errors
/// One that can't be helped at once; the last one, where it was tried often enough.
pub async fn on_error<T, E>(
    tries: Tries,
    may_help: impl Fn(&E) -> bool,
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    let (mut left, mut pause) = (tries.count, tries.pause);
    loop {
        left = left.saturating_sub(1);
        match attempt().await {
            Err(err) if left > 0 && may_help(&err) => {
                tokio::time::sleep(jitter(pause, tries.jitter)).await;
                pause = Duration::try_from_secs_f64(pause.as_secs_f64() * tries.factor).unwrap_or(pause);
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn tried(tries: Tries, outcomes: &[Result<u8, u8>]) -> (Result<u8, u8>, usize, u128) {
        let (mut count, began) = (0, Instant::now());
        let attempt = async || {
            count += 1;
            outcomes[count - 1]
        };
        let result = on_error(Tries { jitter: 0.0, ..tries }, |err| *err == 1, attempt).await;
        (result, count, began.elapsed().as_millis())
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_help_is_tried_often_enough() {
        assert_eq!(tried(SHORT, &[Err(1), Err(1), Ok(7)]).await, (Ok(7), 3, 20));
        assert_eq!(tried(SHORT, &[Err(1); 5]).await, (Err(1), 5, 40));
        assert_eq!(tried(LONG, &[Err(1); 4]).await, (Err(1), 4, 310));
        assert_eq!(tried(LONG, &[Err(1), Err(2)]).await, (Err(2), 2, 10));
        assert_eq!(tried(Tries { count: 0, ..LONG }, &[Err(1)]).await, (Err(1), 1, 0));
    }
}
