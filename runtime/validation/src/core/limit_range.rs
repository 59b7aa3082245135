//! Limit ranges: a least, a most and defaults that are in that order.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{LimitRange, LimitRangeItem, LimitType};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    quantity::Format,
    validation::{CheckContext, Checks, MetadataOnUpdate, is_qualified_name},
};

use crate::{
    BuiltIn,
    common::{
        invalid_each,
        resource_name::{container_resource_name, is_overcommit_allowed, resource_name},
    },
};

/// Amounts from here on are compared in wholes, as thousandths would not fit into 64 bits.
const MILLI_VALUE_MAX: i64 = i64::MAX / 1000;

pub(super) fn register(all: &mut BuiltIn) {
    all.add("", "limitranges", Checks::new(validate).metadata_on_update(MetadataOnUpdate::Create));
}

fn validate(_: &CheckContext<'_>, range: &LimitRange) -> ErrorList {
    let mut errors = ErrorList::new();
    let list = Path::new("spec.limits");
    let mut types = BTreeSet::new();
    for (index, limit) in range.spec.limits.iter().enumerate() {
        let path = list.index(index);
        let type_ = path.child("type");
        type_name(&limit.type_, &type_, &mut errors);
        if !types.insert(&limit.type_) {
            errors.push(Error::duplicate(&type_, limit.type_.as_str()));
        }
        names(limit, &path, &mut errors);
        amounts(limit, &path, &mut errors);
    }
    errors
}

fn type_name(type_: &LimitType, path: &Path<'_>, errors: &mut ErrorList) {
    let name = type_.as_str();
    let wrong = is_qualified_name(name);
    if !wrong.is_empty() {
        invalid_each(path, name, wrong, errors);
    } else if !name.contains('/') && matches!(type_, LimitType::Other(_)) {
        errors.push(Error::invalid(path, name, "must be a standard limit type or fully qualified"));
    }
}

fn names(limit: &LimitRangeItem, path: &Path<'_>, errors: &mut ErrorList) {
    let mut check = |amounts: &BTreeMap<String, Quantity>, field: &'static str| {
        let map = path.child(field);
        for name in amounts.keys() {
            match limit.type_ {
                LimitType::Pod | LimitType::Container => container_resource_name(name, &map.key(name), errors),
                _ => resource_name(name, &map.key(name), errors),
            }
        }
    };
    check(&limit.max, "max");
    check(&limit.min, "min");
    if limit.type_ != LimitType::Pod {
        check(&limit.default, "default");
        check(&limit.default_request, "defaultRequest");
    }
    check(&limit.max_limit_request_ratio, "maxLimitRequestRatio");
    if limit.type_ == LimitType::Pod {
        for (amounts, field) in [(&limit.default, "default"), (&limit.default_request, "defaultRequest")] {
            if !amounts.is_empty() {
                errors.push(Error::forbidden(&path.child(field), "may not be specified when `type` is 'Pod'"));
            }
        }
    }
    let names_storage = limit.min.contains_key("storage") || limit.max.contains_key("storage");
    if limit.type_ == LimitType::PersistentVolumeClaim && !names_storage {
        let text = "either minimum or maximum storage value is required, but neither was provided";
        errors.push(Error::required(&path.child("limits"), text));
    }
}

fn amounts(limit: &LimitRangeItem, path: &Path<'_>, errors: &mut ErrorList) {
    let none = BTreeMap::new();
    // pods have no defaults; those given were refused
    let (defaults, default_requests) = match limit.type_ {
        LimitType::Pod => (&none, &none),
        _ => (&limit.default, &limit.default_request),
    };
    let lists = [&limit.max, &limit.min, defaults, default_requests, &limit.max_limit_request_ratio];
    let names: BTreeSet<&String> = lists.into_iter().flat_map(BTreeMap::keys).collect();
    for name in names {
        let of = OneResource {
            name,
            min: limit.min.get(name),
            max: limit.max.get(name),
            default: defaults.get(name),
            default_request: default_requests.get(name),
            ratio: limit.max_limit_request_ratio.get(name),
        };
        of.in_order(path, errors);
        of.ratio(path, errors);
    }
}

/// What a limit says of one resource.
struct OneResource<'a> {
    name: &'a str,
    min: Option<&'a Quantity>,
    max: Option<&'a Quantity>,
    default: Option<&'a Quantity>,
    default_request: Option<&'a Quantity>,
    ratio: Option<&'a Quantity>,
}

/// Two amounts that are not in order, with their names: the first is greater than the second.
struct Disorder<'a> {
    lower: (&'static str, Option<&'a Quantity>),
    upper: (&'static str, Option<&'a Quantity>),
    /// Where it is told, and with which of the amounts.
    told: (&'static str, Option<&'a Quantity>),
}

impl OneResource<'_> {
    fn in_order(&self, path: &Path<'_>, errors: &mut ErrorList) {
        let (min, max, default, request) = (self.min, self.max, self.default, self.default_request);
        let orders = [
            Disorder { lower: ("min", min), upper: ("max", max), told: ("min", min) },
            Disorder { lower: ("min", min), upper: ("default request", request), told: ("defaultRequest", request) },
            Disorder { lower: ("default request", request), upper: ("max", max), told: ("defaultRequest", request) },
            Disorder {
                lower: ("default request", request),
                upper: ("default limit", default),
                told: ("defaultRequest", request),
            },
            Disorder { lower: ("min", min), upper: ("default", default), told: ("default", min) },
            Disorder { lower: ("default", default), upper: ("max", max), told: ("default", max) },
        ];
        for Disorder { lower: (low_name, low), upper: (high_name, high), told: (field, shown) } in orders {
            if let (Some(low), Some(high), Some(shown)) = (low, high, shown)
                && low > high
            {
                let text = format!("{low_name} value {low} is greater than {high_name} value {high}");
                errors.push(Error::invalid(&path.child(field).key(self.name), shown.to_string(), text));
            }
        }
        if let (Some(default), Some(request)) = (default, request)
            && default != request
            && !is_overcommit_allowed(self.name)
        {
            let text = format!("default value {default} must equal to defaultRequest value {request} in {}", self.name);
            let path = path.child("defaultRequest");
            errors.push(Error::invalid(&path.key(self.name), request.to_string(), text));
        }
    }

    fn ratio(&self, path: &Path<'_>, errors: &mut ErrorList) {
        let Some(ratio) = self.ratio else { return };
        let map = path.child("maxLimitRequestRatio");
        let path = map.key(self.name);
        if *ratio < Quantity::new(1, Format::DecimalSI) {
            errors.push(Error::invalid(&path, ratio.to_string(), format!("ratio {ratio} is less than 1")));
        }
        let (Some(min), Some(max)) = (self.min, self.max) else { return };
        let in_thousandths = [ratio, min, max].into_iter().all(|amount| amount.value() < MILLI_VALUE_MAX);
        let (asked, min, max) = if in_thousandths {
            (ratio.milli_value() as f64 / 1000.0, min.milli_value(), max.milli_value())
        } else {
            (ratio.value() as f64, min.value(), max.value())
        };
        let limit = max as f64 / min as f64;
        if asked > limit {
            let text = format!("ratio {ratio} is greater than max/min = {limit:.6}");
            errors.push(Error::invalid(&path, ratio.to_string(), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> BTreeMap<String, Quantity> {
        BTreeMap::from([("cpu".to_owned(), Quantity::parse(text).unwrap())])
    }

    #[test]
    fn amounts_are_in_order() {
        let limit = LimitRangeItem {
            type_: LimitType::Container,
            min: amount("2"),
            max: amount("1"),
            default: amount("3"),
            default_request: amount("4"),
            max_limit_request_ratio: amount("500m"),
        };
        let mut errors = ErrorList::new();
        amounts(&limit, &Path::new("l"), &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                r#"l.min[cpu]: Invalid value: "2": min value 2 is greater than max value 1"#,
                r#"l.defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than max value 1"#,
                r#"l.defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than default limit value 3"#,
                r#"l.default[cpu]: Invalid value: "1": default value 3 is greater than max value 1"#,
                r#"l.maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1"#,
            ]
        );
    }

    #[test]
    fn ratios_fit_between_least_and_most() {
        let limit = LimitRangeItem {
            type_: LimitType::Container,
            min: amount("100m"),
            max: amount("200m"),
            max_limit_request_ratio: amount("3"),
            ..LimitRangeItem::default()
        };
        let mut errors = ErrorList::new();
        amounts(&limit, &Path::new("l"), &mut errors);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].detail, "ratio 3 is greater than max/min = 2.000000");
    }
}
