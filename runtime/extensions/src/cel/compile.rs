//! What the rules of a definition are checked for.

use kubeforge_api::apiextensions::v1::{JSONSchemaProps, ValidationRule};
use kubeforge_cel::{Type, compile_estimated};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{decl::Declared, rules};

/// What one expression may cost, as estimated.
const EXPRESSION_COST_MAX: u64 = 10_000_000;
/// What all expressions of a schema may cost together.
const SCHEMA_COST_MAX: u64 = 100_000_000;
/// So many of the most expensive expressions are named where all together cost too much.
const NAMED_MAX: usize = 4;

/// Where a schema stands: what `self` is there, and how often.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    schema: &'a JSONSchemaProps,
    is_root: bool,
    /// How many values there can be at this place; `None` where nothing bounds that.
    cardinality: Option<u64>,
}

/// What came of a rule.
#[derive(Debug)]
pub struct Compiled {
    /// What it may cost, or why it does not compile.
    pub rule: Result<u64, String>,
    /// The same of the expression of its message, where there is one.
    pub message: Option<Result<u64, String>>,
    /// It compares with an earlier state.
    pub uses_old_self: bool,
}

impl<'a> Context<'a> {
    /// The root of an object.
    pub fn root(schema: &'a JSONSchemaProps) -> Self {
        Self { schema, is_root: true, cardinality: Some(1) }
    }

    /// A named property.
    pub fn property(&self, schema: &'a JSONSchemaProps) -> Self {
        self.below(schema)
    }

    /// A property without a name.
    pub fn additional(&self, schema: &'a JSONSchemaProps) -> Self {
        self.below(schema)
    }

    /// An element of a list.
    pub fn items(&self, schema: &'a JSONSchemaProps) -> Self {
        self.below(schema)
    }

    fn below(&self, schema: &'a JSONSchemaProps) -> Self {
        let at_least_zero = |count: i64| u64::try_from(count).unwrap_or_default();
        let each = match self.schema.type_.as_str() {
            "object" if self.schema.additional_properties.is_some() => self.schema.max_properties.map(at_least_zero),
            "array" => self.schema.max_items.map(at_least_zero),
            _ => Some(1),
        };
        let cardinality = self.cardinality.zip(each).map(|(count, each)| count.saturating_mul(each));
        Self { schema, is_root: false, cardinality }
    }

    /// What expressions see at this place; `None` where they see nothing, and no rule can stand.
    pub fn visible(&self) -> Option<Visible> {
        Some(Visible { declared: Declared::of_schema(self.schema, self.is_root)?, cardinality: self.cardinality })
    }
}

/// What expressions see at a place.
#[derive(Debug)]
pub struct Visible {
    declared: Declared,
    cardinality: Option<u64>,
}

impl Visible {
    /// Compiles a rule.
    pub fn compile(&self, rule: &ValidationRule) -> Compiled {
        let declared = &self.declared;
        let env = rules::env(declared, rule);
        let sizes = |path: &[String]| declared.size_at(path);
        let mut uses_old_self = false;
        let compiled = rules::compile(&rule.rule, &env, &sizes).map(|(program, cost)| {
            uses_old_self = program.uses(rules::OLD_SELF);
            cost.saturating_mul(self.cardinality.unwrap_or(declared.cardinality_max()))
        });
        let message = rule.message_expression.as_str();
        let message = (!message.trim().is_empty() && compiled.is_ok()).then(|| {
            let made = compile_estimated(message, &env, &sizes)
                .map_err(|why| format!("messageExpression compilation failed: {why}"));
            made.and_then(|(program, cost)| match program.result_type() {
                Type::String => Ok(cost),
                _ => Err("messageExpression must evaluate to a string".to_owned()),
            })
        });
        Compiled { rule: compiled, message, uses_old_self }
    }
}

/// What the expressions of a schema cost together.
#[derive(Debug, Default)]
pub struct Costs {
    total: u64,
    most_expensive: Vec<(String, u64)>,
}

impl Costs {
    /// Counts an expression.
    pub fn observe(&mut self, path: &Path<'_>, cost: u64) {
        self.total = self.total.saturating_add(cost);
        if cost < SCHEMA_COST_MAX / 100 {
            return;
        }
        self.most_expensive.push((path.to_string(), cost));
        self.most_expensive.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
        self.most_expensive.truncate(NAMED_MAX);
    }

    /// What is wrong with an expression that costs so much.
    pub fn over_limit(what: &str, cost: u64) -> Option<String> {
        (cost > EXPRESSION_COST_MAX).then(|| over(what, cost, EXPRESSION_COST_MAX))
    }

    /// What is wrong with all together, for the schema at a path.
    pub fn errors(&self, path: &Path<'_>) -> ErrorList {
        if self.total <= SCHEMA_COST_MAX {
            return ErrorList::new();
        }
        let text = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
        let mut errors: ErrorList =
            self.most_expensive.iter().map(|(path, _)| Error::forbidden(&Path::new(path), text)).collect();
        let what = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
        errors.push(Error::forbidden(path, over(what, self.total, SCHEMA_COST_MAX)));
        errors
    }
}

fn over(what: &str, cost: u64, limit: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a rough factor for people")]
    let factor = cost as f64 / limit as f64;
    let factor = match factor {
        factor if factor > 100.0 => "more than 100x".to_owned(),
        factor if factor < 1.5 => format!("{factor:.6}x"),
        factor => format!("{factor:.1}x"),
    };
    format!(
        "{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and \
         maxLength where arrays, maps, and strings are declared)"
    )
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::from_json_slice;

    use super::*;

    #[track_caller]
    fn compile(schema: &str, rule: &str) -> Result<u64, String> {
        let schema: JSONSchemaProps = from_json_slice(schema.as_bytes()).unwrap();
        let rule = ValidationRule { rule: rule.to_owned(), ..ValidationRule::default() };
        Context::root(&schema).visible().unwrap().compile(&rule).rule
    }

    #[test]
    fn errors_are_in_cel_gos_form() {
        let schema =
            r#"{"type":"object","properties":{"spec":{"type":"object","properties":{"n":{"type":"integer"}}}}}"#;
        assert_eq!(
            compile(schema, "other == 1").unwrap_err(),
            "compilation failed: ERROR: <input>:1:1: undeclared reference to 'other' (in container '')\n | other == 1\n | ^"
        );
        assert_eq!(
            compile(schema, "self.spec.n == 'x'").unwrap_err(),
            "compilation failed: ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(int, string)'\n | self.spec.n == 'x'\n | ............^"
        );
        assert_eq!(
            compile(schema, "self.spec.x").unwrap_err(),
            "compilation failed: ERROR: <input>:1:10: undefined field 'x'\n | self.spec.x\n | .........^"
        );
        assert_eq!(compile(schema, "self.spec.n").unwrap_err(), "cel expression must evaluate to a bool");
        assert!(compile(schema, "!has(self.spec.n) || self.spec.n < 5").is_ok());
    }

    #[test]
    fn bounds_make_rules_cheap() {
        let list = |more: &str| {
            format!(
                r#"{{"type":"object","properties":{{"a":{{"type":"array",{more}"items":{{"type":"string","maxLength":10}}}}}}}}"#
            )
        };
        let rule = "self.a.all(x, self.a.all(y, x == y))";
        assert!(compile(&list(r#""maxItems":10,"#), rule).unwrap() < EXPRESSION_COST_MAX);
        assert!(compile(&list(""), rule).unwrap() > EXPRESSION_COST_MAX);
    }
}
