//! Conversion of objects between versions by a webhook. Follows apiextensions pkg/apiserver/conversion.
//!
//! Schemes convert at once, so a conversion waits here for the webhook: on a worker thread, whose other tasks go on
//! elsewhere. What the webhook said of a content is [`known`] for a while: an object that is stored, cached and shown
//! would otherwise be sent again and again. Who is about to convert many objects says so before, and the webhook is asked for all of
//! them at once. [`review`] has the questions and what an answer must be, [`call`] finds the
//! webhook and asks it.

mod call;
mod known;
mod review;

use std::{
    fmt,
    sync::{Arc, LazyLock, mpsc},
    time::{Duration, Instant},
};

use kubeforge_api::apiextensions::v1::{ConversionStrategyType, CustomResourceDefinition};
use kubeforge_apiserver::metrics::{Families, HistogramVec};
use kubeforge_client::Client;
use kubeforge_extensions::{CustomObject, Version};
use kubeforge_machinery::{ConversionError, Object};
use parking_lot::Mutex;
use tokio::runtime::{Handle, Runtime, RuntimeFlavor};

use self::{call::Webhook, known::Known};

/// The longest that a webhook may take: upstream's timeout.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Webhooks are asked here, so that whoever waits does not wait for himself.
static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("conversion").enable_all().build();
    runtime.inspect_err(|err| tracing::error!(%err, "cannot start the thread that asks conversion webhooks")).ok()
});

/// How long webhooks take.
#[derive(Debug)]
pub(super) struct Measures {
    conversions: HistogramVec,
    requests: HistogramVec,
}

/// In seconds.
const REQUEST_BUCKETS: [f64; 15] =
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0];

impl Measures {
    /// Measures that are shown with these.
    pub(super) fn new(families: &Families) -> Self {
        let conversion_buckets: Vec<f64> = (0..15).map(|doublings| 0.001 * f64::from(1 << doublings)).collect();
        Self {
            conversions: families.histograms(
                "apiserver_crd_conversion_webhook_duration_seconds",
                "How long conversions of custom resources by webhooks take.",
                &["crd_name", "from_version", "succeeded", "to_version"],
                &conversion_buckets,
            ),
            requests: families.histograms(
                "apiserver_conversion_webhook_duration_seconds",
                "How long conversion webhooks take to answer.",
                &["failure_type", "result"],
                &REQUEST_BUCKETS,
            ),
        }
    }
}

/// Converts objects of one definition by its webhook.
pub(super) struct Converter {
    definition: String,
    review_versions: Vec<String>,
    webhook: Arc<Webhook>,
    known: Mutex<Known>,
    measures: Arc<Measures>,
}

impl fmt::Debug for Converter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Converter").field(&self.definition).finish()
    }
}

impl Converter {
    /// The converter of a definition; `None` where no webhook converts its objects.
    pub(super) fn of(
        definition: &CustomResourceDefinition,
        client: &Client,
        measures: &Arc<Measures>,
    ) -> Option<Arc<Self>> {
        let conversion = definition.spec.conversion.as_ref()?;
        let webhook = conversion.webhook.as_deref()?;
        if conversion.strategy != ConversionStrategyType::Webhook {
            return None;
        }
        Some(Arc::new(Self {
            definition: definition.metadata.name.clone(),
            review_versions: webhook.conversion_review_versions.clone(),
            webhook: Arc::new(Webhook::new(webhook.client_config.as_deref(), client.clone())),
            known: Mutex::default(),
            measures: measures.clone(),
        }))
    }

    /// The object in another version, as the webhook has it.
    ///
    /// # Errors
    /// That it can't be asked, refuses, or gives back something else.
    pub(super) fn convert(&self, object: CustomObject, to: &Arc<Version>) -> Result<CustomObject, ConversionError> {
        let from = object.version().gvk.clone();
        let key = known::key(&object, &to.gvk);
        let kept = self.known.lock().find(&key);
        let answer = match kept {
            Some(answer) => answer,
            None => {
                let answer = self.ask(std::slice::from_ref(&object), to).map_err(ConversionError)?.pop();
                let answer = answer.ok_or_else(|| ConversionError("no object was converted".to_owned()))?;
                let answer = Arc::new(answer);
                self.known.lock().keep(key, answer.clone());
                answer
            }
        };
        answer.apply(object, to).map_err(|why| {
            let kind = review::shown(&from);
            ConversionError(format!("conversion webhook for {kind} returned invalid object: {why}"))
        })
    }

    /// Asks for many objects at once that are about to be converted one by one. Where that fails, so will they.
    pub(super) fn foresee(&self, objects: Vec<Box<dyn Object>>, to: &Arc<Version>) {
        let objects = objects.into_iter().filter_map(|object| object.downcast::<CustomObject>().ok());
        let (objects, keys): (Vec<CustomObject>, Vec<_>) = objects
            .filter_map(|object| {
                let key = known::key(&object, &to.gvk);
                self.known.lock().find(&key).is_none().then_some((*object, key))
            })
            .unzip();
        // one alone is asked for when it is converted
        if objects.len() < 2 {
            return;
        }
        match self.ask(&objects, to) {
            Ok(answers) => {
                let mut known = self.known.lock();
                keys.into_iter().zip(answers).for_each(|(key, answer)| known.keep(key, Arc::new(answer)));
            }
            Err(why) => tracing::debug!(%why, definition = self.definition, "cannot convert many objects at once"),
        }
    }

    /// Asks for these objects in another version.
    fn ask(&self, objects: &[CustomObject], to: &Arc<Version>) -> Result<Vec<review::Converted>, String> {
        let begun = Instant::now();
        let asked = self.review(objects, to);
        let from = objects.first().map(|object| object.version().gvk.version.to_string()).unwrap_or_default();
        let succeeded = if asked.is_ok() { "true" } else { "false" };
        let labels = [self.definition.as_str(), &from, succeeded, &to.gvk.version];
        self.measures.conversions.with_label_values(&labels).observe(begun.elapsed().as_secs_f64());
        asked
    }

    fn review(&self, objects: &[CustomObject], to: &Arc<Version>) -> Result<Vec<review::Converted>, String> {
        let version = review::ReviewVersion::first_of(&self.review_versions)?;
        let uid = uuid::Uuid::new_v4().to_string();
        let values: Vec<_> = objects.iter().map(CustomObject::to_value).collect();
        let question = review::question(version, &uid, &to.gvk.api_version(), &values);
        let kind = objects.first().map(|object| review::shown(&object.version().gvk)).unwrap_or_default();
        let failed = |why: String| format!("conversion webhook for {kind} failed: {why}");
        let begun = Instant::now();
        let answer = self.post(question);
        let result = if answer.is_ok() { "success" } else { "failure" };
        let failure_type = if answer.is_ok() { "" } else { "conversion_call_failure" };
        let family = &self.measures.requests;
        family.with_label_values(&[failure_type, result]).observe(begun.elapsed().as_secs_f64());
        let converted = review::answer(version, &uid, &answer.map_err(failed)?).map_err(failed)?;
        review::each(converted, objects, to).map_err(|why| format!("conversion webhook for {kind} {why}"))
    }

    /// Sends a question and waits for the answer.
    fn post(&self, question: Vec<u8>) -> Result<Vec<u8>, String> {
        let runtime = RUNTIME.as_ref().ok_or("no thread to ask it")?;
        let (sender, answer) = mpsc::sync_channel(1);
        let webhook = self.webhook.clone();
        runtime.spawn(async move {
            let asked = tokio::time::timeout(TIMEOUT, webhook.post(question)).await;
            let asked = asked.unwrap_or_else(|_| Err(webhook.timed_out()));
            // whoever asked waits for as long as this takes
            if sender.send(asked).is_err() {
                tracing::debug!("nobody waits for a conversion any more");
            }
        });
        let wait = || answer.recv().map_err(|_| "it was not asked".to_owned()).and_then(|asked| asked);
        match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
            _ => wait(),
        }
    }
}
