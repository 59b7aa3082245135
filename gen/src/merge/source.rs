//! Where things stand in type files, in bytes.

use std::collections::BTreeMap;

use syn::{Fields, Item, Visibility, spanned::Spanned};

/// The files of a package, parsed.
pub(super) struct Sources<'a> {
    pub(super) files: BTreeMap<&'a str, File<'a>>,
}

/// A file.
pub(super) struct File<'a> {
    pub(super) text: &'a str,
    pub(super) items: Vec<Item>,
}

/// A struct's places.
pub(super) struct StructAt<'a> {
    pub(super) file: &'a str,
    /// Where attributes can go: before its visibility.
    pub(super) head: usize,
    /// Its fields, by Rust name, in order.
    pub(super) fields: Vec<FieldAt>,
    /// Where its fields begin; `None` where it has no braces.
    pub(super) body: Option<usize>,
}

/// A field's places.
pub(super) struct FieldAt {
    pub(super) name: String,
    /// Where attributes can go: before its visibility.
    pub(super) head: usize,
    /// Behind it, its comma and what stands behind that on the line.
    pub(super) end: usize,
    /// Whether it has a comma.
    pub(super) comma: bool,
    /// `pub `, as it is written.
    pub(super) visibility: String,
}

/// An enum's places.
pub(super) struct EnumAt<'a> {
    pub(super) file: &'a str,
    /// Before `Other` and its documentation.
    pub(super) other: usize,
}

/// A `mod` item's places.
pub(super) struct ModAt {
    pub(super) name: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

pub(super) fn start(spanned: &impl Spanned) -> usize {
    spanned.span().byte_range().start
}

pub(super) fn end(spanned: &impl Spanned) -> usize {
    spanned.span().byte_range().end
}

impl<'a> Sources<'a> {
    /// Parses files; those that are not Rust, which the loader has reported, are left out.
    pub(super) fn parse(files: &'a BTreeMap<String, String>) -> Self {
        let parsed = files.iter().filter_map(|(name, text)| {
            let items = syn::parse_file(text).ok()?.items;
            Some((name.as_str(), File { text, items }))
        });
        Self { files: parsed.collect() }
    }

    /// The file that defines a type, and where the definition ends.
    pub(super) fn end_of(&self, type_name: &str) -> Option<(&'a str, usize)> {
        self.files.iter().find_map(|(name, file)| {
            let item = file.items.iter().find(|item| match item {
                Item::Struct(item) => item.ident == type_name,
                Item::Enum(item) => item.ident == type_name,
                Item::Type(item) => item.ident == type_name,
                _ => false,
            })?;
            Some((*name, end(item)))
        })
    }

    pub(super) fn struct_(&self, type_name: &str) -> Option<StructAt<'a>> {
        self.files.iter().find_map(|(name, file)| {
            let item = file.items.iter().find_map(|item| match item {
                Item::Struct(item) if item.ident == type_name => Some(item),
                _ => None,
            })?;
            let head = match &item.vis {
                Visibility::Inherited => start(&item.struct_token),
                visibility => start(visibility),
            };
            let (body, fields) = match &item.fields {
                Fields::Named(fields) => {
                    let places = fields.named.pairs().map(|pair| file.field(pair.value(), pair.punct().copied()));
                    (Some(fields.brace_token.span.open().byte_range().end), places.collect())
                }
                Fields::Unnamed(_) | Fields::Unit => (None, Vec::new()),
            };
            Some(StructAt { file: name, head, fields, body })
        })
    }

    pub(super) fn enum_(&self, type_name: &str) -> Option<EnumAt<'a>> {
        self.files.iter().find_map(|(name, file)| {
            let item = file.items.iter().find_map(|item| match item {
                Item::Enum(item) if item.ident == type_name => Some(item),
                _ => None,
            })?;
            let other = item.variants.iter().find(|variant| variant.ident == "Other")?;
            Some(EnumAt { file: name, other: start(other) })
        })
    }
}

impl File<'_> {
    fn field(&self, field: &syn::Field, comma: Option<&syn::Token![,]>) -> FieldAt {
        let (head, visibility) = match (&field.vis, &field.ident) {
            (Visibility::Inherited, Some(ident)) => (start(ident), String::new()),
            (visibility, _) => {
                let range = visibility.span().byte_range();
                (range.start, format!("{} ", self.text.get(range).unwrap_or("pub")))
            }
        };
        let end = comma.map_or_else(|| end(field), end);
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = name.trim_start_matches("r#").to_owned();
        FieldAt { name, head, end: self.end_of_line(end), comma: comma.is_some(), visibility }
    }

    /// Behind a comment that stands behind an offset on the same line.
    fn end_of_line(&self, offset: usize) -> usize {
        let rest = self.text.get(offset..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        if line.trim_start().starts_with("//") { offset + line.trim_end().len() } else { offset }
    }

    /// The files that it has as modules.
    pub(super) fn mods(&self) -> Vec<ModAt> {
        let mods = self.items.iter().filter_map(|item| match item {
            Item::Mod(item) if item.content.is_none() => {
                Some(ModAt { name: item.ident.to_string(), start: start(item), end: end(item) })
            }
            _ => None,
        });
        mods.collect()
    }

    /// Where its first item stands; its end where it has none.
    pub(super) fn first_item(&self) -> usize {
        self.items.first().map_or(self.text.len(), start)
    }

    /// Types that it defines.
    pub(super) fn types(&self) -> Vec<String> {
        let types = self.items.iter().filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Enum(item) => Some(item.ident.to_string()),
            Item::Type(item) => Some(item.ident.to_string()),
            _ => None,
        });
        types.collect()
    }
}
