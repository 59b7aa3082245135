//! Names that live as long as the process.
//!
//! What is known of built-in kinds is known at compile time, and so is `&'static`. Names that definitions bring along
//! become so here. Each is kept once, so that what is kept grows with the different names that there ever were, not with
//! the times that a definition is created.

use std::collections::HashSet;

use parking_lot::Mutex;

static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

/// The name, for ever.
pub fn intern(name: &str) -> &'static str {
    let mut names = NAMES.lock();
    let names = names.get_or_insert_default();
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        assert!(std::ptr::eq(intern("spec.color"), intern(&String::from("spec.color"))));
    }
}
