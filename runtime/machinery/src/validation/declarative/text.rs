//! Rules on texts.

use std::sync::OnceLock;

use regex::Regex;

use crate::{
    field::{Error, ErrorList, Path},
    validation::regex as regex_message,
};

/// The text has `min` characters or more.
pub fn min_len(errors: &mut ErrorList, path: &Path<'_>, text: &str, min: usize) {
    // a character takes four bytes at most
    let is_long_enough = text.len().div_ceil(4) >= min || (text.len() >= min && text.chars().count() >= min);
    if !is_long_enough {
        errors.push(Error::too_short(path, min).with_origin("minLength"));
    }
}

/// The text has `max` characters or fewer.
pub fn max_len(errors: &mut ErrorList, path: &Path<'_>, text: &str, max: usize) {
    let is_short_enough = text.len() <= max || (text.len().div_ceil(4) <= max && text.chars().count() <= max);
    if !is_short_enough {
        errors.push(Error::too_long_characters(path, max).with_origin("maxLength"));
    }
}

/// The text has `max` bytes or fewer.
pub fn max_bytes(errors: &mut ErrorList, path: &Path<'_>, text: &str, max: usize) {
    if text.len() > max {
        errors.push(Error::too_long(path, max).with_origin("maxBytes"));
    }
}

/// A regular expression, compiled when first used.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Result<Regex, regex::Error>>,
}

impl Pattern {
    /// A pattern; the generator has looked at whether it is one.
    pub const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

/// The pattern matches somewhere in the text; `^` and `$` bind it to the ends.
pub fn pattern(errors: &mut ErrorList, path: &Path<'_>, text: &str, pattern: &Pattern) {
    match pattern.compiled.get_or_init(|| Regex::new(pattern.source)) {
        Ok(regex) if regex.is_match(text) => {}
        Ok(_) => {
            let detail = regex_message("must match the pattern", pattern.source, &[]);
            errors.push(Error::invalid(path, text, detail).with_origin("pattern"));
        }
        Err(error) => errors.push(Error::internal(path, error)),
    }
}
