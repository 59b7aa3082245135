//! Work that isn't done yet, looked at when somebody asks. (client-go looks twice a second.)

use std::sync::Arc;

use parking_lot::Mutex;
use prometheus::{GaugeVec, Opts, Result, core::Collector, core::Desc, proto::MetricFamily};

use crate::workqueue::OngoingWork;

/// The two families that tell of it.
#[derive(Clone, Debug)]
pub(super) struct Ongoing {
    queues: Arc<Mutex<Vec<(String, OngoingWork)>>>,
    unfinished: GaugeVec,
    longest: GaugeVec,
}

impl Ongoing {
    pub(super) fn new() -> Result<Self> {
        let unfinished = Opts::new(
            "workqueue_unfinished_work_seconds",
            "How many seconds of work has done that is in progress and hasn't been observed by work_duration. Large values \
             indicate stuck threads. One can deduce the number of stuck threads by observing the rate at which this increases.",
        );
        let longest = Opts::new(
            "workqueue_longest_running_processor_seconds",
            "How many seconds has the longest running processor for workqueue been running.",
        );
        Ok(Self {
            queues: Arc::default(),
            unfinished: GaugeVec::new(unfinished, &["name"])?,
            longest: GaugeVec::new(longest, &["name"])?,
        })
    }

    pub(super) fn follow(&self, name: String, work: OngoingWork) {
        self.queues.lock().push((name, work));
    }

    fn look(&self) {
        self.queues.lock().retain(|(name, work)| {
            let labels = &[name.as_str()];
            // a queue that is gone works on nothing
            let now = work.now();
            let seen = now.unwrap_or_default();
            self.unfinished.with_label_values(labels).set(seen.total.as_secs_f64());
            self.longest.with_label_values(labels).set(seen.longest.as_secs_f64());
            now.is_some()
        });
    }
}

impl Collector for Ongoing {
    fn desc(&self) -> Vec<&Desc> {
        [self.unfinished.desc(), self.longest.desc()].concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.look();
        [self.unfinished.collect(), self.longest.collect()].concat()
    }
}
