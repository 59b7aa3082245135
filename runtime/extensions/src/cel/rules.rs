//! Running the rules of a schema. Follows apiextensions pkg/apiserver/schema/cel/validation.go.

use std::{cell::OnceCell, collections::BTreeMap};

use kubeforge_api::apiextensions::v1::{FieldValueErrorReason, JSONSchemaProps, ValidationRule};
use kubeforge_cel::{Env, Failure, Program, Sizes, Type, Value as CelValue, compile_estimated};
use kubeforge_machinery::field::{Error, ErrorList, Path};
use serde_json::Value;

use super::{
    decl::Declared,
    values::{Step, below, to_cel},
};
use crate::{
    number,
    schema::{ListType, Schema},
};

/// A message that an expression makes may have so many bytes.
const MESSAGE_BYTES_MAX: usize = 5 * 1024;
/// What one expression may cost when it runs: about a tenth of a second.
const CALL_COST_MAX: u64 = 1_000_000;
/// What all expressions for one object may cost together.
const BUDGET: u64 = 10_000_000;

/// The old state.
pub(super) const OLD_SELF: &str = "oldSelf";

/// What a rule can refer to.
pub(super) fn env(declared: &Declared, rule: &ValidationRule) -> Env {
    let this = declared.type_("selfType");
    let old = match rule.optional_old_self {
        Some(true) => Type::optional(this.clone()),
        _ => this.clone(),
    };
    Env::default().with("self", this).with(OLD_SELF, old)
}

/// Compiles a rule.
///
/// # Errors
/// What is wrong with it.
pub(super) fn compile(rule: &str, env: &Env, sizes: Sizes<'_>) -> Result<(Program, u64), String> {
    let (program, cost) = compile_estimated(rule, env, sizes).map_err(|why| format!("compilation failed: {why}"))?;
    match program.result_type() {
        Type::Bool => Ok((program, cost)),
        _ => Err("cel expression must evaluate to a bool".to_owned()),
    }
}

/// The compiled rules of a schema and of all schemas in it that have some.
#[derive(Debug)]
pub struct Rules {
    own: Vec<Rule>,
    items: Option<Box<Rules>>,
    properties: BTreeMap<String, Rules>,
    additional: Option<Box<Rules>>,
    all_of: Vec<Rules>,
}

#[derive(Debug)]
struct Rule {
    source: ValidationRule,
    /// Or why it does not compile: a definition that was stored before may have such rules.
    program: Result<Program, String>,
    message: Option<Program>,
    uses_old_self: bool,
}

impl Rule {
    fn of(source: &ValidationRule, declared: Option<&Declared>) -> Self {
        let Some(declared) = declared else {
            let program = Err("unable to convert structural schema to CEL declarations".to_owned());
            return Self { source: source.clone(), program, message: None, uses_old_self: false };
        };
        let env = env(declared, source);
        let sizes = |_: &[String]| None;
        let program = compile(&source.rule, &env, &sizes).map(|(program, _)| program);
        let message = (!source.message_expression.trim().is_empty())
            .then(|| kubeforge_cel::compile(&source.message_expression, &env).ok())
            .flatten();
        let uses_old_self = program.as_ref().is_ok_and(|program| program.uses(OLD_SELF));
        Self { source: source.clone(), program, message, uses_old_self }
    }

    /// The rule or its message, as errors name it.
    fn name(&self) -> &str {
        if self.source.message.is_empty() { self.source.rule.trim() } else { self.source.message.trim() }
    }
}

impl Rules {
    /// The rules of a schema; `None` where there are none.
    pub fn of(schema: &Schema, source: &JSONSchemaProps, is_root: bool) -> Option<Self> {
        Self::within(schema, source, source, is_root)
    }

    /// The rules of a schema of which `node` says what values are: schemas in `allOf` say less of them.
    fn within(schema: &Schema, source: &JSONSchemaProps, node: &JSONSchemaProps, is_root: bool) -> Option<Self> {
        let declared =
            if source.x_kubernetes_validations.is_empty() { None } else { Declared::of_schema(node, is_root) };
        let of_items = |props: &'_ JSONSchemaProps| props.items.as_ref().and_then(|items| items.schema.clone());
        let of_additional =
            |props: &'_ JSONSchemaProps| props.additional_properties.as_ref().and_then(|values| values.schema.clone());
        let items = schema.items.as_deref().zip(of_items(source)).zip(of_items(node));
        let additional = schema.additional.schema().zip(of_additional(source)).zip(of_additional(node));
        let rules = Self {
            own: source
                .x_kubernetes_validations
                .iter()
                .filter(|rule| !rule.rule.trim().is_empty())
                .map(|rule| Rule::of(rule, declared.as_ref()))
                .collect(),
            items: items.and_then(|((schema, source), node)| Self::within(schema, &source, &node, false)).map(Box::new),
            properties: schema
                .properties
                .iter()
                .filter_map(|(name, property)| {
                    let (source, node) = (source.properties.get(name)?, node.properties.get(name)?);
                    Some((name.clone(), Self::within(property, source, node, false)?))
                })
                .collect(),
            additional: additional
                .and_then(|((schema, source), node)| Self::within(schema, &source, &node, false))
                .map(Box::new),
            all_of: schema
                .all_of
                .iter()
                .zip(&source.all_of)
                .filter_map(|(schema, source)| Self::within(schema, source, node, is_root))
                .collect(),
        };
        let is_empty = rules.own.is_empty()
            && rules.items.is_none()
            && rules.properties.is_empty()
            && rules.additional.is_none()
            && rules.all_of.is_empty();
        (!is_empty).then_some(rules)
    }

    /// Whether a schema, or one in it, has rules.
    pub fn any_in(schema: &JSONSchemaProps) -> bool {
        let mut found = false;
        crate::check::visit_schemas(schema, &mut |schema| found |= !schema.x_kubernetes_validations.is_empty());
        found
    }

    /// Which rules an object breaks.
    pub fn check(&self, value: &Value, old: Option<&Value>, schema: &Schema) -> Found {
        self.walk(value, old, schema, &Path::NIL, true)
    }

    /// Which rules a value in an object breaks.
    pub fn check_at(&self, value: &Value, old: Option<&Value>, schema: &Schema, path: &Path<'_>) -> Found {
        self.walk(value, old, schema, path, false)
    }

    fn walk(&self, value: &Value, old: Option<&Value>, schema: &Schema, path: &Path<'_>, is_root: bool) -> Found {
        let mut walk = Walk { budget: Some(BUDGET), found: Found::default() };
        let node = Node { value, old, schema, path, is_root, made: None, made_old: None };
        walk.visit(self, &node, Unchanged { own: None, holder: false });
        walk.found
    }
}

/// What rules say of an object.
#[derive(Debug, Default)]
pub struct Found {
    /// What is wrong.
    pub errors: ErrorList,
    /// What was wrong before and did not change.
    pub forgiven: ErrorList,
}

/// A value on the way through an object.
struct Node<'a> {
    value: &'a Value,
    old: Option<&'a Value>,
    schema: &'a Schema,
    path: &'a Path<'a>,
    is_root: bool,
    /// The value as expressions see it, where its holder was made already.
    made: Option<CelValue>,
    made_old: Option<CelValue>,
}

/// What is known of changes.
#[derive(Clone, Copy)]
struct Unchanged {
    /// Whether the value is as it was; `None` where no old one is known.
    own: Option<bool>,
    /// Whether the nearest holder of which an old state is known is as it was.
    holder: bool,
}

impl Unchanged {
    fn forgives(self) -> bool {
        self.own.unwrap_or(self.holder)
    }
}

struct Walk {
    /// What is left to spend; `None` when it ran out.
    budget: Option<u64>,
    found: Found,
}

impl Walk {
    fn visit(&mut self, rules: &Rules, node: &Node<'_>, above: Unchanged) {
        if node.value.is_null() || self.budget.is_none() {
            return;
        }
        let own = node.old.map(|old| number::equal(old, node.value));
        self.visit_as(rules, node, Unchanged { own, holder: above.forgives() });
    }

    /// Visits a value of whose changes this is known. Schemas in `allOf` are forgiven for the sake of holders only.
    fn visit_as(&mut self, rules: &Rules, node: &Node<'_>, unchanged: Unchanged) {
        let made = OnceCell::new();
        let made_old = OnceCell::new();
        if let Some(value) = &node.made {
            made.get_or_init(|| value.clone());
        }
        if let Some(value) = &node.made_old {
            made_old.get_or_init(|| Some(value.clone()));
        }
        let this = || made.get_or_init(|| to_cel(node.value, node.schema, node.is_root)).clone();
        let old = || made_old.get_or_init(|| node.old.map(|old| to_cel(old, node.schema, node.is_root))).clone();
        self.own(&rules.own, node, unchanged, &this, &old);
        for inner in &rules.all_of {
            let inside = Node { made: made.get().cloned(), made_old: made_old.get().cloned().flatten(), ..*node };
            self.visit_as(inner, &inside, Unchanged { own: None, ..unchanged });
        }
        let (made, made_old) = (made.get(), made_old.get().and_then(Option::as_ref));
        match node.value {
            Value::Array(list) => {
                let (Some(rules), Some(items)) = (&rules.items, &node.schema.items) else { return };
                for (at, value) in list.iter().enumerate() {
                    let (old, made_old) = correlated(node, value, made_old);
                    let step = Step::Item(at);
                    let path = node.path.index(at);
                    let made = below(made, step);
                    let inner = Node { value, old, schema: items, path: &path, is_root: false, made, made_old };
                    self.visit(rules, &inner, unchanged);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    let (rules, schema, path) =
                        match (rules.properties.get(name), node.schema.properties.get(name).map(Box::as_ref)) {
                            (Some(rules), Some(property)) => (rules, property, node.path.child(name)),
                            (None, Some(_)) => continue,
                            _ => match (&rules.additional, node.schema.additional.schema()) {
                                (Some(rules), Some(property)) => (rules.as_ref(), property, node.path.key(name)),
                                _ => continue,
                            },
                        };
                    let old = node.old.and_then(|old| old.get(name)).filter(|old| !old.is_null());
                    let step = Step::Field(name);
                    let (made, made_old) = (below(made, step), below(made_old, step));
                    let inner = Node { value, old, schema, path: &path, is_root: false, made, made_old };
                    self.visit(rules, &inner, unchanged);
                }
            }
            _ => {}
        }
    }

    fn out_of_budget(&mut self, node: &Node<'_>) {
        let text = "validation failed due to running out of cost budget, no further validation rules will be run";
        self.stop(Error::invalid(node.path, node.schema.type_.as_str(), text));
    }

    fn stop(&mut self, error: Error) {
        self.found.errors.push(error);
        self.budget = None;
    }

    fn own(
        &mut self,
        rules: &[Rule],
        node: &Node<'_>,
        unchanged: Unchanged,
        this: &dyn Fn() -> CelValue,
        old: &dyn Fn() -> Option<CelValue>,
    ) {
        if rules.is_empty() {
            return;
        }
        if self.budget == Some(0) {
            return self.out_of_budget(node);
        }
        let type_ = node.schema.type_.as_str();
        for rule in rules {
            let Some(budget) = self.budget else { return };
            let program = match &rule.program {
                Ok(program) => program,
                Err(why) => {
                    self.found.errors.push(Error::invalid(node.path, type_, format!("rule compile error: {why}")));
                    continue;
                }
            };
            let is_optional = rule.source.optional_old_self == Some(true);
            if rule.uses_old_self && node.old.is_none() && !is_optional {
                continue;
            }
            let before = if rule.uses_old_self { old() } else { None };
            let before =
                if is_optional { Some(before.map_or(CelValue::Optional(None), CelValue::some)) } else { before };
            let vars = [Some(this()), before];
            let ran = program.run(&vars, CALL_COST_MAX);
            if ran.cost > budget {
                return self.out_of_budget(node);
            }
            self.budget = Some(budget - ran.cost);
            match ran.value {
                Ok(CelValue::Bool(true)) => {}
                Ok(_) => self.broken(rule, node, unchanged, &vars),
                Err(Failure::CostLimit) => {
                    let text = format!(
                        "'{}': no further validation rules will be run due to call cost exceeds limit for rule: {}",
                        Failure::CostLimit,
                        rule.name()
                    );
                    return self.stop(Error::invalid(node.path, type_, text));
                }
                Err(Failure::Error(why)) => {
                    let text = if why.starts_with("no such overload") {
                        format!(
                            "'{why}': call arguments did not match a supported operator, function or macro signature for \
                             rule: {}",
                            rule.name()
                        )
                    } else {
                        format!("{why} evaluating rule: {}", rule.name())
                    };
                    self.found.errors.push(Error::invalid(node.path, type_, text));
                }
            }
        }
    }

    /// Notes that a value breaks a rule.
    fn broken(&mut self, rule: &Rule, node: &Node<'_>, unchanged: Unchanged, vars: &[Option<CelValue>]) {
        let source = &rule.source;
        let type_ = node.schema.type_.as_str();
        let field_path = source.field_path.trim();
        let inner = field_path.strip_prefix('.').unwrap_or(field_path);
        let whole = node.path.child(inner);
        let path = if field_path.is_empty() { node.path } else { &whole };
        let note = |walk: &mut Self, error: Error| {
            let is_forgiven = !rule.uses_old_self && unchanged.forgives();
            if is_forgiven { walk.found.forgiven.push(error) } else { walk.found.errors.push(error) }
        };
        let made = match rule.message.as_ref().map(|message| self.message(message, &source.message_expression, vars)) {
            None => None,
            Some(Ok(text)) => text,
            Some(Err(text)) => {
                note(self, Error::invalid(path, type_, text));
                self.budget = None;
                return;
            }
        };
        let detail = made.unwrap_or_else(|| match source.message.trim() {
            "" => format!("failed rule: {}", source.rule.trim()),
            message => message.to_owned(),
        });
        let error = match source.reason {
            Some(FieldValueErrorReason::FieldValueForbidden) => Error::forbidden(path, detail),
            Some(FieldValueErrorReason::FieldValueRequired) => Error::required(path, detail),
            Some(FieldValueErrorReason::FieldValueDuplicate) => Error::duplicate(path, type_),
            _ => Error::invalid(path, type_, detail),
        };
        note(self, error);
    }

    /// The message that an expression makes; none where it fails or makes no good one.
    ///
    /// # Errors
    /// That it cost too much.
    fn message(
        &mut self,
        program: &Program,
        source: &str,
        vars: &[Option<CelValue>],
    ) -> Result<Option<String>, String> {
        let Some(budget) = self.budget else { return Ok(None) };
        let ran = program.run(vars, CALL_COST_MAX);
        if ran.cost > budget {
            return Err(
                "messageExpression evaluation failed due to running out of cost budget, no further validation \
                        rules will be run"
                    .to_owned(),
            );
        }
        self.budget = Some(budget - ran.cost);
        let text = match ran.value {
            Ok(CelValue::String(text)) => text.trim().to_owned(),
            Err(Failure::CostLimit) => {
                return Err(format!(
                    "no further validation rules will be run due to call cost exceeds limit for messageExpression: {}",
                    kubeforge_machinery::quote::quote(source)
                ));
            }
            Ok(_) | Err(Failure::Error(_)) => return Ok(None),
        };
        let is_good = !text.is_empty() && text.len() <= MESSAGE_BYTES_MAX && !text.contains('\n');
        Ok(is_good.then_some(text))
    }
}

/// The old state of a list's element, where elements can be told apart: with its form for expressions, if there is one.
fn correlated<'a>(
    node: &Node<'a>,
    value: &Value,
    made_old: Option<&CelValue>,
) -> (Option<&'a Value>, Option<CelValue>) {
    let (ListType::Map(keys), Some(Value::Array(old))) = (&node.schema.list, node.old) else { return (None, None) };
    let same = |other: &Value| keys.iter().all(|key| other.get(key) == value.get(key));
    match old.iter().position(same) {
        None => (None, None),
        Some(at) => (old.get(at), below(made_old, Step::Item(at))),
    }
}

#[cfg(test)]
mod tests;
