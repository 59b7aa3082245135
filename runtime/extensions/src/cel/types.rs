//! The types of an expression's parts. Follows cel-go checker/checker.go, with `dyn` in place of type parameters.

use std::collections::HashMap;

use super::{
    decl::{Declared, Type},
    engine::{CallExpr, ComprehensionExpr, EntryExpr, Expr, Expression, IdedExpr, LiteralValue, SelectExpr, told},
    functions,
};

/// The types of all parts of an expression.
#[derive(Debug)]
pub(super) struct Types {
    types: HashMap<u64, Type>,
}

impl Types {
    /// Checks an expression in which these variables are known.
    ///
    /// # Errors
    /// All that is wrong with it, in cel-go's form.
    pub(super) fn check(
        source: &str,
        expression: &Expression,
        variables: &[(&str, Type)],
    ) -> Result<(Type, Self), String> {
        let mut checker = Checker {
            source,
            expression,
            scopes: variables.iter().map(|(name, type_)| ((*name).to_owned(), type_.clone())).collect(),
            types: HashMap::new(),
            errors: Vec::new(),
        };
        let type_ = checker.check(expression.tree());
        if checker.errors.is_empty() {
            Ok((type_, Self { types: checker.types }))
        } else {
            Err(checker.errors.join("\n"))
        }
    }

    /// The type of a part.
    pub(super) fn of(&self, part: &IdedExpr) -> Type {
        self.types.get(&part.id).cloned().unwrap_or(Type::Dyn)
    }
}

struct Checker<'a> {
    source: &'a str,
    expression: &'a Expression,
    /// Variables, the innermost last.
    scopes: Vec<(String, Type)>,
    types: HashMap<u64, Type>,
    errors: Vec<String>,
}

/// Names of types, which are values as well.
const TYPE_NAMES: [&str; 14] = [
    "int",
    "uint",
    "double",
    "bool",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "dyn",
    "google.protobuf.Timestamp",
    "google.protobuf.Duration",
    "optional_type",
];

impl Checker<'_> {
    fn error(&mut self, part: &IdedExpr, what: &str) -> Type {
        let position = self.expression.position(self.source, part.id);
        self.errors.push(told(self.source, position, what));
        // no further errors because of this one
        Type::Dyn
    }

    fn check(&mut self, part: &IdedExpr) -> Type {
        let type_ = match &part.expr {
            Expr::Unspecified => Type::Dyn,
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) => self.ident(part, name),
            Expr::Select(select) => self.select(part, select),
            Expr::Call(call) => self.call(part, call),
            Expr::List(list) => {
                let all: Vec<Type> = list.elements.iter().map(|element| self.check(element)).collect();
                Type::list(common(&all))
            }
            Expr::Map(map) => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        keys.push(self.check(&entry.key));
                        values.push(self.check(&entry.value));
                    }
                }
                let declared = |types: &[Type]| std::sync::Arc::new(Declared::of(common(types)));
                Type::Map(declared(&keys), declared(&values))
            }
            Expr::Struct(made) => {
                let what = format!("undeclared reference to '{}' (in container '')", made.type_name);
                self.error(part, &what)
            }
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
        };
        self.types.insert(part.id, type_.clone());
        type_
    }

    fn variable(&self, name: &str) -> Option<Type> {
        self.scopes.iter().rev().find(|(known, _)| known == name).map(|(_, type_)| type_.clone())
    }

    fn ident(&mut self, part: &IdedExpr, name: &str) -> Type {
        match self.variable(name) {
            Some(type_) => type_,
            None if TYPE_NAMES.contains(&name) => Type::Meta,
            None => self.error(part, &format!("undeclared reference to '{name}' (in container '')")),
        }
    }

    fn select(&mut self, part: &IdedExpr, select: &SelectExpr) -> Type {
        if let Expr::Ident(root) = &select.operand.expr
            && self.variable(root).is_none()
            && TYPE_NAMES.contains(&format!("{root}.{}", select.field).as_str())
        {
            return Type::Meta;
        }
        let operand = self.check(&select.operand);
        let found = match &operand {
            Type::Object(fields) => match fields.get(&select.field) {
                Some(field) => field.type_.clone(),
                None => self.error(part, &format!("undefined field '{}'", select.field)),
            },
            Type::Map(_, value) => value.type_.clone(),
            Type::Dyn => Type::Dyn,
            Type::Optional(of) => match &of.type_ {
                Type::Object(fields) if fields.contains_key(&select.field) => {
                    let field = fields.get(&select.field).cloned().unwrap_or(Declared::of(Type::Dyn));
                    Type::Optional(std::sync::Arc::new(field))
                }
                Type::Map(_, value) => Type::Optional(value.clone()),
                Type::Dyn => Type::Optional(of.clone()),
                _ => self.error(part, &format!("undefined field '{}'", select.field)),
            },
            other => self.error(part, &format!("type '{other}' does not support field selection")),
        };
        if select.test { Type::Bool } else { found }
    }

    fn call(&mut self, part: &IdedExpr, call: &CallExpr) -> Type {
        // a method of a name that is no variable is a function with a dot in its name
        let qualified = call.target.as_ref().and_then(|target| match &target.expr {
            Expr::Ident(root) if self.variable(root).is_none() => Some(format!("{root}.{}", call.func_name)),
            _ => None,
        });
        let (name, is_method) = match &qualified {
            Some(name) => (name.as_str(), false),
            None => (call.func_name.as_str(), call.target.is_some()),
        };
        let mut types = Vec::new();
        if let Some(target) = call.target.as_ref().filter(|_| qualified.is_none()) {
            types.push(self.check(target));
        }
        let errors_before = self.errors.len();
        types.extend(call.args.iter().map(|arg| self.check(arg)).collect::<Vec<_>>());
        let args: Vec<&Type> = types.iter().collect();
        match functions::result(name, is_method, &args) {
            Some(Ok(type_)) => type_,
            _ if self.errors.len() > errors_before => Type::Dyn,
            Some(Err(())) => {
                let shown = |types: &[Type]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                let signature = match types.split_first() {
                    Some((target, rest)) if is_method => format!("{target}.({})", shown(rest)),
                    _ => format!("({})", shown(&types)),
                };
                self.error(part, &format!("found no matching overload for '{name}' applied to '{signature}'"))
            }
            None => self.error(part, &format!("undeclared reference to '{}' (in container '')", call.func_name)),
        }
    }

    fn comprehension(&mut self, made: &ComprehensionExpr) -> Type {
        let range = self.check(&made.iter_range);
        let (key, value) = match &range {
            Type::List(of) if made.iter_var2.is_some() => (Type::Int, of.type_.clone()),
            Type::List(of) => (of.type_.clone(), Type::Dyn),
            Type::Map(key, value) => (key.type_.clone(), value.type_.clone()),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            other => {
                let what = format!(
                    "expression of type '{other}' cannot be range of a comprehension (must be list, map, or dynamic)"
                );
                self.error(&made.iter_range, &what);
                (Type::Dyn, Type::Dyn)
            }
        };
        let accumulated = self.check(&made.accu_init);
        let depth = self.scopes.len();
        self.scopes.push((made.accu_var.clone(), accumulated.clone()));
        self.scopes.push((made.iter_var.clone(), key));
        if let Some(name) = &made.iter_var2 {
            self.scopes.push((name.clone(), value));
        }
        self.check(&made.loop_cond);
        let step = self.check(&made.loop_step);
        // an empty list begins without a type, which the step gives it
        let accumulated = functions::join(&accumulated, &step);
        self.scopes.truncate(depth);
        self.scopes.push((made.accu_var.clone(), accumulated));
        let result = self.check(&made.result);
        self.scopes.truncate(depth);
        result
    }
}

fn of_literal(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Bytes(_) => Type::Bytes,
        LiteralValue::Double(_) => Type::Double,
        LiteralValue::Int(_) => Type::Int,
        LiteralValue::Null => Type::Null,
        LiteralValue::String(_) => Type::Text,
        LiteralValue::UInt(_) => Type::Uint,
    }
}

/// The type that all have in common.
fn common(types: &[Type]) -> Type {
    match types.split_first() {
        None => Type::Dyn,
        Some((first, rest)) if rest.iter().all(|type_| type_ == first) => first.clone(),
        Some(_) => Type::Dyn,
    }
}
