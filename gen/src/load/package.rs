//! Directories of type files.

use std::{
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
};

use syn::{Item, ItemImpl, Type as SynType, UseTree, Visibility};

use super::{
    Finding,
    attributes::derives,
    item::{self, Body, Source},
    scope::{AllNames, FileScope, Imports, PackageNames},
    selectable,
    spans::Spans,
    types,
    validate::{self, Reach},
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Location, SourceFile},
    emit::Workspace,
    model::{KindRef, Package, Type, TypeDef},
};

/// A package to load.
#[derive(Clone, Debug)]
pub struct PackageSource {
    /// The directory.
    pub dir: PathBuf,
    /// The directory as reports and headers spell it: relative to where the run started, with `/`.
    pub shown: String,
    /// What gen.toml says of the package; loading fills in the rest.
    pub package: Package,
}

/// All packages of a run.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The packages' models, for the emitters.
    pub workspace: Workspace,
    /// What is known of them besides, in the same order.
    pub packages: Vec<LoadedPackage>,
}

/// A package's directory and places.
#[derive(Debug)]
pub struct LoadedPackage {
    /// The directory.
    pub dir: PathBuf,
    /// As reports spell it.
    pub shown: String,
    /// Where its types, fields and markers stand.
    pub spans: Spans,
}

/// A parsed file.
struct File {
    source: Rc<SourceFile>,
    /// Its name without directory and extension; empty for `mod.rs`.
    module: String,
    items: Vec<Item>,
    imports: Imports,
}

/// Loads packages together, so that they may refer to one another's types.
///
/// # Errors
/// Everything that is wrong with them.
pub fn packages(sources: &[PackageSource]) -> Result<Loaded, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let parsed: Vec<Vec<File>> = sources.iter().map(|source| parse_directory(source, &mut diagnostics)).collect();
    let mut all = AllNames::default();
    for (source, files) in sources.iter().zip(&parsed) {
        all.packages.insert(source.package.module.clone(), package_names(&source.package, files));
    }
    let mut loaded = Loaded::default();
    for (source, files) in sources.iter().zip(&parsed) {
        let (package, spans) = load_package(&source.package, files, &all, &mut diagnostics);
        loaded.workspace.packages.push(package);
        loaded.packages.push(LoadedPackage { dir: source.dir.clone(), shown: source.shown.clone(), spans });
    }
    for (index, LoadedPackage { spans, .. }) in loaded.packages.iter().enumerate() {
        validate::package(&loaded.workspace.packages, index, spans, Reach::All, &mut diagnostics);
    }
    let spans = |index: usize| loaded.packages.get(index).map(|package| &package.spans);
    validate::groups(&loaded.workspace.packages, spans, &mut diagnostics);
    validate::cycles(&loaded.workspace.packages, spans, &mut diagnostics);
    diagnostics.or(loaded)
}

fn parse_directory(source: &PackageSource, diagnostics: &mut Diagnostics) -> Vec<File> {
    let names = match type_files(&source.dir) {
        Ok(names) => names,
        Err(error) => {
            let message = format!("can't read the package {}: {error}", source.shown);
            diagnostics.push(Diagnostic { at: None, message, hint: Some("see `path` in gen.toml".into()) });
            return Vec::new();
        }
    };
    names.iter().filter_map(|name| parse_file(source, name, diagnostics)).collect()
}

/// The names of a directory's `.rs` files, sorted.
fn type_files(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rs") && entry.file_type()?.is_file() {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn parse_file(source: &PackageSource, name: &str, diagnostics: &mut Diagnostics) -> Option<File> {
    let path = format!("{}/{name}", source.shown);
    let text = match fs::read_to_string(source.dir.join(name)) {
        Ok(text) => text,
        Err(error) => {
            diagnostics.push(Diagnostic { at: None, message: format!("can't read {path}: {error}"), hint: None });
            return None;
        }
    };
    let source = Rc::new(SourceFile { path, text });
    match syn::parse_file(&source.text) {
        Ok(file) => {
            let module = name.trim_end_matches(".rs");
            let module = if module == "mod" { "" } else { module }.to_owned();
            let imports = Imports::of(&file.items);
            Some(File { source, module, items: file.items, imports })
        }
        Err(error) => {
            let at = Location { file: Some(source), span: error.span() };
            diagnostics.push(Diagnostic { at: Some(at), message: format!("not Rust: {error}"), hint: None });
            None
        }
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
}

/// First pass: which names there are.
fn package_names(package: &Package, files: &[File]) -> PackageNames {
    let mut names = PackageNames {
        module: segments(&package.module),
        machinery: segments(&package.machinery),
        ..PackageNames::default()
    };
    for file in files {
        if file.module.is_empty() {
            names.root = file.imports.clone();
        }
        for item in &file.items {
            let (name, read) = match item {
                Item::Struct(item) => (&item.ident, is_source(&item.attrs)),
                Item::Enum(item) => (&item.ident, is_source(&item.attrs)),
                Item::Union(item) => (&item.ident, is_source(&item.attrs)),
                Item::Type(item) => (&item.ident, true),
                _ => continue,
            };
            names.types.insert(name.to_string());
            if !read {
                names.plain.insert(name.to_string());
            }
        }
    }
    names
}

fn is_source(attributes: &[syn::Attribute]) -> bool {
    derives(attributes, &["ApiSource", "Api"])
}

/// Second pass: the model.
fn load_package(config: &Package, files: &[File], all: &AllNames, diagnostics: &mut Diagnostics) -> (Package, Spans) {
    let (mut package, mut spans) = (config.clone(), Spans::default());
    let Some(names) = all.packages.get(&config.module) else {
        return (package, spans);
    };
    for file in files {
        let scope = FileScope { all, package: names, imports: &file.imports, file: &file.module };
        load_file(file, &scope, &mut package, &mut spans, diagnostics);
    }
    selectable::collect(&mut package);
    package.hand_written.sort_unstable();
    package.default_functions.sort_unstable();
    package.conversion_functions.sort_unstable();
    (package, spans)
}

fn load_file(
    file: &File,
    scope: &FileScope<'_>,
    package: &mut Package,
    spans: &mut Spans,
    diagnostics: &mut Diagnostics,
) {
    let mut findings = Vec::new();
    let at = |span| Location { file: Some(Rc::clone(&file.source)), span };
    for item in &file.items {
        match item {
            Item::Fn(function) if file.module == "defaults" => {
                package.default_functions.push(function.sig.ident.to_string());
            }
            Item::Fn(function) if file.module == "conversion" => {
                package.conversion_functions.push(function.sig.ident.to_string());
            }
            // functions of the module's own files, under the names that other modules see
            Item::Use(item) if !matches!(item.vis, Visibility::Inherited) => match file.module.as_str() {
                "defaults" => imported_names(&item.tree, &mut package.default_functions),
                "conversion" => imported_names(&item.tree, &mut package.conversion_functions),
                _ => {}
            },
            Item::Impl(item) => package.hand_written.extend(hand_written(item)),
            Item::Type(alias) if alias.generics.params.is_empty() => {
                // an alias of something that has no form on the wire is reported where a field uses it
                if let Ok(target) = types::lower(&alias.ty, scope) {
                    let ty = alias_of(alias, file, target);
                    package.types.insert(ty.name.clone(), ty);
                }
            }
            _ => {
                let Some(source) = Source::of_item(item) else { continue };
                let name = format!("{}.rs", if file.module.is_empty() { "mod" } else { &file.module });
                let loaded = item::load(&source, &name, scope, &mut findings);
                let (mut ty, places) = (loaded.ty, loaded.places);
                if let Some(text) = &loaded.extra.spoke_of {
                    set_hub(&mut ty, text, &package.group);
                }
                for (field, marker, span) in places {
                    spans.note(&ty.name, &field, &marker, at(span));
                }
                if package.types.contains_key(&ty.name) {
                    let message = format!("`{}` is defined twice in the package", ty.name);
                    findings.push(Finding::new(source.name.span(), message, None));
                }
                package.types.insert(ty.name.clone(), ty);
            }
        }
    }
    for Finding { span, message, hint } in findings {
        diagnostics.push(Diagnostic { at: Some(at(span)), message, hint });
    }
}

/// Sets the hub that a spoke names.
fn set_hub(ty: &mut Type, text: &str, package_group: &str) {
    let Some(kind) = &mut ty.kind else { return };
    let group = kind.group_version.as_ref().map_or(package_group, |(group, _)| group);
    kind.spoke_of = KindRef::hub(text, group, &ty.name);
}

/// The names that an import brings, but for `*`.
fn imported_names(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => imported_names(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|item| imported_names(item, names)),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Glob(_) => {}
    }
}

fn alias_of(alias: &syn::ItemType, file: &File, target: crate::model::TypeRef) -> Type {
    Type {
        file: format!("{}.rs", file.module),
        docs: super::attributes::docs(&alias.attrs),
        def: TypeDef::Alias(target),
        ..Type::new(alias.ident.to_string())
    }
}

/// The trait and type of `impl Trait for Type`.
fn hand_written(item: &ItemImpl) -> Option<(String, String)> {
    let (path, _) = item.trait_.as_ref()?;
    let of = match &*item.self_ty {
        SynType::Path(path) => path.path.segments.last()?.ident.to_string(),
        _ => return None,
    };
    Some((path.segments.last()?.ident.to_string(), of))
}

impl<'a> Source<'a> {
    /// A file's item, if it is one for the generator.
    fn of_item(item: &'a Item) -> Option<Self> {
        let source = match item {
            Item::Struct(item) => Self {
                name: &item.ident,
                attributes: &item.attrs,
                generics: &item.generics,
                body: Body::Struct(&item.fields),
            },
            Item::Enum(item) => Self {
                name: &item.ident,
                attributes: &item.attrs,
                generics: &item.generics,
                body: Body::Enum(item.variants.iter().collect()),
            },
            Item::Union(item) => {
                Self { name: &item.ident, attributes: &item.attrs, generics: &item.generics, body: Body::Union }
            }
            _ => return None,
        };
        is_source(source.attributes).then_some(source)
    }
}
