//! Words of the language.

use crate::source::Issue;

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An operator, a bracket, a keyword.
    Symbol(&'static str),
    Identifier(String),
    /// A name in backticks, for fields that are no identifiers.
    Escaped(String),
    Int,
    Uint,
    Float,
    String,
    Bytes,
    End,
}

/// A word and where it begins, counted in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// As it stands in the expression.
    pub(crate) text: String,
    pub(crate) at: usize,
}

/// Longer ones first, so that `<=` is not taken for `<`.
const SYMBOLS: [&str; 24] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?", ":", "+", "*",
    "/", "%",
];
const KEYWORDS: [&str; 4] = ["in", "true", "false", "null"];

/// Splits an expression into words; the last one is its end.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, Issue> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at = skip_blanks(&chars, at);
        if at >= chars.len() {
            break;
        }
        let (kind, end) = token(&chars, at)?;
        tokens.push(Token { kind, text: slice(&chars, at, end), at });
        at = end;
    }
    tokens.push(Token { kind: Kind::End, text: "<EOF>".to_owned(), at: chars.len() });
    Ok(tokens)
}

fn slice(chars: &[char], start: usize, end: usize) -> String {
    chars.get(start..end).unwrap_or_default().iter().collect()
}

fn peek(chars: &[char], at: usize) -> char {
    chars.get(at).copied().unwrap_or('\0')
}

/// Blanks, and comments from `//` to the end of the line.
fn skip_blanks(chars: &[char], mut at: usize) -> usize {
    loop {
        match peek(chars, at) {
            ' ' | '\t' | '\r' | '\n' | '\u{c}' => at += 1,
            '/' if peek(chars, at + 1) == '/' => {
                while at < chars.len() && peek(chars, at) != '\n' {
                    at += 1;
                }
            }
            _ => return at,
        }
    }
}

fn token(chars: &[char], at: usize) -> Result<(Kind, usize), Issue> {
    let first = peek(chars, at);
    if let Some((kind, quote_at)) = string_start(chars, at) {
        return string(chars, at, quote_at).map(|end| (kind, end));
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let end = scan(chars, at, |c| c.is_ascii_alphanumeric() || c == '_');
        let word = slice(chars, at, end);
        let keyword = KEYWORDS.into_iter().find(|keyword| *keyword == word);
        return Ok((keyword.map_or(Kind::Identifier(word), Kind::Symbol), end));
    }
    if first.is_ascii_digit() || (first == '.' && peek(chars, at + 1).is_ascii_digit()) {
        return Ok(number(chars, at));
    }
    if first == '`' {
        let end = scan(chars, at + 1, |c| c.is_ascii_alphanumeric() || "_.-/ ".contains(c));
        if peek(chars, end) == '`' && end > at + 1 {
            return Ok((Kind::Escaped(slice(chars, at + 1, end)), end + 1));
        }
    }
    let symbol = SYMBOLS.into_iter().find(|symbol| symbol.chars().enumerate().all(|(i, c)| peek(chars, at + i) == c));
    match symbol {
        Some(symbol) => Ok((Kind::Symbol(symbol), at + symbol.len())),
        None => Err(unknown(chars, at, at + 1)),
    }
}

fn unknown(chars: &[char], at: usize, end: usize) -> Issue {
    let shown = slice(chars, at, end).replace('\n', "\\n");
    Issue::new(at, format!("Syntax error: token recognition error at: '{shown}'"))
}

fn scan(chars: &[char], mut at: usize, belongs: impl Fn(char) -> bool) -> usize {
    while at < chars.len() && belongs(peek(chars, at)) {
        at += 1;
    }
    at
}

fn number(chars: &[char], at: usize) -> (Kind, usize) {
    let digits = |at| scan(chars, at, |c| c.is_ascii_digit());
    if peek(chars, at) == '0' && peek(chars, at + 1) == 'x' && peek(chars, at + 2).is_ascii_hexdigit() {
        let end = scan(chars, at + 2, |c| c.is_ascii_hexdigit());
        return unsigned(chars, end);
    }
    let mut end = digits(at);
    let mut is_float = false;
    if peek(chars, end) == '.' && peek(chars, end + 1).is_ascii_digit() {
        (end, is_float) = (digits(end + 1), true);
    }
    if matches!(peek(chars, end), 'e' | 'E') {
        let sign = usize::from(matches!(peek(chars, end + 1), '+' | '-'));
        if peek(chars, end + 1 + sign).is_ascii_digit() {
            (end, is_float) = (digits(end + 1 + sign), true);
        }
    }
    if is_float { (Kind::Float, end) } else { unsigned(chars, end) }
}

fn unsigned(chars: &[char], end: usize) -> (Kind, usize) {
    if matches!(peek(chars, end), 'u' | 'U') { (Kind::Uint, end + 1) } else { (Kind::Int, end) }
}

/// Whether a string begins: its kind and where its first quote is, behind letters for raw strings and bytes.
fn string_start(chars: &[char], at: usize) -> Option<(Kind, usize)> {
    let mut quote_at = at;
    let mut kind = Kind::String;
    for _ in 0..2 {
        match peek(chars, quote_at) {
            'b' | 'B' => kind = Kind::Bytes,
            'r' | 'R' => {}
            _ => break,
        }
        quote_at += 1;
    }
    matches!(peek(chars, quote_at), '"' | '\'').then_some((kind, quote_at))
}

/// Where the string ends.
fn string(chars: &[char], start: usize, quote_at: usize) -> Result<usize, Issue> {
    let is_raw = slice(chars, start, quote_at).contains(['r', 'R']);
    let quote = peek(chars, quote_at);
    let is_long = peek(chars, quote_at + 1) == quote && peek(chars, quote_at + 2) == quote;
    let mut at = quote_at + if is_long { 3 } else { 1 };
    while at < chars.len() {
        let current = peek(chars, at);
        let closes = current == quote && (!is_long || (peek(chars, at + 1) == quote && peek(chars, at + 2) == quote));
        if closes {
            return Ok(at + if is_long { 3 } else { 1 });
        }
        match current {
            '\\' if !is_raw => at += 2,
            '\n' | '\r' if !is_long => break,
            _ => at += 1,
        }
    }
    Err(unknown(chars, start, at.min(chars.len())))
}
