use serde_saphyr::granit_parser::{ErrorKind, ScanError};

/// A text that is not YAML, or YAML that is no JSON, in the words of `go-yaml`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct YamlError(String);

impl YamlError {
    /// An error of the YAML library.
    pub(super) fn new(message: impl std::fmt::Display) -> Self {
        Self(format!("yaml: {message}"))
    }

    /// An error of what is built on it.
    pub(super) fn plain(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Which half of libyaml finds an error; they count lines differently.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Scanner,
    /// It counts from the line on which the collection being read begins.
    Parser,
}

/// A parser's error in libyaml's words and with its idea of the line. `open` is the line on which the innermost
/// collection begins.
///
/// libyaml counts lines from zero, adds one for errors of its scanner only, and says nothing about line zero.
pub(super) fn parser_error(text: &str, err: &ScanError, open: Option<usize>) -> YamlError {
    let marker = err.marker();
    let is_at_end = is_about_the_end(err.kind()) || marker.index() >= text.trim_end().chars().count();
    let Some((message, origin)) = words(err.kind(), text) else {
        if *err.kind() == ErrorKind::UnknownAnchor {
            return YamlError::new(format!("unknown anchor '{}' referenced", anchor_name(text, marker.index())));
        }
        return YamlError::new(format!("line {}: {}", marker.line(), err.info()));
    };
    // the end of the text counts as a line of its own
    let own = if is_at_end { text.lines().count() } else { marker.line().saturating_sub(1) };
    let line = match (origin, open) {
        (Origin::Parser, Some(open)) if open > 1 && !message.ends_with("node content") => open - 1,
        _ => own,
    };
    match (line, origin) {
        (0, _) => YamlError::new(message),
        (line, Origin::Parser) => YamlError::new(format!("line {line}: {message}")),
        (line, Origin::Scanner) => YamlError::new(format!("line {}: {message}", line + 1)),
    }
}

fn is_about_the_end(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedEof
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnclosedQuotedScalar
    )
}

/// The name behind the `*` of an alias.
fn anchor_name(text: &str, at: usize) -> String {
    let end_of_name = |c: &char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
    text.chars().skip(at).skip_while(|c| *c == '*').take_while(|c| !end_of_name(c)).collect()
}

/// What libyaml says where the parser here finds an error of this kind.
fn words(kind: &ErrorKind, text: &str) -> Option<(&'static str, Origin)> {
    let unclosed = |separator: &'static str| {
        let has_element = !text.trim_end().ends_with(['[', '{', ',']);
        (if has_element { separator } else { "did not find expected node content" }, Origin::Parser)
    };
    Some(match kind {
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::UnclosedFlowCollection { open: '[' } => {
            unclosed("did not find expected ',' or ']'")
        }
        ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnclosedFlowCollection { .. } => unclosed("did not find expected ',' or '}'"),
        ErrorKind::ExpectedNodeContent
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::MismatchedFlowCollectionEnd { .. } => ("did not find expected node content", Origin::Parser),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::UnexpectedEofBlockMapping | ErrorKind::InvalidIndentation => {
            ("did not find expected key", Origin::Parser)
        }
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::UnexpectedEofBlockSequence => {
            ("did not find expected '-' indicator", Origin::Parser)
        }
        ErrorKind::ExpectedFlowMappingSeparator => ("did not find expected ',' or '}'", Origin::Parser),
        ErrorKind::ExpectedFlowSequenceSeparator => ("did not find expected ',' or ']'", Origin::Parser),
        ErrorKind::ExpectedDocumentStart => ("did not find expected <document start>", Origin::Parser),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => ("could not find expected ':'", Origin::Scanner),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("mapping values are not allowed in this context", Origin::Scanner)
        }
        ErrorKind::MappingKeyNotAllowed => ("mapping keys are not allowed in this context", Origin::Scanner),
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("block sequence entries are not allowed in this context", Origin::Scanner)
        }
        ErrorKind::UnexpectedCharacter { .. }
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation => ("found character that cannot start any token", Origin::Scanner),
        ErrorKind::UnclosedQuotedScalar => ("found unexpected end of stream", Origin::Scanner),
        ErrorKind::DocumentIndicatorInQuotedScalar => ("found unexpected document indicator", Origin::Scanner),
        ErrorKind::UnknownQuotedScalarEscape => ("found unknown escape character", Origin::Scanner),
        ErrorKind::InvalidQuotedScalarHexEscape => ("did not find expected hexdecimal number", Origin::Scanner),
        _ => return None,
    })
}
