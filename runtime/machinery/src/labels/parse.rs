//! Reading selectors.
//!
//! ```text
//! selector    = requirement { "," requirement }
//! requirement = [ "!" ] key | key ( "in" | "notin" ) "(" [ value { "," value } ] ")" | key ( "=" | "==" | "!=" | ">" | "<" ) [ value ]
//! ```

use std::collections::BTreeSet;

use super::requirement::{Operator, Requirement, check_key};
use crate::field::Path;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    /// One of `)`, `,`, `!`, `==`, `=`, `>`, `<`, `!=`, `(`.
    Symbol(&'a str),
    End,
}

impl<'a> Token<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Word(text) | Self::Symbol(text) => text,
            Self::End => "",
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_symbol(byte: u8) -> bool {
    b"=!(),><".contains(&byte)
}

struct Parser<'a> {
    rest: &'a str,
    next: Token<'a>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut parser = Self { rest: text, next: Token::End };
        parser.consume();
        parser
    }

    /// The token that was next; reads the one after it.
    fn consume(&mut self) -> Token<'a> {
        let token = self.next;
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii() && is_space(c as u8));
        let bytes = self.rest.as_bytes();
        let length = match bytes {
            [] => 0,
            [b'=' | b'!', b'=', ..] => 2,
            [first, ..] if is_symbol(*first) => 1,
            _ => bytes.iter().position(|&byte| is_symbol(byte) || is_space(byte)).unwrap_or(bytes.len()),
        };
        // symbols and white space are ASCII, so tokens end between characters
        let (text, rest) = self.rest.split_at(length);
        self.next = match bytes.first() {
            None => Token::End,
            Some(first) if is_symbol(*first) => Token::Symbol(text),
            Some(_) => Token::Word(text),
        };
        self.rest = rest;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.next == Token::Symbol("!");
        if negated {
            self.consume();
        }
        let key = match self.consume() {
            Token::Word(key) => key,
            other => return Err(format!("found '{}', expected: identifier", other.text())),
        };
        if let Some(error) = check_key(&Path::NIL, key) {
            return Err(error.to_string());
        }
        let (operator, values) = if negated {
            (Operator::DoesNotExist, BTreeSet::new())
        } else if matches!(self.next, Token::End | Token::Symbol(",")) {
            (Operator::Exists, BTreeSet::new())
        } else {
            self.relation()?
        };
        let values = values.into_iter().map(str::to_owned).collect();
        Requirement::new(key, operator, values).map_err(|err| err.to_string())
    }

    fn relation(&mut self) -> Result<(Operator, BTreeSet<&'a str>), String> {
        let token = self.consume();
        let operator = match token.text() {
            "in" => return Ok((Operator::In, self.values()?)),
            "notin" => return Ok((Operator::NotIn, self.values()?)),
            "=" => Operator::Equals,
            "==" => Operator::DoubleEquals,
            "!=" => Operator::NotEquals,
            ">" => Operator::GreaterThan,
            "<" => Operator::LessThan,
            other => return Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
        };
        Ok((operator, BTreeSet::from([self.value()?])))
    }

    fn value(&mut self) -> Result<&'a str, String> {
        if matches!(self.next, Token::End | Token::Symbol(",")) {
            return Ok("");
        }
        match self.consume() {
            Token::Word(value) => Ok(value),
            other => Err(format!("found '{}', expected: identifier", other.text())),
        }
    }

    /// Values in parentheses. Between commas, and beside them, a value may be missing: it is the empty one.
    fn values(&mut self) -> Result<BTreeSet<&'a str>, String> {
        let open = self.consume();
        if open != Token::Symbol("(") {
            return Err(format!("found '{}' expected: '('", open.text()));
        }
        let mut values = BTreeSet::new();
        match self.next {
            Token::Symbol(")") => {
                self.consume();
                return Ok(BTreeSet::from([""]));
            }
            Token::Word(_) | Token::Symbol(",") => {}
            other => return Err(format!("found '{}', expected: ',', ')' or identifier", other.text())),
        }
        loop {
            match self.consume() {
                Token::Word(value) => {
                    values.insert(value);
                    match self.next {
                        Token::Symbol(",") => {}
                        Token::Symbol(")") => break,
                        other => return Err(format!("found '{}', expected: ',' or ')'", other.text())),
                    }
                }
                Token::Symbol(",") => {
                    if values.is_empty() {
                        values.insert("");
                    }
                    match self.next {
                        Token::Symbol(")") => {
                            values.insert("");
                            break;
                        }
                        Token::Symbol(",") => {
                            self.consume();
                            values.insert("");
                        }
                        _ => {}
                    }
                }
                other => return Err(format!("found '{}', expected: ',', or identifier", other.text())),
            }
        }
        self.consume();
        Ok(values)
    }
}

/// The requirements that a selector lists.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, String> {
    let mut parser = Parser::new(text);
    let mut requirements = Vec::new();
    loop {
        match parser.next {
            Token::End => return Ok(requirements),
            Token::Word(_) | Token::Symbol("!") => {}
            other => return Err(format!("found '{}', expected: !, identifier, or 'end of string'", other.text())),
        }
        let requirement = parser.requirement().map_err(|err| format!("unable to parse requirement: {err}"))?;
        requirements.push(requirement);
        match parser.consume() {
            Token::End => return Ok(requirements),
            Token::Symbol(",") => {
                if !matches!(parser.next, Token::Word(_) | Token::Symbol("!")) {
                    return Err(format!("found '{}', expected: identifier after ','", parser.next.text()));
                }
            }
            other => return Err(format!("found '{}', expected: ',' or 'end of string'", other.text())),
        }
    }
}
