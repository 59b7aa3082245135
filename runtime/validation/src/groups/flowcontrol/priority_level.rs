//! Priority levels.

use kubeforge_api::flowcontrol::v1::{
    LimitResponse, LimitResponseType, LimitedPriorityLevelConfiguration, PriorityLevelConfiguration,
    PriorityLevelConfigurationSpec, PriorityLevelEnablement, QueuingConfiguration,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks},
};

use super::{
    EXEMPT, GROUP, condition_types, mandatory,
    shuffle::{ENTROPY_BITS_MAX, entropy_bits},
};
use crate::{BuiltIn, common::shown_internal};

const QUEUES_MAX: i32 = 10_000_000;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, level: &PriorityLevelConfiguration| validate(level)).subresource(
        "status",
        |_: &CheckContext<'_>, new: &PriorityLevelConfiguration, _: &PriorityLevelConfiguration| {
            check_status(new, ErrorList::new())
        },
    );
    all.add(GROUP, "prioritylevelconfigurations", checks);
}

fn validate(level: &PriorityLevelConfiguration) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, name) = (Path::new("spec"), &level.metadata.name);
    check_spec(&level.spec, name, &path, &mut errors);
    check_fixed(&level.spec, name, &path, &mut errors);
    check_status(level, errors)
}

/// The levels that the server cannot do without stay as they are; shares of the exempt one may change.
fn check_fixed(spec: &PriorityLevelConfigurationSpec, name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(mut fixed) = mandatory::level(name) else { return };
    let text = if name == EXEMPT {
        fixed.exempt.clone_from(&spec.exempt);
        format!("spec of '{name}' except the 'spec.exempt' field must equal the fixed value")
    } else {
        format!("spec of '{name}' must equal the fixed value")
    };
    if *spec != fixed {
        errors.push(Error::invalid(path, shown_internal(spec), text));
    }
}

fn check_status(level: &PriorityLevelConfiguration, mut errors: ErrorList) -> ErrorList {
    let types = level.status.conditions.iter().map(|condition| &condition.type_);
    condition_types(types, &Path::new("status.conditions"), &mut errors);
    errors
}

fn check_spec(spec: &PriorityLevelConfigurationSpec, name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let type_ = path.child("type");
    if (name == EXEMPT) != (spec.type_ == PriorityLevelEnablement::Exempt) {
        let text = "must be 'Exempt' if and only if `name` is 'exempt'";
        errors.push(Error::invalid(&type_, spec.type_.as_str(), text));
    }
    let (limited, exempt) = (path.child("limited"), path.child("exempt"));
    match &spec.type_ {
        PriorityLevelEnablement::Exempt => {
            if spec.limited.is_some() {
                errors.push(Error::forbidden(&limited, "must be nil if the type is not Limited"));
            }
            if let Some(configuration) = &spec.exempt {
                check_shares(configuration.nominal_concurrency_shares, &exempt, errors);
                check_lendable(configuration.lendable_percent, &exempt, errors);
            }
        }
        PriorityLevelEnablement::Limited => {
            if spec.exempt.is_some() {
                errors.push(Error::forbidden(&exempt, "must be nil if the type is Limited"));
            }
            match &spec.limited {
                None => errors.push(Error::required(&limited, "must not be empty when type is Limited")),
                Some(configuration) => check_limited(configuration, &limited, errors),
            }
        }
        PriorityLevelEnablement::Other(other) => {
            errors.push(Error::not_supported(&type_, other, &["Exempt", "Limited"]));
        }
    }
}

fn check_shares(shares: Option<i32>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(shares) = shares.filter(|shares| *shares < 0) {
        let path = path.child("nominalConcurrencyShares");
        errors.push(Error::invalid(&path, shares, "must be a non-negative integer"));
    }
}

fn check_lendable(percent: Option<i32>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(percent) = percent.filter(|percent| !(0..=100).contains(percent)) {
        errors.push(Error::invalid(&path.child("lendablePercent"), percent, "must be between 0 and 100, inclusive"));
    }
}

fn check_limited(configuration: &LimitedPriorityLevelConfiguration, path: &Path<'_>, errors: &mut ErrorList) {
    check_shares(configuration.nominal_concurrency_shares, path, errors);
    check_response(&configuration.limit_response, &path.child("limitResponse"), errors);
    check_lendable(configuration.lendable_percent, path, errors);
    if let Some(percent) = configuration.borrowing_limit_percent.filter(|percent| *percent < 0) {
        let path = path.child("borrowingLimitPercent");
        errors.push(Error::invalid(&path, percent, "if specified, must be a non-negative integer"));
    }
}

fn check_response(response: &LimitResponse, path: &Path<'_>, errors: &mut ErrorList) {
    let queuing = path.child("queuing");
    match &response.type_ {
        LimitResponseType::Reject => {
            if response.queuing.is_some() {
                let text = "must be nil if limited.limitResponse.type is not Limited";
                errors.push(Error::forbidden(&queuing, text));
            }
        }
        LimitResponseType::Queue => match &response.queuing {
            None => {
                let text = "must not be empty if limited.limitResponse.type is Limited";
                errors.push(Error::required(&queuing, text));
            }
            Some(configuration) => check_queuing(configuration, &queuing, errors),
        },
        LimitResponseType::Other(other) => {
            errors.push(Error::not_supported(&path.child("type"), other, &["Queue", "Reject"]));
        }
    }
}

fn check_queuing(configuration: &QueuingConfiguration, path: &Path<'_>, errors: &mut ErrorList) {
    let QueuingConfiguration { queues, hand_size, queue_length_limit } = *configuration;
    if queue_length_limit <= 0 {
        errors.push(Error::invalid(&path.child("queueLengthLimit"), queue_length_limit, "must be positive"));
    }
    let queues_path = path.child("queues");
    if queues <= 0 {
        errors.push(Error::invalid(&queues_path, queues, "must be positive"));
    } else if queues > QUEUES_MAX {
        errors.push(Error::invalid(&queues_path, queues, format!("must not be greater than {QUEUES_MAX}")));
    }
    let hand = path.child("handSize");
    if hand_size <= 0 {
        errors.push(Error::invalid(&hand, hand_size, "must be positive"));
    } else if hand_size > queues {
        errors.push(Error::invalid(&hand, hand_size, format!("should not be greater than queues ({queues})")));
    } else if entropy_bits(queues, hand_size) > ENTROPY_BITS_MAX {
        let text = format!(
            "required entropy bits of deckSize {queues} and handSize {hand_size} should not be greater than \
             {ENTROPY_BITS_MAX}"
        );
        errors.push(Error::invalid(&hand, hand_size, text));
    }
}
