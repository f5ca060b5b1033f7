//! How much was used: an exact decimal.

use std::fmt;
use std::str::FromStr;

use crate::Error;

const ONE: u64 = 1_000_000;
const MOST: u64 = 9_999_999_999_999_999;

/// How much was used: a decimal from 0 to 9999999999.999999 with at most six places, exact. There is no way from or to
/// floating point, in which 0.1 is not a tenth.
///
/// ```
/// use mpmeter::Quantity;
///
/// let gigabytes: Quantity = "0.25".parse()?;
/// assert_eq!(gigabytes, Quantity::from_millionths(250_000).expect("in range"));
/// assert_eq!(gigabytes.checked_add(1.into()).expect("in range").to_string(), "1.25");
/// # Ok::<(), mpmeter::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(u64);

impl Quantity {
    /// Nothing. Adding it changes nothing.
    pub const ZERO: Quantity = Quantity(0);
    /// 9999999999.999999.
    pub const MAX: Quantity = Quantity(MOST);

    /// So many millionths; `None` above [`Quantity::MAX`].
    #[must_use]
    pub const fn from_millionths(millionths: u64) -> Option<Quantity> {
        if millionths <= MOST {
            Some(Quantity(millionths))
        } else {
            None
        }
    }

    /// How many millionths it is.
    #[must_use]
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// The sum; `None` above [`Quantity::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Quantity) -> Option<Quantity> {
        Quantity::from_millionths(self.0 + other.0) // Two of them fit.
    }

    /// The difference; `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Quantity) -> Option<Quantity> {
        match self.0.checked_sub(other.0) {
            Some(millionths) => Some(Quantity(millionths)),
            None => None,
        }
    }
}

/// The only whole numbers that always fit, so that a literal needs no suffix: `meter.add("requests", 1)`.
impl From<u32> for Quantity {
    fn from(units: u32) -> Quantity {
        Quantity(u64::from(units) * ONE)
    }
}

impl TryFrom<u64> for Quantity {
    type Error = Error;

    fn try_from(units: u64) -> Result<Quantity, Error> {
        let millionths = units.checked_mul(ONE).and_then(Quantity::from_millionths);
        millionths.ok_or_else(|| Error::invalid(format!("The quantity is {units}; the largest is {}.", Quantity::MAX)))
    }
}

impl FromStr for Quantity {
    type Err = Error;

    /// Reads AWS's form, such as "17" or "0.25": no sign, no exponent, no leading zero.
    ///
    /// # Errors
    ///
    /// [`Status::InvalidArgument`](crate::Status::InvalidArgument).
    fn from_str(text: &str) -> Result<Quantity, Error> {
        parse(text).ok_or_else(|| {
            Error::invalid(format!(
                "{text:?} is not a decimal of at most ten digits and six places, such as 17 or 0.25."
            ))
        })
    }
}

fn parse(text: &str) -> Option<Quantity> {
    let (units, places) = match text.split_once('.') {
        Some((units, places)) => (units, Some(places)),
        None => (text, None),
    };
    let whole = digits(units, 10).filter(|_| units.len() == 1 || !units.starts_with('0'))?;
    let fraction = match places {
        Some(places) => digits(places, 6)? * 10_u64.pow(6 - u32::try_from(places.len()).ok()?),
        None => 0,
    };
    Some(Quantity(whole * ONE + fraction))
}

/// One to `most` digits.
fn digits(text: &str, most: usize) -> Option<u64> {
    let well_formed = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| text.parse().ok())?
}

impl fmt::Display for Quantity {
    /// Without zeros at the end, as in the books: "17", "0.25".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:06}", self.0 / ONE, self.0 % ONE);
        formatter.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_takes_is_read_and_written_exactly() {
        for (text, millionths, shown) in [
            ("0", 0, "0"),
            ("0.000001", 1, "0.000001"),
            ("17", 17_000_000, "17"),
            ("17.50", 17_500_000, "17.5"),
            ("100", 100_000_000, "100"),
            ("9999999999.999999", MOST, "9999999999.999999"),
        ] {
            let quantity: Quantity = text.parse().expect(text);
            assert_eq!((quantity.millionths(), quantity.to_string().as_str()), (millionths, shown));
        }
    }

    #[test]
    fn what_aws_does_not_take_is_refused() {
        let texts =
            ["", ".", "-1", "+1", "1e3", "1.", ".5", "01", "00", "0.1234567", "10000000000", "1 ", "١", "1.2.3", "NaN"];
        for text in texts {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
        assert!(Quantity::try_from(10_000_000_000_u64).is_err() && Quantity::try_from(u64::MAX).is_err());
        assert_eq!(Quantity::MAX.checked_add(Quantity(1)), None);
        assert_eq!(Quantity::ZERO.checked_sub(1.into()), None);
        assert_eq!(Quantity::from(u32::MAX).to_string(), "4294967295");
    }
}
