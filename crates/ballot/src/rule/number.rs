//! Exact fractions of any size.
//!
//! Sums of weights fit in 128 bits, but caps multiply and divide them, and a comparison multiplies
//! crosswise. These numbers grow as needed, so that no input of the types overflows.

use std::{cmp::Ordering, fmt, str::FromStr};

/// A whole number from 0 up, of any size.
///
/// Invariant: limbs from the lowest, the highest not 0; zero has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Nat(Vec<u32>);

impl From<u128> for Nat {
    fn from(value: u128) -> Self {
        let bytes = value.to_le_bytes();
        Self::trimmed(bytes.as_chunks().0.iter().map(|limb| u32::from_le_bytes(*limb)).collect())
    }
}

impl Nat {
    fn to_u128(&self) -> Option<u128> {
        if 4 < self.0.len() {
            return None;
        }
        Some(self.0.iter().rev().fold(0, |value, limb| value << 32 | u128::from(*limb)))
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn trimmed(mut limbs: Vec<u32>) -> Self {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self(limbs)
    }

    fn limb(&self, place: usize) -> u64 {
        self.0.get(place).copied().map_or(0, u64::from)
    }

    fn plus(&self, other: &Self) -> Self {
        let mut carry = 0;
        let mut limbs = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        for place in 0..=self.0.len().max(other.0.len()) {
            let sum = self.limb(place) + other.limb(place) + carry;
            limbs.push(low(sum));
            carry = sum >> 32;
        }
        Self::trimmed(limbs)
    }

    /// The difference; the other is not larger.
    fn minus(&self, other: &Self) -> Self {
        let mut borrow = 0;
        let mut limbs = Vec::with_capacity(self.0.len());
        for place in 0..self.0.len() {
            let sum = (1 << 32) + self.limb(place) - other.limb(place) - borrow;
            limbs.push(low(sum));
            borrow = 1 - (sum >> 32);
        }
        Self::trimmed(limbs)
    }

    fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0; self.0.len() + other.0.len()];
        for place in 0..self.0.len() {
            let mut carry = 0;
            for step in 0..other.0.len() {
                let sum = self.limb(place) * other.limb(step) + u64::from(limbs[place + step]) + carry;
                limbs[place + step] = low(sum);
                carry = sum >> 32;
            }
            limbs[place + other.0.len()] = low(carry);
        }
        Self::trimmed(limbs)
    }

    fn bits(&self) -> usize {
        self.0.last().map_or(0, |highest| self.0.len() * 32 - highest.leading_zeros() as usize)
    }

    fn doubled(&self, times: usize) -> Self {
        let (limbs, bits) = (times / 32, times % 32);
        let mut carry = 0;
        let mut doubled = vec![0; limbs];
        for limb in &self.0 {
            let wide = u64::from(*limb) << bits | carry;
            doubled.push(low(wide));
            carry = wide >> 32;
        }
        doubled.push(low(carry));
        Self::trimmed(doubled)
    }

    fn halved(mut self) -> Self {
        let mut carry = 0;
        for limb in self.0.iter_mut().rev() {
            let bit = *limb << 31;
            *limb = *limb >> 1 | carry;
            carry = bit;
        }
        Self::trimmed(self.0)
    }

    /// Quotient and remainder; the divisor is not 0.
    fn divided(&self, divisor: &Self) -> (Self, Self) {
        if let (Some(value), Some(by)) = (self.to_u128(), divisor.to_u128()) {
            return ((value / by).into(), (value % by).into());
        }
        let Some(distance) = self.bits().checked_sub(divisor.bits()) else {
            return (Self::default(), self.clone());
        };
        let mut quotient = vec![0; distance / 32 + 1];
        let (mut rest, mut part) = (self.clone(), divisor.doubled(distance));
        for place in (0..=distance).rev() {
            if part <= rest {
                rest = rest.minus(&part);
                quotient[place / 32] |= 1 << (place % 32);
            }
            part = part.halved();
        }
        (Self::trimmed(quotient), rest)
    }

    fn common_divisor(self, other: Self) -> Self {
        let (mut a, mut b) = (self, other);
        while !b.is_zero() {
            let rest = a.divided(&b).1;
            a = b;
            b = rest;
        }
        a
    }
}

/// The lower half.
fn low(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

impl Ord for Nat {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Nat {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Nat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.to_u128() {
            return write!(f, "{value}");
        }
        let group = Self::from(10_u128.pow(38));
        let (mut rest, mut groups) = (self.clone(), Vec::new());
        while !rest.is_zero() {
            let (quotient, digits) = rest.divided(&group);
            groups.push(digits);
            rest = quotient;
        }
        for (place, digits) in groups.iter().rev().enumerate() {
            let digits = digits.to_u128().unwrap_or_default();
            if place == 0 { write!(f, "{digits}")? } else { write!(f, "{digits:038}")? }
        }
        Ok(())
    }
}

/// A fraction from 0 up, exact and reduced; written `"2/3"`, or `"5"` where it is whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: Nat,
    denominator: Nat,
}

/// A text that is no fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number is written \"2/3\", \"89.37\" or \"5\", with at most 18 digits in a part")]
pub struct RatioError;

impl Ratio {
    fn reduced(numerator: &Nat, denominator: &Nat) -> Self {
        debug_assert!(!denominator.is_zero(), "a fraction's denominator is not 0");
        let divisor = numerator.clone().common_divisor(denominator.clone());
        Self { numerator: numerator.divided(&divisor).0, denominator: denominator.divided(&divisor).0 }
    }

    /// The fraction of two numbers.
    ///
    /// # Panics
    /// If the denominator is 0.
    pub fn new(numerator: u128, denominator: u128) -> Self {
        assert_ne!(denominator, 0, "a fraction's denominator is not 0");
        Self::reduced(&numerator.into(), &denominator.into())
    }

    /// Nothing.
    pub fn zero() -> Self {
        Self::from(0)
    }

    /// The whole.
    pub fn one() -> Self {
        Self::from(1)
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    /// The sum of all. Reduced once, at the end: parts of many different denominators cost no more.
    pub fn sum(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut sum = Self::zero();
        for part in parts {
            if sum.denominator == part.denominator {
                sum.numerator = sum.numerator.plus(&part.numerator);
            } else {
                let right = part.numerator.times(&sum.denominator);
                sum.numerator = sum.numerator.times(&part.denominator).plus(&right);
                sum.denominator = sum.denominator.times(&part.denominator);
            }
        }
        Self::reduced(&sum.numerator, &sum.denominator)
    }

    /// The sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if self.denominator == other.denominator {
            return Self::reduced(&self.numerator.plus(&other.numerator), &self.denominator);
        }
        let left = self.numerator.times(&other.denominator);
        let right = other.numerator.times(&self.denominator);
        Self::reduced(&left.plus(&right), &self.denominator.times(&other.denominator))
    }

    /// The difference, or nothing if the other is larger.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let left = self.numerator.times(&other.denominator);
        let right = other.numerator.times(&self.denominator);
        if left < right {
            return Self::zero();
        }
        Self::reduced(&left.minus(&right), &self.denominator.times(&other.denominator))
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self::reduced(&self.numerator.times(&other.numerator), &self.denominator.times(&other.denominator))
    }

    /// The quotient; `None` by nothing.
    pub fn over(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        Some(Self::reduced(&self.numerator.times(&other.denominator), &self.denominator.times(&other.numerator)))
    }

    /// The largest whole number not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        Self { numerator: self.numerator.divided(&self.denominator).0, denominator: Nat::from(1) }
    }

    /// The whole number, if it is one below 2^128.
    pub fn to_u128(&self) -> Option<u128> {
        if self.denominator.to_u128() == Some(1) { self.numerator.to_u128() } else { None }
    }

    /// Numerator and denominator, if both are below 2^128.
    pub fn parts(&self) -> Option<(u128, u128)> {
        Some((self.numerator.to_u128()?, self.denominator.to_u128()?))
    }
}

impl From<u128> for Ratio {
    fn from(value: u128) -> Self {
        Self { numerator: value.into(), denominator: Nat::from(1) }
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numerator.times(&other.denominator).cmp(&other.numerator.times(&self.denominator))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.numerator)?;
        if self.denominator.to_u128() == Some(1) { Ok(()) } else { write!(f, "/{}", self.denominator) }
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Self, RatioError> {
        let number = |digits: &str| -> Result<u128, RatioError> {
            let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { digits.parse().map_err(|_| RatioError) } else { Err(RatioError) }
        };
        if let Some((numerator, denominator)) = text.split_once('/') {
            let denominator = number(denominator)?;
            return if denominator == 0 { Err(RatioError) } else { Ok(Self::new(number(numerator)?, denominator)) };
        }
        let Some((whole, decimals)) = text.split_once('.') else {
            return number(text).map(Self::from);
        };
        let (whole, places) = (number(whole)?, u32::try_from(decimals.len()).map_err(|_| RatioError)?);
        // Two times 18 digits are fewer than the 38 that always fit.
        let decimals = number(decimals)?;
        let scale = 10_u128.pow(places);
        Ok(Self::new(whole * scale + decimals, scale))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_nat() -> impl Strategy<Value = Nat> {
        proptest::collection::vec(prop_oneof![any::<u32>(), Just(0), Just(u32::MAX)], 0..12).prop_map(Nat::trimmed)
    }

    proptest! {
        #[test]
        fn dividing_and_multiplying_give_the_number_again(a in any_nat(), b in any_nat()) {
            prop_assume!(!b.is_zero());
            let (quotient, rest) = a.divided(&b);
            prop_assert!(rest < b);
            prop_assert_eq!(quotient.times(&b).plus(&rest), a);
        }

        #[test]
        fn what_is_added_can_be_taken_away(a in any_nat(), b in any_nat()) {
            let sum = a.plus(&b);
            prop_assert_eq!(sum.minus(&b), a.clone());
            prop_assert_eq!(sum.minus(&a), b);
        }

        #[test]
        fn small_numbers_count_as_the_processor_does(a in any::<u64>(), b in any::<u64>(), c in 1..=u64::MAX) {
            let (wide_a, wide_b, wide_c) = (u128::from(a), u128::from(b), u128::from(c));
            prop_assert_eq!(Nat::from(wide_a).times(&wide_b.into()).to_u128(), Some(wide_a * wide_b));
            let product = Nat::from(wide_a * wide_b);
            prop_assert_eq!(product.divided(&wide_c.into()).0.to_u128(), Some(wide_a * wide_b / wide_c));
            prop_assert_eq!(product.to_string(), (wide_a * wide_b).to_string());
            prop_assert_eq!(product.cmp(&wide_c.into()), (wide_a * wide_b).cmp(&wide_c));
        }

        #[test]
        fn fractions_keep_the_laws_of_arithmetic(
            (a, b, c) in (0..1000_u128, 1..1000_u128, 1..1000_u128),
            (d, e) in (0..1000_u128, 1..1000_u128),
        ) {
            let (x, y, z) = (Ratio::new(a, b), Ratio::new(c, e), Ratio::new(d, b));
            prop_assert_eq!(x.plus(&z).times(&y), x.times(&y).plus(&z.times(&y)));
            prop_assert_eq!(x.over(&y).map(|part| part.times(&y)), Some(x.clone()));
            prop_assert_eq!(x.plus(&z).minus(&z), x.clone());
            prop_assert_eq!(x.to_string().parse::<Ratio>(), Ok(x.clone()));
            prop_assert_eq!(x.cmp(&y), (a * e).cmp(&(c * b)));
            prop_assert!(x.floor() <= x && x < x.floor().plus(&Ratio::one()));
        }
    }

    #[test]
    fn large_numbers_are_written_in_full() {
        let large = Nat::from(10_u128.pow(38)).times(&Nat::from(10_u128.pow(38))).plus(&Nat::from(7));
        assert_eq!(large.to_string(), format!("1{}7", "0".repeat(75)));
    }

    #[test]
    fn numbers_are_read_as_rules_write_them() {
        for (text, wanted) in [("2/3", Ratio::new(2, 3)), ("89.37", Ratio::new(8937, 100)), ("1", Ratio::one())] {
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
        for text in ["", "/", "1/0", "-1", "1e3", ".5", "5.", "1/2/3", " 1", "1.5/2", "0.1234567890123456789", "٣"] {
            assert_eq!(text.parse::<Ratio>(), Err(RatioError), "{text}");
        }
    }
}
