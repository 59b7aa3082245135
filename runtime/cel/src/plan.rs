//! A checked expression, made ready to run: functions found, literals put together, variables numbered.

use std::sync::Arc;

use regex::Regex;

use crate::{
    ast::{Element, Entry, Expr, Fold, Kind},
    check::Checked,
    env::Env,
    functions::{Function, regexes},
    macros,
    source::deep,
    value::{Key, Map, Value},
};

/// A step of an evaluation.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Const(Value),
    /// A variable of the environment, by its place.
    Var(usize),
    /// A variable of a comprehension, by its depth.
    Local(usize),
    Select(Box<Select>),
    Index(Box<Index>),
    And(Box<[Step; 2]>),
    Or(Box<[Step; 2]>),
    Conditional(Box<[Step; 3]>),
    NotStrictlyFalse(Box<Step>),
    /// `or` and `orValue`: the other side is asked only where there is nothing.
    OrElse(Box<[Step; 2]>, OrElse),
    /// What a comprehension collects, with one more element or entry.
    Collect(Box<Collect>),
    /// Whether a list of literals has the value.
    InLiterals(Box<Step>, Value),
    Matches(Box<Step>, Box<Step>, Arc<Regex>),
    Call(Box<Call>),
    List(Box<[(Step, bool)]>),
    Map(Box<[(Step, Step, bool)]>),
    Fold(Box<Loop>),
}

/// What stands for an optional that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrElse {
    /// `or`: itself.
    Optional,
    /// `orValue`: what is in it.
    Value,
}

/// Adding to what a comprehension collects, in place: nothing else can see it.
#[derive(Clone, Debug)]
pub(crate) struct Collect {
    /// Where it is collected.
    pub(crate) depth: usize,
    pub(crate) function: &'static Function,
    /// The list of new elements; or an entry's key and value; or a map of entries.
    pub(crate) args: Box<[Step]>,
}

/// `operand.field`.
#[derive(Clone, Debug)]
pub(crate) struct Select {
    pub(crate) operand: Step,
    pub(crate) field: Arc<str>,
    pub(crate) what: Access,
}

/// `operand[key]`.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) operand: Step,
    pub(crate) key: Step,
    pub(crate) is_optional: bool,
}

/// How a field is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Value,
    Optional,
    Test,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) function: &'static Function,
    /// Its overload, if it can only be one.
    pub(crate) overload: Option<&'static str>,
    pub(crate) args: Box<[Step]>,
}

/// A comprehension.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) range: Step,
    pub(crate) has_two: bool,
    pub(crate) init: Step,
    pub(crate) condition: Step,
    pub(crate) step: Step,
    pub(crate) result: Step,
}

impl Step {
    /// Whether it leads from a variable on, so that more fields of it cost only themselves.
    pub(crate) fn is_attribute(&self) -> bool {
        matches!(self, Self::Var(_) | Self::Local(_) | Self::Select(_) | Self::Index(_) | Self::Conditional(_))
    }
}

/// Conversions, which are done at once where their argument is a literal.
const CONVERSIONS: [&str; 8] = ["bool", "bytes", "double", "duration", "int", "string", "timestamp", "uint"];

/// Plans an expression.
///
/// # Errors
/// What keeps it from being run though its types are right.
pub(crate) fn plan(root: &Expr, checked: &Checked, env: &Env) -> Result<Step, String> {
    Planner { checked, env, locals: Vec::new() }.step(root)
}

struct Planner<'a> {
    checked: &'a Checked,
    env: &'a Env,
    locals: Vec<String>,
}

impl Planner<'_> {
    fn step(&mut self, part: &Expr) -> Result<Step, String> {
        deep(|| self.step_here(part))
    }

    fn step_here(&mut self, part: &Expr) -> Result<Step, String> {
        if let Some(name) = self.checked.type_name(part) {
            return Ok(Step::Const(Value::Type(name.into())));
        }
        Ok(match &part.kind {
            Kind::Literal(value) => Step::Const(value.clone()),
            Kind::Ident(name) => self.variable(name)?,
            Kind::Select { operand, field, is_test } => {
                if let Some(place) = part.qualified_name().and_then(|name| self.env.place(&name)) {
                    return Ok(Step::Var(place));
                }
                let what = if *is_test { Access::Test } else { Access::Value };
                Step::Select(Box::new(Select { operand: self.step(operand)?, field: field.as_str().into(), what }))
            }
            Kind::Call { target, function, args } => self.call(part, target.as_deref(), function, args)?,
            Kind::List(elements) => self.list(elements)?,
            Kind::Map(entries) => self.map(entries)?,
            Kind::Struct { fields, .. } => {
                // the evaluation knows messages as maps of their fields
                let entries: Result<Vec<_>, String> = fields
                    .iter()
                    .map(|field| {
                        let name = Step::Const(Value::string(field.name.as_str()));
                        Ok((name, self.step(&field.value)?, field.is_optional))
                    })
                    .collect();
                Step::Map(entries?.into())
            }
            Kind::Fold(fold) => self.fold(fold)?,
        })
    }

    fn variable(&self, name: &str) -> Result<Step, String> {
        if let Some(depth) = self.locals.iter().rposition(|local| local == name) {
            return Ok(Step::Local(depth));
        }
        self.env.place(name).map(Step::Var).ok_or_else(|| format!("no such attribute(s): {name}"))
    }

    fn steps(&mut self, parts: impl Iterator<Item = impl std::borrow::Borrow<Expr>>) -> Result<Vec<Step>, String> {
        parts.map(|part| self.step(part.borrow())).collect()
    }

    fn call(&mut self, part: &Expr, target: Option<&Expr>, name: &str, args: &[Expr]) -> Result<Step, String> {
        let Some(call) = self.checked.call(part) else { return Err(format!("unknown function: {name}")) };
        let (function, is_qualified) = (call.function, call.is_qualified);
        let overload = match call.overloads.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let target = target.filter(|_| !is_qualified);
        if let ("_+_" | "cel.@mapInsert", [Expr { kind: Kind::Ident(accu), .. }, rest @ ..]) = (function.name, args)
            && accu == macros::ACCU
            && (function.name != "_+_" || rest.iter().all(|arg| matches!(arg.kind, Kind::List(_))))
            && let Step::Local(depth) = self.variable(accu)?
        {
            let args = self.steps(rest.iter())?.into();
            return Ok(Step::Collect(Box::new(Collect { depth, function, args })));
        }
        let steps = self.steps(target.into_iter().chain(args))?;
        Ok(match (function.name, two(steps)) {
            ("_&&_", Ok(sides)) => Step::And(Box::new(sides)),
            ("_||_", Ok(sides)) => Step::Or(Box::new(sides)),
            ("or", Ok(sides)) => Step::OrElse(Box::new(sides), OrElse::Optional),
            ("orValue", Ok(sides)) => Step::OrElse(Box::new(sides), OrElse::Value),
            ("_[_]" | "_[?_]", Ok([operand, key])) => {
                Step::Index(Box::new(Index { operand, key, is_optional: function.name == "_[?_]" }))
            }
            ("_?._", Ok([operand, Step::Const(Value::String(field))])) => {
                Step::Select(Box::new(Select { operand, field, what: Access::Optional }))
            }
            ("@in", Ok([value, Step::Const(list @ Value::List(_))])) => Step::InLiterals(Box::new(value), list),
            ("matches", Ok([text, pattern])) => match &pattern {
                Step::Const(Value::String(literal)) => {
                    let regex = regexes::compile(literal)?;
                    Step::Matches(Box::new(text), Box::new(pattern), Arc::new(regex))
                }
                _ => Step::Call(Box::new(Call { function, overload, args: Box::new([text, pattern]) })),
            },
            (_, Ok(sides)) => Step::Call(Box::new(Call { function, overload, args: sides.into() })),
            ("_?_:_", Err(steps)) => match <[Step; 3]>::try_from(steps) {
                Ok(parts) => Step::Conditional(Box::new(parts)),
                Err(_) => return Err("a conditional has three parts".to_owned()),
            },
            ("@not_strictly_false", Err(steps)) => {
                let step = steps.into_iter().next().unwrap_or(Step::Const(Value::Null));
                Step::NotStrictlyFalse(Box::new(step))
            }
            (name, Err(steps)) => match steps.as_slice() {
                [Step::Const(value)] if CONVERSIONS.contains(&name) => {
                    Step::Const((function.run)(std::slice::from_ref(value))?)
                }
                _ => Step::Call(Box::new(Call { function, overload, args: steps.into() })),
            },
        })
    }

    fn list(&mut self, elements: &[Element]) -> Result<Step, String> {
        let steps: Result<Vec<_>, String> =
            elements.iter().map(|element| Ok((self.step(&element.value)?, element.is_optional))).collect();
        let steps = steps?;
        let literals: Option<Vec<Value>> = steps
            .iter()
            .map(|(step, is_optional)| match step {
                Step::Const(value) if !is_optional => Some(value.clone()),
                _ => None,
            })
            .collect();
        Ok(literals.map_or_else(|| Step::List(steps.into()), |items| Step::Const(Value::list(items))))
    }

    fn map(&mut self, entries: &[Entry]) -> Result<Step, String> {
        let steps: Result<Vec<_>, String> = entries
            .iter()
            .map(|entry| Ok((self.step(&entry.key)?, self.step(&entry.value)?, entry.is_optional)))
            .collect();
        let steps = steps?;
        let literals: Option<Map> = steps
            .iter()
            .map(|step| match step {
                (Step::Const(key), Step::Const(value), false) => Some((Key::of(key)?, value.clone())),
                _ => None,
            })
            .collect();
        let literals = literals.filter(|map| map.len() == steps.len());
        Ok(literals.map_or_else(|| Step::Map(steps.into()), |map| Step::Const(Value::Map(Arc::new(map)))))
    }

    fn fold(&mut self, fold: &Fold) -> Result<Step, String> {
        let range = self.step(&fold.range)?;
        let init = self.step(&fold.init)?;
        let depth = self.locals.len();
        self.locals.push(fold.accu.clone());
        self.locals.push(fold.var.clone());
        // one place for it, whether it is used or not
        self.locals.push(fold.var2.clone().unwrap_or_default());
        let condition = self.step(&fold.condition)?;
        let step = self.step(&fold.step)?;
        self.locals.truncate(depth + 1);
        let result = self.step(&fold.result)?;
        self.locals.truncate(depth);
        Ok(Step::Fold(Box::new(Loop { range, has_two: fold.var2.is_some(), init, condition, step, result })))
    }
}

/// Two steps, if they are two.
fn two(steps: Vec<Step>) -> Result<[Step; 2], Vec<Step>> {
    <[Step; 2]>::try_from(steps)
}
