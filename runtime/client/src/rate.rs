//! A token bucket.

use std::time::Duration;

use tokio::time::Instant;

use crate::sync::Mutex;
/// How many requests a client sends. client-go's default: 5 per second, 10 at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    /// In the long run.
    pub per_second: f64,
    /// At once, after a pause.
    pub burst: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_second: 5.0, burst: 10 }
    }
}

impl RateLimit {
    /// The limit that `qps` and `burst` of a configuration file mean (rest.Config): zero is the default, a negative rate is
    /// no limit.
    pub fn from_settings(qps: f32, burst: i32) -> Option<Self> {
        let default = Self::default();
        let per_second = if qps == 0.0 { default.per_second } else { f64::from(qps) };
        let burst = u32::try_from(burst).ok().filter(|burst| *burst > 0).unwrap_or(default.burst);
        (per_second > 0.0).then_some(Self { per_second, burst })
    }
}

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

    /// Waits until a token is there and takes it; says how long that took. One who stops waiting gives the token back: those
    /// who come later wait less, those who wait already as long as before.
    pub async fn wait(&self) -> Duration {
        let pause = self.reserve();
        if !pause.is_zero() {
            let mut promised = Promised { bucket: self, is_taken: false };
            tokio::time::sleep(pause).await;
            promised.is_taken = true;
        }
        pause
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

/// A token that isn't there yet. It goes back to the bucket where nobody takes it.
struct Promised<'a> {
    bucket: &'a TokenBucket,
    is_taken: bool,
}

impl Drop for Promised<'_> {
    fn drop(&mut self) {
        if !self.is_taken {
            let mut state = self.bucket.state.lock();
            state.tokens = (state.tokens + 1.0).min(self.bucket.burst);
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
    async fn who_stops_waiting_gives_the_token_back() {
        let limiter = TokenBucket::new(1.0, 1);
        assert!(limiter.try_take());
        for _ in 0..5 {
            assert!(tokio::time::timeout(Duration::from_millis(100), limiter.wait()).await.is_err());
        }
        let pause = limiter.wait().await;
        assert!((400..=500).contains(&pause.as_millis()), "{pause:?}");
        assert!(!limiter.try_take(), "what was waited for is taken");
    }

    #[test]
    fn settings_have_defaults_and_an_off_switch() {
        assert_eq!(RateLimit::from_settings(0.0, 0), Some(RateLimit { per_second: 5.0, burst: 10 }));
        assert_eq!(RateLimit::from_settings(50.0, 100), Some(RateLimit { per_second: 50.0, burst: 100 }));
        assert_eq!(RateLimit::from_settings(-1.0, 0), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_of_nothing_is_no_limit() {
        let limiter = TokenBucket::new(0.0, 1);
        assert!((0..100).all(|_| limiter.try_take()));
        assert_eq!(limiter.reserve(), Duration::ZERO);
    }
}
