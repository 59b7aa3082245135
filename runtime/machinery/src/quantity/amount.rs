//! Exact decimal arithmetic.

use std::cmp::Ordering;

/// The number `mantissa` × 10^`scale`. Every value of up to 38 digits is exact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount {
    pub(super) mantissa: i128,
    pub(super) scale: i32,
}

impl Amount {
    pub(super) const fn new(mantissa: i128, scale: i32) -> Self {
        Self { mantissa, scale }
    }

    /// The amount in units of 10^`scale`, rounded away from zero, held within an `i128`; and whether it is exact.
    pub(super) fn in_units_of(self, scale: i32) -> (i128, bool) {
        let shift = i64::from(self.scale) - i64::from(scale);
        if shift == 0 {
            return (self.mantissa, true);
        }
        if shift > 0 {
            let units = pow10(shift).and_then(|factor| self.mantissa.checked_mul(factor));
            let limit = if self.mantissa < 0 { i128::MIN } else { i128::MAX };
            return match units {
                Some(units) => (units, true),
                None if self.mantissa == 0 => (0, true),
                None => (limit, false),
            };
        }
        match pow10(-shift) {
            Some(divisor) => {
                if let (Ok(mantissa), Ok(divisor)) = (i64::try_from(self.mantissa), i64::try_from(divisor)) {
                    let (units, lost) = (mantissa / divisor, mantissa % divisor);
                    return ((units + lost.signum()).into(), lost == 0);
                }
                let (units, lost) = (self.mantissa / divisor, self.mantissa % divisor);
                (units + lost.signum(), lost == 0)
            }
            None => (self.mantissa.signum(), self.mantissa == 0),
        }
    }

    /// The amount rounded away from zero to a multiple of 10^`scale`; itself if it is one.
    pub(super) fn rounded_to(self, scale: i32) -> Self {
        if self.scale >= scale { self } else { Self::new(self.in_units_of(scale).0, scale) }
    }

    /// The same amount with the trailing zeros of its mantissa moved to the scale.
    pub(super) fn stripped(self) -> Self {
        let Self { mut mantissa, mut scale } = self;
        if mantissa == 0 {
            return Self::new(0, 0);
        }
        if let Ok(mut small) = i64::try_from(mantissa) {
            // much faster than the division of an `i128`
            while small % 10 == 0 {
                small /= 10;
                scale += 1;
            }
            return Self::new(small.into(), scale);
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            scale += 1;
        }
        Self::new(mantissa, scale)
    }

    /// The sum. Where its digits don't fit, its last ones are rounded away from zero.
    pub(super) fn plus(self, other: Self) -> Self {
        let (mut a, mut b) = (self.stripped(), other.stripped());
        if a.mantissa == 0 {
            return b;
        }
        if b.mantissa == 0 {
            return a;
        }
        loop {
            let scale = a.scale.min(b.scale);
            let ((x, x_exact), (y, y_exact)) = (a.in_units_of(scale), b.in_units_of(scale));
            if let (true, true, Some(sum)) = (x_exact, y_exact, x.checked_add(y)) {
                return Self::new(sum, scale);
            }
            // one digit less of what is finest, until both fit
            a = a.rounded_to(scale + 1);
            b = b.rounded_to(scale + 1);
        }
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        let (a, b) = (self.mantissa.signum(), other.mantissa.signum());
        if a != b || a == 0 {
            return a.cmp(&b);
        }
        if self.scale < other.scale {
            return other.compare(self).reverse();
        }
        let shift = i64::from(self.scale) - i64::from(other.scale);
        match pow10(shift).and_then(|factor| self.mantissa.checked_mul(factor)) {
            Some(mantissa) => mantissa.cmp(&other.mantissa),
            // larger in magnitude than anything that fits
            None => a.cmp(&0),
        }
    }
}

/// 10^`exponent`, where an `i128` holds it.
fn pow10(exponent: i64) -> Option<i128> {
    10i128.checked_pow(u32::try_from(exponent).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_rounded_away_from_zero() {
        assert_eq!(Amount::new(1_001, -3).in_units_of(0), (2, false));
        assert_eq!(Amount::new(-1_001, -3).in_units_of(0), (-2, false));
        assert_eq!(Amount::new(2, 3).in_units_of(-3), (2_000_000, true));
        assert_eq!(Amount::new(1, -100).in_units_of(0), (1, false));
        assert_eq!(Amount::new(1, 100).in_units_of(0), (i128::MAX, false));
    }

    #[test]
    fn comparison_knows_no_limits() {
        let ordered = [(-1, 1_000), (-1, 0), (-1, -1_000), (0, 5), (1, -1_000), (15, -1), (2, 0), (1, 1_000)];
        for (i, &(m, s)) in ordered.iter().enumerate() {
            for (j, &(n, t)) in ordered.iter().enumerate() {
                assert_eq!(Amount::new(m, s).compare(Amount::new(n, t)), i.cmp(&j), "{m}e{s} {n}e{t}");
            }
        }
        assert_eq!(Amount::new(10, 0).compare(Amount::new(1, 1)), Ordering::Equal);
    }

    #[test]
    fn sums_are_exact_while_their_digits_fit() {
        let sum = Amount::new(1, 18).plus(Amount::new(1, -9));
        assert_eq!((sum.mantissa, sum.scale), (1_000_000_000_000_000_000_000_000_001, -9));
        let sum = Amount::new(1, 60).plus(Amount::new(1, 0)).stripped();
        assert_eq!(sum.compare(Amount::new(1, 60)), Ordering::Greater);
    }
}
