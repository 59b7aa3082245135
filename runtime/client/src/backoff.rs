//! Growing pauses between attempts.

use std::time::Duration;

use tokio::time::Instant;

/// How pauses grow.
#[derive(Clone, Copy, Debug)]
pub struct BackoffOptions {
    /// The first pause.
    pub initial: Duration,
    /// No pause is longer than this, jitter aside.
    pub max: Duration,
    /// What each pause is multiplied by.
    pub factor: f64,
    /// Up to this share of a pause is added at random, so that clients don't come back all at once.
    pub jitter: f64,
    /// After so long without a failure it starts over.
    pub reset_after: Duration,
}

impl Default for BackoffOptions {
    /// client-go's for reflectors.
    fn default() -> Self {
        Self {
            initial: Duration::from_millis(800),
            max: Duration::from_secs(30),
            factor: 2.0,
            jitter: 1.0,
            reset_after: Duration::from_secs(120),
        }
    }
}

/// The next pause, and when the last was.
#[derive(Debug)]
pub struct Backoff {
    options: BackoffOptions,
    next: Duration,
    last: Instant,
}

impl Backoff {
    /// Starts with the first pause.
    pub fn new(options: BackoffOptions) -> Self {
        Self { options, next: options.initial, last: Instant::now() }
    }

    /// How long to wait this time.
    pub fn pause(&mut self) -> Duration {
        let now = Instant::now();
        if now - self.last > self.options.reset_after {
            self.reset();
        }
        self.last = now;
        let pause = self.next;
        self.next = pause.mul_f64(self.options.factor).min(self.options.max);
        jitter(pause, self.options.jitter)
    }

    /// Waits this time's pause.
    pub async fn wait(&mut self) {
        let pause = self.pause();
        tokio::time::sleep(pause).await;
    }

    /// Starts over.
    pub fn reset(&mut self) {
        self.next = self.options.initial;
    }
}

/// A duration with up to the share `factor` of it added at random.
pub fn jitter(duration: Duration, factor: f64) -> Duration {
    if factor <= 0.0 { duration } else { duration.mul_f64(1.0 + rand::random::<f64>() * factor) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_to_the_limit_and_start_over_after_quiet() {
        let options = BackoffOptions { jitter: 0.0, ..BackoffOptions::default() };
        let mut backoff = Backoff::new(options);
        let pauses: Vec<u64> = (0..8).map(|_| backoff.pause().as_millis() as u64).collect();
        assert_eq!(pauses, [800, 1600, 3200, 6400, 12800, 25600, 30000, 30000]);
        tokio::time::advance(Duration::from_secs(121)).await;
        assert_eq!(backoff.pause().as_millis(), 800);
    }

    #[test]
    fn jitter_only_adds() {
        for _ in 0..100 {
            let pause = jitter(Duration::from_secs(1), 0.5);
            assert!(pause >= Duration::from_secs(1) && pause <= Duration::from_millis(1500));
        }
    }
}
