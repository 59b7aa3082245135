use super::*;
use crate::{Key, Map};

fn env() -> Env {
    let spec = Type::object(
        "Spec",
        [
            ("n".to_owned(), Type::Int),
            ("s".to_owned(), Type::String),
            ("l".to_owned(), Type::list(Type::Int)),
            ("m".to_owned(), Type::map(Type::String, Type::Int)),
            ("d".to_owned(), Type::Dyn),
        ],
    );
    Env::default().with("self", spec)
}

fn this() -> Option<Value> {
    let map = Map::from([(Key::from("a"), Value::Int(1)), (Key::from("b"), Value::Int(2))]);
    let list = [3, 1, 2].map(Value::Int).to_vec();
    Some(Value::Object(std::sync::Arc::new(Map::from([
        (Key::from("n"), Value::Int(5)),
        (Key::from("s"), Value::string("text")),
        (Key::from("l"), Value::list(list)),
        (Key::from("m"), Value::Map(std::sync::Arc::new(map))),
    ]))))
}

fn run(source: &str) -> Ran {
    let program = compile(source, &env()).unwrap_or_else(|why| panic!("{source}: {why}"));
    program.run(&[this()], 1_000_000)
}

#[test]
fn expressions_are_true() {
    let sources = [
        "self.n == 5 && self.n < 5.5 && self.n < 6u",
        "has(self.s) && !has(self.d)",
        "self.l.all(x, x > 0) && self.l.exists(x, x == 2) && self.l.exists_one(x, x == 3)",
        "self.l.map(x, x * 2) == [6, 2, 4] && self.l.filter(x, x > 1) == [3, 2] && self.l.map(x, x > 1, x) == [3, 2]",
        "self.m.all(k, self.m[k] > 0) && 'a' in self.m && !('c' in self.m) && 3 in self.l",
        "self.l.all(i, v, i < 3 && v > 0) && self.m.transformList(k, v, k + string(v)) == ['a1', 'b2']",
        "self.m.transformMap(k, v, v + 1) == {'a': 2, 'b': 3} && self.m.transformMapEntry(k, v, {v: k})[1] == 'a'",
        "self.l.transformList(i, v, i > 0, v) == [1, 2]",
        "self.?d.hasValue() == false && self.?s.orValue('x') == 'text' && self.m[?'c'].orValue(7) == 7",
        "optional.of(1).or(optional.of(2)).value() == 1 && optional.none().or(optional.of(2)).value() == 2",
        "self.?n.optMap(x, x + 1).value() == 6 && [?self.?d, 1] == [1] && {?'a': self.?d}.size() == 0",
        "'%s is %d'.format([dyn(self.s), self.n]) == 'text is 5' && strings.quote('a\"') == '\"a\\\\\"\"'",
        "'a,b,c'.split(',', 2) == ['a', 'b,c'] && ['a', 'b'].join('-') == 'a-b' && 'tacocat'.indexOf('a', 2) == 5",
        "'hello'.substring(1, 3) == 'el' && 'hello'.charAt(4) == 'o' && 'aXb'.lowerAscii() == 'axb'",
        "'hello hello'.replace('he', 'we', 1) == 'wello hello' && '  x '.trim() == 'x' && 'abab'.lastIndexOf('ab') == 2",
        "self.l.isSorted() == false && self.l.sum() == 6 && self.l.max() == 3 && self.l.indexOf(1) == 1 && [].sum() == 0",
        "sets.contains([1, 2], [2]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
        "'a12b3'.find('[0-9]+') == '12' && 'a12b3'.findAll('[0-9]+') == ['12', '3'] && self.s.matches('^t.*t$')",
        "url('https://a:80/p?x=1').getHost() == 'a:80' && url('https://a:80/p?x=1').getQuery()['x'][0] == '1'",
        "quantity('1Gi').isGreaterThan(quantity('1G')) && quantity('2').add(1).asInteger() == 3 && sign(quantity('-1')) == -1",
        "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3') && !isIP('10.0.0.300')",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.0.0.5/24').masked() == cidr('10.0.0.0/24')",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('v1.2', true) && !isSemver('1.2') && semver('1.2.3').minor() == 2",
        "!format.dns1123Label().validate('ok').hasValue() && format.named('uuid').value().validate('x').value().size() == 1",
        "duration('1h30m').getMinutes() == 90 && timestamp('2024-01-02T03:04:05Z').getMonth() == 0",
        "timestamp('2024-01-01T00:00:00Z') + duration('24h') == timestamp('2024-01-02T00:00:00Z')",
        "timestamp('2024-07-01T00:00:00Z').getHours('Europe/Berlin') == 2 && timestamp('2024-07-01T00:00:00Z').getHours('-01:00') == 23",
        "type(1) == int && type(self.s) == string && int('3') == 3 && string(1.5) == '1.5' && bool('true')",
        "bytes('ab') == b'ab' && 7 % 4 == 3 && -7 / 2 == -3 && 0x1f == 31 && 2u + 1u == 3u",
        "true || 1 / 0 > 1 ? true : false",
        "self.l.exists(x, 1 / (x - 1) > 0)",
    ];
    let wrong: Vec<String> = sources
        .into_iter()
        .filter_map(|source| match compile(source, &env()).map(|program| program.run(&[this()], 1_000_000).value) {
            Ok(Ok(Value::Bool(true))) => None,
            other => Some(format!("{source}: {:?}", other.map(|ran| ran.map(|value| value.to_string())))),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn failures_are_told() {
    for (source, want) in [
        ("self.d == 1", "no such key: d"),
        ("self.l[7] == 1", "index out of bounds: 7"),
        ("self.n / 0 == 1", "division by zero"),
        ("self.n % 0 == 1", "modulus by zero"),
        ("9223372036854775807 + self.n > 0", "integer overflow"),
        ("dyn('a') + dyn(1) == 1", "no such overload"),
        ("int(self.s) == 1", "type conversion error from 'string' to 'int'"),
        ("optional.none().value() == 1", "optional.none() dereference"),
        (
            "self.l.all(x, self.l.all(y, self.l.all(z, self.s.matches(self.s + 'x*'))) && false || x > 100) || dyn(self.s) < 1",
            "no such overload",
        ),
    ] {
        assert_eq!(run(source).value.unwrap_err().to_string(), want, "{source}");
    }
}

#[track_caller]
fn check_wrong(source: &str, want: &str) {
    let found = compile(source, &env()).err().unwrap_or_default();
    let first: Vec<&str> = found.lines().filter(|line| line.starts_with("ERROR")).collect();
    assert_eq!(first.join("; "), want, "{source}");
}

#[test]
fn errors_have_the_form_of_cel_go() {
    let operand = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, \
                   IDENTIFIER}";
    check_wrong("1 +", &format!("ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {operand}"));
    check_wrong("self b", "ERROR: <input>:1:6: Syntax error: extraneous input 'b' expecting <EOF>");
    check_wrong("(1", "ERROR: <input>:1:3: Syntax error: missing ')' at '<EOF>'");
    check_wrong("1 + $", "ERROR: <input>:1:5: Syntax error: token recognition error at: '$'");
    check_wrong("1 ==\n b", "ERROR: <input>:2:2: undeclared reference to 'b' (in container '')");
    check_wrong(
        "a == b",
        "ERROR: <input>:1:1: undeclared reference to 'a' (in container ''); ERROR: <input>:1:6: undeclared reference to 'b' (in container '')",
    );
    check_wrong("self.nope == 1", "ERROR: <input>:1:5: undefined field 'nope'");
    check_wrong(
        "self.n == 'x'",
        "ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(int, string)'",
    );
    check_wrong("self.s.foo()", "ERROR: <input>:1:11: undeclared reference to 'foo' (in container '')");
    check_wrong(
        "self.n.startsWith('a')",
        "ERROR: <input>:1:18: found no matching overload for 'startsWith' applied to 'int.(string)'",
    );
    check_wrong("self.n.x", "ERROR: <input>:1:7: type 'int' does not support field selection");
    check_wrong("[1, 'a'] == []", "ERROR: <input>:1:5: expected type 'int' but found 'string'");
    check_wrong(
        "self.n.all(x, true)",
        "ERROR: <input>:1:5: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
    );
    check_wrong("has(self)", "ERROR: <input>:1:5: invalid argument to has() macro");
    check_wrong("self.l.all(x.y, true)", "ERROR: <input>:1:13: argument must be a simple name");
    check_wrong("duration('1x') == duration('1s')", "ERROR: <input>:1:10: invalid duration argument");
    check_wrong("self.s.matches('(')", "ERROR: <input>:1:16: invalid matches argument");
    check_wrong("if == 1", "ERROR: <input>:1:1: reserved identifier: if");
    check_wrong(
        "'%d'.format(['a']) == ''",
        "ERROR: <input>:1:14: error during formatting: decimal clause can only be used on integers, was given string",
    );
}

#[test]
fn costs_are_those_of_cel_go() {
    for (source, want) in [
        ("self.n == 5", 3),
        ("has(self.s)", 1),
        ("self.l.all(x, x > 0)", 2 + 3 * (2 + 1 + 2) + 1),
        ("self.s.startsWith('te')", 3),
        ("self.n in [1, 2]", 2),
    ] {
        assert_eq!(run(source).cost, want, "{source}");
    }
    let program = compile("self.l.all(x, self.l.all(y, x == y || true))", &env()).unwrap();
    assert_eq!(program.run(&[this()], 10).value.unwrap_err(), Failure::CostLimit);
}

#[test]
fn estimates_follow_sizes() {
    let cost = |source: &str, size: u64| {
        let sizes = move |_: &[String]| Some(size);
        compile_estimated(source, &env(), &sizes).unwrap().1
    };
    assert_eq!(cost("self.n == 5", 1), 3);
    assert_eq!(cost("self.s == 'abc'", 1000), 3);
    assert_eq!(cost("self.l.all(x, x > 0)", 10), 2 + 10 * 5 + 1);
    assert_eq!(cost("self.s.contains('0123456789a')", 100), 2 + 10 * 2);
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(compile(&deep, &env()).unwrap_err().contains("recursion limit"));
    let long = vec!["1"; 5000].join(" + ");
    assert!(compile(&long, &env()).unwrap_err().contains("recursion limit"));
    let logical = vec!["self.n == 5"; 2000].join(" && ");
    assert_eq!(run(&logical).value, Ok(Value::Bool(true)));
}
