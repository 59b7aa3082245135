//! What a server warns of.
//!
//! Warnings come with answers, good and bad ones, in headers of the form `299 - "text"` (RFC 7234, section 5.5). They are
//! logged unless a [`WarningHandler`] says otherwise. Follows client-go rest/warnings.go.

use std::{collections::HashSet, fmt, io::Write};

use http::{HeaderMap, header::WARNING};
use parking_lot::Mutex;

/// The code of warnings that API servers send; others come from what stands between.
const CODE: u16 = 299;

/// Is told what a server warns of.
pub trait WarningHandler: Send + Sync + 'static {
    /// A warning: its code, the agent that sent it (`-` where it doesn't say), and its text.
    fn warn(&self, code: u16, agent: &str, text: &str);
}

/// Logs warnings: what a client does unless it is told otherwise.
#[derive(Clone, Copy, Debug)]
pub struct LogWarnings;

impl WarningHandler for LogWarnings {
    fn warn(&self, code: u16, _agent: &str, text: &str) {
        if code == CODE && !text.is_empty() {
            tracing::warn!("{text}");
        }
    }
}

/// Forgets warnings.
#[derive(Clone, Copy, Debug)]
pub struct NoWarnings;

impl WarningHandler for NoWarnings {
    fn warn(&self, _code: u16, _agent: &str, _text: &str) {}
}

/// Which of them a [`WarningWriter`] writes, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct WarningWriterOptions {
    /// The same text is written once only; the texts so far are kept.
    pub deduplicate: bool,
    /// The word `Warning` is yellow.
    pub color: bool,
}

/// Writes a line `Warning: text` for each, as kubectl does to standard error.
pub struct WarningWriter<W> {
    options: WarningWriterOptions,
    state: Mutex<State<W>>,
}

struct State<W> {
    writer: W,
    written: HashSet<String>,
    count: usize,
}

impl<W> fmt::Debug for WarningWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WarningWriter").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<W: Write> WarningWriter<W> {
    /// Writes to `writer`.
    pub fn new(writer: W, options: WarningWriterOptions) -> Self {
        Self { options, state: Mutex::new(State { writer, written: HashSet::new(), count: 0 }) }
    }

    /// How many were written.
    pub fn count(&self) -> usize {
        self.state.lock().count
    }
}

impl<W: Write + Send + 'static> WarningHandler for WarningWriter<W> {
    fn warn(&self, code: u16, _agent: &str, text: &str) {
        if code != CODE || text.is_empty() {
            return;
        }
        let mut state = self.state.lock();
        if self.options.deduplicate && !state.written.insert(text.to_owned()) {
            return;
        }
        state.count += 1;
        let word = if self.options.color { "\u{1b}[33;1mWarning:\u{1b}[0m" } else { "Warning:" };
        if let Err(err) = writeln!(state.writer, "{word} {text}") {
            tracing::debug!(%err, "a warning was not written");
        }
    }
}

impl<H: WarningHandler> WarningHandler for std::sync::Arc<H> {
    fn warn(&self, code: u16, agent: &str, text: &str) {
        (**self).warn(code, agent, text);
    }
}

/// Tells a handler what an answer's headers warn of.
pub(super) fn report(headers: &HeaderMap, handler: &dyn WarningHandler) {
    for value in headers.get_all(WARNING) {
        // texts may be UTF-8, which a header's value is not by rule
        let text = String::from_utf8_lossy(value.as_bytes());
        let mut rest = &*text;
        while let Some((warning, left)) = parse(rest) {
            handler.warn(warning.code, &warning.agent, &warning.text);
            rest = left;
        }
    }
}

struct Warning {
    code: u16,
    agent: String,
    text: String,
}

/// The first warning of a header, and what follows it: `299 agent "text with \"quotes\"" "date", 299 …`. None where it is
/// malformed (apimachinery's ParseWarningHeader).
fn parse(header: &str) -> Option<(Warning, &str)> {
    let mut parts = header.trim().splitn(3, ' ');
    let (code, agent, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let code = Some(code).filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (text, rest) = quoted(rest)?;
    if agent.is_empty() || !is_text(agent) || !is_text(&text) {
        return None;
    }
    // a date may follow, which nobody sends
    let rest = rest.trim();
    let rest = match rest.strip_prefix('"') {
        Some(date) => date.split_once('"')?.1.trim(),
        None => rest,
    };
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(',')?.trim() };
    Some((Warning { code: code.parse().ok()?, agent: agent.to_owned(), text }, rest))
}

/// Whether it is UTF-8 that can be shown: bytes that aren't have been replaced by now.
fn is_text(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

/// A quoted text, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let (mut out, mut is_escaped) = (String::new(), false);
    for (i, c) in inner.char_indices() {
        match c {
            '\\' if !is_escaped => is_escaped = true,
            '"' if !is_escaped => return Some((out, inner.get(i + 1..).unwrap_or_default())),
            c => {
                out.push(c);
                is_escaped = false;
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl WarningHandler for Told {
        fn warn(&self, code: u16, agent: &str, text: &str) {
            self.0.lock().push(format!("{code} {agent} {text}"));
        }
    }

    #[track_caller]
    fn check(header: impl AsRef<[u8]>, want: &[&str]) {
        let mut headers = HeaderMap::new();
        headers.insert(WARNING, HeaderValue::from_bytes(header.as_ref()).unwrap());
        let told = Told::default();
        report(&headers, &told);
        assert_eq!(*told.0.lock(), want, "{}", String::from_utf8_lossy(header.as_ref()));
    }

    #[test]
    fn headers_hold_warnings() {
        check(r#"299 - "old""#, &["299 - old"]);
        check(
            r#"299 - "a \"b\\", 199 proxy "c" "Thu, 26 Nov 2026 09:00:00 GMT" , 299 - "ö""#,
            &["299 - a \"b\\", "199 proxy c", "299 - ö"],
        );
        check("nonsense", &[]);
        check(r#"29 - "x""#, &[]);
        check(r#"299 - "unended"#, &[]);
        check(r#"299 - "a" "no date"#, &[]);
        check(r#"299 - "a" b"#, &[]);
        check(r#"299 - "a", 299 - "b" c"#, &["299 - a"]);
        check(r#"+29 - "a""#, &[]);
        check(r#"299  "a""#, &[]);
        check(r#"299 -  "a""#, &[]);
        check("299 - \"a\tb\"", &[]);
        check(b"299 - \"\xff\"", &[]);
        check(r#"299 - "","#, &["299 - "]);
    }

    #[test]
    fn a_writer_says_each_once_where_asked() {
        let written = |options: WarningWriterOptions| {
            let writer = WarningWriter::new(Vec::new(), options);
            for (code, text) in [(299, "a"), (199, "b"), (299, "a"), (299, "")] {
                writer.warn(code, "-", text);
            }
            (writer.count(), String::from_utf8(writer.state.into_inner().writer).unwrap())
        };
        assert_eq!(written(WarningWriterOptions::default()), (2, "Warning: a\nWarning: a\n".to_owned()));
        let options = WarningWriterOptions { deduplicate: true, color: true };
        assert_eq!(written(options), (1, "\u{1b}[33;1mWarning:\u{1b}[0m a\n".to_owned()));
    }
}
