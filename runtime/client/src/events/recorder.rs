//! Who reports.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::MicroTime;
use tokio::sync::mpsc;

use super::{
    fan_out::FanOut,
    occurrence::{EventType, ObjectReference, Occurrence, Report},
};

/// Reports for one component. Clones report for the same.
#[derive(Clone, Debug)]
pub struct EventRecorder {
    fan_out: Arc<FanOut>,
    /// Component and host.
    source: Arc<(String, String)>,
}

impl EventRecorder {
    pub(super) fn new(fan_out: Arc<FanOut>, component: impl Into<String>, host: impl Into<String>) -> Self {
        Self { fan_out, source: Arc::new((component.into(), host.into())) }
    }

    /// A recorder that writes nothing, for tests; what is reported comes out as `Type Reason message` (client-go's
    /// FakeRecorder).
    pub fn for_tests(component: impl Into<String>) -> (Self, RecordedEvents) {
        let fan_out = Arc::new(FanOut::default());
        let receiver = fan_out.subscribe();
        (Self::new(fan_out, component, ""), RecordedEvents(receiver))
    }

    /// Reports that something happened to an object.
    pub fn event(&self, regarding: ObjectReference, type_: EventType, reason: &str, message: impl Into<String>) {
        self.annotated_event(regarding, BTreeMap::new(), type_, reason, message);
    }

    /// Reports that something happened to an object, in an event with these annotations.
    pub fn annotated_event(
        &self,
        regarding: ObjectReference,
        annotations: BTreeMap<String, String>,
        type_: EventType,
        reason: &str,
        message: impl Into<String>,
    ) {
        let (reason, message) = (reason.to_owned(), message.into());
        let report = Report { regarding, related: None, type_, reason, action: String::new(), message };
        self.tell(report, annotations);
    }

    /// Reports, with all that an event can say.
    pub fn report(&self, report: Report) {
        self.tell(report, BTreeMap::new());
    }

    fn tell(&self, report: Report, annotations: BTreeMap<String, String>) {
        let (component, host) = (*self.source).clone();
        self.fan_out.tell(Occurrence { report, annotations, component, host, at: MicroTime::now() });
    }
}

/// What a recorder for tests was told.
#[derive(Debug)]
pub struct RecordedEvents(mpsc::Receiver<Arc<Occurrence>>);

impl RecordedEvents {
    /// The next event, once there is one; `None` when the recorder is gone.
    pub async fn recv(&mut self) -> Option<String> {
        self.0.recv().await.map(|it| text(&it.report))
    }

    /// The next event, if there is one.
    ///
    /// # Errors
    /// Where there is none.
    pub fn try_recv(&mut self) -> Result<String, mpsc::error::TryRecvError> {
        self.0.try_recv().map(|it| text(&it.report))
    }
}

fn text(report: &Report) -> String {
    format!("{} {} {}", report.type_.as_str(), report.reason, report.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_kind::Gadget;

    #[tokio::test]
    async fn a_tests_recorder_gives_out_what_is_reported() {
        let (recorder, mut events) = EventRecorder::for_tests("tester");
        recorder.event(ObjectReference::of(&Gadget::named("n", "a")), EventType::Warning, "Failed", "it broke");
        assert_eq!(events.try_recv().as_deref(), Ok("Warning Failed it broke"));
        assert!(events.try_recv().is_err());
        drop(recorder);
        assert_eq!(events.recv().await, None);
    }
}
