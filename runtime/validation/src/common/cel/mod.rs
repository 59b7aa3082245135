//! The Common Expression Language, as far as it takes to tell a client what is wrong with an expression before it is
//! stored: its syntax, names that nothing declares, and results of a type that is plainly another.
//!
//! Errors have the form of cel-go's, whose parser is made by ANTLR: position, what was found, what could have been
//! there, and the line with a mark under it. Only the first error of an expression is told. Types of fields and results
//! of most functions are not known here, so that what a compiler would refuse for them passes.

mod check;
mod lexer;
mod parser;

pub(crate) use check::{Declared, Struct, Type};

/// What keeps an expression from being compiled, in cel-go's words.
pub(crate) fn check(text: &str, declared: &Declared<'_>) -> Result<Option<Type>, String> {
    let expression = parser::parse(text).map_err(|wrong| render(text, &wrong))?;
    check::check(&expression, declared).map_err(|wrong| render(text, &wrong))
}

/// Something wrong at a place, counted in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wrong {
    at: usize,
    text: String,
}

/// The error with its place: line and column, the line, and a mark under the column.
fn render(source: &str, wrong: &Wrong) -> String {
    let before: String = source.chars().take(wrong.at).collect();
    let line = before.matches('\n').count();
    let column = before.chars().rev().take_while(|c| *c != '\n').count();
    let shown = source.split('\n').nth(line).unwrap_or_default().replace('\t', " ");
    format!("ERROR: <input>:{}:{}: {}\n | {shown}\n | {}^", line + 1, column + 1, wrong.text, ".".repeat(column))
}
