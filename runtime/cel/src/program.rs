//! Compiled expressions.

use crate::{
    Env, Failure, Sizes, Type, Value,
    check::{self, Checked},
    estimate,
    eval::Run,
    nodes::Parsed,
    parser,
    plan::{self, Step},
    source::{Issue, render},
    validate,
};

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Program {
    step: Step,
    type_: Type,
    /// Variables of its environment.
    names: Vec<String>,
    used: Vec<bool>,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Its value, or why it has none.
    pub value: Result<Value, Failure>,
    /// What it cost.
    pub cost: u64,
}

/// Compiles an expression.
///
/// # Errors
/// All that is wrong with it, in cel-go's form: `ERROR: <input>:1:7: …`.
pub fn compile(source: &str, env: &Env) -> Result<Program, String> {
    let (parsed, checked) = checked(source, env)?;
    planned(source, env, &parsed, &checked)
}

/// Compiles an expression and says what it can cost at most, for variables of these sizes.
///
/// # Errors
/// See [`compile`].
pub fn compile_estimated(source: &str, env: &Env, sizes: Sizes<'_>) -> Result<(Program, u64), String> {
    let (parsed, checked) = checked(source, env)?;
    let program = planned(source, env, &parsed, &checked)?;
    Ok((program, estimate::cost_max(&parsed.root, &checked, sizes)))
}

fn checked(source: &str, env: &Env) -> Result<(Parsed, Checked), String> {
    let told = |issues: Vec<Issue>| render(source, issues);
    let parsed = parser::parse(source, env.binds).map_err(told)?;
    let checked = check::check(&parsed, env).map_err(told)?;
    let issues = validate::issues(&parsed, &checked);
    if issues.is_empty() { Ok((parsed, checked)) } else { Err(told(issues)) }
}

fn planned(source: &str, env: &Env, parsed: &Parsed, checked: &Checked) -> Result<Program, String> {
    let step = plan::plan(&parsed.root, checked, env)
        .map_err(|why| render(source, vec![Issue::new(0, format!("program instantiation failed: {why}"))]))?;
    let names = env.names();
    let used = names.iter().map(|name| parsed.names(name)).collect();
    Ok(Program { step, type_: checked.type_of(&parsed.root).clone(), names, used })
}

impl Program {
    /// The type of its value.
    pub fn result_type(&self) -> &Type {
        &self.type_
    }

    /// Whether it refers to a variable.
    pub fn uses(&self, variable: &str) -> bool {
        self.names.iter().zip(&self.used).any(|(name, used)| *used && name == variable)
    }

    /// Runs it. Values of variables come in the order in which the environment declares them; those that it does not
    /// use may be missing.
    pub fn run(&self, vars: &[Option<Value>], cost_limit: u64) -> Ran {
        let mut run = Run { vars, names: &self.names, limit: cost_limit, cost: 0, locals: Vec::new() };
        let value = run.eval(&self.step);
        Ran { value, cost: run.cost }
    }
}

#[cfg(test)]
mod tests;
