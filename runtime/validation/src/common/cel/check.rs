//! Names and types, where they are plain.

use std::fmt;

use super::{Wrong, parser::Expression};

/// What an expression can refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'a> {
    /// Names of variables whose fields have types that are not known here.
    pub(crate) variables: &'a [&'a str],
    /// Names of variables that can be anything, and so can all that is in them.
    pub(crate) dynamic: &'a [&'a str],
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
}

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
/// The type of what can be anything.
const DYNAMIC: &str = "dyn";
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
            Expression::Select { operand, .. } => Ok(self.check(operand)?.filter(|type_| type_.is(DYNAMIC))),
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
            Expression::Unary { operator, operand } => {
                let type_ = self.check(operand)?;
                Ok(if *operator == "!" { Some(Type::named("bool")) } else { type_ })
            }
            Expression::Binary { operator, sides } => {
                let [left, right] = sides.as_ref();
                let (left, right) = (self.check(left)?, self.check(right)?);
                Ok(match *operator {
                    "+" | "-" | "*" | "/" | "%" => left.filter(|left| right.as_ref() == Some(left)),
                    _ => Some(Type::named("bool")),
                })
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

    fn identifier(&self, name: &str, at: usize) -> Result<Option<Type>, Wrong> {
        let is_bound = self.bound.iter().any(|bound| bound == name);
        if !is_bound && self.declared.dynamic.contains(&name) {
            return Ok(Some(Type::named(DYNAMIC)));
        }
        let is_known =
            is_bound || self.declared.variables.contains(&name) || TYPES.contains(&name) || NAMESPACES.contains(&name);
        if is_known {
            return Ok(None);
        }
        Err(Wrong { at, text: format!("undeclared reference to '{name}' (in container '')") })
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
            | (None, "has") => Some(Type::named("bool")),
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

#[cfg(test)]
mod tests {
    use crate::common::cel::{Declared, check};

    #[track_caller]
    fn check_error(text: &str, want: &str) {
        let declared = Declared { variables: &[], dynamic: &["object"] };
        let found = check(text, &declared).err().unwrap_or_default();
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
    }

    #[test]
    fn types_are_told_where_they_are_plain() {
        let declared = Declared { variables: &[], dynamic: &["object"] };
        for (text, want) in
            [("1 + 2", Some("int")), ("object.a == 1", Some("bool")), ("object.a[0]", Some("dyn")), ("[1][0]", None)]
        {
            let found = check(text, &declared).unwrap_or_default();
            assert_eq!(found.map(|type_| type_.to_string()).as_deref(), want, "{text}");
        }
    }
}
