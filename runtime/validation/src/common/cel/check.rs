//! Names and types, where they are plain.

use std::fmt;

use super::{Wrong, parser::Expression};

/// What an expression can refer to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Declared<'a> {
    /// Names of variables whose fields are not known here.
    pub(crate) opaque: &'a [&'a str],
    /// Names of variables that can be anything, and so can all that is in them.
    pub(crate) dynamic: &'a [&'a str],
    /// Variables with just these fields, each with its type where that is known.
    pub(crate) structs: &'a [Struct<'a>],
}

/// A variable and its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Struct<'a> {
    pub(crate) name: &'a str,
    pub(crate) fields: &'a [(&'a str, Option<&'a str>)],
}

/// The type of a result, by the name that errors give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Type(String);

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Type {
    fn named(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Whether it is the type of this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0 == name
    }

    fn is_one_of(&self, names: &[&str]) -> bool {
        names.contains(&self.0.as_str())
    }
}

/// The type of what can be anything.
const DYNAMIC: &str = "dyn";
const BOOL: &str = "bool";
const NUMBERS: [&str; 3] = ["int", "uint", "double"];
/// Types whose operators are known here.
const SCALARS: [&str; 6] = ["int", "uint", "double", "string", "bytes", "bool"];
/// Types are values: they can be compared with what `type()` returns.
const TYPES: [&str; 14] = [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "google",
    "optional",
    "cel",
    "net",
];
/// Namespaces of functions.
const NAMESPACES: [&str; 7] = ["math", "strings", "base64", "sets", "regex", "lists", "format"];
/// Macros that bind their first argument as a variable in the others.
const BINDING: [&str; 8] =
    ["all", "exists", "exists_one", "existsOne", "filter", "map", "transformList", "transformMap"];

/// The type of the result, where it is plain.
pub(super) fn check(expression: &Expression, declared: &Declared<'_>) -> Result<Option<Type>, Wrong> {
    Scope { declared, bound: Vec::new() }.check(expression)
}

struct Scope<'a> {
    declared: &'a Declared<'a>,
    bound: Vec<String>,
}

impl Scope<'_> {
    fn check(&mut self, expression: &Expression) -> Result<Option<Type>, Wrong> {
        match expression {
            Expression::Literal(type_) => Ok(Some(Type::named(type_))),
            Expression::Identifier { name, at } => self.identifier(name, *at),
            Expression::Select { operand, field, at } => self.select(operand, field, *at),
            Expression::Index { operand, index } => {
                let type_ = self.check(operand)?;
                self.check(index)?;
                Ok(type_.filter(|type_| type_.is(DYNAMIC)))
            }
            Expression::Call { target, name, arguments } => self.call(target.as_deref(), name, arguments),
            Expression::Conditional(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                self.check(condition)?;
                let (then, otherwise) = (self.check(then)?, self.check(otherwise)?);
                Ok(then.filter(|_| otherwise.is_some()))
            }
            Expression::Unary { operator, at, operand } => {
                let type_ = self.check(operand)?;
                unary(operator, type_).map_err(|text| Wrong { at: *at, text })
            }
            Expression::Binary { operator, at, sides } => {
                let [left, right] = sides.as_ref();
                let (left, right) = (self.check(left)?, self.check(right)?);
                binary(operator, left, right).map_err(|text| Wrong { at: *at, text })
            }
            Expression::List(parts) | Expression::Map(parts) => {
                self.all(parts)?;
                Ok(None)
            }
            Expression::Message { name, fields } => {
                self.all(fields)?;
                Ok(Some(Type::named(name)))
            }
        }
    }

    fn all(&mut self, parts: &[Expression]) -> Result<(), Wrong> {
        parts.iter().try_for_each(|part| self.check(part).map(|_| ()))
    }

    fn is_bound(&self, name: &str) -> bool {
        self.bound.iter().any(|bound| bound == name)
    }

    fn struct_of(&self, name: &str) -> Option<&Struct<'_>> {
        if self.is_bound(name) { None } else { self.declared.structs.iter().find(|it| it.name == name) }
    }

    fn identifier(&self, name: &str, at: usize) -> Result<Option<Type>, Wrong> {
        let is_bound = self.is_bound(name);
        if !is_bound && self.declared.dynamic.contains(&name) {
            return Ok(Some(Type::named(DYNAMIC)));
        }
        let is_known = is_bound
            || self.declared.opaque.contains(&name)
            || self.struct_of(name).is_some()
            || TYPES.contains(&name)
            || NAMESPACES.contains(&name);
        if is_known {
            return Ok(None);
        }
        Err(Wrong { at, text: format!("undeclared reference to '{name}' (in container '')") })
    }

    fn select(&mut self, operand: &Expression, field: &str, at: usize) -> Result<Option<Type>, Wrong> {
        if let Expression::Identifier { name, .. } = operand
            && let Some(it) = self.struct_of(name)
        {
            return match it.fields.iter().find(|(name, _)| *name == field) {
                Some((_, type_)) => Ok(type_.map(Type::named)),
                None => Err(Wrong { at, text: format!("undefined field '{field}'") }),
            };
        }
        Ok(self.check(operand)?.filter(|type_| type_.is(DYNAMIC)))
    }

    fn call(
        &mut self,
        target: Option<&Expression>,
        name: &str,
        arguments: &[Expression],
    ) -> Result<Option<Type>, Wrong> {
        let bound = self.bound.len();
        if let Some(target) = target {
            self.check(target)?;
            self.bind(target, name, arguments);
        }
        let checked = self.all(arguments);
        self.bound.truncate(bound);
        checked?;
        Ok(match (target, name) {
            (Some(_), "all" | "exists" | "exists_one" | "startsWith" | "endsWith" | "contains" | "matches")
            | (None, "has") => Some(Type::named(BOOL)),
            (None, "string" | "int" | "uint" | "double" | "bytes" | "bool") => Some(Type::named(name)),
            (_, "size") => Some(Type::named("int")),
            _ => None,
        })
    }

    /// Takes in the variables that a macro binds.
    fn bind(&mut self, target: &Expression, name: &str, arguments: &[Expression]) {
        let is_bind = name == "bind" && matches!(target, Expression::Identifier { name, .. } if name == "cel");
        if !is_bind && !BINDING.contains(&name) {
            return;
        }
        // a second variable, for indices, stands before the expressions
        let count = if arguments.len() > 2 && !is_bind { 2 } else { 1 };
        for argument in arguments.iter().take(count) {
            if let Expression::Identifier { name, .. } = argument {
                self.bound.push(name.clone());
            }
        }
    }
}

/// The result of an operator before its operand, or that there is no such operator.
fn unary(operator: &str, operand: Option<Type>) -> Result<Option<Type>, String> {
    let fits: &[&str] = if operator == "!" { &[BOOL] } else { &["int", "double"] };
    match operand {
        Some(type_) if type_.is_one_of(&SCALARS) && !type_.is_one_of(fits) => {
            Err(format!("found no matching overload for '{operator}_' applied to '({type_})'"))
        }
        _ if operator == "!" => Ok(Some(Type::named(BOOL))),
        operand => Ok(operand),
    }
}

/// The result of an operator between its operands, or that there is no such operator.
fn binary(operator: &str, left: Option<Type>, right: Option<Type>) -> Result<Option<Type>, String> {
    let is_arithmetic = matches!(operator, "+" | "-" | "*" | "/" | "%");
    let result =
        if is_arithmetic { left.clone().filter(|left| right.as_ref() == Some(left)) } else { Some(Type::named(BOOL)) };
    let (Some(left), Some(right)) = (left, right) else { return Ok(result) };
    if !left.is_one_of(&SCALARS) || !right.is_one_of(&SCALARS) {
        return Ok(result);
    }
    let is_same = left == right;
    let fits = match operator {
        "+" => is_same && !left.is(BOOL),
        "-" | "*" | "/" => is_same && left.is_one_of(&NUMBERS),
        "%" => is_same && left.is_one_of(&["int", "uint"]),
        "&&" | "||" => is_same && left.is(BOOL),
        "==" | "!=" => is_same,
        "<" | "<=" | ">" | ">=" => is_same || (left.is_one_of(&NUMBERS) && right.is_one_of(&NUMBERS)),
        // a scalar is no container
        _ => false,
    };
    let name = if operator == "in" { "@in".to_owned() } else { format!("_{operator}_") };
    if fits {
        Ok(result)
    } else {
        Err(format!("found no matching overload for '{name}' applied to '({left}, {right})'"))
    }
}

#[cfg(test)]
mod tests {
    use crate::common::cel::{Declared, Struct, check};

    const DECLARED: Declared<'_> = Declared {
        opaque: &[],
        dynamic: &["object"],
        structs: &[Struct { name: "request", fields: &[("name", Some("string")), ("kind", None)] }],
    };

    #[track_caller]
    fn check_error(text: &str, want: &str) {
        let found = check(text, &DECLARED).err().unwrap_or_default();
        assert_eq!(found.lines().next().unwrap_or_default(), want, "{text}");
    }

    #[test]
    fn errors_have_the_form_of_cel_go() {
        for good in ["object.a.all(x, x.b > 1 && x.c in ['a'])", "has(object.a) ? 1u : 0x2u", "-object.`a-b`[?0].c"] {
            check_error(good, "");
        }
        let operand = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, \
                       BYTES, IDENTIFIER}";
        check_error("1 +", &format!("ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {operand}"));
        let field = "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}";
        check_error(
            "Object{",
            &format!("ERROR: <input>:1:8: Syntax error: mismatched input '<EOF>' expecting {field}"),
        );
        check_error("object b", "ERROR: <input>:1:8: Syntax error: extraneous input 'b' expecting <EOF>");
        check_error("(1", "ERROR: <input>:1:3: Syntax error: missing ')' at '<EOF>'");
        check_error("1 + $", "ERROR: <input>:1:5: Syntax error: token recognition error at: '$'");
        check_error("1 ==\n b", "ERROR: <input>:2:2: undeclared reference to 'b' (in container '')");
        check_error("request.nope == 1", "ERROR: <input>:1:8: undefined field 'nope'");
        check_error(
            "1 + request.name",
            "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'",
        );
    }

    #[test]
    fn types_are_told_where_they_are_plain() {
        for (text, want) in [
            ("1 + 2", Some("int")),
            ("object.a == 1", Some("bool")),
            ("object.a[0]", Some("dyn")),
            ("[1][0]", None),
            ("request.name", Some("string")),
        ] {
            let found = check(text, &DECLARED).unwrap_or_default();
            assert_eq!(found.map(|type_| type_.to_string()).as_deref(), want, "{text}");
        }
    }
}
