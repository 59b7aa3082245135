//! `#[api(…)]` attributes, on as many lines as rustfmt gives them.
//!
//! rustfmt lays out arguments that are words, literals, `name = literal` and calls of these; an attribute with anything
//! else in it (`short = ["a"]`, `list = map("name")`, `"a" = "b"`, `-1`) it leaves as it is. Those stay on one line here.

use super::WIDTH;
use crate::model::{Literal, Rule, RuleArg, RuleValue};

/// What attributes are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Type,
    Field,
    Variant,
}

impl On {
    fn indent(self) -> usize {
        match self {
            On::Type => 0,
            On::Field | On::Variant => 4,
        }
    }
}

/// The marks, in as few attributes as fit into lines; a mark that fits into none has one of its own.
pub(crate) fn attributes(marks: &[Rule], on: On) -> String {
    let (mut out, mut line): (String, Vec<&Rule>) = (String::new(), Vec::new());
    for mark in marks {
        let with: Vec<&Rule> = line.iter().copied().chain([mark]).collect();
        if line.is_empty() || fits(&with, on) {
            line = with;
            continue;
        }
        out.push_str(&attribute(&line, on));
        line = vec![mark];
    }
    if !line.is_empty() {
        out.push_str(&attribute(&line, on));
    }
    out
}

/// Each group of marks in attributes of its own.
pub(crate) fn attributes_of(groups: &[Vec<Rule>], on: On) -> String {
    groups.iter().map(|marks| attributes(marks, on)).collect()
}

/// Whether rustfmt lets the attribute be on one line. It wants a column more for a field's, and for every call that
/// stands alone between parentheses.
fn fits(marks: &[&Rule], on: On) -> bool {
    let calls = match marks {
        [only] => lone_calls(only),
        _ => 0,
    };
    let spare = calls + usize::from(on == On::Field);
    on.indent() + one_line(marks).chars().count() + spare <= WIDTH
}

/// How many calls stand alone in one another: `each(cel(…))` is two.
fn lone_calls(rule: &Rule) -> usize {
    match &rule.value {
        RuleValue::Args(arguments) => match &arguments[..] {
            [RuleArg::Rule(only)] => 1 + lone_calls(only),
            _ => 1,
        },
        RuleValue::Flag | RuleValue::Is(_) => 0,
    }
}

fn one_line(marks: &[&Rule]) -> String {
    let marks: Vec<String> = marks.iter().map(ToString::to_string).collect();
    format!("#[api({})]", marks.join(", "))
}

fn attribute(marks: &[&Rule], on: On) -> String {
    let pad = " ".repeat(on.indent());
    if fits(marks, on) || !marks.iter().all(|mark| is_plain(mark)) {
        return format!("{pad}{}\n", one_line(marks));
    }
    let arguments: Vec<RuleArg> = marks.iter().map(|mark| RuleArg::Rule((*mark).clone())).collect();
    format!("{pad}#[api({})]\n", broken(&arguments, on.indent()))
}

/// Arguments between parentheses, on several lines. A call that stands alone doesn't move to a line of its own.
fn broken(arguments: &[RuleArg], indent: usize) -> String {
    if let [RuleArg::Rule(Rule { name, value: RuleValue::Args(inner) })] = arguments {
        return format!("{name}({})", broken(inner, indent));
    }
    let (pad, end) = (" ".repeat(indent + 4), " ".repeat(indent));
    let last = arguments.len().saturating_sub(1);
    let lines = arguments.iter().enumerate().map(|(index, argument)| {
        let comma = if index < last { "," } else { "" };
        format!("{pad}{}{comma}", argument_text(argument, indent + 4))
    });
    format!("\n{}\n{end}", lines.collect::<Vec<_>>().join("\n"))
}

fn argument_text(argument: &RuleArg, indent: usize) -> String {
    let text = argument.to_string();
    match argument {
        RuleArg::Rule(rule @ Rule { name, value: RuleValue::Args(inner) })
            // rustfmt wants two columns more, for a comma and one besides, whether there is a comma or not
            if indent + text.chars().count() + 1 + lone_calls(rule) > WIDTH =>
        {
            format!("{name}({})", broken(inner, indent))
        }
        _ => text,
    }
}

/// Whether rustfmt can read the mark.
fn is_plain(rule: &Rule) -> bool {
    match &rule.value {
        RuleValue::Flag => true,
        RuleValue::Is(literal) => is_plain_literal(literal),
        RuleValue::Args(arguments) => arguments.iter().all(|argument| match argument {
            RuleArg::Value(literal) => is_plain_literal(literal),
            RuleArg::Pair(..) => false,
            RuleArg::Rule(rule) => is_plain(rule),
        }),
    }
}

fn is_plain_literal(literal: &Literal) -> bool {
    match literal {
        Literal::Text(_) | Literal::Bool(_) => true,
        Literal::Number(digits) => !digits.starts_with('-'),
        Literal::Path(_) | Literal::Json(_) | Literal::Texts(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, length: usize) -> Rule {
        Rule::is(name, Literal::Text("x".repeat(length)))
    }

    #[track_caller]
    fn check(marks: &[Rule], want: &[&str]) {
        let text = attributes(marks, On::Type);
        let lines: Vec<String> = text.lines().map(|line| line.replace(&"x".repeat(100), "X")).collect();
        assert_eq!(lines, want);
    }

    #[test]
    fn marks_share_a_line_while_they_fit() {
        check(&[Rule::flag("kind"), Rule::flag("cluster")], &["#[api(kind, cluster)]"]);
        check(&[text("title", 100), Rule::flag("cluster")], &["#[api(title = \"X\")]", "#[api(cluster)]"]);
    }

    #[test]
    fn long_marks_are_broken_as_rustfmt_does() {
        check(&[text("title", 200)], &["#[api(", "    title = \"XX\"", ")]"]);
        let cel = Rule::call("cel", vec![RuleArg::Rule(text("rule", 100)), RuleArg::Rule(text("message", 3))]);
        check(
            &[Rule::call("each", vec![RuleArg::Rule(cel)])],
            &["#[api(each(cel(", "    rule = \"X\",", "    message = \"xxx\"", ")))]"],
        );
        let map = Rule::is("default", Literal::Json("x".repeat(200)));
        check(&[map], &["#[api(default = json(\"XX\"))]"]);
    }
}
