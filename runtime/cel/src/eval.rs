//! Running an expression, and what that costs. Follows cel-go interpreter/{interpretable,runtimecost}.go.

use std::sync::Arc;

use crate::{
    cost,
    estimate::{LIST_CREATION, MAP_CREATION},
    functions::{self, lists, operators},
    plan::{Access, Call, Collect, Index, Loop, OrElse, Select, Step},
    source::deep,
    value::{Key, Map, Value},
};

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Something in it is wrong.
    Error(String),
    /// It cost more than it may.
    CostLimit,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Error(text) => f.write_str(text),
            Self::CostLimit => f.write_str("operation cancelled: actual cost limit exceeded"),
        }
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Error(text)
    }
}

type Outcome = Result<Value, Failure>;

/// A run of an expression.
pub(crate) struct Run<'a> {
    /// Variables of the environment, by their places.
    pub(crate) vars: &'a [Option<Value>],
    pub(crate) names: &'a [String],
    pub(crate) limit: u64,
    pub(crate) cost: u64,
    /// Variables of comprehensions; what they collect may be a failure, which later elements can make good.
    pub(crate) locals: Vec<Outcome>,
}

impl Run<'_> {
    fn charge(&mut self, cost: u64) -> Result<(), Failure> {
        self.cost = self.cost.saturating_add(cost);
        if self.cost > self.limit { Err(Failure::CostLimit) } else { Ok(()) }
    }

    /// The value of a step.
    pub(crate) fn eval(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Const(value) => Ok(value.clone()),
            Step::Var(place) => self.var(*place),
            Step::Local(depth) => {
                self.charge(1)?;
                self.local(*depth)
            }
            deeper => deep(|| self.inner(deeper)),
        }
    }

    fn inner(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Const(_) | Step::Var(_) | Step::Local(_) => self.eval(step),
            Step::Select(select) => self.select(select),
            Step::Index(index) => self.index(index),
            Step::And(sides) => self.logical(sides, false),
            Step::Or(sides) => self.logical(sides, true),
            Step::Conditional(parts) => self.conditional(parts),
            Step::NotStrictlyFalse(inner) => self.not_strictly_false(inner),
            Step::OrElse(sides, what) => self.or_else(sides, *what),
            Step::Collect(collect) => self.collect(collect),
            Step::InLiterals(value, list) => {
                let value = self.eval(value)?;
                Ok(operators_in(&value, list))
            }
            Step::Matches(text, pattern, regex) => self.matches(text, pattern, regex),
            Step::Call(call) => self.call(call),
            Step::List(elements) => self.list(elements),
            Step::Map(entries) => self.map(entries),
            Step::Fold(fold) => self.fold(fold),
        }
    }

    fn var(&mut self, place: usize) -> Outcome {
        self.charge(1)?;
        self.vars.get(place).cloned().flatten().ok_or_else(|| {
            let name = self.names.get(place).map(String::as_str).unwrap_or_default();
            Failure::Error(format!("no such attribute(s): {name}"))
        })
    }

    fn local(&self, depth: usize) -> Outcome {
        self.locals.get(depth).cloned().unwrap_or_else(|| Err(Failure::Error("no such attribute(s)".to_owned())))
    }

    /// What a field or an index is asked of.
    fn operand(&mut self, step: &Step) -> Outcome {
        let value = self.eval(step)?;
        if !step.is_attribute() {
            self.charge(1)?;
        }
        Ok(value)
    }

    fn select(&mut self, select: &Select) -> Outcome {
        let operand = self.operand(&select.operand)?;
        // to ask whether there is a field costs nothing
        if select.what != Access::Test {
            self.charge(1)?;
        }
        let (container, is_optional) = match &operand {
            Value::Optional(Some(inner)) => (inner.as_ref(), true),
            Value::Optional(None) if select.what == Access::Test => return Ok(Value::Bool(false)),
            Value::Optional(None) => return Ok(Value::Optional(None)),
            plain => (plain, select.what == Access::Optional),
        };
        let found = operators::select(container, &select.field)?;
        match (select.what, found) {
            (Access::Test, found) => Ok(Value::Bool(found.is_some())),
            (_, Some(value)) if is_optional => Ok(Value::some(value)),
            (_, None) if is_optional => Ok(Value::Optional(None)),
            (_, Some(value)) => Ok(value),
            (_, None) => Err(Failure::Error(format!("no such key: {}", select.field))),
        }
    }

    fn index(&mut self, index: &Index) -> Outcome {
        let operand = self.operand(&index.operand)?;
        let key = self.eval(&index.key)?;
        self.charge(1)?;
        let (container, is_optional) = match &operand {
            Value::Optional(Some(inner)) => (inner.as_ref(), true),
            Value::Optional(None) => return Ok(Value::Optional(None)),
            plain => (plain, index.is_optional),
        };
        match operators::index(container, &key)? {
            Some(value) if is_optional => Ok(Value::some(value)),
            None if is_optional => Ok(Value::Optional(None)),
            Some(value) => Ok(value),
            None => Err(Failure::Error(operators::no_element(container, &key))),
        }
    }

    /// `&&` and `||`: one side that decides is enough, even if the other one fails.
    fn logical(&mut self, sides: &[Step; 2], decisive: bool) -> Outcome {
        let [left, right] = sides;
        let left = self.eval(left);
        match &left {
            Ok(Value::Bool(value)) if *value == decisive => return left,
            Err(Failure::CostLimit) => return left,
            _ => {}
        }
        let right = self.eval(right);
        match (&left, &right) {
            (_, Err(Failure::CostLimit)) => right,
            (_, Ok(Value::Bool(value))) if *value == decisive => right,
            (Err(_), _) => left,
            (_, Err(_)) => right,
            (Ok(Value::Bool(_)), Ok(Value::Bool(_))) => right,
            _ => Err(Failure::Error(operators::NO_OVERLOAD.to_owned())),
        }
    }

    fn conditional(&mut self, parts: &[Step; 3]) -> Outcome {
        let [condition, then, otherwise] = parts;
        match self.eval(condition)? {
            Value::Bool(true) => self.branch(then),
            Value::Bool(false) => self.branch(otherwise),
            _ => Err(Failure::Error(operators::NO_OVERLOAD.to_owned())),
        }
    }

    /// A variable costs nothing where it is a branch, only its fields do.
    fn branch(&mut self, step: &Step) -> Outcome {
        let starts_at_variable = {
            let mut step = step;
            loop {
                step = match step {
                    Step::Select(select) => &select.operand,
                    Step::Index(index) => &index.operand,
                    other => break matches!(other, Step::Var(_) | Step::Local(_)),
                }
            }
        };
        if starts_at_variable {
            self.cost = self.cost.saturating_sub(1);
        }
        self.eval(step)
    }

    fn not_strictly_false(&mut self, inner: &Step) -> Outcome {
        let value = self.eval(inner);
        self.charge(1)?;
        match value {
            Err(Failure::CostLimit) => Err(Failure::CostLimit),
            Ok(Value::Bool(false)) => Ok(Value::Bool(false)),
            Ok(_) | Err(Failure::Error(_)) => Ok(Value::Bool(true)),
        }
    }

    fn or_else(&mut self, sides: &[Step; 2], what: OrElse) -> Outcome {
        let [left, right] = sides;
        match self.eval(left)? {
            Value::Optional(None) => self.eval(right),
            Value::Optional(Some(inner)) if what == OrElse::Value => Ok(inner.as_ref().clone()),
            found @ Value::Optional(Some(_)) => Ok(found),
            _ => Err(Failure::Error(operators::NO_OVERLOAD.to_owned())),
        }
    }

    fn matches(&mut self, text: &Step, pattern: &Step, regex: &regex::Regex) -> Outcome {
        let (text, pattern) = (self.eval(text)?, self.eval(pattern)?);
        self.charge(cost::matches(&text, &pattern))?;
        Ok(functions::regexes::matches_compiled(&text, regex)?)
    }

    fn call(&mut self, call: &Call) -> Outcome {
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            args.push(self.eval(arg)?);
        }
        let mut answer = (call.function.run)(&args)?;
        if call.function.name == "sum"
            && let ([Value::List(list)], Some(overload)) = (args.as_slice(), call.overload)
            && list.items.is_empty()
        {
            answer = lists::sum_of_none(overload);
        }
        self.charge(cost::call(call.function.name, call.overload.unwrap_or_default(), &args, &answer))?;
        Ok(answer)
    }

    fn collect(&mut self, collect: &Collect) -> Outcome {
        // the variable and the call
        self.charge(2)?;
        let failed = self.locals.get(collect.depth).is_none_or(Result::is_err);
        if failed {
            return self.local(collect.depth);
        }
        let mut args = Vec::with_capacity(collect.args.len() + 1);
        for arg in &collect.args {
            args.push(self.eval(arg)?);
        }
        let nothing = Err(Failure::Error("no such attribute(s)".to_owned()));
        let accu =
            self.locals.get_mut(collect.depth).map_or(nothing.clone(), |accu| std::mem::replace(accu, nothing))?;
        match (accu, args.as_slice()) {
            (Value::List(mut list), [Value::List(more)]) => {
                Arc::make_mut(&mut list).items.extend(more.items.iter().cloned());
                Ok(Value::List(list))
            }
            (Value::Map(mut map), [key, value]) => {
                let entry = Key::of(key).ok_or_else(|| format!("unsupported key type: {}", key.type_name()))?;
                if map.contains_key(&entry) {
                    return Err(Failure::Error(format!("insert failed: key {key} already exists")));
                }
                Arc::make_mut(&mut map).insert(entry, value.clone());
                Ok(Value::Map(map))
            }
            (accu, _) => {
                args.insert(0, accu);
                Ok((collect.function.run)(&args)?)
            }
        }
    }

    fn list(&mut self, elements: &[(Step, bool)]) -> Outcome {
        let mut items = Vec::with_capacity(elements.len());
        for (step, is_optional) in elements {
            match (self.eval(step)?, is_optional) {
                (Value::Optional(inner), true) => items.extend(inner.map(|inner| inner.as_ref().clone())),
                (value, _) => items.push(value),
            }
        }
        self.charge(LIST_CREATION)?;
        Ok(Value::list(items))
    }

    fn map(&mut self, entries: &[(Step, Step, bool)]) -> Outcome {
        let mut map = Map::new();
        for (key, value, is_optional) in entries {
            let key = self.eval(key)?;
            let value = match (self.eval(value)?, is_optional) {
                (Value::Optional(None), true) => continue,
                (Value::Optional(Some(inner)), true) => inner.as_ref().clone(),
                (value, _) => value,
            };
            let Some(key) = Key::of(&key) else {
                return Err(Failure::Error(format!("unsupported key type: {}", key.type_name())));
            };
            if map.contains_key(&key) {
                return Err(Failure::Error(format!("Failed with repeated key: {}", key.to_value())));
            }
            map.insert(key, value);
        }
        self.charge(MAP_CREATION)?;
        Ok(Value::Map(Arc::new(map)))
    }

    fn fold(&mut self, fold: &Loop) -> Outcome {
        let range = self.eval(&fold.range)?;
        let init = self.eval(&fold.init);
        if init == Err(Failure::CostLimit) {
            return init;
        }
        let depth = self.locals.len();
        self.locals.push(init);
        let done = self.elements(fold, &range, depth);
        self.locals.truncate(depth + 1);
        let result = done.and_then(|()| self.eval(&fold.result));
        self.locals.truncate(depth);
        result
    }

    fn elements(&mut self, fold: &Loop, range: &Value, depth: usize) -> Result<(), Failure> {
        match range {
            Value::List(list) => {
                for (at, item) in list.items.iter().enumerate() {
                    let index = Value::Int(i64::try_from(at).unwrap_or(i64::MAX));
                    let (first, second) =
                        if fold.has_two { (index, item.clone()) } else { (item.clone(), Value::Null) };
                    if !self.element(fold, first, second, depth)? {
                        break;
                    }
                }
            }
            Value::Map(map) | Value::Object(map) | Value::Domains(map) => {
                for (key, value) in map.iter() {
                    if !self.element(fold, key.to_value(), value.clone(), depth)? {
                        break;
                    }
                }
            }
            _ => return Err(Failure::Error(operators::NO_OVERLOAD.to_owned())),
        }
        Ok(())
    }

    /// Takes in one element; says whether to go on.
    fn element(&mut self, fold: &Loop, first: Value, second: Value, depth: usize) -> Result<bool, Failure> {
        self.locals.truncate(depth + 1);
        self.locals.push(Ok(first));
        self.locals.push(Ok(second));
        if self.eval(&fold.condition)? == Value::Bool(false) {
            return Ok(false);
        }
        let next = self.eval(&fold.step);
        if next == Err(Failure::CostLimit) {
            return Err(Failure::CostLimit);
        }
        if let Some(collected) = self.locals.get_mut(depth) {
            *collected = next;
        }
        Ok(true)
    }
}

fn operators_in(value: &Value, list: &Value) -> Value {
    match list {
        Value::List(list) => Value::Bool(list.items.contains(value)),
        _ => Value::Bool(false),
    }
}
