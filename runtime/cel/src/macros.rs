//! Macros: calls that stand for larger trees. Follows cel-go parser/macro.go, ext/comprehensions.go, cel/library.go.

use crate::{
    ast::{Element, Expr, Fold, Kind},
    nodes::{Binds, Nodes},
    source::Issue,
    value::Value,
};

/// The variable in which comprehensions collect.
pub(crate) const ACCU: &str = "@result";

/// What came of a call.
pub(crate) enum Expanded {
    Tree(Expr),
    /// It is no macro: its parts again.
    NoMacro(Option<Expr>, Vec<Expr>),
    Wrong(Issue),
}

/// Builds parts that all stand where the macro does.
struct Builder<'a> {
    nodes: &'a mut Nodes,
    at: usize,
}

impl Builder<'_> {
    fn literal(&mut self, value: Value) -> Expr {
        self.nodes.make(self.at, Kind::Literal(value))
    }

    fn ident(&mut self, name: &str) -> Expr {
        self.nodes.make(self.at, Kind::Ident(name.to_owned()))
    }

    fn accu(&mut self) -> Expr {
        self.ident(ACCU)
    }

    fn call(&mut self, function: &str, args: Vec<Expr>) -> Expr {
        self.nodes.call(self.at, function, args)
    }

    fn member(&mut self, target: Expr, function: &str) -> Expr {
        let kind = Kind::Call { target: Some(Box::new(target)), function: function.to_owned(), args: Vec::new() };
        self.nodes.make(self.at, kind)
    }

    fn list(&mut self, elements: Vec<Expr>) -> Expr {
        let elements = elements.into_iter().map(|value| Element { value, is_optional: false }).collect();
        self.nodes.make(self.at, Kind::List(elements))
    }

    fn fold(&mut self, fold: Fold) -> Expr {
        self.nodes.make(self.at, Kind::Fold(Box::new(fold)))
    }
}

/// A function's call.
pub(crate) fn global(nodes: &mut Nodes, at: usize, name: &str, mut args: Vec<Expr>) -> Expanded {
    if name != "has" || args.len() != 1 {
        return Expanded::NoMacro(None, args);
    }
    match args.pop() {
        Some(Expr { kind: Kind::Select { operand, field, is_test: false }, .. }) => {
            Expanded::Tree(nodes.make(at, Kind::Select { operand, field, is_test: true }))
        }
        other => {
            let at = other.map_or(at, |arg| nodes.position(arg.id));
            Expanded::Wrong(Issue::new(at, "invalid argument to has() macro"))
        }
    }
}

/// A method's call.
pub(crate) fn method(nodes: &mut Nodes, at: usize, target: Expr, name: &str, args: Vec<Expr>) -> Expanded {
    let is_bind = nodes.binds == Binds::Yes
        && (name, args.len()) == ("bind", 3)
        && matches!(&target.kind, Kind::Ident(name) if name == "cel");
    let vars = match (name, args.len()) {
        _ if is_bind => 1,
        ("all" | "exists" | "exists_one" | "existsOne" | "filter", 2) | ("map", 2 | 3) => 1,
        ("optMap" | "optFlatMap", 2) => 1,
        ("all" | "exists" | "exists_one" | "existsOne", 3) => 2,
        ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) => 2,
        _ => return Expanded::NoMacro(Some(target), args),
    };
    let mut names = Vec::new();
    let mut rest = args;
    for arg in rest.drain(..vars) {
        let at = nodes.position(arg.id);
        match arg.kind {
            Kind::Ident(name) if !name.starts_with('.') => {
                if name == ACCU || name == "__result__" {
                    return Expanded::Wrong(Issue::new(at, "iteration variable overwrites accumulator variable"));
                }
                if names.contains(&name) {
                    return Expanded::Wrong(Issue::new(at, format!("duplicate variable name: {name}")));
                }
                names.push(name);
            }
            _ => {
                let is_quantifier = matches!(name, "all" | "exists" | "exists_one" | "existsOne") || vars == 2;
                let text = match name {
                    "optMap" => "optMap() variable name must be a simple identifier",
                    "optFlatMap" => "optFlatMap() variable name must be a simple identifier",
                    "bind" => "cel.bind() variable names must be simple identifiers",
                    _ if is_quantifier => "argument must be a simple name",
                    _ => "argument is not an identifier",
                };
                return Expanded::Wrong(Issue::new(at, text));
            }
        }
    }
    let mut names = names.into_iter();
    let var = names.next().unwrap_or_default();
    let mut builder = Builder { nodes, at };
    let tree = match name {
        _ if is_bind => bind(&mut builder, var, rest),
        "optMap" | "optFlatMap" => optional(&mut builder, name, target, var, rest),
        _ => comprehension(&mut builder, name, target, var, names.next(), rest),
    };
    // the counts of arguments were seen above
    tree.map_or_else(|| Expanded::Wrong(Issue::new(at, "wrong number of arguments")), Expanded::Tree)
}

/// `cel.bind(var, init, result)`.
fn bind(b: &mut Builder<'_>, var: String, rest: Vec<Expr>) -> Option<Expr> {
    let mut rest = rest.into_iter();
    let (init, result) = (rest.next()?, rest.next()?);
    Some(local(b, var, init, result))
}

/// A tree in which a variable has a value: a comprehension over nothing.
fn local(b: &mut Builder<'_>, var: String, init: Expr, result: Expr) -> Expr {
    let fold = Fold {
        range: b.list(Vec::new()),
        var: "#unused".to_owned(),
        var2: None,
        init,
        condition: b.literal(Value::Bool(false)),
        step: b.ident(&var),
        accu: var,
        result,
    };
    b.fold(fold)
}

fn optional(b: &mut Builder<'_>, name: &str, target: Expr, var: String, rest: Vec<Expr>) -> Option<Expr> {
    let mapping = rest.into_iter().next()?;
    let has = b.member(target.clone(), "hasValue");
    let value = b.member(target, "value");
    let inner = local(b, var, value, mapping);
    let inner = if name == "optMap" { b.call("optional.of", vec![inner]) } else { inner };
    let none = b.call("optional.none", Vec::new());
    Some(b.call("_?_:_", vec![has, inner, none]))
}

fn comprehension(
    b: &mut Builder<'_>,
    name: &str,
    range: Expr,
    var: String,
    var2: Option<String>,
    rest: Vec<Expr>,
) -> Option<Expr> {
    let has_filter = match name {
        "map" => rest.len() == 2,
        _ => name.starts_with("transform") && rest.len() == 2,
    };
    let mut rest = rest.into_iter();
    let filter = if has_filter { Some(rest.next()?) } else { None };
    let arg = rest.next()?;
    let init = match name {
        "all" => b.literal(Value::Bool(true)),
        "exists" => b.literal(Value::Bool(false)),
        "exists_one" | "existsOne" => b.literal(Value::Int(0)),
        "transformMap" | "transformMapEntry" => b.nodes.make(b.at, Kind::Map(Vec::new())),
        _ => b.list(Vec::new()),
    };
    let accu = b.accu();
    let condition = match name {
        "all" => b.call("@not_strictly_false", vec![accu]),
        "exists" => {
            let not = b.call("!_", vec![accu]);
            b.call("@not_strictly_false", vec![not])
        }
        _ => b.literal(Value::Bool(true)),
    };
    let accu = b.accu();
    let step = match name {
        "all" => b.call("_&&_", vec![accu, arg]),
        "exists" => b.call("_||_", vec![accu, arg]),
        "exists_one" | "existsOne" => {
            let one = b.literal(Value::Int(1));
            let more = b.call("_+_", vec![accu, one]);
            let same = b.accu();
            b.call("_?_:_", vec![arg, more, same])
        }
        "filter" => {
            let element = b.ident(&var);
            let list = b.list(vec![element]);
            let more = b.call("_+_", vec![accu, list]);
            let same = b.accu();
            b.call("_?_:_", vec![arg, more, same])
        }
        _ => {
            let more = match name {
                "transformMap" => {
                    let key = b.ident(&var);
                    b.call("cel.@mapInsert", vec![accu, key, arg])
                }
                "transformMapEntry" => b.call("cel.@mapInsert", vec![accu, arg]),
                _ => {
                    let list = b.list(vec![arg]);
                    b.call("_+_", vec![accu, list])
                }
            };
            match filter {
                None => more,
                Some(filter) => {
                    let same = b.accu();
                    b.call("_?_:_", vec![filter, more, same])
                }
            }
        }
    };
    let accu = b.accu();
    let result = match name {
        "exists_one" | "existsOne" => {
            let one = b.literal(Value::Int(1));
            b.call("_==_", vec![accu, one])
        }
        _ => accu,
    };
    let fold = Fold { range, var, var2, accu: ACCU.to_owned(), init, condition, step, result };
    Some(b.fold(fold))
}
