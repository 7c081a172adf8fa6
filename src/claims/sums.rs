//! Amounts: whole pence in, whole pence out. Pure.

use super::lines::ClaimedLine;
use crate::values::Pence;

/// The most that a claim comes to: a million pounds.
pub const MOST: i32 = 100_000_000;

/// So many tenths of a unit at so many pence, rounded to the nearest penny, half a penny up; nothing if it is
/// more than a claim may come to.
pub fn amount(tenths: i32, pence: Pence) -> Option<i32> {
    let product = i64::from(tenths.max(0)) * i64::from(pence.0);
    let rounded = (product + 5) / 10;
    i32::try_from(rounded).ok().filter(|pence| *pence <= MOST)
}

/// What a claim comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What was spent, and is paid back.
    pub expenses: i32,
    /// What is paid for time, to the partner.
    pub payments: i32,
    /// What would be paid for time, and is given to somebody else.
    pub donated: i32,
}

impl Totals {
    /// The sums of some lines; nothing if they are more than a claim may come to.
    pub fn of(lines: &[ClaimedLine]) -> Option<Self> {
        let (mut sums, mut all) = (Self::default(), 0i64);
        for line in lines {
            let pence = line.amount_pence.map_or(0, |pence| pence.0);
            all += i64::from(pence);
            if all > i64::from(MOST) {
                return None;
            }
            let sum = match (line.expense_type.rule().is_payment(), line.donated) {
                (false, _) => &mut sums.expenses,
                (true, false) => &mut sums.payments,
                (true, true) => &mut sums.donated,
            };
            *sum += pence;
        }
        Some(sums)
    }

    /// What is paid to the partner.
    pub const fn payable(self) -> i32 {
        self.expenses + self.payments
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::claims::expenses::ExpenseType;

    fn line(at: usize, pence: Option<i32>, donated: bool) -> ClaimedLine {
        let expense_type = ExpenseType::ALL[at % ExpenseType::ALL.len()];
        ClaimedLine {
            amount_pence: pence.map(Pence),
            donated: donated && expense_type.rule().is_payment(),
            ..ClaimedLine::blank(expense_type)
        }
    }

    #[test]
    fn half_a_penny_is_rounded_up() {
        assert_eq!(amount(124, Pence(45)), Some(558));
        assert_eq!(amount(121, Pence(45)), Some(545), "544.5");
        assert_eq!(amount(10, Pence(7500)), Some(7500));
        assert_eq!(amount(15, Pence(1001)), Some(1502), "1501.5");
        assert_eq!(amount(0, Pence(45)), Some(0));
        assert_eq!(amount(100_000, Pence(MOST)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn an_amount_is_within_half_a_penny(tenths in 0..100_000i32, pence in 0..10_000i32) {
            let exact = i64::from(tenths) * i64::from(pence);
            match amount(tenths, Pence(pence)) {
                Some(rounded) => prop_assert!((i64::from(rounded) * 10 - exact).abs() <= 5),
                None => prop_assert!(exact > i64::from(MOST) * 10 - 5),
            }
        }

        #[test]
        fn nothing_is_lost_between_lines_and_totals(
            lines in prop::collection::vec((0..40usize, prop::option::of(0..=MOST), any::<bool>()), 0..40),
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(at, pence, donated)| line(at, pence, donated)).collect();
            let all: i64 = lines.iter().filter_map(|line| line.amount_pence).map(|pence| i64::from(pence.0)).sum();
            match Totals::of(&lines) {
                Some(sums) => {
                    prop_assert_eq!(i64::from(sums.payable()) + i64::from(sums.donated), all);
                    let mut turned = lines.clone();
                    turned.reverse();
                    prop_assert_eq!(Totals::of(&turned), Some(sums));
                }
                None => prop_assert!(all > i64::from(MOST)),
            }
        }
    }
}
