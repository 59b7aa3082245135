use super::*;

#[tokio::test]
async fn the_most_urgent_item_comes_first_and_a_waiting_one_can_become_more_urgent() {
    let queue = WorkQueue::new();
    let add = |item, priority| queue.add_with(item, AddOptions { priority, ..AddOptions::default() });
    for (item, priority) in [("low", LOW_PRIORITY), ("raised", LOW_PRIORITY), ("a", 0), ("high", 7), ("b", 0)] {
        add(item, priority);
    }
    add("raised", 1);
    add("high", 0);
    assert_eq!(queue.len(), 5);
    for want in [("high", 7), ("raised", 1), ("a", 0), ("b", 0), ("low", LOW_PRIORITY)] {
        assert_eq!(queue.get_with_priority().await, Some(want));
    }
    assert!(queue.is_empty());
    add("a", 3);
    add("b", 0);
    add("b", 4);
    queue.done(&"a");
    queue.done(&"b");
    assert_eq!(queue.get_with_priority().await, Some(("b", 4)), "also one that is worked on");
    assert_eq!(queue.get_with_priority().await, Some(("a", 3)));
}

#[tokio::test(start_paused = true)]
async fn of_a_delay_and_a_limit_the_shorter_counts() {
    let queue =
        WorkQueue::with(ExponentialFailure::new(Duration::from_secs(4), Duration::from_secs(9)), Arc::new(NoMetrics));
    let start = Instant::now();
    // the limiter asks for 4, 8 and 9 seconds
    for (after, want) in [(3, 3), (10, 3 + 8), (0, 3 + 8 + 9)] {
        queue.add_with("a", AddOptions { after: Duration::from_secs(after), rate_limited: true, priority: 2 });
        assert_eq!(queue.get_with_priority().await, Some(("a", 2)));
        queue.done(&"a");
        assert_eq!(start.elapsed().as_secs(), want, "after {after}");
    }
}

#[tokio::test]
async fn an_item_is_queued_once() {
    let queue = WorkQueue::new();
    queue.add("a");
    queue.add("b");
    queue.add("a");
    assert_eq!(queue.len(), 2);
    assert_eq!((queue.get().await, queue.get().await), (Some("a"), Some("b")));
}

#[tokio::test]
async fn an_item_added_during_work_is_queued_when_that_is_done() {
    let queue = WorkQueue::new();
    queue.add("a");
    assert_eq!(queue.get().await, Some("a"));
    queue.add("a");
    queue.add("a");
    assert!(queue.is_empty());
    queue.done(&"a");
    assert_eq!(queue.len(), 1);
    assert_eq!(queue.get().await, Some("a"));
    queue.done(&"a");
    assert!(queue.is_empty());
}

#[tokio::test(start_paused = true)]
async fn delayed_items_come_when_they_are_due() {
    let queue = WorkQueue::new();
    let start = Instant::now();
    queue.add_after("late", Duration::from_secs(20));
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { (queue.get().await, start.elapsed().as_secs()) }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    queue.add_after("soon", Duration::from_secs(4));
    assert_eq!(waiting.await.unwrap(), (Some("soon"), 5));
    assert_eq!(queue.get().await, Some("late"));
    assert_eq!(start.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn failures_come_back_later_each_time() {
    let queue = WorkQueue::new();
    let start = Instant::now();
    for want in [5, 15, 35] {
        queue.add_rate_limited("a");
        assert_eq!(queue.get().await, Some("a"));
        assert_eq!(start.elapsed().as_millis(), want);
        queue.done(&"a");
    }
    assert_eq!(queue.requeues(&"a"), 3);
    queue.forget(&"a");
    assert_eq!(queue.requeues(&"a"), 0);
}

#[tokio::test(start_paused = true)]
async fn every_waiting_worker_gets_its_item() {
    let queue = WorkQueue::new();
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move {
                let mut taken = 0;
                while let Some(item) = queue.get().await {
                    tokio::task::yield_now().await;
                    queue.done(&item);
                    taken += 1;
                }
                taken
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    for item in 0..100 {
        queue.add(item);
    }
    tokio::time::timeout(Duration::from_secs(1), queue.shut_down_with_drain()).await.unwrap();
    let mut total = 0;
    for worker in workers {
        total += tokio::time::timeout(Duration::from_secs(1), worker).await.unwrap().unwrap();
    }
    assert_eq!(total, 100);
}

#[tokio::test(start_paused = true)]
async fn shutdown_lets_what_waits_be_taken_and_adds_nothing() {
    let queue = WorkQueue::new();
    queue.add("a");
    queue.add_after("b", Duration::from_secs(1));
    queue.shut_down();
    queue.add("c");
    assert_eq!(queue.get().await, Some("a"));
    assert!(tokio::time::timeout(Duration::from_secs(5), queue.shut_down_with_drain()).await.is_err());
    queue.done(&"a");
    queue.shut_down_with_drain().await;
    assert_eq!(queue.get().await, None);
}

#[derive(Default)]
struct Depths(Mutex<Vec<String>>, Mutex<Option<OngoingWork>>);

impl QueueMetrics for Depths {
    fn added(&self, depth: usize) {
        self.0.lock().push(format!("+{depth}"));
    }

    fn taken(&self, depth: usize, waited: Duration) {
        self.0.lock().push(format!("-{depth} after {}", waited.as_secs()));
    }

    fn done(&self, worked: Duration) {
        self.0.lock().push(format!("done in {}", worked.as_secs()));
    }

    fn retried(&self) {
        self.0.lock().push("retried".to_owned());
    }

    fn follow(&self, work: OngoingWork) {
        *self.1.lock() = Some(work);
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_hear_of_depths_and_times() {
    let metrics = Arc::new(Depths::default());
    let queue = WorkQueue::with(Bucket::new(1.0, 1), metrics.clone());
    let unfinished = || metrics.1.lock().as_ref().unwrap().now();
    queue.add("a");
    queue.add("b");
    tokio::time::sleep(Duration::from_secs(2)).await;
    queue.get().await;
    queue.add("a");
    tokio::time::sleep(Duration::from_secs(1)).await;
    queue.get().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (total, longest) = (Duration::from_secs(5), Duration::from_secs(3));
    assert_eq!(unfinished(), Some(Unfinished { total, longest }));
    queue.done(&"a");
    queue.add_after("c", Duration::from_secs(1));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(queue.len(), 2);
    // as in client-go, an item counts as waiting from when it was added, also while it is worked on
    let want = ["+1", "+2", "-1 after 2", "+2", "-1 after 3", "done in 3", "retried", "+2"];
    assert_eq!(*metrics.0.lock(), want);
    drop(queue);
    assert_eq!(unfinished(), None);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_learn_of_an_earlier_time() {
    let queue = WorkQueue::new();
    let start = Instant::now();
    let take = || {
        let queue = queue.clone();
        tokio::spawn(async move { (queue.get().await, start.elapsed().as_secs()) })
    };
    let (first, second) = (take(), take());
    tokio::time::sleep(Duration::from_secs(1)).await;
    queue.add_after("a", Duration::from_secs(4));
    tokio::time::sleep(Duration::from_secs(1)).await;
    first.abort();
    let taken = tokio::time::timeout(Duration::from_secs(60), second).await;
    assert_eq!(taken.unwrap().unwrap(), (Some("a"), 5));
}

#[tokio::test(start_paused = true)]
async fn no_delay_is_too_long() {
    let queue = WorkQueue::new();
    queue.add_after("a", Duration::MAX);
    assert!(tokio::time::timeout(Duration::from_secs(60), queue.get()).await.is_err());
    queue.add("b");
    assert_eq!(queue.get().await, Some("b"));
}
