//! What markers of a kind promise, held against its fields.

use super::{Check, Reach};
use crate::{
    diagnostic::did_you_mean,
    model::{Column, Lifecycle, Struct, Subresource, Type},
};

/// Types that OpenAPI has for columns, and that kubectl can show.
const COLUMN_TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];

impl<'a> Check<'a> {
    pub(super) fn subresource(&mut self, ty: &'a Type, def: &'a Struct, subresource: &'a Subresource, marker: &str) {
        if let Some(scale) = &subresource.scale {
            for path in [&scale.spec, &scale.status, &scale.selector].into_iter().filter(|path| !path.is_empty()) {
                self.path(ty, marker, path);
            }
        }
        let has_inline = || def.fields.iter().any(|field| field.inline);
        let unknown = self.reach == Reach::OneItem && has_inline();
        if subresource.name == "status" && !unknown && self.find_field(self.package, def, "status", 8).is_none() {
            let message = format!("subresource `status` without a field: `{}` has no field `status`", ty.name);
            let hint = format!("#[api(tag = 3)] pub status: {}Status", ty.name);
            self.report((&ty.name, None, Some(marker)), message, Some(hint));
        }
    }

    pub(super) fn column(&mut self, ty: &'a Type, column: &'a Column, marker: &str) {
        if !COLUMN_TYPES.contains(&column.ty.as_str()) {
            let message = format!("`{}` is no type of a column", column.ty);
            let hint = did_you_mean(&column.ty, COLUMN_TYPES)
                .unwrap_or_else(|| format!("there are {}", COLUMN_TYPES.join(", ")));
            self.report((&ty.name, None, Some(marker)), message, Some(hint));
        }
        if !column.path.contains(['[', '{', '@', '*']) {
            self.path(ty, marker, &column.path);
        }
    }

    /// A kind is introduced before it is deprecated, and deprecated before it is removed.
    pub(super) fn lifecycle(&mut self, ty: &'a Type, life: &'a Lifecycle) {
        let stages = [("introduced", &life.introduced), ("deprecated", &life.deprecated), ("removed", &life.removed)];
        let given: Vec<(&str, &str)> =
            stages.into_iter().filter_map(|(stage, release)| Some((stage, release.as_deref()?))).collect();
        for [(earlier, from), (later, to)] in given.array_windows() {
            if release(from) > release(to) {
                let message = format!("`{later}` in {to} is before `{earlier}` in {from}");
                self.report((&ty.name, None, Some(later)), message, None);
            }
        }
    }
}

/// Releases in the order of their numbers, not of their text; the loader has checked their form.
fn release(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
