//! An amount spread over others, so that not a cent is lost.

/// Spreads an amount over sums in proportion to them, so that nothing is lost: each gets its share rounded down, and what is left over
/// goes one by one to those whose share was cut the most, of equals to the first. No share is above its sum if the amount is not above
/// all of them.
pub(crate) fn spread(amount: i64, sums: &[i64]) -> Vec<i64> {
    let whole: i128 = sums.iter().copied().map(i128::from).sum::<i128>().max(1);
    let cut = |sum: &i64| (i128::from(*sum) * i128::from(amount)).rem_euclid(whole);
    let mut shares: Vec<i64> =
        sums.iter().map(|sum| i64::try_from(i128::from(*sum) * i128::from(amount) / whole).unwrap_or(i64::MAX)).collect();
    let mut most_cut_first: Vec<usize> = (0..sums.len()).collect();
    most_cut_first.sort_by_key(|at| std::cmp::Reverse(cut(&sums[*at])));
    let left_over = amount - shares.iter().sum::<i64>();
    for at in most_cut_first.into_iter().take(usize::try_from(left_over).unwrap_or(0)) {
        shares[at] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn what_is_spread_is_all_there_and_fits() {
        assert_eq!(spread(100, &[50, 50, 50]), [34, 33, 33]);
        assert_eq!(spread(10, &[995, 5]), [10, 0]);
        assert_eq!(spread(5, &[2, 3]), [2, 3]);
        assert_eq!(spread(0, &[]), Vec::<i64>::new());
    }
}
