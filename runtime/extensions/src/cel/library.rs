//! Functions beyond CEL's own: those of its string and list extensions, and those of Kubernetes that work on lists,
//! texts and sets (apiserver pkg/cel/library). Kubernetes' own types (URLs, quantities, addresses) have no values here.

use std::{cmp::Ordering, net::IpAddr, sync::Arc};

use ::cel::{
    DeclarationError, Env, ExecutionError, Value,
    common::{
        functions::Function,
        types::{DYN_TYPE, INT_TYPE, LIST_TYPE, STRING_TYPE, Type},
        value::{CowVal, Val},
    },
    extensions,
};
use regex::Regex;

use crate::formats;

type Answer<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// Adds them.
///
/// # Errors
/// Where the library comes to have one of them itself.
pub(super) fn add(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_extension(extensions::strings)?;
    env.add_extension(extensions::lists)?;
    let methods: [(&str, Type, Vec<Type>, Function); 9] = [
        ("isSorted", LIST_TYPE, vec![], is_sorted),
        ("sum", LIST_TYPE, vec![], sum),
        ("min", LIST_TYPE, vec![], min),
        ("max", LIST_TYPE, vec![], max),
        ("indexOf", LIST_TYPE, vec![DYN_TYPE], index_of),
        ("lastIndexOf", LIST_TYPE, vec![DYN_TYPE], last_index_of),
        ("find", STRING_TYPE, vec![STRING_TYPE], find),
        ("findAll", STRING_TYPE, vec![STRING_TYPE], find_all),
        ("findAll", STRING_TYPE, vec![STRING_TYPE, INT_TYPE], find_all),
    ];
    for (name, target, args, function) in methods {
        let id = format!("kubernetes_{name}_{}", args.len());
        env.add_member_overload(name, &id, target, args, function)?;
    }
    let globals: [(&str, Vec<Type>, Function); 8] = [
        ("sets.contains", vec![LIST_TYPE, LIST_TYPE], contains),
        ("sets.equivalent", vec![LIST_TYPE, LIST_TYPE], equivalent),
        ("sets.intersects", vec![LIST_TYPE, LIST_TYPE], intersects),
        ("isQuantity", vec![STRING_TYPE], is_quantity),
        ("isURL", vec![STRING_TYPE], is_url),
        ("isIP", vec![STRING_TYPE], is_ip),
        ("ip.isCanonical", vec![STRING_TYPE], is_canonical_ip),
        ("isCIDR", vec![STRING_TYPE], is_cidr),
    ];
    for (name, args, function) in globals {
        env.add_overload(name, &format!("kubernetes_{name}"), args, function)?;
    }
    Ok(())
}

fn value(args: &[CowVal<'_, '_>], at: usize) -> Result<Value, ExecutionError> {
    let arg = args.get(at).ok_or_else(|| ExecutionError::function_error("call", "no such overload"))?;
    let arg: &dyn Val = &**arg;
    Value::try_from(arg)
}

fn list(args: &[CowVal<'_, '_>], at: usize) -> Result<Arc<Vec<Value>>, ExecutionError> {
    match value(args, at)? {
        Value::List(list) => Ok(list),
        _ => Err(ExecutionError::function_error("list", "no such overload")),
    }
}

fn text(args: &[CowVal<'_, '_>], at: usize) -> Result<Arc<String>, ExecutionError> {
    match value(args, at)? {
        Value::String(text) => Ok(text),
        _ => Err(ExecutionError::function_error("string", "no such overload")),
    }
}

fn give<'b, 'v>(value: Value) -> Answer<'b, 'v> {
    let value: Box<dyn Val> = value.try_into()?;
    Ok(CowVal::Owned(value))
}

fn is_sorted<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let list = list(&args, 0)?;
    let pairs = list.iter().zip(list.iter().skip(1));
    let mut ordered = pairs.map(|(a, b)| a.partial_cmp(b));
    give(Value::Bool(ordered.all(|order| order.is_some_and(|order| order != Ordering::Greater))))
}

fn sum<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let list = list(&args, 0)?;
    let overflow = || ExecutionError::function_error("sum", "integer overflow");
    let mut total: Option<Value> = None;
    for item in list.iter() {
        total = Some(match (total, item) {
            (None, item) => item.clone(),
            (Some(Value::Int(a)), Value::Int(b)) => Value::Int(a.checked_add(*b).ok_or_else(overflow)?),
            (Some(Value::UInt(a)), Value::UInt(b)) => Value::UInt(a.checked_add(*b).ok_or_else(overflow)?),
            (Some(Value::Float(a)), Value::Float(b)) => Value::Float(a + b),
            (Some(Value::Duration(a)), Value::Duration(b)) => Value::Duration(a.checked_add(b).ok_or_else(overflow)?),
            _ => return Err(ExecutionError::function_error("sum", "no such overload")),
        });
    }
    give(total.unwrap_or(Value::Int(0)))
}

fn min<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    outermost(&args, "min", Ordering::Less)
}

fn max<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    outermost(&args, "max", Ordering::Greater)
}

fn outermost<'b, 'v>(args: &[CowVal<'b, 'v>], name: &str, wanted: Ordering) -> Answer<'b, 'v> {
    let list = list(args, 0)?;
    let mut found: Option<&Value> = None;
    for item in list.iter() {
        if found.is_none_or(|best| item.partial_cmp(best) == Some(wanted)) {
            found = Some(item);
        }
    }
    match found {
        Some(found) => give(found.clone()),
        None => Err(ExecutionError::function_error(name, format!("{name} called on empty list"))),
    }
}

fn index_of<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let wanted = value(&args, 1)?;
    place(list(&args, 0)?.iter().position(|item| *item == wanted))
}

fn last_index_of<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let wanted = value(&args, 1)?;
    place(list(&args, 0)?.iter().rposition(|item| *item == wanted))
}

fn place<'b, 'v>(at: Option<usize>) -> Answer<'b, 'v> {
    give(Value::Int(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
}

fn pattern(args: &[CowVal<'_, '_>]) -> Result<Regex, ExecutionError> {
    Regex::new(&text(args, 1)?).map_err(|err| ExecutionError::function_error("find", err))
}

fn find<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let (text, pattern) = (text(&args, 0)?, pattern(&args)?);
    let found = pattern.find(&text).map(|found| found.as_str().to_owned());
    give(Value::String(Arc::new(found.unwrap_or_default())))
}

fn find_all<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let (text, pattern) = (text(&args, 0)?, pattern(&args)?);
    let limit = match args.get(2).map(|_| value(&args, 2)).transpose()? {
        // a negative limit is none
        Some(Value::Int(limit)) => usize::try_from(limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let found = pattern.find_iter(&text).take(limit);
    give(Value::List(Arc::new(found.map(|found| Value::String(Arc::new(found.as_str().to_owned()))).collect())))
}

fn is_within(inner: &[Value], outer: &[Value]) -> bool {
    inner.iter().all(|item| outer.contains(item))
}

fn contains<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    give(Value::Bool(is_within(&list(&args, 1)?, &list(&args, 0)?)))
}

fn equivalent<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let (a, b) = (list(&args, 0)?, list(&args, 1)?);
    give(Value::Bool(is_within(&a, &b) && is_within(&b, &a)))
}

fn intersects<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let (a, b) = (list(&args, 0)?, list(&args, 1)?);
    give(Value::Bool(a.iter().any(|item| b.contains(item))))
}

fn is_quantity<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    give(Value::Bool(formats::accepts("quantity", &text(&args, 0)?)))
}

fn is_url<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    give(Value::Bool(formats::accepts("uri", &text(&args, 0)?)))
}

fn is_ip<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    give(Value::Bool(text(&args, 0)?.parse::<IpAddr>().is_ok()))
}

fn is_canonical_ip<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    let text = text(&args, 0)?;
    match text.parse::<IpAddr>() {
        Ok(address) => give(Value::Bool(address.to_string() == *text)),
        Err(_) => Err(ExecutionError::function_error("ip.isCanonical", format!("IP Address {text:?} parse error"))),
    }
}

fn is_cidr<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Answer<'b, 'v> {
    give(Value::Bool(formats::accepts("cidr", &text(&args, 0)?)))
}

#[cfg(test)]
mod tests {
    use ::cel::Context;

    use super::*;

    #[test]
    fn functions_of_kubernetes_are_there() {
        let mut env = Env::stdlib();
        add(&mut env).unwrap();
        let env = Arc::new(env);
        for source in [
            "[1, 2, 2].isSorted() && ![2, 1].isSorted()",
            "[1, 2].sum() == 3 && [3, 1].min() == 1 && [3, 1].max() == 3",
            "['a', 'b', 'a'].indexOf('a') == 0 && ['a', 'b', 'a'].lastIndexOf('a') == 2",
            "'a12b3'.find('[0-9]+') == '12' && 'a12b3'.findAll('[0-9]+', 1) == ['12']",
            "sets.contains([1, 2], [2]) && sets.equivalent([1], [1, 1]) && !sets.intersects([1], [2])",
            "isQuantity('1Gi') && isIP('::1') && isCIDR('10.0.0.0/8') && ip.isCanonical('::1') && isURL('http://a')",
            "'a,b'.split(',').size() == 2 && 'ab'.upperAscii() == 'AB' && 'ab'.indexOf('b') == 1",
        ] {
            let program = env.compile(source).unwrap();
            assert_eq!(program.execute(&Context::with_env(env.clone())), Ok(Value::Bool(true)), "{source}");
        }
    }
}
