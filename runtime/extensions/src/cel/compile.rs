//! What the rules of a definition are checked for.

use kubeforge_api::apiextensions::v1::{JSONSchemaProps, ValidationRule};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::engine::Expression;

/// What one expression may cost, as estimated.
const EXPRESSION_COST_MAX: u64 = 10_000_000;
/// What all expressions of a schema may cost together.
const SCHEMA_COST_MAX: u64 = 100_000_000;
/// So many of the most expensive expressions are named where all together cost too much.
const NAMED_MAX: usize = 4;

/// Where a schema stands: what `self` is there.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    schema: &'a JSONSchemaProps,
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
        Self { schema }
    }

    /// A named property.
    pub fn property(&self, schema: &'a JSONSchemaProps, _name: &str) -> Self {
        Self { schema }
    }

    /// A property without a name.
    pub fn additional(&self, schema: &'a JSONSchemaProps) -> Self {
        Self { schema }
    }

    /// An element of a list.
    pub fn items(&self, schema: &'a JSONSchemaProps) -> Self {
        Self { schema }
    }

    /// Compiles a rule.
    pub fn compile(&self, rule: &ValidationRule) -> Compiled {
        let _schema = self.schema;
        let parsed = Expression::parse(rule.rule.trim());
        let uses_old_self = parsed.as_ref().is_ok_and(|parsed| parsed.names("oldSelf"));
        Compiled {
            rule: parsed.map(|_| 1).map_err(|why| format!("compilation failed: {why}")),
            message: None,
            uses_old_self,
        }
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
        self.most_expensive.push((path.to_string(), cost));
        self.most_expensive.sort_by(|a, b| b.1.cmp(&a.1));
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
