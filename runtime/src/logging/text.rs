//! klog's lines of text: `Lmmdd hh:mm:ss.uuuuuu pid file:line] "message" key="value"`.

use std::fmt;

use jiff::Zoned;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, format::Writer},
    registry::LookupSpan,
};

/// Writes lines.
#[derive(Debug)]
pub(super) struct Lines;

/// Writes the fields of spans.
#[derive(Debug)]
pub(super) struct Fields;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        let letter = match *metadata.level() {
            Level::ERROR => 'E',
            Level::WARN => 'W',
            Level::INFO | Level::DEBUG | Level::TRACE => 'I',
        };
        let now = Zoned::now();
        write!(writer, "{letter}{} {:>7} ", now.strftime("%m%d %H:%M:%S.%6f"), std::process::id())?;
        let file = metadata.file().unwrap_or("???");
        write!(writer, "{}:{}]", file.rsplit('/').next().unwrap_or(file), metadata.line().unwrap_or(1))?;
        let mut line = Line::default();
        event.record(&mut line);
        write!(writer, " {:?}{}", line.message, line.fields)?;
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                write!(writer, "{fields}")?;
            }
        }
        writeln!(writer)
    }
}

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut line = Line::default();
        fields.record(&mut line);
        write!(writer, "{}", line.fields)
    }
}

/// A line's message and, each with a space before it, its fields.
#[derive(Debug, Default)]
struct Line {
    message: String,
    fields: String,
}

impl Line {
    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        // klog calls errors so
        let name = if field.name() == "error" { "err" } else { field.name() };
        // writing to a String cannot fail
        let _infallible = fmt::Write::write_fmt(&mut self.fields, format_args!(" {name}={value}"));
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.add(field, format_args!("{value:?}"));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    pub(in crate::logging) struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Written {
        pub(in crate::logging) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn lines_look_like_klogs() {
        let written = Written::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt().fmt_fields(Fields).event_format(Lines);
        tracing::subscriber::with_default(lines.with_writer(move || writer.clone()).finish(), || {
            let _span = tracing::info_span!("request", verb = "get").entered();
            tracing::info!(URI = "/api?x=\"1\"", resp = 200, error = %"it broke", "HTTP");
        });
        let text = written.text();
        let (head, rest) = text.split_once("] ").unwrap();
        assert_eq!(rest, "\"HTTP\" URI=\"/api?x=\\\"1\\\"\" resp=200 err=\"it broke\" verb=\"get\"\n");
        assert!(head.starts_with('I') && head.contains(" text.rs:"), "{head}");
        assert_eq!(head.find(' '), Some(5), "{head}");
    }
}
