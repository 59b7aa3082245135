//! Jobs: unless the client brings its own selector, each selects its pods by a label with its uid.

use std::sync::Arc;

use kubeforge_api::batch::v1::Job;
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{GarbageCollection, Strategy},
};
use kubeforge_machinery::{
    Object,
    meta::v1::{DeleteOptions, LabelSelector},
};

use super::{Options, gates, pod::drop_of_template};

const CONTROLLER_UID: &str = "batch.kubernetes.io/controller-uid";
const JOB_NAME: &str = "batch.kubernetes.io/job-name";
/// The same labels' names before they had a prefix; still set.
const OLD_CONTROLLER_UID: &str = "controller-uid";
const OLD_JOB_NAME: &str = "job-name";

struct JobStrategy;

fn generate_selector(job: &mut Job) {
    if job.spec.manual_selector == Some(true) {
        return;
    }
    let (uid, name) = (job.metadata.uid.clone(), job.metadata.name.clone());
    let labels = &mut job.spec.template.metadata.labels;
    for (key, value) in [(OLD_JOB_NAME, &name), (JOB_NAME, &name), (OLD_CONTROLLER_UID, &uid), (CONTROLLER_UID, &uid)] {
        labels.entry(key.to_owned()).or_insert_with(|| value.clone());
    }
    if job.metadata.labels.is_empty() {
        job.metadata.labels.clone_from(&job.spec.template.metadata.labels);
    }
    let selector = job.spec.selector.get_or_insert_with(|| Box::new(LabelSelector::default()));
    selector.match_labels.entry(CONTROLLER_UID.to_owned()).or_insert(uid);
}

impl Strategy for JobStrategy {
    kubeforge_apiserver::status_field!(Job, status, spec);

    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(job) = object.downcast_mut::<Job>() {
            drop_of_template(&mut job.spec.template, None, &gates::of(ctx));
            generate_selector(job);
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Job>(), old.downcast_ref::<Job>()) {
            drop_of_template(&mut new.spec.template, Some(&old.spec.template), &gates::of(ctx));
        }
    }

    fn garbage_collection(&self) -> GarbageCollection {
        GarbageCollection::Orphan
    }

    fn warnings_on_delete(&self, options: &DeleteOptions) -> Vec<String> {
        if options.propagation_policy.is_some() || options.orphan_dependents.is_some() {
            return Vec::new();
        }
        vec![
            "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove \
             them or set propagationPolicy=Orphan to suppress this warning"
                .to_owned(),
        ]
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("batch", "jobs").strategy = Some(Arc::new(JobStrategy));
}
