//! A token bucket.

use std::time::Duration;

use tokio::time::Instant;

use crate::sync::Mutex;

/// Lets through so many per second in the long run, and a number at once after a pause.
#[derive(Debug)]
pub struct TokenBucket {
    per_second: f64,
    burst: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Below zero when tokens were promised that are not there yet.
    tokens: f64,
    at: Instant,
}

impl TokenBucket {
    /// A full bucket. A rate that is not above zero lets everything through.
    pub fn new(per_second: f64, burst: u32) -> Self {
        let burst = f64::from(burst.max(1));
        Self { per_second, burst, state: Mutex::new(State { tokens: burst, at: Instant::now() }) }
    }

    /// Takes a token if one is there.
    pub fn try_take(&self) -> bool {
        let mut state = self.state.lock();
        self.refill(&mut state);
        if self.per_second > 0.0 && state.tokens < 1.0 {
            return false;
        }
        state.tokens -= 1.0;
        true
    }

    /// Takes a token, now or in the future, and says how long from now it is there.
    pub fn reserve(&self) -> Duration {
        let mut state = self.state.lock();
        self.refill(&mut state);
        state.tokens -= 1.0;
        if self.per_second <= 0.0 || state.tokens >= 0.0 {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(-state.tokens / self.per_second).unwrap_or(Duration::MAX)
    }

    /// Waits until a token is there and takes it.
    pub async fn wait(&self) {
        let pause = self.reserve();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    fn refill(&self, state: &mut State) {
        let now = Instant::now();
        let gained = (now - state.at).as_secs_f64() * self.per_second;
        state.tokens = (state.tokens + gained).min(self.burst);
        state.at = now;
        if self.per_second <= 0.0 {
            state.tokens = self.burst;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_passes_and_then_the_rate_holds() {
        let limiter = TokenBucket::new(10.0, 2);
        assert!(limiter.try_take() && limiter.try_take() && !limiter.try_take());
        let start = Instant::now();
        limiter.wait().await;
        limiter.wait().await;
        let took = start.elapsed();
        assert!((200..=202).contains(&took.as_millis()), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_of_nothing_is_no_limit() {
        let limiter = TokenBucket::new(0.0, 1);
        assert!((0..100).all(|_| limiter.try_take()));
        assert_eq!(limiter.reserve(), Duration::ZERO);
    }
}
