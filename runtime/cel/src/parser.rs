//! The grammar, from the loosest operator to the tightest.

mod operand;

use operand::OPERAND;

use crate::{
    ast::{Expr, Kind as Part},
    lexer::{Kind, Token, tokens},
    macros,
    nodes::{Binds, Nodes, Parsed},
    source::{Issue, deep},
    value::Value,
};

/// How deep an expression may be nested: cel-go's limit of recursion.
const DEPTH_MAX: usize = 250;
/// How high its tree may be, macros expanded, so that walking it never exhausts a stack.
const HEIGHT_MAX: usize = 300;
/// How long an expression may be, in characters.
const LENGTH_MAX: usize = 100_000;

const RELATIONS: [&str; 7] = ["<", "<=", ">=", ">", "==", "!=", "in"];

/// Reads an expression, which must be all there is.
///
/// # Errors
/// What is wrong with its syntax.
pub(crate) fn parse(text: &str, binds: Binds) -> Result<Parsed, Vec<Issue>> {
    let length = text.chars().count();
    if length > LENGTH_MAX {
        let text = format!("expression code point size exceeds limit: size: {length}, limit {LENGTH_MAX}");
        return Err(vec![Issue::new(0, text)]);
    }
    let tokens = tokens(text).map_err(|issue| vec![issue])?;
    let mut parser = Parser { tokens, at: 0, depth: 0, nodes: Nodes::new(binds), issues: Vec::new() };
    let root = parser.whole().map_err(|issue| vec![issue])?;
    if parser.issues.is_empty() { Ok(Parsed { root, positions: parser.nodes.positions }) } else { Err(parser.issues) }
}

struct Parser {
    /// Never empty: the end is a token.
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    nodes: Nodes,
    /// What is wrong though the grammar is right.
    issues: Vec<Issue>,
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

    fn wrong(&self, text: &str) -> Issue {
        Issue::new(self.place(), format!("Syntax error: {text}"))
    }

    fn mismatched(&self, expected: &[&str]) -> Issue {
        let listed = match expected {
            [one] => (*one).to_owned(),
            several => format!("{{{}}}", several.join(", ")),
        };
        self.wrong(&format!("mismatched input '{}' expecting {listed}", self.text()))
    }

    /// A symbol that must be next. At the end of the text ANTLR tells that it is missing.
    fn need(&mut self, symbol: &str) -> Result<(), Issue> {
        if self.take(symbol) {
            return Ok(());
        }
        Err(if *self.peek() == Kind::End && matches!(symbol, ")" | "]") {
            self.wrong(&format!("missing '{symbol}' at '<EOF>'"))
        } else {
            self.mismatched(&[&format!("'{symbol}'")])
        })
    }

    fn whole(&mut self) -> Result<Expr, Issue> {
        let expression = self.expression()?;
        if self.peek() == &Kind::End {
            return Ok(expression);
        }
        let is_last = self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::End);
        let what = if is_last { "extraneous" } else { "mismatched" };
        Err(self.wrong(&format!("{what} input '{}' expecting <EOF>", self.text())))
    }

    fn too_deep(&self) -> Issue {
        Issue::new(self.place(), format!("expression recursion limit exceeded: {DEPTH_MAX}"))
    }

    /// Refuses a tree that is too high to walk.
    fn bounded(&self, expr: Expr) -> Result<Expr, Issue> {
        if self.nodes.height(&expr) > HEIGHT_MAX { Err(self.too_deep()) } else { Ok(expr) }
    }

    fn expression(&mut self) -> Result<Expr, Issue> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.too_deep());
        }
        let expression = deep(|| self.conditional())?;
        self.depth -= 1;
        self.bounded(expression)
    }

    fn conditional(&mut self) -> Result<Expr, Issue> {
        let condition = self.or()?;
        let at = self.place();
        Ok(if self.take("?") {
            let then = self.or()?;
            self.need(":")?;
            let otherwise = self.expression()?;
            self.nodes.call(at, "_?_:_", vec![condition, then, otherwise])
        } else {
            condition
        })
    }

    /// Operands with any of the operators between them, from left to right.
    fn binary(
        &mut self,
        operators: &[&'static str],
        operand: fn(&mut Self) -> Result<Expr, Issue>,
    ) -> Result<Expr, Issue> {
        let mut left = operand(self)?;
        let mut count = 0;
        loop {
            let at = self.place();
            let Some(operator) = self.take_one(operators) else { return Ok(left) };
            count += 1;
            if count > DEPTH_MAX {
                return Err(self.too_deep());
            }
            let right = operand(self)?;
            let function = if operator == "in" { "@in".to_owned() } else { format!("_{operator}_") };
            left = self.nodes.call(at, &function, vec![left, right]);
            left = self.bounded(left)?;
        }
    }

    /// Operands of a logical operator, which group to a tree as low as can be.
    fn logical(
        &mut self,
        operator: &'static str,
        operand: fn(&mut Self) -> Result<Expr, Issue>,
    ) -> Result<Expr, Issue> {
        let mut operands = vec![operand(self)?];
        let mut places = Vec::new();
        loop {
            let at = self.place();
            if !self.take(operator) {
                break;
            }
            places.push(at);
            operands.push(operand(self)?);
        }
        let function = format!("_{operator}_");
        let mut operands = operands.into_iter();
        let tree = balance(&mut self.nodes, &function, &places, &mut operands);
        tree.ok_or_else(|| self.mismatched(&OPERAND))
    }

    fn or(&mut self) -> Result<Expr, Issue> {
        self.logical("||", Self::and)
    }

    fn and(&mut self) -> Result<Expr, Issue> {
        self.logical("&&", Self::relation)
    }

    fn relation(&mut self) -> Result<Expr, Issue> {
        self.binary(&RELATIONS, Self::sum)
    }

    fn sum(&mut self) -> Result<Expr, Issue> {
        self.binary(&["+", "-"], Self::product)
    }

    fn product(&mut self) -> Result<Expr, Issue> {
        self.binary(&["*", "/", "%"], Self::unary)
    }

    fn unary(&mut self) -> Result<Expr, Issue> {
        let at = self.place();
        // a sign right before a number belongs to it
        let is_sign = self.is("-")
            && self.tokens.get(self.at + 1).is_some_and(|next| matches!(next.kind, Kind::Int | Kind::Float));
        if is_sign {
            return self.member();
        }
        let Some(operator) = self.take_one(&["!", "-"]) else { return self.member() };
        let mut count = 1;
        while self.take(operator) {
            count += 1;
        }
        let operand = self.member()?;
        // two of them are none
        Ok(if count % 2 == 0 { operand } else { self.nodes.call(at, &format!("{operator}_"), vec![operand]) })
    }

    fn member(&mut self) -> Result<Expr, Issue> {
        let mut operand = self.primary()?;
        let mut count = 0;
        loop {
            count += 1;
            if count > DEPTH_MAX {
                return Err(self.too_deep());
            }
            let at = self.place();
            if self.take(".") {
                operand = self.selection(operand, at)?;
            } else if self.take("[") {
                let function = if self.take("?") { "_[?_]" } else { "_[_]" };
                let index = self.expression()?;
                self.need("]")?;
                operand = self.nodes.call(at, function, vec![operand, index]);
            } else if self.is("{")
                && let Some(name) = operand.qualified_name()
            {
                operand = self.message(name)?;
            } else {
                return self.bounded(operand);
            }
        }
    }

    /// A field or a method, behind the dot.
    fn selection(&mut self, operand: Expr, at: usize) -> Result<Expr, Issue> {
        let is_optional = self.take("?");
        let name_at = self.place();
        let field = match self.peek().clone() {
            Kind::Identifier(name) => {
                self.at += 1;
                let open_at = self.place();
                if !is_optional && self.take("(") {
                    let args = self.arguments()?;
                    return self.method(open_at, operand, name, args);
                }
                name
            }
            Kind::Escaped(field) => {
                self.at += 1;
                field
            }
            Kind::End => return Err(self.wrong("no viable alternative at input '.'")),
            _ => return Err(self.mismatched(&["IDENTIFIER", "ESC_IDENTIFIER"])),
        };
        Ok(if is_optional {
            let name = self.nodes.make(name_at, Part::Literal(Value::string(field)));
            self.nodes.call(at, "_?._", vec![operand, name])
        } else {
            self.nodes.make(at, Part::Select { operand: Box::new(operand), field, is_test: false })
        })
    }

    fn method(&mut self, at: usize, target: Expr, name: String, args: Vec<Expr>) -> Result<Expr, Issue> {
        match macros::method(&mut self.nodes, at, target, &name, args) {
            macros::Expanded::Tree(tree) => self.bounded(tree),
            macros::Expanded::NoMacro(target, args) => {
                Ok(self.nodes.make(at, Part::Call { target: target.map(Box::new), function: name, args }))
            }
            macros::Expanded::Wrong(issue) => self.noted(issue),
        }
    }

    /// Goes on after something wrong that is no matter of grammar, to tell all of it.
    fn noted(&mut self, issue: Issue) -> Result<Expr, Issue> {
        let at = issue.at;
        self.issues.push(issue);
        Ok(self.nodes.make(at, Part::Literal(Value::Null)))
    }

    /// Arguments up to the closing bracket.
    fn arguments(&mut self) -> Result<Vec<Expr>, Issue> {
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
}

/// Groups operands with `places` of the operator between them.
fn balance(
    nodes: &mut Nodes,
    function: &str,
    places: &[usize],
    operands: &mut dyn Iterator<Item = Expr>,
) -> Option<Expr> {
    if places.is_empty() {
        return operands.next();
    }
    // the middle one, the left one of two: as cel-go groups
    let (before, rest) = places.split_at(places.len() / 2);
    let (at, after) = rest.split_first()?;
    let left = balance(nodes, function, before, operands)?;
    let right = balance(nodes, function, after, operands)?;
    Some(nodes.call(*at, function, vec![left, right]))
}
