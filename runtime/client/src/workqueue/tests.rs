use super::*;

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
struct Depths(Mutex<Vec<String>>);

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
}

#[tokio::test(start_paused = true)]
async fn metrics_hear_of_depths_and_times() {
    let metrics = Arc::new(Depths::default());
    let queue = WorkQueue::with(Bucket::new(1.0, 1), metrics.clone());
    queue.add("a");
    queue.add("b");
    tokio::time::sleep(Duration::from_secs(2)).await;
    queue.get().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    queue.done(&"a");
    assert_eq!(*metrics.0.lock(), ["+1", "+2", "-1 after 2", "done in 3"]);
}
