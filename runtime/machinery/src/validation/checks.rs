//! What is checked of a kind by hand, beside the rules that its definition states.

use std::{borrow::Cow, fmt};

use super::{FeatureGates, is_dns1035_label, is_dns1123_label, is_dns1123_subdomain, is_path_segment_name};
use crate::{GroupVersionKind, Object, field::ErrorList};

/// What names of a kind look like.
#[derive(Clone, Copy, Debug, Default)]
pub enum NameRule {
    /// A DNS subdomain: most kinds.
    #[default]
    Subdomain,
    /// A DNS label (RFC 1123).
    Label,
    /// A DNS label that starts with a letter (RFC 1035): services.
    Label1035,
    /// What fits in one segment of a path: roles and bindings.
    PathSegment,
    /// [`Checks::create`] checks names itself.
    Unchecked,
    /// What a function says of a name; it gets bases of generated names with their trailing dash replaced.
    Custom(fn(&str) -> Vec<String>),
}

impl NameRule {
    /// What is wrong with a name. A base for generated names is checked as if something followed it.
    pub fn check(self, name: &str, is_base: bool) -> Vec<String> {
        let name = if is_base { mask_trailing_dash(name) } else { Cow::Borrowed(name) };
        match self {
            Self::Subdomain => is_dns1123_subdomain(&name),
            Self::Label => is_dns1123_label(&name),
            Self::Label1035 => is_dns1035_label(&name),
            Self::PathSegment => is_path_segment_name(&name),
            Self::Unchecked => Vec::new(),
            Self::Custom(check) => check(&name),
        }
    }

    /// Whether the server checks names by this rule, before anything else is checked.
    pub fn is_checked(self) -> bool {
        !matches!(self, Self::Unchecked)
    }
}

/// The name that a `generateName` base stands for while it is validated: what can be checked of the final name.
fn mask_trailing_dash(base: &str) -> Cow<'_, str> {
    match base.strip_suffix('-') {
        Some(head) if !head.is_empty() => Cow::Owned(format!("{head}a")),
        _ => Cow::Borrowed(base),
    }
}

/// What a kind's own check of an update looks at in the metadata, after the server did so for every kind. What both find
/// is told twice, as upstream does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataOnUpdate {
    /// What the update changed: most kinds.
    Update,
    /// All of it, as if the object were new.
    Create,
    /// Both.
    Whole,
    /// Nothing.
    Nothing,
}

impl MetadataOnUpdate {
    /// Whether it looks at what the update changed.
    pub fn is_compared(self) -> bool {
        matches!(self, Self::Update | Self::Whole)
    }

    /// Whether it looks at all of it.
    pub fn is_complete(self) -> bool {
        matches!(self, Self::Create | Self::Whole)
    }
}

/// Which finalizers a kind may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FinalizerNames {
    /// Any qualified name: custom resources, and the kinds of Kubernetes' extension servers.
    #[default]
    Qualified,
    /// Those with a domain, and the few standard ones without: the built-in kinds.
    StandardOrWithDomain,
}

/// What a check may know of the request that it works for.
#[derive(Clone, Copy, Debug)]
pub struct CheckContext<'a> {
    /// The kind and version that the request speaks; objects come in the hub's version nevertheless.
    pub kind: &'a GroupVersionKind,
    /// The subresource that is written; empty for the object itself.
    pub subresource: &'a str,
    /// The server's feature gates.
    pub gates: &'a FeatureGates,
}

type Create = Box<dyn Fn(&CheckContext<'_>, &dyn Object) -> ErrorList + Send + Sync>;
type Update = Box<dyn Fn(&CheckContext<'_>, &dyn Object, &dyn Object) -> ErrorList + Send + Sync>;
type Warn = Box<dyn Fn(&CheckContext<'_>, &dyn Object, Option<&dyn Object>) -> Vec<String> + Send + Sync>;

/// The checks of one kind. They take objects of the hub's version, defaulted; metadata is checked elsewhere.
///
/// ```
/// use kubeforge_machinery::{
///     field::{Error, ErrorList, Path},
///     meta::v1::PartialObjectMetadata,
///     validation::{CheckContext, Checks, NameRule},
/// };
///
/// fn validate(_: &CheckContext<'_>, object: &PartialObjectMetadata) -> ErrorList {
///     if object.metadata.labels.is_empty() {
///         return vec![Error::required(&Path::new("metadata.labels"), "")];
///     }
///     ErrorList::new()
/// }
///
/// let checks = Checks::new(validate).names(NameRule::Label);
/// ```
#[derive(Default)]
pub struct Checks {
    names: NameRule,
    metadata_on_update: Option<MetadataOnUpdate>,
    finalizers: FinalizerNames,
    create: Option<Create>,
    update: Option<Update>,
    subresources: Vec<(&'static str, Update)>,
    warn: Option<Warn>,
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checks").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Checks {
    /// Checks of new objects; an update's new state is checked the same way until [`Checks::update`] says otherwise.
    pub fn new<T: Object>(create: impl Fn(&CheckContext<'_>, &T) -> ErrorList + Send + Sync + 'static) -> Self {
        let create = move |ctx: &CheckContext<'_>, object: &dyn Object| {
            object.downcast_ref::<T>().map(|object| create(ctx, object)).unwrap_or_default()
        };
        Self { create: Some(Box::new(create)), ..Self::default() }
    }

    /// Checks of updates: of the new state and what it may not change of the old one.
    #[must_use]
    pub fn update<T: Object>(
        mut self,
        update: impl Fn(&CheckContext<'_>, &T, &T) -> ErrorList + Send + Sync + 'static,
    ) -> Self {
        self.update = Some(typed(update));
        self
    }

    /// Checks of updates through a subresource, which replace those of [`Checks::update`]; without any, the update's
    /// apply.
    #[must_use]
    pub fn subresource<T: Object>(
        mut self,
        name: &'static str,
        update: impl Fn(&CheckContext<'_>, &T, &T) -> ErrorList + Send + Sync + 'static,
    ) -> Self {
        self.subresources.push((name, typed(update)));
        self
    }

    /// What to tell the client of a valid object; there is no old state when it is new.
    #[must_use]
    pub fn warnings<T: Object>(
        mut self,
        warn: impl Fn(&CheckContext<'_>, &T, Option<&T>) -> Vec<String> + Send + Sync + 'static,
    ) -> Self {
        let warn = move |ctx: &CheckContext<'_>, new: &dyn Object, old: Option<&dyn Object>| {
            let Some(new) = new.downcast_ref::<T>() else { return Vec::new() };
            warn(ctx, new, old.and_then(|old| old.downcast_ref::<T>()))
        };
        self.warn = Some(Box::new(warn));
        self
    }

    /// Which finalizers there may be.
    #[must_use]
    pub fn finalizers(mut self, names: FinalizerNames) -> Self {
        self.finalizers = names;
        self
    }

    /// Which finalizers there may be.
    pub fn finalizer_names(&self) -> FinalizerNames {
        self.finalizers
    }

    /// What names look like.
    #[must_use]
    pub fn names(mut self, rule: NameRule) -> Self {
        self.names = rule;
        self
    }

    /// What updates look at in the metadata. The default is [`MetadataOnUpdate::Update`] for kinds whose names the
    /// server checks, else nothing.
    #[must_use]
    pub fn metadata_on_update(mut self, what: MetadataOnUpdate) -> Self {
        self.metadata_on_update = Some(what);
        self
    }

    /// What an update through a subresource, or (empty) of the object itself, looks at in the metadata.
    pub fn checks_metadata_of(&self, subresource: &str) -> MetadataOnUpdate {
        let by_default = if self.names.is_checked() { MetadataOnUpdate::Update } else { MetadataOnUpdate::Nothing };
        match self.metadata_on_update {
            // subresources check what they change
            Some(what) if subresource.is_empty() || what == MetadataOnUpdate::Nothing => what,
            Some(_) => MetadataOnUpdate::Update,
            None => by_default,
        }
    }

    /// What names look like.
    pub fn name_rule(&self) -> NameRule {
        self.names
    }

    /// All that is wrong with a new object.
    pub fn check_create(&self, ctx: &CheckContext<'_>, object: &dyn Object) -> ErrorList {
        self.create.as_ref().map(|create| create(ctx, object)).unwrap_or_default()
    }

    /// All that is wrong with an update of an object or of its subresource.
    pub fn check_update(&self, ctx: &CheckContext<'_>, new: &dyn Object, old: &dyn Object) -> ErrorList {
        let own = self.subresources.iter().find(|(name, _)| *name == ctx.subresource).map(|(_, update)| update);
        match own.or(self.update.as_ref()) {
            Some(update) => update(ctx, new, old),
            None => self.check_create(ctx, new),
        }
    }

    /// What to tell the client of a valid object.
    pub fn warnings_on(&self, ctx: &CheckContext<'_>, new: &dyn Object, old: Option<&dyn Object>) -> Vec<String> {
        self.warn.as_ref().map(|warn| warn(ctx, new, old)).unwrap_or_default()
    }
}

fn typed<T: Object>(update: impl Fn(&CheckContext<'_>, &T, &T) -> ErrorList + Send + Sync + 'static) -> Update {
    Box::new(move |ctx, new, old| match (new.downcast_ref::<T>(), old.downcast_ref::<T>()) {
        (Some(new), Some(old)) => update(ctx, new, old),
        _ => ErrorList::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_checked_as_the_name_that_it_becomes() {
        assert!(NameRule::Label.check("web-", true).is_empty());
        assert!(!NameRule::Label.check("web-", false).is_empty());
        assert_eq!(NameRule::PathSegment.check("a/b%", false), ["may not contain '/'", "may not contain '%'"]);
        assert_eq!(NameRule::Custom(|name| vec![name.to_owned()]).check("web-", true), ["weba"]);
    }
}
