//! CEL's own operators and conversions (cel-go common/stdlib).

use super::{Row, row};
use crate::functions::{convert, operators as op};

pub(super) const OPERATORS: &[Row] = &[
    row("_?_:_", op::never, &[("conditional", "(bool, A, A) -> A")]),
    row("_&&_", op::never, &[("logical_and", "(bool, bool) -> bool")]),
    row("_||_", op::never, &[("logical_or", "(bool, bool) -> bool")]),
    row("!_", op::not, &[("logical_not", "(bool) -> bool")]),
    row("@not_strictly_false", op::never, &[("not_strictly_false", "(bool) -> bool")]),
    row("_==_", op::equals, &[("equals", "(A, A) -> bool")]),
    row("_!=_", op::not_equals, &[("not_equals", "(A, A) -> bool")]),
    row(
        "_+_",
        op::add,
        &[
            ("add_bytes", "(bytes, bytes) -> bytes"),
            ("add_double", "(double, double) -> double"),
            ("add_duration_duration", "(duration, duration) -> duration"),
            ("add_duration_timestamp", "(duration, timestamp) -> timestamp"),
            ("add_timestamp_duration", "(timestamp, duration) -> timestamp"),
            ("add_int64", "(int, int) -> int"),
            ("add_list", "(list<A>, list<A>) -> list<A>"),
            ("add_string", "(string, string) -> string"),
            ("add_uint64", "(uint, uint) -> uint"),
        ],
    ),
    row(
        "_-_",
        op::subtract,
        &[
            ("subtract_double", "(double, double) -> double"),
            ("subtract_duration_duration", "(duration, duration) -> duration"),
            ("subtract_int64", "(int, int) -> int"),
            ("subtract_timestamp_duration", "(timestamp, duration) -> timestamp"),
            ("subtract_timestamp_timestamp", "(timestamp, timestamp) -> duration"),
            ("subtract_uint64", "(uint, uint) -> uint"),
        ],
    ),
    row(
        "_*_",
        op::multiply,
        &[
            ("multiply_double", "(double, double) -> double"),
            ("multiply_int64", "(int, int) -> int"),
            ("multiply_uint64", "(uint, uint) -> uint"),
        ],
    ),
    row(
        "_/_",
        op::divide,
        &[
            ("divide_double", "(double, double) -> double"),
            ("divide_int64", "(int, int) -> int"),
            ("divide_uint64", "(uint, uint) -> uint"),
        ],
    ),
    row("_%_", op::modulo, &[("modulo_int64", "(int, int) -> int"), ("modulo_uint64", "(uint, uint) -> uint")]),
    row("-_", op::negate, &[("negate_double", "(double) -> double"), ("negate_int64", "(int) -> int")]),
    row("@in", op::is_in, &[("in_list", "(A, list<A>) -> bool"), ("in_map", "(A, map<A, B>) -> bool")]),
    row(
        "_[_]",
        op::never,
        &[
            ("index_list", "(list<A>, int) -> A"),
            ("index_map", "(map<A, B>, A) -> B"),
            ("optional_list_index_value", "(optional<list<A>>, int) -> optional<A>"),
            ("optional_map_index_value", "(optional<map<A, B>>, A) -> optional<B>"),
        ],
    ),
    row(
        "_[?_]",
        op::never,
        &[
            ("list_optindex_optional_int", "(list<A>, int) -> optional<A>"),
            ("optional_list_optindex_optional_int", "(optional<list<A>>, int) -> optional<A>"),
            ("map_optindex_optional_value", "(map<A, B>, A) -> optional<B>"),
            ("optional_map_optindex_optional_value", "(optional<map<A, B>>, A) -> optional<B>"),
        ],
    ),
    row("_?._", op::never, &[("select_optional_field", "(dyn, string) -> optional<dyn>")]),
    row(
        "size",
        op::size,
        &[
            ("size_bytes", "(bytes) -> int"),
            ("bytes_size", ".(bytes) -> int"),
            ("size_list", "(list<A>) -> int"),
            ("list_size", ".(list<A>) -> int"),
            ("size_map", "(map<A, B>) -> int"),
            ("map_size", ".(map<A, B>) -> int"),
            ("size_string", "(string) -> int"),
            ("string_size", ".(string) -> int"),
        ],
    ),
    row("type", op::type_of, &[("type", "(A) -> type")]),
];

macro_rules! ordered {
    ($name:literal, $run:expr, $word:literal) => {
        row(
            $name,
            $run,
            &[
                (concat!($word, "_bool"), "(bool, bool) -> bool"),
                (concat!($word, "_int64"), "(int, int) -> bool"),
                (concat!($word, "_int64_double"), "(int, double) -> bool"),
                (concat!($word, "_int64_uint64"), "(int, uint) -> bool"),
                (concat!($word, "_uint64"), "(uint, uint) -> bool"),
                (concat!($word, "_uint64_double"), "(uint, double) -> bool"),
                (concat!($word, "_uint64_int64"), "(uint, int) -> bool"),
                (concat!($word, "_double"), "(double, double) -> bool"),
                (concat!($word, "_double_int64"), "(double, int) -> bool"),
                (concat!($word, "_double_uint64"), "(double, uint) -> bool"),
                (concat!($word, "_string"), "(string, string) -> bool"),
                (concat!($word, "_bytes"), "(bytes, bytes) -> bool"),
                (concat!($word, "_timestamp"), "(timestamp, timestamp) -> bool"),
                (concat!($word, "_duration"), "(duration, duration) -> bool"),
            ],
        )
    };
}

pub(super) const COMPARISONS: &[Row] = &[
    ordered!("_<_", op::less, "less"),
    ordered!("_<=_", op::less_equals, "less_equals"),
    ordered!("_>_", op::greater, "greater"),
    ordered!("_>=_", op::greater_equals, "greater_equals"),
];

pub(super) const CONVERSIONS: &[Row] = &[
    row("bool", convert::bool, &[("bool_to_bool", "(bool) -> bool"), ("string_to_bool", "(string) -> bool")]),
    row("bytes", convert::bytes, &[("bytes_to_bytes", "(bytes) -> bytes"), ("string_to_bytes", "(string) -> bytes")]),
    row(
        "double",
        convert::double,
        &[
            ("double_to_double", "(double) -> double"),
            ("int64_to_double", "(int) -> double"),
            ("string_to_double", "(string) -> double"),
            ("uint64_to_double", "(uint) -> double"),
        ],
    ),
    row(
        "duration",
        convert::duration,
        &[
            ("duration_to_duration", "(duration) -> duration"),
            ("int64_to_duration", "(int) -> duration"),
            ("string_to_duration", "(string) -> duration"),
        ],
    ),
    row("dyn", convert::dyn_, &[("to_dyn", "(A) -> dyn")]),
    row(
        "int",
        convert::int,
        &[
            ("double_to_int64", "(double) -> int"),
            ("duration_to_int64", "(duration) -> int"),
            ("int64_to_int64", "(int) -> int"),
            ("string_to_int64", "(string) -> int"),
            ("timestamp_to_int64", "(timestamp) -> int"),
            ("uint64_to_int64", "(uint) -> int"),
        ],
    ),
    row(
        "string",
        convert::string,
        &[
            ("bool_to_string", "(bool) -> string"),
            ("bytes_to_string", "(bytes) -> string"),
            ("double_to_string", "(double) -> string"),
            ("duration_to_string", "(duration) -> string"),
            ("int64_to_string", "(int) -> string"),
            ("string_to_string", "(string) -> string"),
            ("timestamp_to_string", "(timestamp) -> string"),
            ("uint64_to_string", "(uint) -> string"),
            ("ip_to_string", "(Ip) -> string"),
            ("cidr_to_string", "(Cidr) -> string"),
        ],
    ),
    row(
        "timestamp",
        convert::timestamp,
        &[
            ("timestamp_to_timestamp", "(timestamp) -> timestamp"),
            ("int64_to_timestamp", "(int) -> timestamp"),
            ("string_to_timestamp", "(string) -> timestamp"),
        ],
    ),
    row(
        "uint",
        convert::uint,
        &[
            ("double_to_uint64", "(double) -> uint"),
            ("int64_to_uint64", "(int) -> uint"),
            ("string_to_uint64", "(string) -> uint"),
            ("uint64_to_uint64", "(uint) -> uint"),
        ],
    ),
];
