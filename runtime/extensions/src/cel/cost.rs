//! What an expression can cost at most. Follows cel-go checker/cost.go, of whose estimates only the upper ends matter
//! here, and the costs of Kubernetes' functions in apiserver pkg/cel/library/cost.go.

use std::collections::HashMap;

use super::{
    decl::{Declared, Type},
    engine::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue},
    types::Types,
};

const LIST_CREATION: u64 = 10;
const MAP_CREATION: u64 = 30;
const STRUCT_CREATION: u64 = 40;

/// A size or a cost that nothing bounds.
const UNKNOWN: u64 = u64::MAX;

/// The most that an expression can cost. `roots` are its variables and what is known of their sizes.
pub(super) fn max(tree: &IdedExpr, types: &Types, roots: &[(&str, &Declared)]) -> u64 {
    let mut coster = Coster { types, roots, paths: HashMap::new(), sizes: HashMap::new(), locals: Vec::new() };
    coster.cost(tree)
}

/// So much of a size, rounded up.
fn part(size: u64, factor: f64) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "an estimate, and upstream's arithmetic")]
    let product = (size as f64 * factor).ceil();
    #[expect(clippy::cast_precision_loss, reason = "2^64 is a float")]
    if product >= u64::MAX as f64 {
        return UNKNOWN;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above; sizes are not negative"
    )]
    let part = product as u64;
    part
}

/// Going over a text.
fn traversal(size: u64) -> u64 {
    part(size, 0.1)
}

/// A variable of a comprehension.
struct Local {
    name: String,
    path: Option<Vec<String>>,
    size: Option<u64>,
}

struct Coster<'a> {
    types: &'a Types,
    roots: &'a [(&'a str, &'a Declared)],
    /// Where parts lead to, from a root on.
    paths: HashMap<u64, Vec<String>>,
    sizes: HashMap<u64, u64>,
    locals: Vec<Local>,
}

impl Coster<'_> {
    fn cost(&mut self, part: &IdedExpr) -> u64 {
        match &part.expr {
            Expr::Unspecified | Expr::Literal(_) => 0,
            Expr::Ident(name) => {
                let local = self.locals.iter().rev().find(|local| local.name == *name);
                let path = local.map_or_else(|| Some(vec![name.clone()]), |local| local.path.clone());
                if let Some(path) = path {
                    self.paths.insert(part.id, path);
                }
                1
            }
            Expr::Select(select) => {
                let operand = self.cost(&select.operand);
                if select.test {
                    return operand.saturating_add(1);
                }
                if let Some(mut path) = self.paths.get(&select.operand.id).cloned() {
                    path.push(select.field.clone());
                    self.paths.insert(part.id, path);
                }
                match self.types.of(&select.operand) {
                    Type::Map(..) | Type::Object(_) => operand.saturating_add(1),
                    _ => operand,
                }
            }
            Expr::Call(call) => self.call(part, call),
            Expr::List(list) => {
                let elements = list.elements.iter().map(|element| self.cost(element));
                elements.fold(LIST_CREATION, u64::saturating_add)
            }
            Expr::Map(map) => {
                let mut sum = MAP_CREATION;
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        sum = sum.saturating_add(self.cost(&entry.key)).saturating_add(self.cost(&entry.value));
                    }
                }
                sum
            }
            Expr::Struct(made) => {
                let mut sum = STRUCT_CREATION;
                for entry in &made.entries {
                    if let EntryExpr::StructField(field) = &entry.expr {
                        sum = sum.saturating_add(self.cost(&field.value));
                    }
                }
                sum
            }
            Expr::Comprehension(made) => self.comprehension(part, made),
        }
    }

    fn comprehension(&mut self, part: &IdedExpr, made: &ComprehensionExpr) -> u64 {
        let mut sum = self.cost(&made.iter_range).saturating_add(self.cost(&made.accu_init));
        let depth = self.locals.len();
        let path = self.paths.get(&made.iter_range.id).cloned();
        let below = |step: &str| {
            path.clone().map(|mut path| {
                path.push(step.to_owned());
                path
            })
        };
        let is_list = matches!(self.types.of(&made.iter_range), Type::List(_));
        let accumulated = Local { name: made.accu_var.clone(), path: None, size: self.size(&made.accu_init) };
        self.locals.push(accumulated);
        let first = match (&made.iter_var2, is_list) {
            (Some(_), true) => "@indices",
            (None, true) => "@items",
            (_, false) => "@keys",
        };
        self.locals.push(Local { name: made.iter_var.clone(), path: below(first), size: None });
        if let Some(name) = &made.iter_var2 {
            let step = if is_list { "@items" } else { "@values" };
            self.locals.push(Local { name: name.clone(), path: below(step), size: None });
        }
        let each = self.cost(&made.loop_cond).saturating_add(self.cost(&made.loop_step));
        self.locals.truncate(depth + 1);
        sum = sum.saturating_add(self.cost(&made.result));
        self.locals.truncate(depth);
        let count = self.size_or_unknown(&made.iter_range);
        sum = sum.saturating_add(count.saturating_mul(each));
        match &made.accu_init.expr {
            Expr::Literal(_) => {
                if let Some(size) = self.size(&made.accu_init) {
                    self.sizes.insert(part.id, size);
                }
            }
            Expr::List(_) | Expr::Map(_) => {
                self.sizes.insert(part.id, count);
            }
            _ => {}
        }
        sum
    }

    fn call(&mut self, whole: &IdedExpr, call: &CallExpr) -> u64 {
        let args: Vec<u64> = call.args.iter().map(|arg| self.cost(arg)).collect();
        let all = args.iter().copied().fold(0, u64::saturating_add);
        let target_cost = call.target.as_ref().map_or(0, |target| self.cost(target));
        if call.func_name == "dyn" {
            if let Some(size) = call.args.first().and_then(|arg| self.size(arg)) {
                self.sizes.insert(whole.id, size);
            }
            return all.saturating_add(1);
        }
        let target = call.target.as_ref().map(|target| self.size_or_unknown(target));
        let sizes: Vec<u64> = call.args.iter().map(|arg| self.size_or_unknown(arg)).collect();
        let (own, result) = self.function(whole, call, target, &sizes, &args, all);
        if let Some(result) = result {
            self.sizes.insert(whole.id, result);
        }
        target_cost.saturating_add(own)
    }

    /// The cost of a function with its arguments, and the size of what it gives.
    fn function(
        &mut self,
        whole: &IdedExpr,
        call: &CallExpr,
        target: Option<u64>,
        sizes: &[u64],
        args: &[u64],
        all: u64,
    ) -> (u64, Option<u64>) {
        let plus = |own: u64| own.saturating_add(all);
        let first_type = call.args.first().map(|arg| self.types.of(arg));
        let is_text = |type_: &Option<Type>| matches!(type_, Some(Type::Text | Type::Bytes | Type::Dyn));
        match (call.func_name.as_str(), target, sizes) {
            ("_&&_" | "_||_", ..) => (all, None),
            ("_?_:_", None, [_, a, b]) => {
                let [condition, yes, no] = args else { return (all, None) };
                (condition.saturating_add(*yes.max(no)), Some(*a.max(b)))
            }
            ("_==_" | "_!=_", None, [a, b]) => (plus(traversal(*a.min(b))), None),
            ("_<_" | "_<=_" | "_>_" | "_>=_", None, [a, b]) if is_text(&first_type) => {
                (plus(traversal(*a.min(b))), None)
            }
            ("_+_", None, [a, b]) => {
                let size = a.saturating_add(*b);
                match first_type {
                    Some(Type::List(_)) => (plus(1), Some(size)),
                    Some(Type::Text | Type::Bytes | Type::Dyn) => (plus(traversal(size)), Some(size)),
                    _ => (plus(1), None),
                }
            }
            ("@in", None, [_, list]) => (plus(*list), None),
            ("_[_]", None, [_, _]) => {
                let held = call.args.first().and_then(|arg| self.paths.get(&arg.id).cloned());
                if let Some(mut path) = held {
                    let is_list = matches!(first_type, Some(Type::List(_)));
                    path.push(if is_list { "@items" } else { "@values" }.to_owned());
                    self.paths.insert(whole.id, path);
                }
                (plus(1), None)
            }
            ("bytes", None, [a]) => (plus(traversal(*a)), Some(a.saturating_mul(4))),
            ("string", None, [a]) if matches!(first_type, Some(Type::Bytes)) => (plus(traversal(*a)), Some(*a)),
            ("startsWith" | "endsWith", Some(_), [a]) => (plus(traversal(*a)), None),
            ("matches", Some(text), [pattern]) => (plus(regex(text, *pattern)), None),
            ("matches", None, [text, pattern]) => (plus(regex(*text, *pattern)), None),
            ("find" | "findAll", Some(text), [pattern, ..]) => (plus(regex(text, *pattern)), Some(text)),
            ("contains", Some(text), [a]) => (plus(traversal(text).saturating_mul(traversal(*a))), None),
            ("lowerAscii" | "upperAscii" | "substring" | "trim" | "reverse", Some(text), _) => {
                (plus(traversal(text)), Some(text))
            }
            ("replace", Some(text), [_, with, ..]) => {
                (plus(traversal(text).saturating_mul(2)), Some(text.saturating_mul((*with).max(1))))
            }
            ("split", Some(text), _) => (plus(traversal(text)), Some(text)),
            ("join", Some(list), rest) => {
                let separator = rest.first().copied().unwrap_or_default();
                let size = list.saturating_mul(separator.saturating_add(1));
                (plus(traversal(size)), Some(size))
            }
            ("url" | "isURL" | "quantity" | "isQuantity" | "ip" | "isIP" | "cidr" | "isCIDR", None, [a]) => {
                (plus(traversal(*a)), Some(*a))
            }
            ("isSorted" | "sum" | "min" | "max" | "indexOf" | "lastIndexOf", Some(size), _) => (plus(size), None),
            (
                "sets.contains" | "sets.equivalent" | "sets.intersects" | "contains" | "equivalent" | "intersects",
                None,
                [a, b],
            ) => (plus(a.saturating_mul(*b)), None),
            _ => (plus(1), None),
        }
    }

    fn size_or_unknown(&mut self, part: &IdedExpr) -> u64 {
        self.size(part).unwrap_or(UNKNOWN)
    }

    fn size(&mut self, part: &IdedExpr) -> Option<u64> {
        if let Some(size) = self.sizes.get(&part.id) {
            return Some(*size);
        }
        match &part.expr {
            Expr::Literal(LiteralValue::String(text)) => return Some(text.inner().chars().count() as u64),
            Expr::Literal(LiteralValue::Bytes(bytes)) => return Some(bytes.inner().len() as u64),
            Expr::Literal(_) => return Some(1),
            Expr::List(list) => return Some(list.elements.len() as u64),
            Expr::Map(map) => return Some(map.entries.len() as u64),
            _ => {}
        }
        if let Some(size) = self.paths.get(&part.id).and_then(|path| self.declared_size(path)) {
            return Some(size);
        }
        if self.types.of(part).is_scalar() {
            return Some(1);
        }
        let Expr::Ident(name) = &part.expr else { return None };
        self.locals.iter().rev().find(|local| local.name == *name).and_then(|local| local.size)
    }

    /// What the schema says of the size of what a path leads to.
    fn declared_size(&self, path: &[String]) -> Option<u64> {
        let (root, steps) = path.split_first()?;
        let mut at = self.roots.iter().find(|(name, _)| name == root)?.1;
        for step in steps {
            at = match (&at.type_, step.as_str()) {
                (Type::List(of), "@items") => of,
                (Type::Map(_, value), "@values") => value,
                (Type::Map(key, _), "@keys") => key,
                (Type::Object(fields), name) => fields.get(name)?,
                _ => return None,
            };
        }
        Some(at.elements_max)
    }
}

/// Matching a text against a pattern.
fn regex(text: u64, pattern: u64) -> u64 {
    traversal(text.saturating_add(1)).saturating_mul(part(pattern, 0.25))
}
