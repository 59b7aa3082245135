//! The syntax of `#[api(…)]`: marks, their values and arguments, before anyone asks what they mean.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Expr, Ident, LitStr, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    spanned::Spanned,
    token::Paren,
};

/// `name`, `name = value` or `name(argument, …)`.
pub(super) struct Mark {
    /// The name.
    pub(super) name: Ident,
    /// What follows it.
    pub(super) value: Value,
    /// What follows it, as tokens.
    tokens: TokenStream,
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
        let end = self.tokens.clone().into_iter().last().map(|last| last.span());
        end.and_then(|end| self.name.span().join(end)).unwrap_or_else(|| self.name.span())
    }

    /// Its value or arguments as text, empty where it is a flag. Spacing is ours, so that the text depends on the tokens only.
    pub(super) fn args_text(&self) -> String {
        let mut text = String::new();
        write_tokens(self.tokens.clone(), &mut text);
        text
    }
}

impl Parse for Mark {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            let value: Expr = input.parse()?;
            let tokens = value.to_token_stream();
            Ok(Self { name, value: Value::Is(Box::new(value)), tokens })
        } else if input.peek(Paren) {
            let content;
            syn::parenthesized!(content in input);
            let tokens = content.fork().parse()?;
            let args = Punctuated::<Arg, Token![,]>::parse_terminated(&content)?;
            Ok(Self { name, value: Value::Args(args.into_iter().collect()), tokens })
        } else {
            Ok(Self { name, value: Value::Flag, tokens: TokenStream::new() })
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

fn write_tokens(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write_tokens(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' => text.push_str(", "),
                '=' => text.push_str(" = "),
                other => text.push(other),
            },
            TokenTree::Ident(ident) => text.push_str(&ident.to_string()),
            TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(source: &str, want: &str) {
        let mark: Mark = syn::parse_str(source).unwrap();
        assert_eq!(mark.args_text(), want, "{source}");
    }

    #[test]
    fn arguments_keep_their_tokens() {
        check_text("kind", "");
        check_text("min = -1", "-1");
        check_text("each(max_len=3,pattern = \"a b\")", "max_len = 3, pattern = \"a b\"");
        check_text("list = map( \"name\" )", "map(\"name\")");
        check_text("default = super::consts::PORT", "super::consts::PORT");
    }
}
