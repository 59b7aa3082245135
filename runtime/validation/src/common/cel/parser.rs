//! The grammar, from the loosest operator to the tightest.

use super::{
    Wrong,
    lexer::{Kind, Token, tokens},
};

/// How deep an expression may be nested: cel-go's limit of recursion.
const DEPTH_MAX: usize = 250;

/// What can begin an operand, in the order in which errors list it.
const OPERAND: [&str; 15] = [
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
const RELATIONS: [&str; 7] = ["<", "<=", ">=", ">", "==", "!=", "in"];

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Literal(&'static str),
    Identifier {
        name: String,
        at: usize,
    },
    Select {
        operand: Box<Expression>,
        field: String,
        /// Where the dot is.
        at: usize,
    },
    Index {
        operand: Box<Expression>,
        index: Box<Expression>,
    },
    Call {
        target: Option<Box<Expression>>,
        name: String,
        arguments: Vec<Expression>,
    },
    /// `a ? b : c`.
    Conditional(Box<[Expression; 3]>),
    Unary {
        operator: &'static str,
        at: usize,
        operand: Box<Expression>,
    },
    Binary {
        operator: &'static str,
        at: usize,
        sides: Box<[Expression; 2]>,
    },
    List(Vec<Expression>),
    Map(Vec<Expression>),
    Message {
        name: String,
        fields: Vec<Expression>,
    },
}

/// Reads an expression, which must be all there is.
pub(super) fn parse(text: &str) -> Result<Expression, Wrong> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = parser.expression()?;
    if parser.peek() == &Kind::End {
        return Ok(expression);
    }
    let is_last = parser.tokens.get(parser.at + 1).is_some_and(|token| token.kind == Kind::End);
    let what = if is_last { "extraneous" } else { "mismatched" };
    Err(parser.wrong(&format!("{what} input '{}' expecting <EOF>", parser.text())))
}

struct Parser {
    /// Never empty: the end is a token.
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn token(&self) -> Option<&Token> {
        self.tokens.get(self.at).or(self.tokens.last())
    }

    fn peek(&self) -> &Kind {
        self.token().map_or(&Kind::End, |token| &token.kind)
    }

    fn text(&self) -> &str {
        self.token().map_or("<EOF>", |token| &token.text)
    }

    fn place(&self) -> usize {
        self.token().map_or(0, |token| token.at)
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Kind::Symbol(found) if *found == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let is = self.is(symbol);
        self.at += usize::from(is);
        is
    }

    /// One of the operators, if one is next.
    fn take_one(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let found = operators.iter().find(|operator| self.is(operator)).copied()?;
        self.at += 1;
        Some(found)
    }

    fn wrong(&self, text: &str) -> Wrong {
        Wrong { at: self.place(), text: format!("Syntax error: {text}") }
    }

    fn mismatched(&self, expected: &[&str]) -> Wrong {
        let listed = match expected {
            [one] => (*one).to_owned(),
            several => format!("{{{}}}", several.join(", ")),
        };
        self.wrong(&format!("mismatched input '{}' expecting {listed}", self.text()))
    }

    /// A symbol that must be next. At the end of the text ANTLR tells that it is missing.
    fn need(&mut self, symbol: &str) -> Result<(), Wrong> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(if *self.peek() == Kind::End && matches!(symbol, ")" | "]") {
            self.wrong(&format!("missing '{symbol}' at '<EOF>'"))
        } else {
            self.mismatched(&[&format!("'{symbol}'")])
        })
    }

    fn expression(&mut self) -> Result<Expression, Wrong> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let text = format!("expression recursion limit exceeded: {DEPTH_MAX}");
            return Err(Wrong { at: self.place(), text });
        }
        let condition = self.or()?;
        let expression = if self.take("?") {
            let then = self.or()?;
            self.need(":")?;
            Expression::Conditional(Box::new([condition, then, self.expression()?]))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expression)
    }

    /// Operands with any of the operators between them, from left to right.
    fn binary(
        &mut self,
        operators: &[&'static str],
        operand: fn(&mut Self) -> Result<Expression, Wrong>,
    ) -> Result<Expression, Wrong> {
        let mut left = operand(self)?;
        loop {
            let at = self.place();
            let Some(operator) = self.take_one(operators) else { return Ok(left) };
            left = Expression::Binary { operator, at, sides: Box::new([left, operand(self)?]) };
        }
    }

    fn or(&mut self) -> Result<Expression, Wrong> {
        self.binary(&["||"], Self::and)
    }

    fn and(&mut self) -> Result<Expression, Wrong> {
        self.binary(&["&&"], Self::relation)
    }

    fn relation(&mut self) -> Result<Expression, Wrong> {
        self.binary(&RELATIONS, Self::sum)
    }

    fn sum(&mut self) -> Result<Expression, Wrong> {
        self.binary(&["+", "-"], Self::product)
    }

    fn product(&mut self) -> Result<Expression, Wrong> {
        self.binary(&["*", "/", "%"], Self::unary)
    }

    fn unary(&mut self) -> Result<Expression, Wrong> {
        let at = self.place();
        let Some(operator) = self.take_one(&["!", "-"]) else { return self.member() };
        while self.take(operator) {}
        Ok(Expression::Unary { operator, at, operand: Box::new(self.member()?) })
    }

    fn member(&mut self) -> Result<Expression, Wrong> {
        let mut operand = self.primary()?;
        loop {
            let at = self.place();
            if self.take(".") {
                self.take("?");
                operand = self.selection(operand, at)?;
            } else if self.take("[") {
                self.take("?");
                let index = Box::new(self.expression()?);
                self.need("]")?;
                operand = Expression::Index { operand: Box::new(operand), index };
            } else if self.is("{")
                && let Some(name) = type_name(&operand)
            {
                operand = self.message(name)?;
            } else {
                return Ok(operand);
            }
        }
    }

    /// A field or a method, behind the dot.
    fn selection(&mut self, operand: Expression, at: usize) -> Result<Expression, Wrong> {
        let operand = Box::new(operand);
        match self.peek().clone() {
            Kind::Identifier(name) => {
                self.at += 1;
                if self.take("(") {
                    let arguments = self.arguments()?;
                    return Ok(Expression::Call { target: Some(operand), name, arguments });
                }
                Ok(Expression::Select { operand, field: name, at })
            }
            Kind::Escaped(field) => {
                self.at += 1;
                Ok(Expression::Select { operand, field, at })
            }
            Kind::End => Err(self.wrong("no viable alternative at input '.'")),
            _ => Err(self.mismatched(&["IDENTIFIER", "ESC_IDENTIFIER"])),
        }
    }

    /// Arguments up to the closing bracket.
    fn arguments(&mut self) -> Result<Vec<Expression>, Wrong> {
        let mut arguments = Vec::new();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if !self.take(",") {
                self.need(")")?;
                return Ok(arguments);
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, Wrong> {
        let at = self.place();
        let from_root = self.take(".");
        match self.peek().clone() {
            Kind::Identifier(name) => {
                self.at += 1;
                if self.take("(") {
                    let arguments = self.arguments()?;
                    return Ok(Expression::Call { target: None, name, arguments });
                }
                Ok(Expression::Identifier { name, at })
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
            kind => {
                let type_ = match kind {
                    Kind::Int => "int",
                    Kind::Uint => "uint",
                    Kind::Float => "double",
                    Kind::String => "string",
                    Kind::Bytes => "bytes",
                    Kind::Symbol("true" | "false") => "bool",
                    Kind::Symbol("null") => "null_type",
                    _ => return Err(self.mismatched(&OPERAND)),
                };
                self.at += 1;
                Ok(Expression::Literal(type_))
            }
        }
    }

    fn list(&mut self) -> Result<Expression, Wrong> {
        self.need("[")?;
        let mut elements = Vec::new();
        while !self.take("]") {
            self.take("?");
            elements.push(self.expression()?);
            if !self.take(",") && !self.is("]") {
                return Err(self.mismatched(&["']'", "','"]));
            }
        }
        Ok(Expression::List(elements))
    }

    fn map(&mut self) -> Result<Expression, Wrong> {
        self.need("{")?;
        let mut parts = Vec::new();
        while !self.take("}") {
            self.take("?");
            parts.push(self.expression()?);
            self.need(":")?;
            parts.push(self.expression()?);
            if !self.take(",") && !self.is("}") {
                return Err(self.mismatched(&["'}'", "','"]));
            }
        }
        Ok(Expression::Map(parts))
    }

    fn message(&mut self, name: String) -> Result<Expression, Wrong> {
        self.need("{")?;
        let mut fields = Vec::new();
        while !self.take("}") {
            self.take("?");
            if !matches!(self.peek(), Kind::Identifier(_) | Kind::Escaped(_)) {
                return Err(self.mismatched(&FIELD));
            }
            self.at += 1;
            self.need(":")?;
            fields.push(self.expression()?);
            if !self.take(",") && !self.is("}") {
                return Err(self.mismatched(&["'}'", "','"]));
            }
        }
        Ok(Expression::Message { name, fields })
    }
}

/// The dotted name that an expression spells, if it spells one.
fn type_name(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Identifier { name, .. } => Some(name.clone()),
        Expression::Select { operand, field, .. } => Some(format!("{}.{field}", type_name(operand)?)),
        _ => None,
    }
}
