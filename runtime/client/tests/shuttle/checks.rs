//! What must hold under every schedule.

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use shuttle::{future::block_on, thread};

use crate::{
    informer::checks as hub,
    rate::TokenBucket,
    store::Store,
    sync::Mutex,
    test_kind::Gadget,
    workqueue::{FastSlow, NoMetrics, WorkQueue},
};

pub(crate) const ALL: [(&str, fn()); 7] = [
    ("queue_works_on_each_item_alone_and_after_its_last_change", queue_works_alone_and_last),
    ("queue_drains", queue_drains),
    ("queue_loses_no_wake_up_with_a_dropped_waiter", queue_with_dropped_waiters),
    ("rate_is_never_exceeded", rate_is_never_exceeded),
    ("store_and_indexes_agree", store_and_indexes_agree),
    ("hub_tells_newcomers_all_and_each_change_once", hub::tells_newcomers),
    ("hub_resyncs_between_changes", hub::resyncs),
];

fn queue() -> WorkQueue<usize> {
    WorkQueue::with(FastSlow::new(Duration::ZERO, Duration::ZERO, 0), Arc::new(NoMetrics))
}

/// Items with a version each, what was seen of them, and who works on them.
#[derive(Default)]
struct Items {
    versions: Mutex<[u32; 2]>,
    seen: Mutex<[u32; 2]>,
    active: Mutex<[bool; 2]>,
}

fn worker(queue: WorkQueue<usize>, items: Arc<Items>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        block_on(async {
            while let Some(item) = queue.get().await {
                assert!(!std::mem::replace(&mut items.active.lock()[item], true), "two work on one item");
                let version = items.versions.lock()[item];
                thread::yield_now();
                items.seen.lock()[item] = version;
                items.active.lock()[item] = false;
                queue.done(&item);
            }
        });
    })
}

fn queue_works_alone_and_last() {
    let (queue, items) = (queue(), Arc::new(Items::default()));
    let workers = [(); 2].map(|()| worker(queue.clone(), items.clone()));
    let producers = [0, 1].map(|first| {
        let (queue, items) = (queue.clone(), items.clone());
        thread::spawn(move || {
            for item in [first, 1 - first, first] {
                items.versions.lock()[item] += 1;
                queue.add(item);
            }
        })
    });
    producers.into_iter().for_each(|producer| producer.join().unwrap());
    block_on(queue.shut_down_with_drain());
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    assert_eq!(*items.seen.lock(), *items.versions.lock(), "a change was not worked on");
}

fn queue_drains() {
    let (queue, items) = (queue(), Arc::new(Items::default()));
    let workers = [(); 2].map(|()| worker(queue.clone(), items.clone()));
    queue.add(0);
    queue.add(1);
    let drains = [(); 2].map(|()| {
        let (queue, items) = (queue.clone(), items.clone());
        thread::spawn(move || {
            block_on(queue.shut_down_with_drain());
            assert_eq!(*items.active.lock(), [false; 2]);
            assert!(queue.is_empty() && queue.is_shutting_down());
            queue.add(0);
            assert!(queue.is_empty(), "nothing is added after the end");
        })
    });
    drains.into_iter().for_each(|drain| drain.join().unwrap());
    workers.into_iter().for_each(|worker| worker.join().unwrap());
}

/// Some wait a moment and go; the one who stays must get what is left.
fn queue_with_dropped_waiters() {
    let queue = queue();
    let impatient = [(); 2].map(|()| {
        let queue = queue.clone();
        thread::spawn(move || {
            let mut taken = 0;
            for _ in 0..2 {
                let mut get = Box::pin(queue.get());
                let first = block_on(futures::future::poll_fn(|cx| std::task::Poll::Ready(get.poll_unpin(cx))));
                thread::yield_now();
                if let std::task::Poll::Ready(Some(item)) = first {
                    queue.done(&item);
                    taken += 1;
                }
            }
            taken
        })
    });
    let adding = queue.clone();
    let producer = thread::spawn(move || (0..4).for_each(|item| adding.add(item)));
    let patient = queue.clone();
    let patient = thread::spawn(move || {
        block_on(async {
            let mut taken = 0;
            while let Some(item) = patient.get().await {
                patient.done(&item);
                taken += 1;
            }
            taken
        })
    });
    producer.join().unwrap();
    let taken: usize = impatient.into_iter().map(|it| it.join().unwrap()).sum();
    block_on(queue.shut_down_with_drain());
    assert_eq!(taken + patient.join().unwrap(), 4);
}

fn rate_is_never_exceeded() {
    let bucket = Arc::new(TokenBucket::new(1e-9, 2));
    let takers = [(); 3].map(|()| {
        let bucket = bucket.clone();
        thread::spawn(move || usize::from(bucket.try_take()) + usize::from(bucket.try_take()))
    });
    let taken: usize = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
    assert_eq!(taken, 2);
}

fn store_and_indexes_agree() {
    let store = Arc::new(Store::<Gadget>::new());
    store.add_index("size", |gadget: &Gadget| vec![gadget.size.to_string()]);
    let gadget = |size| Arc::new(Gadget::named("n", "a").sized(size));
    store.insert(gadget(1));
    let writer = {
        let store = store.clone();
        thread::spawn(move || {
            store.insert(gadget(2));
            store.replace(vec![gadget(1)]);
        })
    };
    let readers = [(); 2].map(|()| {
        let store = store.clone();
        thread::spawn(move || {
            for size in [1, 2] {
                assert!(store.by_index("size", &size.to_string()).iter().all(|found| found.size == size));
            }
            assert_eq!((store.len(), store.list().len(), store.index_values("size").len()), (1, 1, 1));
            assert!(store.get("n", "a").is_some());
        })
    });
    writer.join().unwrap();
    readers.into_iter().for_each(|reader| reader.join().unwrap());
    assert_eq!(store.by_index("size", "1").len(), 1);
}
