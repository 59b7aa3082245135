//! Answers that are kept for a while.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use kubeforge_extensions::CustomObject;
use kubeforge_machinery::GroupVersionKind;
use serde_json::json;

use super::review::Converted;

/// So many bytes of questions and answers are kept for each definition.
const BYTES_MAX: usize = 4 * 1024 * 1024;

/// Answers by what was asked; the oldest ones go first.
#[derive(Debug, Default)]
pub(super) struct Known {
    answers: HashMap<Arc<[u8]>, Arc<Converted>>,
    order: VecDeque<Arc<[u8]>>,
    bytes: usize,
}

/// What decides an answer: the content, and of the metadata what a webhook may change or go by. What the server alone
/// writes there (revisions, managers, times) is put back by it anyway.
pub(super) fn key(object: &CustomObject, to: &GroupVersionKind) -> Arc<[u8]> {
    let meta = &object.inner.metadata;
    let key = json!([
        object.version().gvk.version.as_ref() as &str,
        to.version.as_ref() as &str,
        meta.namespace,
        meta.name,
        meta.generate_name,
        meta.uid,
        meta.labels,
        meta.annotations,
        object.inner.content,
    ]);
    serde_json::to_vec(&key).unwrap_or_default().into()
}

impl Known {
    /// The answer to a question.
    pub(super) fn find(&self, key: &[u8]) -> Option<Arc<Converted>> {
        self.answers.get(key).cloned()
    }

    /// Keeps an answer.
    pub(super) fn keep(&mut self, key: Arc<[u8]>, answer: Arc<Converted>) {
        let bytes = |key: &[u8]| 2 * key.len();
        if bytes(&key) > BYTES_MAX {
            return;
        }
        self.bytes += bytes(&key);
        if self.answers.insert(key.clone(), answer).is_some() {
            self.bytes -= bytes(&key);
            return;
        }
        self.order.push_back(key);
        while self.bytes > BYTES_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.answers.remove(&oldest);
            self.bytes -= bytes(&oldest);
        }
    }
}
