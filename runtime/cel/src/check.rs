//! The types of an expression's parts, and which functions its calls mean. Follows cel-go checker/checker.go.

use std::collections::HashMap;

use crate::{
    ast::{Element, Entry, Expr, Field, Fold, Id, Kind},
    env::Env,
    functions::{Function, Overload},
    nodes::Parsed,
    source::{Issue, deep},
    types::{ObjectType, Substitutions, Type, Unbound, most_general},
    value::Value,
};

/// What is known of a checked expression, by number of the part.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    types: HashMap<Id, Type>,
    /// What calls mean: the function and those of its overloads that fit.
    calls: HashMap<Id, Call>,
    /// Selections that name a type: `google.protobuf.Timestamp`.
    names: HashMap<Id, String>,
}

/// What a call means.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) function: &'static Function,
    pub(crate) overloads: Vec<&'static str>,
    /// What stands before the dot is a part of the function's name.
    pub(crate) is_qualified: bool,
}

impl Checked {
    pub(crate) fn type_of(&self, part: &Expr) -> &Type {
        self.types.get(&part.id).unwrap_or(&Type::Dyn)
    }

    pub(crate) fn call(&self, part: &Expr) -> Option<&Call> {
        self.calls.get(&part.id)
    }

    /// The type's name that a part is.
    pub(crate) fn type_name(&self, part: &Expr) -> Option<&str> {
        self.names.get(&part.id).map(String::as_str)
    }
}

/// Checks an expression.
///
/// # Errors
/// All that is wrong with it.
pub(crate) fn check(parsed: &Parsed, env: &Env) -> Result<Checked, Vec<Issue>> {
    let mut checker = Checker {
        env,
        positions: &parsed.positions,
        locals: Vec::new(),
        types: Substitutions::default(),
        checked: Checked::default(),
        issues: Vec::new(),
    };
    checker.check(&parsed.root);
    if !checker.issues.is_empty() {
        return Err(checker.issues);
    }
    let Checker { types, mut checked, .. } = checker;
    for type_ in checked.types.values_mut() {
        *type_ = types.apply(type_, Unbound::IsDyn);
    }
    Ok(checked)
}

struct Checker<'a> {
    env: &'a Env,
    positions: &'a [usize],
    /// Variables of comprehensions, the innermost last.
    locals: Vec<(String, Type)>,
    types: Substitutions,
    checked: Checked,
    issues: Vec<Issue>,
}

impl Checker<'_> {
    fn wrong(&mut self, id: Id, text: String) -> Type {
        let at = self.positions.get(id).copied().unwrap_or_default();
        self.issues.push(Issue::new(at, text));
        Type::Error
    }

    fn undeclared(&mut self, id: Id, name: &str) -> Type {
        self.wrong(id, format!("undeclared reference to '{}' (in container '')", name.trim_start_matches('.')))
    }

    fn shown(&self, type_: &Type) -> Type {
        self.types.apply(type_, Unbound::Stays)
    }

    fn check(&mut self, part: &Expr) -> Type {
        deep(|| self.check_here(part))
    }

    fn check_here(&mut self, part: &Expr) -> Type {
        let type_ = match &part.kind {
            Kind::Literal(value) => of_literal(value),
            Kind::Ident(name) => self.ident(part, name),
            Kind::Select { operand, field, is_test } => {
                let found = self.select(part, operand, field, *is_test);
                if *is_test { Type::Bool } else { found }
            }
            Kind::Call { target, function, args } => self.call(part, target.as_deref(), function, args),
            Kind::List(elements) => self.list(elements),
            Kind::Map(entries) => self.map(entries),
            Kind::Struct { name, fields } => self.message(part, name, fields),
            Kind::Fold(fold) => self.fold(fold),
        };
        self.checked.types.insert(part.id, type_.clone());
        type_
    }

    fn local(&self, name: &str) -> Option<Type> {
        self.locals.iter().rev().find(|(known, _)| known == name).map(|(_, type_)| type_.clone())
    }

    fn variable(&self, name: &str) -> Option<Type> {
        let name = name.trim_start_matches('.');
        self.env.variable(name).cloned().or_else(|| self.env.is_type_name(name).then_some(Type::Type))
    }

    fn ident(&mut self, part: &Expr, name: &str) -> Type {
        if let Some(local) = self.local(name) {
            return local;
        }
        match self.variable(name) {
            Some(type_) => {
                if type_ == Type::Type && self.env.variable(name).is_none() {
                    self.checked.names.insert(part.id, name.trim_start_matches('.').to_owned());
                }
                type_
            }
            None => self.undeclared(part.id, name),
        }
    }

    fn select(&mut self, part: &Expr, operand: &Expr, field: &str, is_test: bool) -> Type {
        // a dotted name may be one name
        if let Some(name) = operand.qualified_name()
            && self.local(name.split('.').next().unwrap_or_default()).is_none()
        {
            let name = format!("{name}.{field}");
            if let Some(type_) = self.variable(&name) {
                if is_test {
                    return self.wrong(part.id, "expression does not select a field".to_owned());
                }
                if type_ == Type::Type {
                    self.checked.names.insert(part.id, name);
                }
                return type_;
            }
        }
        let target = self.check(operand);
        self.field(part.id, &target, field, Optional::No)
    }

    fn field(&mut self, id: Id, target: &Type, field: &str, optional: Optional) -> Type {
        let target = self.shown(target);
        let (target, is_optional) = match &target {
            Type::Optional(of) => (of.as_ref().clone(), true),
            _ => (target, optional == Optional::Yes),
        };
        let found = match &target {
            Type::Map(of) => of.1.clone(),
            Type::Object(object) => match field_of(object, field) {
                Some(found) => found,
                None => return self.wrong(id, format!("undefined field '{field}'")),
            },
            Type::Var(_) => {
                self.types.assign(&Type::Dyn, &target);
                Type::Dyn
            }
            Type::Dyn | Type::Error => Type::Dyn,
            other => {
                let text = format!("type '{other}' does not support field selection");
                return self.wrong(id, text);
            }
        };
        if is_optional { Type::optional(found) } else { found }
    }

    fn call(&mut self, part: &Expr, target: Option<&Expr>, name: &str, args: &[Expr]) -> Type {
        if name == "_?._" {
            return self.optional_select(part, args);
        }
        for arg in args {
            self.check(arg);
        }
        let Some(target) = target else {
            return match self.env.function(name.trim_start_matches('.')) {
                Some(function) => self.resolve(part, function, None, args, Qualified::No),
                None => self.undeclared(part.id, name),
            };
        };
        if let Some(prefix) = target.qualified_name()
            && self.local(prefix.split('.').next().unwrap_or_default()).is_none()
            && let Some(function) = self.env.function(&format!("{prefix}.{name}"))
        {
            return self.resolve(part, function, None, args, Qualified::Yes);
        }
        self.check(target);
        match self.env.function(name) {
            Some(function) => self.resolve(part, function, Some(target), args, Qualified::No),
            None => self.undeclared(part.id, name),
        }
    }

    fn optional_select(&mut self, part: &Expr, args: &[Expr]) -> Type {
        let [operand, Expr { kind: Kind::Literal(Value::String(field)), .. }] = args else { return Type::Error };
        let target = self.check(operand);
        if let (Some(function), Some(name)) = (self.env.function("_?._"), args.last()) {
            self.checked.types.insert(name.id, Type::String);
            let call = Call { function, overloads: vec!["select_optional_field"], is_qualified: false };
            self.checked.calls.insert(part.id, call);
        }
        let found = self.field(part.id, &target, field, Optional::Yes);
        if found == Type::Error { Type::optional(Type::Dyn) } else { found }
    }

    fn resolve(
        &mut self,
        part: &Expr,
        function: &'static Function,
        target: Option<&Expr>,
        args: &[Expr],
        qualified: Qualified,
    ) -> Type {
        let types: Vec<Type> = target.into_iter().chain(args).map(|arg| self.checked.type_of(arg).clone()).collect();
        let mut overloads = Vec::new();
        let mut result: Option<Type> = None;
        for Overload { id, is_method, args: wanted, result: gives, vars } in &function.overloads {
            if *is_method != target.is_some() || wanted.len() != types.len() {
                continue;
            }
            let base = self.types.fresh(*vars);
            let wanted: Vec<Type> = wanted.iter().map(|type_| type_.shifted(base)).collect();
            let pairs: Vec<(&Type, &Type)> = types.iter().zip(&wanted).collect();
            if !self.types.assign_all(&pairs) {
                continue;
            }
            overloads.push(*id);
            let gives = self.types.apply(&gives.shifted(base), Unbound::Stays);
            result = Some(match result {
                None => gives,
                Some(before) if before == Type::Dyn || before == gives => before,
                Some(_) => Type::Dyn,
            });
        }
        let Some(result) = result else {
            let shown: Vec<String> =
                types.iter().map(|type_| self.types.apply(type_, Unbound::IsDyn).to_string()).collect();
            let signature = match shown.split_first() {
                Some((target, rest)) if qualified == Qualified::No && part_has_target(part) => {
                    format!("{target}.({})", rest.join(", "))
                }
                _ => format!("({})", shown.join(", ")),
            };
            let text = format!("found no matching overload for '{}' applied to '{signature}'", function.name);
            return self.wrong(part.id, text);
        };
        let is_qualified = qualified == Qualified::Yes;
        self.checked.calls.insert(part.id, Call { function, overloads, is_qualified });
        result
    }

    /// The common type of several; `None` where there are none.
    fn join(&mut self, part: &Expr, before: Option<Type>, next: Type) -> Type {
        let Some(before) = before else { return next };
        if self.types.assign(&before, &next) {
            return most_general(&before, &next);
        }
        let text = format!("expected type '{}' but found '{}'", self.shown(&before), self.shown(&next));
        self.wrong(part.id, text);
        before
    }

    /// The type of a value that may be left out.
    fn unwrapped(&mut self, value: &Expr, is_optional: bool) -> Type {
        let found = self.check(value);
        if !is_optional {
            return found;
        }
        match self.shown(&found) {
            Type::Optional(of) => of.as_ref().clone(),
            Type::Dyn | Type::Error => Type::Dyn,
            other => {
                let text = format!("expected type 'optional_type({other})' but found '{other}'");
                self.wrong(value.id, text);
                other
            }
        }
    }

    fn list(&mut self, elements: &[Element]) -> Type {
        let mut common = None;
        for element in elements {
            let found = self.unwrapped(&element.value, element.is_optional);
            common = Some(self.join(&element.value, common, found));
        }
        Type::list(common.unwrap_or_else(|| Type::Var(self.types.fresh(1))))
    }

    fn map(&mut self, entries: &[Entry]) -> Type {
        let (mut keys, mut values) = (None, None);
        for entry in entries {
            let key = self.check(&entry.key);
            keys = Some(self.join(&entry.key, keys, key));
            let value = self.unwrapped(&entry.value, entry.is_optional);
            values = Some(self.join(&entry.value, values, value));
        }
        let key = keys.unwrap_or_else(|| Type::Var(self.types.fresh(1)));
        let value = values.unwrap_or_else(|| Type::Var(self.types.fresh(1)));
        Type::map(key, value)
    }

    fn message(&mut self, part: &Expr, name: &str, fields: &[Field]) -> Type {
        let found = self.env.message(name);
        let type_ = match &found {
            Some(object) => Type::Object(object.clone()),
            None if self.variable(name).is_some() => self.wrong(part.id, format!("'{name}' is not a message type")),
            None => self.undeclared(part.id, name),
        };
        for field in fields {
            let given = self.unwrapped(&field.value, field.is_optional);
            let Some(object) = &found else { continue };
            let Some(wanted) = field_of(object, &field.name) else {
                self.wrong(field.id, format!("undefined field '{}'", field.name));
                continue;
            };
            if !self.types.assign(&wanted, &given) {
                let text = format!(
                    "expected type of field '{}' is '{wanted}' but provided type is '{}'",
                    field.name,
                    self.shown(&given)
                );
                self.wrong(field.id, text);
            }
        }
        type_
    }

    fn fold(&mut self, fold: &Fold) -> Type {
        let range = self.check(&fold.range);
        let accu = self.check(&fold.init);
        let range = self.shown(&range);
        let (first, second) = match &range {
            Type::List(of) if fold.var2.is_some() => (Type::Int, of.as_ref().clone()),
            Type::List(of) => (of.as_ref().clone(), Type::Dyn),
            Type::Map(of) => (of.0.clone(), of.1.clone()),
            Type::Dyn | Type::Error => (Type::Dyn, Type::Dyn),
            Type::Var(_) => {
                self.types.assign(&Type::Dyn, &range);
                (Type::Dyn, Type::Dyn)
            }
            other => {
                let text = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                self.wrong(fold.range.id, text);
                (Type::Error, Type::Error)
            }
        };
        let depth = self.locals.len();
        self.locals.push((fold.accu.clone(), accu.clone()));
        let outer = self.locals.len();
        self.locals.push((fold.var.clone(), first));
        if let Some(name) = &fold.var2 {
            self.locals.push((name.clone(), second));
        }
        let condition = self.check(&fold.condition);
        self.expect(&fold.condition, &Type::Bool, &condition);
        let step = self.check(&fold.step);
        self.expect(&fold.step, &accu, &step);
        // the result knows nothing of the elements
        self.locals.truncate(outer);
        let result = self.check(&fold.result);
        self.locals.truncate(depth);
        self.shown(&result)
    }

    fn expect(&mut self, part: &Expr, wanted: &Type, found: &Type) {
        if !self.types.assign(wanted, found) {
            let text = format!("expected type '{}' but found '{}'", self.shown(wanted), self.shown(found));
            self.wrong(part.id, text);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Optional {
    Yes,
    No,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Qualified {
    Yes,
    No,
}

fn part_has_target(part: &Expr) -> bool {
    matches!(&part.kind, Kind::Call { target: Some(_), .. })
}

fn field_of(object: &ObjectType, field: &str) -> Option<Type> {
    object.fields.get(field).cloned().or(object.is_open.then_some(Type::Dyn))
}

fn of_literal(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Uint(_) => Type::Uint,
        Value::Double(_) => Type::Double,
        Value::String(_) => Type::String,
        Value::Bytes(_) => Type::Bytes,
        _ => Type::Null,
    }
}
