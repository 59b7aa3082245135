use super::*;
use crate::{
    flowcontrol::{v1, v1beta1},
    testing::defaulted,
};

fn level() -> PriorityLevelConfiguration {
    let mut level = PriorityLevelConfiguration::default();
    level.spec.limited = Some(Box::new(LimitedPriorityLevelConfiguration::default()));
    level
}

#[test]
fn no_shares_mean_the_usual_share() {
    let limited = defaulted(level()).spec.limited.unwrap();
    assert_eq!((limited.nominal_concurrency_shares, limited.lendable_percent), (30, Some(0)));
    let before = defaulted(v1beta1::LimitedPriorityLevelConfiguration::default());
    assert_eq!(before.assured_concurrency_shares, 30);
}

#[test]
fn no_shares_may_be_meant() {
    let mut level = level();
    level.metadata.annotations.insert(PRIORITY_LEVEL_PRESERVE_ZERO_CONCURRENCY_SHARES_KEY.into(), String::new());
    assert_eq!(defaulted(level).spec.limited.unwrap().nominal_concurrency_shares, 0);
    let later = v1::LimitedPriorityLevelConfiguration { nominal_concurrency_shares: Some(0), ..Default::default() };
    assert_eq!(defaulted(later).nominal_concurrency_shares, Some(0));
    assert_eq!(defaulted(v1::LimitedPriorityLevelConfiguration::default()).nominal_concurrency_shares, Some(30));
}
