//! Paths of printer columns: client-go's JSONPath, as far as a path to values goes. Follows client-go
//! util/jsonpath; templates with text, ranges and functions have no use in a column.

use serde_json::Value;

/// A path.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Index(i64),
    /// From, to and by how many; negative bounds count from the end.
    Slice(Option<i64>, Option<i64>, i64),
    All,
    /// This name, however deep.
    Deep(String),
    /// Elements whose value at a path compares so with another.
    Filter(Box<JsonPath>, Comparison, Option<Operand>),
    Union(Vec<Step>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Exists,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    Value(Value),
    Path(JsonPath),
}

impl JsonPath {
    /// Reads a path such as `.spec.ports[?(@.name=="http")].port`; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text.trim();
        rest = rest.strip_prefix('$').unwrap_or(rest);
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix("..") {
                let (name, after) = name(after);
                steps.push(Step::Deep(name));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let end = closing(after)?;
                steps.push(bracket(after.get(..end)?.trim())?);
                rest = after.get(end + 1..)?;
            } else {
                let after = rest.strip_prefix('.').unwrap_or(rest);
                if after.is_empty() || after.starts_with('[') {
                    rest = after;
                    continue;
                }
                let (name, after) = name(after);
                steps.push(if name == "*" { Step::All } else { Step::Field(name) });
                rest = after;
            }
        }
        Some(Self(steps))
    }

    /// All values that it leads to.
    pub fn find<'a>(&self, root: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![root];
        for step in &self.0 {
            let mut next = Vec::new();
            found.into_iter().for_each(|value| step.enter(value, &mut next));
            found = next;
        }
        found
    }
}

/// A name, in which a backslash takes the meaning from what follows it.
fn name(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '.' | '[' => return (name, text.get(at..).unwrap_or_default()),
            '\\' => name.extend(letters.next().map(|(_, letter)| letter)),
            letter => name.push(letter),
        }
    }
    (name, "")
}

/// Where the bracket closes that was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '[' | '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ']') if depth == 0 => return Some(at),
            (None, ']') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn unquoted(text: &str) -> Option<&str> {
    ['\'', '"'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

fn bracket(text: &str) -> Option<Step> {
    if text == "*" {
        return Some(Step::All);
    }
    if let Some(filter) = text.strip_prefix("?(").and_then(|inner| inner.strip_suffix(')')) {
        return filter_step(filter.trim());
    }
    if let Some(name) = unquoted(text).filter(|name| !name.contains(['\'', '"'])) {
        return Some(Step::Field(name.to_owned()));
    }
    if text.contains(',') {
        let parts: Option<Vec<Step>> = text.split(',').map(|part| bracket(part.trim())).collect();
        return parts.map(Step::Union);
    }
    if text.contains(':') {
        let mut parts = text.split(':').map(str::trim);
        let mut bound = || match parts.next() {
            None | Some("") => Some(None),
            Some(number) => number.parse().ok().map(Some),
        };
        let (from, to, step) = (bound()?, bound()?, bound()?);
        return Some(Step::Slice(from, to, step.unwrap_or(1)));
    }
    text.parse().ok().map(Step::Index)
}

fn filter_step(text: &str) -> Option<Step> {
    const COMPARISONS: [(&str, Comparison); 6] = [
        ("==", Comparison::Equal),
        ("!=", Comparison::NotEqual),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];
    let path = |text: &str| JsonPath::parse(text.trim().strip_prefix('@')?).map(Box::new);
    for (sign, comparison) in COMPARISONS {
        let Some((left, right)) = text.split_once(sign) else { continue };
        let right = right.trim();
        let operand = match unquoted(right) {
            Some(text) => Operand::Value(text.into()),
            None if right.starts_with('@') => Operand::Path(*path(right)?),
            None => Operand::Value(serde_json::from_str(right).ok()?),
        };
        return Some(Step::Filter(path(left)?, comparison, Some(operand)));
    }
    Some(Step::Filter(path(text)?, Comparison::Exists, None))
}

impl Step {
    fn enter<'a>(&self, value: &'a Value, found: &mut Vec<&'a Value>) {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
        let place = |index: i64| if index < 0 { index + length } else { index };
        match self {
            Self::Field(name) => found.extend(value.get(name)),
            Self::Index(index) => found.extend(usize::try_from(place(*index)).ok().and_then(|at| list.get(at))),
            Self::Slice(from, to, step) => {
                let from = usize::try_from(place(from.unwrap_or(0)).max(0)).unwrap_or_default();
                let to = usize::try_from(place(to.unwrap_or(length)).clamp(0, length)).unwrap_or_default();
                let step = usize::try_from(*step).unwrap_or(1).max(1);
                found.extend(list.iter().take(to).skip(from).step_by(step));
            }
            Self::All => match value {
                Value::Object(fields) => found.extend(fields.values()),
                _ => found.extend(list),
            },
            Self::Deep(name) => deep(value, name, found),
            Self::Filter(path, comparison, operand) => {
                found.extend(list.iter().filter(|element| holds(element, path, *comparison, operand.as_ref())));
            }
            Self::Union(steps) => steps.iter().for_each(|step| step.enter(value, found)),
        }
    }
}

fn deep<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(name));
            fields.values().for_each(|value| deep(value, name, found));
        }
        Value::Array(list) => list.iter().for_each(|value| deep(value, name, found)),
        _ => {}
    }
}

fn holds(element: &Value, path: &JsonPath, comparison: Comparison, operand: Option<&Operand>) -> bool {
    let left = path.find(element).into_iter().next();
    if comparison == Comparison::Exists {
        return left.is_some();
    }
    let right = match operand {
        Some(Operand::Value(value)) => Some(value),
        Some(Operand::Path(path)) => path.find(element).into_iter().next(),
        None => None,
    };
    let (Some(left), Some(right)) = (left, right) else { return false };
    let order = match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right)),
    };
    order.is_some_and(|order| match comparison {
        Comparison::Exists => true,
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let value = json!({
            "spec": {"ports": [{"name": "http", "port": 80}, {"name": "dns", "port": 53}], "a.b": 1},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        });
        for (path, want) in [
            (".spec.ports[0].port", json!([80])),
            (".spec.ports[-1:].port", json!([53])),
            (".spec.ports[*].port", json!([80, 53])),
            (r#".status.conditions[?(@.type=="Ready")].status"#, json!(["True"])),
            (".spec.ports[?(@.port<60)].name", json!(["dns"])),
            (r".spec.a\.b", json!([1])),
            (".spec['a.b']", json!([1])),
            ("..port", json!([80, 53])),
            (".spec.none.at.all", json!([])),
        ] {
            let found = JsonPath::parse(path).unwrap();
            assert_eq!(json!(found.find(&value)), want, "{path}");
        }
        assert_eq!(JsonPath::parse(".a[?(b)"), None);
    }
}
