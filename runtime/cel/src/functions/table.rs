//! All functions, with the names and types that they have in cel-go (common/stdlib, ext) and in apiserver
//! (pkg/cel/library).

mod standard;

use super::{
    Answer, Run, formats, lists, net, no_overload, operators as op, optionals, quantity, regexes, semvers,
    string_format, strings, time, url,
};
use crate::{types::Type, value::Value};

/// Overloads: each with its id and its signature.
type Overloads = &'static [(&'static str, &'static str)];

/// Functions of one name; a name may have several rows, which are computed by the first one's.
pub(in crate::functions) struct Row {
    pub(in crate::functions) name: &'static str,
    pub(in crate::functions) run: Run,
    pub(in crate::functions) overloads: Overloads,
}

const fn row(name: &'static str, run: Run, overloads: Overloads) -> Row {
    Row { name, run, overloads }
}

/// The type of the variable `authorizer`.
pub(crate) const AUTHORIZER: Type = Type::Named("kubernetes.authorization.Authorizer");

/// All rows.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    [
        standard::OPERATORS,
        standard::COMPARISONS,
        standard::CONVERSIONS,
        TEXTS,
        TIMES,
        LISTS,
        OPTIONALS,
        KUBERNETES,
        AUTHORIZATION,
    ]
    .into_iter()
    .flatten()
}

/// Questions to an authorizer, which is a value of admission policies only.
fn no_authorizer(args: &[Value]) -> Answer {
    Err(no_overload("authorizer", args))
}

const TEXTS: &[Row] = &[
    row("contains", strings::contains, &[("contains_string", ".(string, string) -> bool")]),
    row("endsWith", strings::ends_with, &[("ends_with_string", ".(string, string) -> bool")]),
    row("startsWith", strings::starts_with, &[("starts_with_string", ".(string, string) -> bool")]),
    row(
        "matches",
        regexes::matches,
        &[("matches", "(string, string) -> bool"), ("matches_string", ".(string, string) -> bool")],
    ),
    row("charAt", strings::char_at, &[("string_char_at_int", ".(string, int) -> string")]),
    row(
        "indexOf",
        strings::index_of,
        &[
            ("string_index_of_string", ".(string, string) -> int"),
            ("string_index_of_string_int", ".(string, string, int) -> int"),
            ("list_a_index_of_int", ".(list<A>, A) -> int"),
        ],
    ),
    row(
        "lastIndexOf",
        strings::last_index_of,
        &[
            ("string_last_index_of_string", ".(string, string) -> int"),
            ("string_last_index_of_string_int", ".(string, string, int) -> int"),
            ("list_a_last_index_of_int", ".(list<A>, A) -> int"),
        ],
    ),
    row("lowerAscii", strings::lower_ascii, &[("string_lower_ascii", ".(string) -> string")]),
    row("upperAscii", strings::upper_ascii, &[("string_upper_ascii", ".(string) -> string")]),
    row("trim", strings::trim, &[("string_trim", ".(string) -> string")]),
    row(
        "replace",
        strings::replace,
        &[
            ("string_replace_string_string", ".(string, string, string) -> string"),
            ("string_replace_string_string_int", ".(string, string, string, int) -> string"),
        ],
    ),
    row(
        "split",
        strings::split,
        &[
            ("string_split_string", ".(string, string) -> list<string>"),
            ("string_split_string_int", ".(string, string, int) -> list<string>"),
        ],
    ),
    row(
        "substring",
        strings::substring,
        &[
            ("string_substring_int", ".(string, int) -> string"),
            ("string_substring_int_int", ".(string, int, int) -> string"),
        ],
    ),
    row(
        "join",
        strings::join,
        &[("list_join", ".(list<string>) -> string"), ("list_join_string", ".(list<string>, string) -> string")],
    ),
    row("format", string_format::format, &[("string_format", ".(string, list<dyn>) -> string")]),
    row("strings.quote", strings::quote, &[("strings_quote", "(string) -> string")]),
    row("find", regexes::find, &[("string_find_string", ".(string, string) -> string")]),
    row(
        "findAll",
        regexes::find_all,
        &[
            ("string_find_all_string", ".(string, string) -> list<string>"),
            ("string_find_all_string_int", ".(string, string, int) -> list<string>"),
        ],
    ),
];

macro_rules! part {
    ($name:literal, $run:expr, $word:literal) => {
        row(
            $name,
            $run,
            &[
                (concat!("timestamp_to_", $word), ".(timestamp) -> int"),
                (concat!("timestamp_to_", $word, "_with_tz"), ".(timestamp, string) -> int"),
            ],
        )
    };
    ($name:literal, $run:expr, $word:literal, $duration:literal) => {
        row(
            $name,
            $run,
            &[
                (concat!("timestamp_to_", $word), ".(timestamp) -> int"),
                (concat!("timestamp_to_", $word, "_with_tz"), ".(timestamp, string) -> int"),
                ($duration, ".(duration) -> int"),
            ],
        )
    };
}

const TIMES: &[Row] = &[
    part!("getFullYear", time::full_year, "year"),
    part!("getMonth", time::month, "month"),
    part!("getDayOfYear", time::day_of_year, "day_of_year"),
    part!("getDayOfMonth", time::day_of_month, "day_of_month"),
    part!("getDate", time::date, "day_of_month_1_based"),
    part!("getDayOfWeek", time::day_of_week, "day_of_week"),
    part!("getHours", time::hours, "hours", "duration_to_hours"),
    part!("getMinutes", time::minutes, "minutes", "duration_to_minutes"),
    part!("getSeconds", time::seconds, "seconds", "duration_to_seconds"),
    part!("getMilliseconds", time::milliseconds, "milliseconds", "duration_to_milliseconds"),
];

macro_rules! compared {
    ($name:literal, $run:expr, $end:literal) => {
        row(
            $name,
            $run,
            &[
                (concat!("list_int_", $end), ".(list<int>) -> int"),
                (concat!("list_uint_", $end), ".(list<uint>) -> uint"),
                (concat!("list_double_", $end), ".(list<double>) -> double"),
                (concat!("list_bool_", $end), ".(list<bool>) -> bool"),
                (concat!("list_duration_", $end), ".(list<duration>) -> duration"),
                (concat!("list_timestamp_", $end), ".(list<timestamp>) -> timestamp"),
                (concat!("list_string_", $end), ".(list<string>) -> string"),
                (concat!("list_bytes_", $end), ".(list<bytes>) -> bytes"),
            ],
        )
    };
}

const LISTS: &[Row] = &[
    row("includes", lists::includes, &[("dra_includes_dyn_dyn", ".(dyn, dyn) -> bool")]),
    row(
        "isSorted",
        lists::is_sorted,
        &[
            ("list_int_is_sorted_bool", ".(list<int>) -> bool"),
            ("list_uint_is_sorted_bool", ".(list<uint>) -> bool"),
            ("list_double_is_sorted_bool", ".(list<double>) -> bool"),
            ("list_bool_is_sorted_bool", ".(list<bool>) -> bool"),
            ("list_duration_is_sorted_bool", ".(list<duration>) -> bool"),
            ("list_timestamp_is_sorted_bool", ".(list<timestamp>) -> bool"),
            ("list_string_is_sorted_bool", ".(list<string>) -> bool"),
            ("list_bytes_is_sorted_bool", ".(list<bytes>) -> bool"),
        ],
    ),
    row(
        "sum",
        lists::sum,
        &[
            ("list_int_sum_int", ".(list<int>) -> int"),
            ("list_uint_sum_uint", ".(list<uint>) -> uint"),
            ("list_double_sum_double", ".(list<double>) -> double"),
            ("list_duration_sum_duration", ".(list<duration>) -> duration"),
        ],
    ),
    compared!("min", lists::min, "min_self"),
    compared!("max", lists::max, "max_self"),
    row("sets.contains", lists::contains, &[("list_sets_contains_list", "(list<A>, list<A>) -> bool")]),
    row("sets.equivalent", lists::equivalent, &[("list_sets_equivalent_list", "(list<A>, list<A>) -> bool")]),
    row("sets.intersects", lists::intersects, &[("list_sets_intersects_list", "(list<A>, list<A>) -> bool")]),
    row(
        "cel.@mapInsert",
        lists::map_insert,
        &[
            ("@mapInsert_map_map", "(map<A, B>, map<A, B>) -> map<A, B>"),
            ("@mapInsert_map_key_value", "(map<A, B>, A, B) -> map<A, B>"),
        ],
    ),
];

const OPTIONALS: &[Row] = &[
    row("optional.of", optionals::of, &[("optional_of", "(A) -> optional<A>")]),
    row("optional.ofNonZeroValue", optionals::of_non_zero, &[("optional_ofNonZeroValue", "(A) -> optional<A>")]),
    row("optional.none", optionals::none, &[("optional_none", "() -> optional<A>")]),
    row("value", optionals::value, &[("optional_value", ".(optional<A>) -> A")]),
    row("hasValue", optionals::has_value, &[("optional_hasValue", ".(optional<A>) -> bool")]),
    row("or", op::never, &[("optional_or_optional", ".(optional<A>, optional<A>) -> optional<A>")]),
    row("orValue", op::never, &[("optional_orValue_value", ".(optional<A>, A) -> A")]),
];

const KUBERNETES: &[Row] = &[
    row("url", url::url, &[("string_to_url", "(string) -> Url")]),
    row("isURL", url::is_url, &[("is_url_string", "(string) -> bool")]),
    row("getScheme", url::get_scheme, &[("url_get_scheme", ".(Url) -> string")]),
    row("getHost", url::host, &[("url_get_host", ".(Url) -> string")]),
    row("getHostname", url::hostname, &[("url_get_hostname", ".(Url) -> string")]),
    row("getPort", url::port, &[("url_get_port", ".(Url) -> string")]),
    row("getEscapedPath", url::escaped_path, &[("url_get_escaped_path", ".(Url) -> string")]),
    row("getQuery", url::query, &[("url_get_query", ".(Url) -> map<string, list<string>>")]),
    row("quantity", quantity::quantity, &[("string_to_quantity", "(string) -> Quantity")]),
    row("isQuantity", quantity::is_quantity, &[("is_quantity_string", "(string) -> bool")]),
    row("sign", quantity::sign, &[("quantity_sign", "(Quantity) -> int")]),
    row(
        "isGreaterThan",
        quantity::is_greater_than,
        &[
            ("quantity_is_greater_than", ".(Quantity, Quantity) -> bool"),
            ("semver_is_greater_than", ".(Semver, Semver) -> bool"),
        ],
    ),
    row(
        "isLessThan",
        quantity::is_less_than,
        &[
            ("quantity_is_less_than", ".(Quantity, Quantity) -> bool"),
            ("semver_is_less_than", ".(Semver, Semver) -> bool"),
        ],
    ),
    row(
        "compareTo",
        quantity::compare_to,
        &[("quantity_compare_to", ".(Quantity, Quantity) -> int"), ("semver_compare_to", ".(Semver, Semver) -> int")],
    ),
    row("asApproximateFloat", quantity::as_float, &[("quantity_get_float", ".(Quantity) -> double")]),
    row("asInteger", quantity::as_integer, &[("quantity_get_int", ".(Quantity) -> int")]),
    row("isInteger", quantity::is_integer, &[("quantity_is_integer", ".(Quantity) -> bool")]),
    row(
        "add",
        quantity::add,
        &[("quantity_add", ".(Quantity, Quantity) -> Quantity"), ("quantity_add_int", ".(Quantity, int) -> Quantity")],
    ),
    row(
        "sub",
        quantity::sub,
        &[("quantity_sub", ".(Quantity, Quantity) -> Quantity"), ("quantity_sub_int", ".(Quantity, int) -> Quantity")],
    ),
    row(
        "semver",
        semvers::semver,
        &[("string_to_semver", "(string) -> Semver"), ("string_bool_to_semver", "(string, bool) -> Semver")],
    ),
    row(
        "isSemver",
        semvers::is_semver,
        &[("is_semver_string", "(string) -> bool"), ("is_semver_string_bool", "(string, bool) -> bool")],
    ),
    row("major", semvers::major, &[("semver_major", ".(Semver) -> int")]),
    row("minor", semvers::minor, &[("semver_minor", ".(Semver) -> int")]),
    row("patch", semvers::patch, &[("semver_patch", ".(Semver) -> int")]),
    row("ip", net::ip, &[("string_to_ip", "(string) -> Ip"), ("cidr_ip", ".(Cidr) -> Ip")]),
    row("isIP", net::is_ip, &[("is_ip", "(string) -> bool")]),
    row("ip.isCanonical", net::is_canonical, &[("ip_is_canonical", "(string) -> bool")]),
    row("family", net::family, &[("ip_family", ".(Ip) -> int")]),
    row("isUnspecified", net::is_unspecified, &[("ip_is_unspecified", ".(Ip) -> bool")]),
    row("isLoopback", net::is_loopback, &[("ip_is_loopback", ".(Ip) -> bool")]),
    row("isLinkLocalMulticast", net::is_link_local_multicast, &[("ip_is_link_local_multicast", ".(Ip) -> bool")]),
    row("isLinkLocalUnicast", net::is_link_local_unicast, &[("ip_is_link_local_unicast", ".(Ip) -> bool")]),
    row("isGlobalUnicast", net::is_global_unicast, &[("ip_is_global_unicast", ".(Ip) -> bool")]),
    row("cidr", net::cidr, &[("string_to_cidr", "(string) -> Cidr")]),
    row("isCIDR", net::is_cidr, &[("is_cidr", "(string) -> bool")]),
    row(
        "containsIP",
        net::contains_ip,
        &[("cidr_contains_ip_string", ".(Cidr, string) -> bool"), ("cidr_contains_ip_ip", ".(Cidr, Ip) -> bool")],
    ),
    row(
        "containsCIDR",
        net::contains_cidr,
        &[("cidr_contains_cidr_string", ".(Cidr, string) -> bool"), ("cidr_contains_cidr", ".(Cidr, Cidr) -> bool")],
    ),
    row("prefixLength", net::prefix_length, &[("cidr_prefix_length", ".(Cidr) -> int")]),
    row("masked", net::masked, &[("cidr_masked", ".(Cidr) -> Cidr")]),
    row("format.named", formats::named, &[("format-named", "(string) -> optional<Format>")]),
    row("validate", formats::validate, &[("format-validate", ".(Format, string) -> optional<list<string>>")]),
    row("format.dns1123Label", |_| formats::constant("dns1123Label"), &[("format.dns1123Label", "() -> Format")]),
    row(
        "format.dns1123Subdomain",
        |_| formats::constant("dns1123Subdomain"),
        &[("format.dns1123Subdomain", "() -> Format")],
    ),
    row("format.dns1035Label", |_| formats::constant("dns1035Label"), &[("format.dns1035Label", "() -> Format")]),
    row("format.qualifiedName", |_| formats::constant("qualifiedName"), &[("format.qualifiedName", "() -> Format")]),
    row(
        "format.dns1123LabelPrefix",
        |_| formats::constant("dns1123LabelPrefix"),
        &[("format.dns1123LabelPrefix", "() -> Format")],
    ),
    row(
        "format.dns1123SubdomainPrefix",
        |_| formats::constant("dns1123SubdomainPrefix"),
        &[("format.dns1123SubdomainPrefix", "() -> Format")],
    ),
    row(
        "format.dns1035LabelPrefix",
        |_| formats::constant("dns1035LabelPrefix"),
        &[("format.dns1035LabelPrefix", "() -> Format")],
    ),
    row("format.labelValue", |_| formats::constant("labelValue"), &[("format.labelValue", "() -> Format")]),
    row("format.uri", |_| formats::constant("uri"), &[("format.uri", "() -> Format")]),
    row("format.uuid", |_| formats::constant("uuid"), &[("format.uuid", "() -> Format")]),
    row("format.byte", |_| formats::constant("byte"), &[("format.byte", "() -> Format")]),
    row("format.date", |_| formats::constant("date"), &[("format.date", "() -> Format")]),
    row("format.datetime", |_| formats::constant("datetime"), &[("format.datetime", "() -> Format")]),
    row(
        "jsonpatch.escapeKey",
        strings::escape_json_pointer,
        &[("string_jsonpatch_escapeKey_string", "(string) -> string")],
    ),
];

const AUTHORIZATION: &[Row] = &[
    row("path", no_authorizer, &[("authorizer_path", ".(Authorizer, string) -> PathCheck")]),
    row("group", no_authorizer, &[("authorizer_group", ".(Authorizer, string) -> GroupCheck")]),
    row(
        "serviceAccount",
        no_authorizer,
        &[("authorizer_serviceaccount", ".(Authorizer, string, string) -> Authorizer")],
    ),
    row("resource", no_authorizer, &[("groupcheck_resource", ".(GroupCheck, string) -> ResourceCheck")]),
    row("subresource", no_authorizer, &[("resourcecheck_subresource", ".(ResourceCheck, string) -> ResourceCheck")]),
    row("namespace", no_authorizer, &[("resourcecheck_namespace", ".(ResourceCheck, string) -> ResourceCheck")]),
    row("name", no_authorizer, &[("resourcecheck_name", ".(ResourceCheck, string) -> ResourceCheck")]),
    row("fieldSelector", no_authorizer, &[("authorizer_fieldselector", ".(ResourceCheck, string) -> ResourceCheck")]),
    row("labelSelector", no_authorizer, &[("authorizer_labelselector", ".(ResourceCheck, string) -> ResourceCheck")]),
    row(
        "check",
        no_authorizer,
        &[
            ("pathcheck_check", ".(PathCheck, string) -> Decision"),
            ("resourcecheck_check", ".(ResourceCheck, string) -> Decision"),
        ],
    ),
    row("errored", no_authorizer, &[("decision_errored", ".(Decision) -> bool")]),
    row("error", no_authorizer, &[("decision_error", ".(Decision) -> string")]),
    row("allowed", no_authorizer, &[("decision_allowed", ".(Decision) -> bool")]),
    row("reason", no_authorizer, &[("decision_reason", ".(Decision) -> string")]),
];
