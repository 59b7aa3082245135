//! The queue against a model so simple that it is right: any interleaving of what can be done to a queue has the same
//! effect on both.

use futures::FutureExt as _;
use proptest::{prelude::*, test_runner::TestCaseResult};

use super::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Add(u8, i32),
    AddAfter(u8, u64, i32),
    AddRateLimited(u8),
    Forget(u8),
    Get,
    Done(u8),
    Pass(u64),
    ShutDown,
}

/// What a reader of the documentation would write down: lists, searched from the front.
#[derive(Default)]
struct Model {
    now: u64,
    ready: Vec<(u8, i32)>,
    behind: Vec<(u8, i32)>,
    working: Vec<u8>,
    delayed: Vec<(u8, u64, i32)>,
    failures: Vec<u8>,
    is_shut_down: bool,
}

impl Model {
    fn add(&mut self, item: u8, priority: i32) {
        if self.is_shut_down {
            return;
        }
        if let Some(known) = self.ready.iter_mut().chain(&mut self.behind).find(|known| known.0 == item) {
            known.1 = known.1.max(priority);
        } else if self.working.contains(&item) {
            self.behind.push((item, priority));
        } else {
            self.ready.push((item, priority));
        }
    }

    fn add_after(&mut self, item: u8, delay: u64, priority: i32) {
        if delay == 0 {
            return self.add(item, priority);
        }
        if self.is_shut_down {
            return;
        }
        let at = self.now + delay;
        match self.delayed.iter().position(|known| known.0 == item) {
            Some(place) if self.delayed[place].1 <= at => {
                self.delayed[place].2 = self.delayed[place].2.max(priority);
            }
            Some(place) => {
                let (_, _, known) = self.delayed.remove(place);
                self.delayed.push((item, at, known.max(priority)));
            }
            None => self.delayed.push((item, at, priority)),
        }
    }

    fn promote(&mut self) {
        while let Some(first) = self.delayed.iter().map(|it| it.1).min().filter(|at| *at <= self.now) {
            let place = self.delayed.iter().position(|it| it.1 == first).unwrap();
            let (item, _, priority) = self.delayed.remove(place);
            self.add(item, priority);
        }
    }

    fn get(&mut self) -> Option<(u8, i32)> {
        self.promote();
        let most = self.ready.iter().map(|it| it.1).max()?;
        let place = self.ready.iter().position(|it| it.1 == most)?;
        let taken = self.ready.remove(place);
        self.working.push(taken.0);
        Some(taken)
    }

    fn done(&mut self, item: u8) {
        self.working.retain(|it| *it != item);
        if let Some(place) = self.behind.iter().position(|it| it.0 == item) {
            let again = self.behind.remove(place);
            self.ready.push(again);
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let (item, priority) = (0..5_u8, -1..=1);
    prop_oneof![
        4 => (item.clone(), priority.clone()).prop_map(|(item, priority)| Step::Add(item, priority)),
        3 => (item.clone(), 0..20_u64, priority).prop_map(|(item, delay, priority)| Step::AddAfter(item, delay, priority)),
        2 => item.clone().prop_map(Step::AddRateLimited),
        1 => item.clone().prop_map(Step::Forget),
        4 => Just(Step::Get),
        4 => item.prop_map(Step::Done),
        2 => (0..15_u64).prop_map(Step::Pass),
        // so seldom that most runs get far
        1 => (0..20_u8).prop_map(|it| if it == 0 { Step::ShutDown } else { Step::Get }),
    ]
}

async fn compare(steps: Vec<Step>) -> TestCaseResult {
    let millis = Duration::from_millis;
    let queue = WorkQueue::with(ExponentialFailure::new(millis(1), millis(8)), Arc::new(NoMetrics));
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Add(item, priority) => {
                queue.add_with(item, AddOptions { priority, ..AddOptions::default() });
                model.add(item, priority);
            }
            Step::AddAfter(item, delay, priority) => {
                queue.add_with(item, AddOptions { after: millis(delay), priority, ..AddOptions::default() });
                model.add_after(item, delay, priority);
            }
            Step::AddRateLimited(item) => {
                queue.add_rate_limited(item);
                let failures = model.failures.iter().filter(|it| **it == item).count();
                model.failures.push(item);
                model.add_after(item, 1 << failures.min(3), 0);
            }
            Step::Forget(item) => {
                queue.forget(&item);
                model.failures.retain(|it| *it != item);
                prop_assert_eq!(queue.requeues(&item), 0);
            }
            Step::Get => {
                // what can't be had at once isn't there, and waiting for it in vain loses nothing
                let want = model.get();
                let got = queue.get_with_priority().now_or_never();
                let ended = want.is_none() && model.is_shut_down;
                prop_assert_eq!(got, if ended { Some(None) } else { want.map(Some) });
            }
            Step::Done(item) => {
                queue.done(&item);
                model.done(item);
            }
            Step::Pass(time) => {
                tokio::time::advance(millis(time)).await;
                model.now += time;
            }
            Step::ShutDown => {
                queue.shut_down();
                model.is_shut_down = true;
                model.delayed.clear();
            }
        }
        model.promote();
        prop_assert_eq!(queue.len(), model.ready.len());
    }
    queue.shut_down();
    let is_idle = queue.shut_down_with_drain().now_or_never().is_some();
    prop_assert_eq!(is_idle, model.ready.is_empty() && model.working.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn the_queue_does_as_the_model(steps in prop::collection::vec(step(), 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(compare(steps))?;
    }
}
