//! Jobs and cron jobs.

use kubeforge_api::{
    batch::v1::{CronJob, Job},
    core::v1::ConditionStatus,
};
use kubeforge_apiserver::table::{Cell, Row};
use kubeforge_machinery::Time;

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Job>(job);
    tables.add::<CronJob>(|it| {
        let template = &it.spec.job_template.spec;
        vec![
            it.metadata.name.clone().into(),
            it.spec.schedule.clone().into(),
            text::or_none(it.spec.time_zone.as_deref().unwrap_or_default()),
            // a boolean's column, but the cell is its text
            if it.spec.suspend.unwrap_or_default() { "True".into() } else { "False".into() },
            Cell::Integer(it.status.active.len().try_into().unwrap_or(i64::MAX)),
            it.status.last_schedule_time.map_or_else(|| text::NONE.into(), Cell::Age),
            age_of(&it.metadata),
            text::container_names(&template.template.spec.containers),
            text::container_images(&template.template.spec.containers),
            text::selector(template.selector.as_deref()),
        ]
        .into()
    });
}

fn job(job: &Job) -> Row {
    let (spec, status) = (&job.spec, &job.status);
    let completions = match (spec.completions, spec.parallelism.unwrap_or_default()) {
        (Some(wanted), _) => format!("{}/{wanted}", status.succeeded),
        (None, parallelism) if parallelism > 1 => format!("{}/1 of {parallelism}", status.succeeded),
        (None, _) => format!("{}/1", status.succeeded),
    };
    let duration = match (status.start_time, status.completion_time) {
        (None, _) => Cell::Text("".into()),
        (Some(start), None) => Cell::Age(start),
        (Some(start), Some(end)) => short_duration(start, end).into(),
    };
    vec![
        job.metadata.name.clone().into(),
        job_status(job).into(),
        completions.into(),
        duration,
        age_of(&job.metadata),
        text::container_names(&spec.template.spec.containers),
        text::container_images(&spec.template.spec.containers),
        text::selector(spec.selector.as_deref()),
    ]
    .into()
}

fn job_status(job: &Job) -> &'static str {
    let holds =
        |type_: &str| job.status.conditions.iter().any(|c| c.type_ == type_ && c.status == ConditionStatus::True);
    if holds("Complete") {
        "Complete"
    } else if holds("Failed") {
        "Failed"
    } else if job.metadata.deletion_timestamp.is_some() {
        "Terminating"
    } else if holds("Suspended") {
        "Suspended"
    } else if holds("FailureTarget") {
        "FailureTarget"
    } else if holds("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    }
}

/// The time between two points, as kubectl shortens it.
fn short_duration(start: Time, end: Time) -> String {
    kubeforge_apiserver::table_render::human_duration(end.unix() - start.unix())
}
