//! What an expression can cost before anything is known of the values. Follows cel-go checker/cost.go; costs of
//! Kubernetes' functions are in [`calls`].

mod calls;
pub(crate) use calls::compares_texts as calls_compare;
pub(crate) mod range;

use std::collections::HashMap;

use range::Range;

use crate::{
    ast::{Element, Entry, Expr, Fold, Id, Kind},
    check::Checked,
    source::deep,
    types::Type,
    value::Value,
};

/// Base costs, from cel-go common/cost.go.
pub(crate) const LIST_CREATION: u64 = 10;
pub(crate) const MAP_CREATION: u64 = 30;
const STRUCT_CREATION: u64 = 40;
/// Going over one character.
pub(crate) const TRAVERSAL: f64 = 0.1;
/// One character of a regular expression.
pub(crate) const REGEX: f64 = 0.25;

/// How large the value at a path can be at most: a variable's name, then field names, `@items`, `@keys`, `@values`.
pub type Sizes<'a> = &'a dyn Fn(&[String]) -> Option<u64>;

/// The most that an expression can cost.
pub(crate) fn cost_max(root: &Expr, checked: &Checked, sizes: Sizes<'_>) -> u64 {
    let mut coster = Coster {
        checked,
        sizes,
        paths: HashMap::new(),
        computed: HashMap::new(),
        entries: HashMap::new(),
        locals: Vec::new(),
    };
    coster.cost(root).max
}

/// Sizes of what a list or a map holds.
#[derive(Clone, Copy, Debug)]
struct EntrySizes {
    is_list: bool,
    key: Range,
    value: Range,
}

impl EntrySizes {
    fn union(self, other: Self) -> Self {
        Self { is_list: self.is_list, key: self.key.union(other.key), value: self.value.union(other.value) }
    }
}

/// A variable of a comprehension.
struct Local {
    name: String,
    path: Vec<String>,
    size: Option<Range>,
    entries: Option<EntrySizes>,
}

struct Coster<'a> {
    checked: &'a Checked,
    sizes: Sizes<'a>,
    /// Where parts lead, from a variable on.
    paths: HashMap<Id, Vec<String>>,
    computed: HashMap<Id, Range>,
    entries: HashMap<Id, EntrySizes>,
    locals: Vec<Local>,
}

/// Which variable of a comprehension.
#[derive(Clone, Copy)]
enum Which {
    Single,
    First,
    Second,
}

impl Coster<'_> {
    fn cost(&mut self, part: &Expr) -> Range {
        deep(|| self.cost_here(part))
    }

    fn cost_here(&mut self, part: &Expr) -> Range {
        match &part.kind {
            Kind::Literal(_) => Range::ZERO,
            Kind::Ident(name) => {
                let path = self.local(name).map_or_else(|| vec![name.clone()], |local| local.path.clone());
                self.paths.insert(part.id, path);
                Range::ONE
            }
            Kind::Select { operand, field, is_test } => self.select(part, operand, field, *is_test),
            Kind::Call { target, function, args } => self.call(part, target.as_deref(), function, args),
            Kind::List(elements) => self.list(part, elements),
            Kind::Map(entries) => self.map(part, entries),
            Kind::Struct { fields, .. } => {
                let fields = fields.iter().map(|field| self.cost(&field.value));
                fields.fold(Range::fixed(STRUCT_CREATION), Range::plus)
            }
            Kind::Fold(fold) if is_bind(fold) => self.bind(part, fold),
            Kind::Fold(fold) => self.fold(part, fold),
        }
    }

    fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    fn path(&self, part: &Expr) -> Vec<String> {
        if let Kind::Ident(name) = &part.kind
            && let Some(local) = self.local(name)
        {
            return local.path.clone();
        }
        self.paths.get(&part.id).cloned().unwrap_or_default()
    }

    fn path_below(&self, part: &Expr, step: &str) -> Vec<String> {
        let mut path = self.path(part);
        path.push(step.to_owned());
        path
    }

    fn size_at(&self, path: &[String]) -> Option<Range> {
        if path.is_empty() { None } else { (self.sizes)(path).map(Range::up_to) }
    }

    /// The size of a part's value; `None` where nothing is known of it.
    fn size(&mut self, part: &Expr) -> Option<Range> {
        if let Some(size) = self.computed.get(&part.id) {
            return Some(*size);
        }
        if let Some(size) = size_of_literal(part) {
            return Some(Range::fixed(size));
        }
        if let Some(size) = self.size_at(&self.path(part)) {
            self.computed.insert(part.id, size);
            return Some(size);
        }
        if self.checked.type_of(part).is_scalar() {
            return Some(Range::ONE);
        }
        match &part.kind {
            Kind::Ident(name) => self.local(name)?.size,
            _ => None,
        }
    }

    fn size_or_unknown(&mut self, part: &Expr) -> Range {
        self.size(part).unwrap_or(Range::UNKNOWN)
    }

    fn entries(&self, part: &Expr) -> Option<EntrySizes> {
        self.entries.get(&part.id).copied().or_else(|| match &part.kind {
            Kind::Ident(name) => self.local(name)?.entries,
            _ => None,
        })
    }

    fn set_size(&mut self, part: &Expr, size: Option<Range>) {
        if let Some(size) = size {
            self.computed.insert(part.id, size);
        }
    }

    fn set_entries(&mut self, part: &Expr, sizes: Option<EntrySizes>) {
        if let Some(sizes) = sizes {
            self.entries.insert(part.id, sizes);
        }
    }

    fn copy_sizes(&mut self, to: &Expr, from: &Expr) {
        let size = self.size(from);
        self.set_size(to, size);
        self.set_entries(to, self.entries(from));
    }

    fn select(&mut self, part: &Expr, operand: &Expr, field: &str, is_test: bool) -> Range {
        if self.checked.type_name(part).is_some() {
            return Range::ONE;
        }
        // to ask whether there is a field costs nothing
        let sum = self.cost(operand);
        if is_test {
            return sum;
        }
        let path = self.path_below(operand, field);
        self.paths.insert(part.id, path);
        match self.checked.type_of(operand) {
            Type::Map(_) | Type::Object(_) => sum.plus(Range::ONE),
            _ => sum,
        }
    }

    fn call(&mut self, part: &Expr, target: Option<&Expr>, function: &str, args: &[Expr]) -> Range {
        if let ("dyn", [arg]) = (function, args) {
            let cost = self.cost(arg);
            self.copy_sizes(part, arg);
            return cost.plus(Range::ONE);
        }
        let costs: Vec<Range> = args.iter().map(|arg| self.cost(arg)).collect();
        let Some(call) = self.checked.call(part).cloned() else { return Range::ZERO };
        let target = target.filter(|_| !call.is_qualified);
        let sum = target.map_or(Range::ZERO, |target| self.cost(target));
        let mut all: Option<Range> = None;
        let mut size: Option<Range> = None;
        for overload in call.overloads {
            let question = calls::Question { function: call.function.name, overload, target, args };
            let estimate = calls::estimate(self, part, &question, &costs);
            all = Some(all.map_or(estimate.cost, |all| all.union(estimate.cost)));
            size = match (size, estimate.size) {
                (Some(a), Some(b)) => Some(a.union(b)),
                (a, b) => a.or(b),
            };
            let step = match overload {
                "index_list" => Some("@items"),
                "index_map" => Some("@values"),
                _ => None,
            };
            if let (Some(step), Some(container)) = (step, args.first()) {
                size = self.entries(container).map(|entries| entries.value);
                let path = self.path_below(container, step);
                self.paths.insert(part.id, path);
            }
            if size.is_none() {
                size = self.size(part);
            }
        }
        self.set_size(part, size);
        sum.plus(all.unwrap_or(Range::ZERO))
    }

    fn list(&mut self, part: &Expr, elements: &[Element]) -> Range {
        let mut sum = Range::fixed(LIST_CREATION);
        let mut value = Range { min: if elements.is_empty() { 0 } else { u64::MAX }, max: 0 };
        for element in elements {
            sum = sum.plus(self.cost(&element.value));
            value = value.union(self.size_or_unknown(&element.value));
        }
        self.set_entries(part, Some(EntrySizes { is_list: true, key: Range::ONE, value }));
        sum
    }

    fn map(&mut self, part: &Expr, entries: &[Entry]) -> Range {
        let mut sum = Range::fixed(MAP_CREATION);
        let least = if entries.is_empty() { 0 } else { u64::MAX };
        let (mut key, mut value) = (Range { min: least, max: 0 }, Range { min: least, max: 0 });
        for entry in entries {
            sum = sum.plus(self.cost(&entry.key)).plus(self.cost(&entry.value));
            key = key.union(self.size_or_unknown(&entry.key));
            value = value.union(self.size_or_unknown(&entry.value));
        }
        self.set_entries(part, Some(EntrySizes { is_list: false, key, value }));
        sum
    }

    fn push_iterated(&mut self, name: &str, range: &Expr, which: Which) {
        let entries = self.entries(range);
        let is_list = match entries {
            Some(entries) => entries.is_list,
            None => matches!(self.checked.type_of(range), Type::List(_)),
        };
        let (size, step) = match (which, is_list) {
            (Which::Single | Which::Second, true) => (entries.map(|entries| entries.value), "@items"),
            (Which::Single | Which::First, false) => (entries.map(|entries| entries.key), "@keys"),
            (Which::First, true) => (entries.map(|entries| entries.key), "@indices"),
            (Which::Second, false) => (entries.map(|entries| entries.value), "@values"),
        };
        let path = self.path_below(range, step);
        self.locals.push(Local { name: name.to_owned(), path, size, entries: None });
    }

    fn push_local(&mut self, name: &str, value: &Expr) {
        let (path, entries, size) = (self.path(value), self.entries(value), self.size(value));
        self.locals.push(Local { name: name.to_owned(), path, size, entries });
    }

    fn fold(&mut self, part: &Expr, fold: &Fold) -> Range {
        let mut sum = self.cost(&fold.range);
        sum = sum.plus(self.cost(&fold.init));
        let depth = self.locals.len();
        self.push_local(&fold.accu, &fold.init);
        match &fold.var2 {
            None => self.push_iterated(&fold.var, &fold.range, Which::Single),
            Some(second) => {
                self.push_iterated(&fold.var, &fold.range, Which::First);
                self.push_iterated(second, &fold.range, Which::Second);
            }
        }
        let each = self.cost(&fold.condition).plus(self.cost(&fold.step));
        self.locals.truncate(depth + 1);
        sum = sum.plus(self.cost(&fold.result));
        self.locals.truncate(depth);
        let count = self.size_or_unknown(&fold.range);
        sum = sum.plus(count.times(each));
        match &fold.init.kind {
            Kind::Literal(_) => {
                let size = self.size(&fold.init);
                self.set_size(part, size);
            }
            Kind::List(_) | Kind::Map(_) => {
                self.set_size(part, Some(count));
                self.set_entries(part, self.entries(&fold.step));
            }
            _ => {}
        }
        sum
    }

    fn bind(&mut self, part: &Expr, fold: &Fold) -> Range {
        let mut sum = self.cost(&fold.range).plus(self.cost(&fold.init));
        self.push_local(&fold.accu, &fold.init);
        sum = sum.plus(self.cost(&fold.result));
        self.locals.pop();
        self.copy_sizes(part, &fold.result);
        sum
    }
}

/// Whether a comprehension only names a value: it goes over nothing.
fn is_bind(fold: &Fold) -> bool {
    matches!(&fold.range.kind, Kind::List(elements) if elements.is_empty())
        && matches!(fold.condition.kind, Kind::Literal(Value::Bool(false)))
}

fn size_of_literal(part: &Expr) -> Option<u64> {
    match &part.kind {
        Kind::Literal(value) => Some(value.size()),
        Kind::List(elements) => Some(elements.len() as u64),
        Kind::Map(entries) => Some(entries.len() as u64),
        _ => None,
    }
}
