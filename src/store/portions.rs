//! Few different lengths make few different statements, which caches keep.

/// The rows in portions whose lengths are powers of two, `most` at the most, which is one itself.
pub(super) fn portions<T>(mut rows: &[T], most: usize) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = rows.len().min(most).checked_ilog2()?;
        let (now, later) = rows.split_at(1 << length);
        rows = later;
        Some(now)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::portions;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_row_is_in_one_portion_and_their_order_stays(rows in prop::collection::vec(any::<u8>(), 0..300)) {
            let portions: Vec<&[u8]> = portions(&rows, 64).collect();
            prop_assert_eq!(&portions.concat(), &rows);
            prop_assert!(portions.iter().all(|one| one.len().is_power_of_two() && one.len() <= 64));
        }
    }
}
