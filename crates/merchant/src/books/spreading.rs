//! What of a price's taxes goes back with a refund.

use crate::spread::spread;

/// The taxes of `amount` out of `total`, minor units: all of them in proportion, rounded down, then spread over the rates as a discount
/// is (docs/catalog.md), and of no rate more than is left of it. What returns the last of the money returns the rest of each. `given` are
/// the taxes that went back before.
pub(super) fn share(taxes: &[i64], given: &[i64], amount: i64, total: i64, is_last: bool) -> Vec<i64> {
    let left = || taxes.iter().zip(given.iter().chain(std::iter::repeat(&0))).map(|(tax, given)| tax - given);
    if is_last {
        return left().collect();
    }
    let sum: i128 = taxes.iter().copied().map(i128::from).sum();
    let whole = i64::try_from(sum * i128::from(amount) / i128::from(total.max(1))).unwrap_or(i64::MAX);
    spread(whole, taxes).into_iter().zip(left()).map(|(share, left)| share.min(left)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_returns_its_part_of_each_rate_rounded_down() {
        // 19 % of 10.00 and 7 % of 5.00 are in 15.00.
        let taxes = [160, 33];
        assert_eq!(share(&taxes, &[0, 0], 500, 1500, false), [53, 11]);
        assert_eq!(share(&taxes, &[], 1, 1500, false), [0, 0]);
        assert_eq!(share(&[], &[], 500, 1500, false), Vec::<i64>::new());
    }

    #[test]
    fn whatever_the_parts_are_they_come_to_the_whole_and_none_is_negative() {
        for taxes in [vec![160, 33], vec![1, 1, 1], vec![7], vec![50, 49, 1]] {
            for parts in [vec![1500], vec![500, 500, 500], vec![1; 1500], vec![7, 700, 3, 790], vec![1499, 1]] {
                let (mut given, mut gone) = (vec![0; taxes.len()], 0);
                for part in &parts {
                    gone += part;
                    let share = share(&taxes, &given, *part, 1500, gone == 1500);
                    assert!(share.iter().all(|share| *share >= 0), "{taxes:?} {parts:?}: {share:?}");
                    given.iter_mut().zip(share).for_each(|(given, share)| *given += share);
                }
                assert_eq!(given, taxes, "{parts:?}");
            }
        }
    }
}
