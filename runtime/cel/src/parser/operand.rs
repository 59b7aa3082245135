//! What stands between operators: names, calls, literals, lists, maps and messages.

use super::Parser;
use crate::{
    ast::{Element, Entry, Expr, Field, Kind as Part},
    lexer::Kind,
    literal, macros,
    source::Issue,
    value::Value,
};

/// What can begin an operand, in the order in which errors list it.
pub(super) const OPERAND: [&str; 15] = [
    "'['",
    "'{'",
    "'('",
    "'.'",
    "'-'",
    "'!'",
    "'true'",
    "'false'",
    "'null'",
    "NUM_FLOAT",
    "NUM_INT",
    "NUM_UINT",
    "STRING",
    "BYTES",
    "IDENTIFIER",
];
const FIELD: [&str; 5] = ["'}'", "','", "'?'", "IDENTIFIER", "ESC_IDENTIFIER"];

/// Words that are no names of variables.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "package",
    "namespace",
    "null",
    "true",
];
const RESERVED_MORE: [&str; 4] = ["return", "var", "void", "while"];

impl Parser {
    pub(super) fn primary(&mut self) -> Result<Expr, Issue> {
        let at = self.place();
        let from_root = self.take(".");
        match self.peek().clone() {
            Kind::Identifier(name) => {
                let name_at = self.place();
                self.at += 1;
                if RESERVED.contains(&name.as_str()) || RESERVED_MORE.contains(&name.as_str()) {
                    return self.noted(Issue::new(at, format!("reserved identifier: {name}")));
                }
                let name = if from_root { format!(".{name}") } else { name };
                let open_at = self.place();
                if self.take("(") {
                    let args = self.arguments()?;
                    return self.global(open_at, name, args);
                }
                Ok(self.nodes.make(name_at, Part::Ident(name)))
            }
            _ if from_root => Err(self.mismatched(&["IDENTIFIER"])),
            Kind::Symbol("(") => {
                self.at += 1;
                let inner = self.expression()?;
                self.need(")")?;
                Ok(inner)
            }
            Kind::Symbol("[") => self.list(),
            Kind::Symbol("{") => self.map(),
            _ => self.literal(at),
        }
    }

    fn global(&mut self, at: usize, name: String, args: Vec<Expr>) -> Result<Expr, Issue> {
        match macros::global(&mut self.nodes, at, &name, args) {
            macros::Expanded::Tree(tree) => Ok(tree),
            macros::Expanded::NoMacro(_, args) => Ok(self.nodes.call(at, &name, args)),
            macros::Expanded::Wrong(issue) => self.noted(issue),
        }
    }

    fn literal(&mut self, at: usize) -> Result<Expr, Issue> {
        let negative = self.is("-");
        self.at += usize::from(negative);
        let text = self.text().to_owned();
        let value = match self.peek() {
            Kind::Int => literal::int(&text, negative).ok_or("invalid int literal"),
            Kind::Float => literal::double(&text, negative).ok_or("invalid double literal"),
            Kind::Uint => literal::uint(&text).ok_or("invalid uint literal"),
            Kind::String => match literal::string(&text) {
                Ok(value) => Ok(value),
                Err(wrong) => {
                    self.at += 1;
                    return self.noted(Issue::new(at, wrong));
                }
            },
            Kind::Bytes => match literal::bytes(&text) {
                Ok(value) => Ok(value),
                Err(wrong) => {
                    self.at += 1;
                    return self.noted(Issue::new(at, wrong));
                }
            },
            Kind::Symbol("true") => Ok(Value::Bool(true)),
            Kind::Symbol("false") => Ok(Value::Bool(false)),
            Kind::Symbol("null") => Ok(Value::Null),
            _ => return Err(self.mismatched(&OPERAND)),
        };
        self.at += 1;
        match value {
            Ok(value) => Ok(self.nodes.make(at, Part::Literal(value))),
            Err(wrong) => self.noted(Issue::new(at, wrong)),
        }
    }

    fn list(&mut self) -> Result<Expr, Issue> {
        let at = self.place();
        self.need("[")?;
        let mut elements = Vec::new();
        while !self.take("]") {
            let is_optional = self.take("?");
            elements.push(Element { value: self.expression()?, is_optional });
            if !self.take(",") && !self.is("]") {
                return Err(self.mismatched(&["']'", "','"]));
            }
        }
        Ok(self.nodes.make(at, Part::List(elements)))
    }

    fn map(&mut self) -> Result<Expr, Issue> {
        let at = self.place();
        self.need("{")?;
        let mut entries = Vec::new();
        while !self.take("}") {
            let is_optional = self.take("?");
            let key = self.expression()?;
            self.need(":")?;
            entries.push(Entry { key, value: self.expression()?, is_optional });
            if !self.take(",") && !self.is("}") {
                return Err(self.mismatched(&["'}'", "','"]));
            }
        }
        Ok(self.nodes.make(at, Part::Map(entries)))
    }

    pub(super) fn message(&mut self, name: String) -> Result<Expr, Issue> {
        let at = self.place();
        self.need("{")?;
        let mut fields = Vec::new();
        while !self.take("}") {
            let is_optional = self.take("?");
            let (Kind::Identifier(field) | Kind::Escaped(field)) = self.peek().clone() else {
                return Err(self.mismatched(&FIELD));
            };
            self.at += 1;
            let colon_at = self.place();
            self.need(":")?;
            let value = self.expression()?;
            let id = self.nodes.id(colon_at);
            fields.push(Field { id, name: field, value, is_optional });
            if !self.take(",") && !self.is("}") {
                return Err(self.mismatched(&["'}'", "','"]));
            }
        }
        Ok(self.nodes.make(at, Part::Struct { name, fields }))
    }
}
