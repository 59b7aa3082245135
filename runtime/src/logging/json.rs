//! Lines of JSON, as Kubernetes' components write them: `{"ts":…,"caller":"file:line","msg":"…","v":0,"key":…}`. `ts` is
//! in milliseconds since 1970.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, format::Writer},
    registry::LookupSpan,
};

use super::verbosity::needed;

/// Writes lines.
#[derive(Debug)]
pub(super) struct Lines;

/// Writes the fields of spans: members of an object, without its braces.
#[derive(Debug)]
pub(super) struct Fields;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        let mut members = Members::default();
        event.record(&mut members);
        let now = Timestamp::now().as_microsecond() as f64 / 1000.0;
        let file = metadata.file().unwrap_or("???");
        let caller = format!("{}:{}", file.rsplit('/').next().unwrap_or(file), metadata.line().unwrap_or(1));
        write!(writer, "{{\"ts\":{now},\"caller\":{},\"msg\":{}", json!(caller), json!(members.message))?;
        // errors have no verbosity
        if *metadata.level() > Level::ERROR {
            write!(writer, ",\"v\":{}", needed(metadata.target(), *metadata.level()))?;
        }
        write!(writer, "{}", members.text())?;
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                write!(writer, "{fields}")?;
            }
        }
        writeln!(writer, "}}")
    }
}

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut members = Members::default();
        fields.record(&mut members);
        write!(writer, "{}", members.text())
    }
}

#[derive(Debug, Default)]
struct Members {
    message: String,
    members: Map<String, Value>,
}

impl Members {
    fn add(&mut self, field: &Field, value: Value) {
        let name = if field.name() == "error" { "err" } else { field.name() };
        self.members.insert(name.to_owned(), value);
    }

    /// The members, each with a comma before it.
    fn text(&self) -> String {
        self.members.iter().map(|(name, value)| format!(",{}:{value}", json!(name))).collect()
    }
}

impl Visit for Members {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.add(field, json!(value));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, json!(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, json!(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::text::tests::Written, *};

    #[test]
    fn lines_are_objects() {
        let written = Written::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt().fmt_fields(Fields).event_format(Lines);
        tracing::subscriber::with_default(lines.with_writer(move || writer.clone()).finish(), || {
            let _span = tracing::info_span!("request", verb = "get").entered();
            tracing::info!(target: "httplog", resp = 200, error = %"it \"broke\"", "HTTP");
            tracing::error!("bad");
        });
        let text = written.text();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let first = &lines[0];
        assert!(first["ts"].as_f64().is_some_and(|ts| ts > 1.6e12));
        assert!(first["caller"].as_str().is_some_and(|caller| caller.starts_with("json.rs:")));
        assert_eq!(
            (&first["msg"], &first["v"], &first["resp"], &first["err"], &first["verb"]),
            (&json!("HTTP"), &json!(3), &json!(200), &json!("it \"broke\""), &json!("get"))
        );
        assert_eq!(lines[1]["v"], Value::Null);
    }
}
