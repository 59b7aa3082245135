//! Rules by stage, and the gates that they stand under.

use proc_macro2::TokenStream;
use quote::quote;

use super::kinds_of_rules::{holds_rules, is_parameter};
use crate::model::{Rule, RuleArg, RuleValue};

/// How far a rule is on its way into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Stable,
    Beta,
    Alpha,
}

impl Stage {
    /// All, in the order in which they are checked.
    pub(super) const ALL: [Stage; 3] = [Stage::Stable, Stage::Beta, Stage::Alpha];

    /// Checks with `errors` bound to where this stage's findings go.
    pub(super) fn block(self, checks: TokenStream) -> Option<TokenStream> {
        if checks.is_empty() {
            return None;
        }
        Some(match self {
            Stage::Stable => quote! {
                {
                    let errors = &mut found.errors;
                    #checks
                }
            },
            Stage::Beta => quote! {
                if let Some(errors) = found.at(rules::Stage::Beta, ctx) {
                    #checks
                }
            },
            Stage::Alpha => quote! {
                if let Some(errors) = found.at(rules::Stage::Alpha, ctx) {
                    #checks
                }
            },
        })
    }
}

/// The rules of one stage, without the markers that say so. A rule that holds others is kept with those of the stage.
pub(super) fn select(rules: &[Rule], wanted: Stage) -> Vec<Rule> {
    let mut selected = Vec::new();
    collect(rules, Stage::Stable, wanted, &mut selected);
    selected
}

fn collect(rules: &[Rule], at: Stage, wanted: Stage, selected: &mut Vec<Rule>) {
    for rule in rules {
        let inner = inner_rules(rule);
        match rule.name.as_str() {
            "alpha" => collect(&inner, Stage::Alpha, wanted, selected),
            "beta" => collect(&inner, at.max(Stage::Beta), wanted, selected),
            _ if holds_rules(&rule.name) && !inner.is_empty() => {
                let mut kept = Vec::new();
                collect(&inner, at, wanted, &mut kept);
                if !kept.is_empty() {
                    let mut args = own_arguments(rule);
                    args.extend(kept.into_iter().map(RuleArg::Rule));
                    selected.push(Rule { name: rule.name.clone(), value: RuleValue::Args(args) });
                }
            }
            _ if at == wanted => selected.push(rule.clone()),
            _ => {}
        }
    }
}

/// The rules inside a rule, without its named arguments.
pub(super) fn inner_rules(rule: &Rule) -> Vec<Rule> {
    rule.rules().filter(|inner| !is_parameter(&rule.name, &inner.name)).cloned().collect()
}

fn own_arguments(rule: &Rule) -> Vec<RuleArg> {
    let is_own = |arg: &&RuleArg| match arg {
        RuleArg::Rule(inner) => is_parameter(&rule.name, &inner.name),
        RuleArg::Value(_) | RuleArg::Pair(..) => true,
    };
    rule.args().iter().filter(is_own).cloned().collect()
}

/// A rule that is no gate, and the gates around it with the state that each must have.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) rule: Rule,
    gates: Vec<(String, bool)>,
}

impl Leaf {
    /// The gates as a condition; `None` where there are none.
    pub(super) fn condition(&self) -> Option<TokenStream> {
        let gates = self.gates.iter().map(|(gate, on)| match on {
            true => quote!(ctx.enabled(#gate)),
            false => quote!(!ctx.enabled(#gate)),
        });
        let gates: Vec<_> = gates.collect();
        (!gates.is_empty()).then(|| quote!(#(#gates)&&*))
    }

    /// Whether the gates are not all as they must be; `false` where there are none.
    pub(super) fn negated(&self) -> TokenStream {
        match self.gates.as_slice() {
            [] => quote!(false),
            [(gate, true)] => quote!(!ctx.enabled(#gate)),
            [(gate, false)] => quote!(ctx.enabled(#gate)),
            _ => {
                let all = self.condition();
                quote!(!(#all))
            }
        }
    }

    /// A check under the gates.
    pub(super) fn guard(&self, check: TokenStream) -> TokenStream {
        match self.condition() {
            Some(condition) => quote!(if #condition { #check }),
            None => check,
        }
    }
}

/// The rules, with those under gates taken out of them.
pub(super) fn leaves(rules: &[Rule]) -> Vec<Leaf> {
    let mut found = Vec::new();
    under_gates(rules, &[], &mut found);
    found
}

fn under_gates(rules: &[Rule], gates: &[(String, bool)], found: &mut Vec<Leaf>) {
    for rule in rules {
        let on = match rule.name.as_str() {
            "if_enabled" => true,
            "if_disabled" => false,
            _ => {
                found.push(Leaf { rule: rule.clone(), gates: gates.to_vec() });
                continue;
            }
        };
        let gate = rule.leading().unwrap_or_default().to_owned();
        let gates: Vec<_> = gates.iter().cloned().chain([(gate, on)]).collect();
        under_gates(&inner_rules(rule), &gates, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Literal;

    fn max_len(max: &str) -> Rule {
        Rule::is("max_len", Literal::Number(max.into()))
    }

    fn call(name: &str, rules: Vec<Rule>) -> Rule {
        Rule::call(name, rules.into_iter().map(RuleArg::Rule).collect())
    }

    #[test]
    fn each_stage_has_its_own_rules() {
        let since = Rule::is("since", Literal::Text("1.36".into()));
        let rules = [
            call("each", vec![max_len("1"), call("alpha", vec![since, max_len("2")])]),
            call("beta", vec![call("each", vec![max_len("3")])]),
        ];
        let texts = |stage| select(&rules, stage).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(Stage::Stable), ["each(max_len = 1)"]);
        assert_eq!(texts(Stage::Beta), ["each(max_len = 3)"]);
        assert_eq!(texts(Stage::Alpha), ["each(max_len = 2)"]);
    }

    #[test]
    fn gates_around_a_rule_are_its_condition() {
        let gated = |name: &str, gate: &str, rule: Rule| {
            Rule::call(name, vec![RuleArg::Value(Literal::Text(gate.into())), RuleArg::Rule(rule)])
        };
        let rules = [gated("if_enabled", "A", gated("if_disabled", "B", Rule::flag("forbidden")))];
        let found = leaves(&rules);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rule, Rule::flag("forbidden"));
        assert_eq!(
            found[0].condition().unwrap().to_string(),
            quote!(ctx.enabled("A") && !ctx.enabled("B")).to_string()
        );
    }
}
