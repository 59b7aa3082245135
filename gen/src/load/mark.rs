//! The syntax of `#[api(…)]`: marks, their values and arguments, before anyone asks what they mean.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{
    Expr, Ident, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned,
    token::Paren,
};

use super::check;
use crate::model::{Rule, RuleArg, RuleValue};

/// `name`, `name = value` or `name(argument, …)`.
pub(super) struct Mark {
    /// The name.
    pub(super) name: Ident,
    /// What follows it.
    pub(super) value: Value,
    /// Where that ends.
    end: Option<Span>,
}

/// What follows a mark's name.
pub(super) enum Value {
    /// Nothing.
    Flag,
    /// `= value`
    Is(Box<Expr>),
    /// `(argument, …)`
    Args(Vec<Arg>),
}

/// An argument.
pub(super) enum Arg {
    /// A value alone.
    Value(Expr),
    /// `"key" = value`
    Pair(LitStr, Expr),
    /// A mark.
    Mark(Mark),
}

impl Mark {
    /// Its name as text.
    pub(super) fn name(&self) -> String {
        self.name.unraw().to_string()
    }

    /// Where it stands: from its name to the end of its value.
    pub(super) fn span(&self) -> Span {
        self.end.and_then(|end| self.name.span().join(end)).unwrap_or_else(|| self.name.span())
    }

    /// The mark as data, for the model.
    pub(super) fn rule(&self) -> Rule {
        let value = match &self.value {
            Value::Flag => RuleValue::Flag,
            Value::Is(value) => RuleValue::Is(check::literal(value)),
            Value::Args(args) => RuleValue::Args(args.iter().map(Arg::rule).collect()),
        };
        Rule { name: self.name(), value }
    }
}

impl Parse for Mark {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let value: Expr = input.parse()?;
            let end = value.to_token_stream().into_iter().last().map(|last| last.span());
            Ok(Self { name, value: Value::Is(Box::new(value)), end })
        } else if input.peek(Paren) {
            let content;
            let parentheses = syn::parenthesized!(content in input);
            let args = Punctuated::<Arg, Token![,]>::parse_terminated(&content)?;
            let end = Some(parentheses.span.close());
            Ok(Self { name, value: Value::Args(args.into_iter().collect()), end })
        } else {
            Ok(Self { name, value: Value::Flag, end: None })
        }
    }
}

impl Parse for Arg {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) && input.peek2(Token![=]) {
            let key = input.parse()?;
            input.parse::<Token![=]>()?;
            return Ok(Arg::Pair(key, input.parse()?));
        }
        if input.peek(Ident::peek_any) && !input.peek(syn::LitBool) && !input.peek2(Token![::]) {
            return Ok(Arg::Mark(input.parse()?));
        }
        Ok(Arg::Value(input.parse()?))
    }
}

impl Arg {
    fn rule(&self) -> RuleArg {
        match self {
            Arg::Value(value) => RuleArg::Value(check::literal(value)),
            Arg::Pair(key, value) => RuleArg::Pair(key.value(), check::literal(value)),
            Arg::Mark(mark) => RuleArg::Rule(mark.rule()),
        }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        match self {
            Arg::Value(value) => value.span(),
            Arg::Pair(key, _) => key.span(),
            Arg::Mark(mark) => mark.span(),
        }
    }
}

/// The marks of an `#[api(…)]` attribute.
pub(super) fn parse(attribute: &syn::Attribute) -> syn::Result<Vec<Mark>> {
    let marks = attribute.parse_args_with(Punctuated::<Mark, Token![,]>::parse_terminated)?;
    Ok(marks.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(source: &str, want: &str) {
        let mark: Mark = syn::parse_str(source).unwrap();
        assert_eq!(mark.rule().to_string(), want, "{source}");
    }

    #[test]
    fn rules_print_as_they_are_written() {
        check_text("kind", "kind");
        check_text("min = -1", "min = -1");
        check_text("max = 1.50", "max = 1.50");
        check_text("each(max_len=3,pattern = \"a b\")", "each(max_len = 3, pattern = \"a b\")");
        check_text("update(no_set,no_unset)", "update(no_set, no_unset)");
        check_text("item( \"type\" = \"A\", immutable )", "item(\"type\" = \"A\", immutable)");
        check_text("example = json(\"{}\")", "example = json(\"{}\")");
        check_text("not_equal = super::consts::PORT", "not_equal = super::consts::PORT");
    }
}
