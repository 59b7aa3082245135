//! The Scheme: which kinds exist, and what each can do.

#![expect(clippy::result_large_err, reason = "errors are rare here, and name the kinds in full")]

use std::{
    any::TypeId,
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use crate::{
    gvk::{GroupKind, GroupVersion, GroupVersionKind, GroupVersionResource},
    object::{Kind, Object},
    validation::{Findings, ValidationContext},
};

/// A resource: how a kind is served.
#[derive(Clone, Debug, Default)]
pub struct ResourceInfo {
    /// The plural, as paths spell it.
    pub plural: Cow<'static, str>,
    /// The singular.
    pub singular: Cow<'static, str>,
    /// Short names, for kubectl.
    pub short_names: Cow<'static, [&'static str]>,
    /// Groups of resources it belongs to, such as `all`.
    pub categories: Cow<'static, [&'static str]>,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Verbs served on the resource itself.
    pub verbs: Cow<'static, [&'static str]>,
    /// Its subresources, sorted by name.
    pub subresources: Cow<'static, [SubresourceInfo]>,
    /// Labels that a field selector may name.
    pub selectable: Cow<'static, [&'static str]>,
    /// Columns of its table beyond the name, where they are plain paths.
    pub columns: Cow<'static, [ColumnInfo]>,
}

/// A subresource.
#[derive(Clone, Debug, Default)]
pub struct SubresourceInfo {
    /// Its name, for example `status`.
    pub name: Cow<'static, str>,
    /// The kind that it takes and answers; `None` is the resource's own.
    pub kind: Option<GroupVersionKind>,
    /// Verbs served on it.
    pub verbs: Cow<'static, [&'static str]>,
    /// Paths of a scale subresource.
    pub scale: Option<ScalePaths>,
}

/// Where a kind keeps what its scale subresource shows: JSON paths such as `.spec.replicas`.
#[derive(Clone, Debug, Default)]
pub struct ScalePaths {
    /// Wanted replicas.
    pub spec: Cow<'static, str>,
    /// Observed replicas.
    pub status: Cow<'static, str>,
    /// The label selector; empty where there is none.
    pub selector: Cow<'static, str>,
}

/// A column of a table.
#[derive(Clone, Debug, Default)]
pub struct ColumnInfo {
    /// Heading.
    pub name: Cow<'static, str>,
    /// OpenAPI type: `string`, `integer`, `date`…
    pub type_: Cow<'static, str>,
    /// OpenAPI format, often empty.
    pub format: Cow<'static, str>,
    /// What it shows.
    pub description: Cow<'static, str>,
    /// 0 is always shown, others only in wide output.
    pub priority: i32,
    /// JSON path of the value.
    pub path: Cow<'static, str>,
}

/// A kind's life: `major.minor` releases.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lifecycle {
    /// First release that has it.
    pub introduced: Option<&'static str>,
    /// First release that warns of it.
    pub deprecated: Option<&'static str>,
    /// First release without it.
    pub removed: Option<&'static str>,
    /// What to use instead, as `group/version.Kind`.
    pub replacement: Option<&'static str>,
}

/// A type's OpenAPI schema, generated as text.
#[derive(Debug)]
pub struct OpenApiSchema {
    /// The definition's name, for example `io.k8s.api.core.v1.Pod`.
    pub definition: &'static str,
    /// The schema as JSON, OpenAPI 3.0.
    pub json: &'static str,
    /// Schemas of the types that it refers to.
    pub refs: &'static [fn() -> &'static OpenApiSchema],
}

/// Checks an object, and where there is one its old state, by the rules of a kind's definition.
pub type ValidateObject = fn(&dyn Object, Option<&dyn Object>, &ValidationContext<'_>, &mut Findings);

/// What generated code says of a kind beyond its type.
#[derive(Clone, Debug, Default)]
pub struct KindInfo {
    /// How it is served, if it is.
    pub resource: Option<ResourceInfo>,
    /// The name of its list kind, in the same version.
    pub list_kind: Option<Cow<'static, str>>,
    /// For a list kind, the name of what it lists.
    pub item_kind: Option<Cow<'static, str>>,
    /// Its life.
    pub lifecycle: Lifecycle,
    /// Its schema.
    pub openapi: Option<fn() -> &'static OpenApiSchema>,
    /// The rules of its definition; `None` where there are none.
    pub validate: Option<ValidateObject>,
}

/// A conversion that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConversionError(pub String);

impl ConversionError {
    /// What texts of conversions begin with that a webhook should have done.
    pub const WEBHOOK: &'static str = "conversion webhook for ";
}

type Convert = Arc<dyn Fn(Box<dyn Object>) -> Result<Box<dyn Object>, ConversionError> + Send + Sync>;
type New = Arc<dyn Fn() -> Box<dyn Object> + Send + Sync>;

/// One registered kind.
#[derive(Clone)]
pub struct TypeEntry {
    /// What it is.
    pub gvk: GroupVersionKind,
    /// The kind that the server holds in memory; itself, where there is one version only.
    pub hub: GroupVersionKind,
    /// What was registered with it.
    pub info: KindInfo,
    /// Whether it has a protobuf form.
    pub has_proto: bool,
    new: New,
    to_hub: Option<Convert>,
    from_hub: Option<Convert>,
    #[cfg(feature = "arbitrary")]
    arbitrary: Option<ArbitraryKind>,
}

/// What tests do with a kind.
#[cfg(feature = "arbitrary")]
#[derive(Clone, Copy)]
struct ArbitraryKind {
    make: fn(&mut crate::arbitrary::Source<'_>) -> Box<dyn Object>,
    copy_onto: fn(&dyn Object, &mut dyn Object) -> bool,
}

impl fmt::Debug for TypeEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypeEntry").field("gvk", &self.gvk).field("hub", &self.hub).finish_non_exhaustive()
    }
}

impl TypeEntry {
    /// An object of the kind with every field at its zero value.
    pub fn new_object(&self) -> Box<dyn Object> {
        (self.new)()
    }

    /// What is wrong with an object of the kind by the rules of its definition. Of an update, what is equal in `old` is
    /// not checked again.
    pub fn validate(&self, object: &dyn Object, old: Option<&dyn Object>, ctx: &ValidationContext<'_>) -> Findings {
        let mut found = Findings::default();
        if let Some(validate) = self.info.validate {
            validate(object, old, ctx, &mut found);
        }
        found
    }

    /// An arbitrary object of the kind; `None` where the kind was registered without its generator.
    #[cfg(feature = "arbitrary")]
    pub fn arbitrary(&self, source: &mut crate::arbitrary::Source<'_>) -> Option<Box<dyn Object>> {
        self.arbitrary.map(|kind| (kind.make)(source))
    }

    /// Overwrites one object of the kind with a deep copy of another that reuses what the first holds; `false`, and
    /// nothing done, where they are of another type, or the kind was registered without its generator.
    #[cfg(feature = "arbitrary")]
    pub fn copy_onto(&self, from: &dyn Object, onto: &mut dyn Object) -> bool {
        self.arbitrary.is_some_and(|kind| (kind.copy_onto)(from, onto))
    }

    /// Where it is served, if it is.
    pub fn gvr(&self) -> Option<GroupVersionResource> {
        let resource = self.info.resource.as_ref()?;
        Some(self.gvk.group_version().with_resource(resource.plural.clone()))
    }
}

/// Why a Scheme can't do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    /// Nothing of that name is registered.
    #[error("no kind {:?} is registered for version \"{}\" in scheme \"{scheme}\"", .gvk.kind, .gvk.group_version())]
    NotRegistered {
        /// What was asked for.
        gvk: GroupVersionKind,
        /// The Scheme's name.
        scheme: Cow<'static, str>,
    },
    /// Two kinds that don't convert into one another.
    #[error("converting ({}) to ({}): unknown conversion", go_name(.from), go_name(.to))]
    NoConversion {
        /// What there is.
        from: GroupVersionKind,
        /// What was wanted.
        to: GroupVersionKind,
    },
    /// A conversion refused the object.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
}

fn go_name(gvk: &GroupVersionKind) -> String {
    format!("{}.{}", gvk.version, gvk.kind)
}

/// Collects kinds for a [`Scheme`].
#[derive(Debug, Default)]
pub struct SchemeBuilder {
    name: Cow<'static, str>,
    entries: BTreeMap<GroupVersionKind, TypeEntry>,
    by_type: HashMap<TypeId, GroupVersionKind>,
    ahead: HashMap<GroupVersionKind, Ahead>,
}

/// See [`SchemeBuilder::asks_elsewhere`].
#[derive(Clone)]
struct Ahead(Arc<Foresee>);

type Foresee = dyn Fn(Vec<Box<dyn Object>>, &GroupVersionKind) + Send + Sync;

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ahead")
    }
}

impl SchemeBuilder {
    /// An empty builder. The name occurs in error messages only.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Registers a kind.
    pub fn kind<T: Kind>(&mut self, info: KindInfo) -> &mut Self {
        self.typed(TypeId::of::<T>(), [T::GROUP, T::VERSION, T::KIND], info, T::HAS_PROTO, || Box::new(T::default()))
    }

    /// What is the same for all types, and so is compiled once.
    fn typed(
        &mut self,
        ty: TypeId,
        [group, version, kind]: [&'static str; 3],
        info: KindInfo,
        has_proto: bool,
        new: fn() -> Box<dyn Object>,
    ) -> &mut Self {
        let gvk = GroupVersionKind::new(group, version, kind);
        self.by_type.insert(ty, gvk.clone());
        self.entry(gvk, info, has_proto, Arc::new(new))
    }

    /// Registers a kind by name, with a function that makes empty objects of it.
    pub fn entry(&mut self, gvk: GroupVersionKind, info: KindInfo, has_proto: bool, new: New) -> &mut Self {
        let entry = TypeEntry {
            hub: gvk.clone(),
            gvk: gvk.clone(),
            info,
            has_proto,
            new,
            to_hub: None,
            from_hub: None,
            #[cfg(feature = "arbitrary")]
            arbitrary: None,
        };
        self.entries.insert(gvk, entry);
        self
    }

    /// Says that kind `S` is held and stored as kind `H`, and how to convert. Both must be registered as well.
    ///
    /// The functions take the object itself, so that what is the same in both versions moves and is not copied.
    pub fn spoke<S: Kind, H: Kind>(
        &mut self,
        to_hub: fn(S) -> Result<H, ConversionError>,
        from_hub: fn(H) -> Result<S, ConversionError>,
    ) -> &mut Self {
        fn converter<A: Kind, B: Kind>(convert: fn(A) -> Result<B, ConversionError>) -> Convert {
            Arc::new(move |object| match object.downcast::<A>() {
                Ok(object) => Ok(Box::new(convert(*object)?)),
                Err(object) => Err(unexpected_kind(A::KIND, &*object)),
            })
        }
        let gvks = [[S::GROUP, S::VERSION, S::KIND], [H::GROUP, H::VERSION, H::KIND]];
        self.converted(gvks, converter(to_hub), converter(from_hub))
    }

    /// Says of kinds registered by name that `spoke` is held as `hub`, and how to convert.
    pub fn conversion(
        &mut self,
        spoke: &GroupVersionKind,
        hub: &GroupVersionKind,
        to_hub: impl Fn(Box<dyn Object>) -> Result<Box<dyn Object>, ConversionError> + Send + Sync + 'static,
        from_hub: impl Fn(Box<dyn Object>) -> Result<Box<dyn Object>, ConversionError> + Send + Sync + 'static,
    ) -> &mut Self {
        if let Some(entry) = self.entries.get_mut(spoke) {
            entry.hub = hub.clone();
            entry.to_hub = Some(Arc::new(to_hub));
            entry.from_hub = Some(Arc::new(from_hub));
        }
        self
    }

    /// Says that conversions to and from a hub ask somebody who is elsewhere and may be slow. `ahead` is told of many
    /// objects that are about to be converted one by one, so that he can be asked once for all of them.
    pub fn asks_elsewhere(
        &mut self,
        hub: &GroupVersionKind,
        ahead: impl Fn(Vec<Box<dyn Object>>, &GroupVersionKind) + Send + Sync + 'static,
    ) -> &mut Self {
        self.ahead.insert(hub.clone(), Ahead(Arc::new(ahead)));
        self
    }

    fn converted(&mut self, gvks: [[&'static str; 3]; 2], to_hub: Convert, from_hub: Convert) -> &mut Self {
        let [spoke, hub] = gvks.map(|[group, version, kind]| GroupVersionKind::new(group, version, kind));
        if let Some(entry) = self.entries.get_mut(&spoke) {
            entry.hub = hub;
            entry.to_hub = Some(to_hub);
            entry.from_hub = Some(from_hub);
        }
        self
    }

    /// Says how to make arbitrary objects of a kind, which must be registered as well. Generated code does.
    #[cfg(feature = "arbitrary")]
    pub fn arbitrary<T: Kind + crate::arbitrary::Arbitrary>(&mut self) -> &mut Self {
        let gvk = GroupVersionKind::new(T::GROUP, T::VERSION, T::KIND);
        if let Some(entry) = self.entries.get_mut(&gvk) {
            entry.arbitrary = Some(ArbitraryKind {
                make: |source| Box::new(T::arbitrary(source)),
                copy_onto: |from, onto| match (from.downcast_ref::<T>(), onto.downcast_mut::<T>()) {
                    (Some(from), Some(onto)) => {
                        from.deep_copy_into(onto);
                        true
                    }
                    _ => false,
                },
            });
        }
        self
    }

    /// The Scheme of all that was registered.
    pub fn build(self) -> Scheme {
        let mut by_resource = HashMap::new();
        let entries: HashMap<_, _> =
            self.entries.into_iter().map(|(gvk, entry)| (gvk, Arc::new(entry))).collect::<HashMap<_, _>>();
        for entry in entries.values() {
            if let Some(gvr) = entry.gvr() {
                by_resource.insert(gvr, entry.clone());
            }
        }
        Scheme { name: self.name, entries, by_type: self.by_type, by_resource, ahead: self.ahead }
    }
}

#[cold]
fn unexpected_kind(expected: &str, object: &dyn Object) -> ConversionError {
    ConversionError(format!("expected a {expected}, got a {}", object.gvk().kind))
}

/// The kinds that a program knows.
#[derive(Debug, Clone)]
pub struct Scheme {
    name: Cow<'static, str>,
    entries: HashMap<GroupVersionKind, Arc<TypeEntry>>,
    by_type: HashMap<TypeId, GroupVersionKind>,
    by_resource: HashMap<GroupVersionResource, Arc<TypeEntry>>,
    ahead: HashMap<GroupVersionKind, Ahead>,
}

impl Scheme {
    /// The kind's entry.
    ///
    /// # Errors
    /// [`SchemeError::NotRegistered`].
    pub fn get(&self, gvk: &GroupVersionKind) -> Result<&Arc<TypeEntry>, SchemeError> {
        self.entries.get(gvk).ok_or_else(|| SchemeError::NotRegistered { gvk: gvk.clone(), scheme: self.name.clone() })
    }

    /// The entry of the kind that is served as this resource.
    pub fn by_resource(&self, gvr: &GroupVersionResource) -> Option<&Arc<TypeEntry>> {
        self.by_resource.get(gvr)
    }

    /// The kind of a Rust type.
    pub fn gvk_of<T: 'static>(&self) -> Option<&GroupVersionKind> {
        self.by_type.get(&TypeId::of::<T>())
    }

    /// Every entry, sorted by group, version and kind.
    pub fn entries(&self) -> Vec<&Arc<TypeEntry>> {
        let mut entries: Vec<_> = self.entries.values().collect();
        entries.sort_by(|a, b| a.gvk.cmp(&b.gvk));
        entries
    }

    /// An empty object.
    ///
    /// # Errors
    /// [`SchemeError::NotRegistered`].
    pub fn new_object(&self, gvk: &GroupVersionKind) -> Result<Box<dyn Object>, SchemeError> {
        Ok(self.get(gvk)?.new_object())
    }

    /// The group and versions in which a kind is registered, sorted.
    pub fn versions_of(&self, kind: &GroupKind) -> Vec<GroupVersion> {
        let mut versions: Vec<_> = self
            .entries
            .keys()
            .filter(|gvk| gvk.group == kind.group && gvk.kind == kind.kind)
            .map(GroupVersionKind::group_version)
            .collect();
        versions.sort();
        versions
    }

    /// The object as another version of its kind, through the hub.
    ///
    /// # Errors
    /// Where a kind is not registered, the two have different hubs, or a conversion refuses the object.
    pub fn convert(&self, object: Box<dyn Object>, to: &GroupVersionKind) -> Result<Box<dyn Object>, SchemeError> {
        let from = object.gvk();
        if from == *to {
            return Ok(object);
        }
        let (source, target) = (self.get(&from)?, self.get(to)?);
        if source.hub != target.hub {
            return Err(SchemeError::NoConversion { from, to: to.clone() });
        }
        let hub = match &source.to_hub {
            Some(convert) => convert(object)?,
            None => object,
        };
        match &target.from_hub {
            Some(convert) => Ok(convert(hub)?),
            None => Ok(hub),
        }
    }

    /// Whether conversions to this hub ask somebody who is elsewhere, so that no lock may be held meanwhile.
    pub fn asks_elsewhere(&self, hub: &GroupVersionKind) -> bool {
        self.ahead.contains_key(hub)
    }

    /// Tells whoever is asked that these are about to be converted to a hub one by one.
    pub fn foresee(&self, objects: Vec<Box<dyn Object>>, hub: &GroupVersionKind) {
        if let Some(Ahead(ahead)) = self.ahead.get(hub) {
            ahead(objects, hub);
        }
    }

    /// The object as its hub version.
    ///
    /// # Errors
    /// As [`Scheme::convert`].
    pub fn to_hub(&self, object: Box<dyn Object>) -> Result<Box<dyn Object>, SchemeError> {
        let hub = self.get(&object.gvk())?.hub.clone();
        self.convert(object, &hub)
    }
}
