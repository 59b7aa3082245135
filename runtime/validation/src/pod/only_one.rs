//! Structs that are one of several things: a volume's source, a probe's action.

use kubeforge_machinery::field::{Error, ErrorList, Path};

/// Fields of which one at most may be given. The first that is there counts; those after it are forbidden and not
/// looked into.
pub(crate) struct OnlyOne<'a> {
    path: &'a Path<'a>,
    text: &'static str,
    found: bool,
}

impl<'a> OnlyOne<'a> {
    /// The fields of a struct; `text` is what a second one is told.
    pub(crate) const fn of(path: &'a Path<'a>, text: &'static str) -> Self {
        Self { path, text, found: false }
    }

    /// Checks the next field.
    pub(crate) fn field<T>(
        &mut self,
        name: &str,
        value: Option<&T>,
        errors: &mut ErrorList,
        check: impl FnOnce(&T, &Path<'_>, &mut ErrorList),
    ) {
        self.field_shown_as(name, name, value, errors, check);
    }

    /// Checks the next field, whose content upstream shows under another name than the field itself.
    pub(crate) fn field_shown_as<T>(
        &mut self,
        name: &str,
        content: &str,
        value: Option<&T>,
        errors: &mut ErrorList,
        check: impl FnOnce(&T, &Path<'_>, &mut ErrorList),
    ) {
        let Some(value) = value else { return };
        if self.found {
            errors.push(Error::forbidden(&self.path.child(name), self.text));
        } else {
            self.found = true;
            check(value, &self.path.child(content), errors);
        }
    }

    /// Whether none was there.
    pub(crate) const fn is_none(&self) -> bool {
        !self.found
    }
}
