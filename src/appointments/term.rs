//! The rules of a term, and of a choice about payment: pure.

use chrono::NaiveDate;

use super::lifecycle::PaymentChoice;
use crate::http::FieldError;
use crate::opportunities::PaymentKind;
use crate::opportunities::role::Payment;
use crate::values::Pence;

/// What is wrong with a term: it ends after it starts, and the review lies within it.
pub fn check(
    starts_on: NaiveDate,
    review_on: NaiveDate,
    ends_on: Option<NaiveDate>,
) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if ends_on.is_some_and(|ends_on| ends_on <= starts_on) {
        wrong.push(FieldError::new(
            "/endsOn",
            "order",
            "the term ends after it starts",
        ));
    }
    if review_on <= starts_on || ends_on.is_some_and(|ends_on| ends_on < review_on) {
        wrong.push(FieldError::new(
            "/reviewOn",
            "order",
            "the review lies within the term, after its start",
        ));
    }
    wrong
}

/// What is wrong with a choice about the payment that is offered: less is less than the rate, and only
/// who accepts less says how much.
pub fn check_choice(
    offered: &Payment,
    choice: PaymentChoice,
    reduced: Option<Pence>,
) -> Option<FieldError> {
    let wrong = |code: &str, message: &str| Some(FieldError::new("/reducedPence", code, message));
    match (choice, reduced, offered.pence) {
        (PaymentChoice::AcceptReduced, None, _) => wrong("required", "say how much is accepted"),
        (PaymentChoice::AcceptReduced, Some(Pence(reduced)), Some(Pence(rate)))
            if reduced < 1 || reduced >= rate =>
        {
            wrong(
                "range",
                "more than nothing and less than the rate that is offered",
            )
        }
        (PaymentChoice::AcceptReduced, Some(_), _) | (_, None, _) => None,
        (_, Some(_), _) => wrong("contradiction", "only for `acceptReduced`"),
    }
}

/// Whether there is a payment to choose about.
pub fn is_paid(offered: &Payment) -> bool {
    offered.kind == Some(PaymentKind::Paid)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(739_000 + number).unwrap()
    }

    fn pointers(wrong: &[FieldError]) -> Vec<&str> {
        wrong.iter().map(|error| error.pointer.as_str()).collect()
    }

    #[test]
    fn a_term_ends_after_it_starts_and_is_reviewed_within() {
        assert!(check(day(0), day(180), Some(day(365))).is_empty());
        assert!(check(day(0), day(180), None).is_empty());
        assert!(check(day(0), day(365), Some(day(365))).is_empty());
        assert_eq!(pointers(&check(day(0), day(0), None)), ["/reviewOn"]);
        assert_eq!(
            pointers(&check(day(0), day(366), Some(day(365)))),
            ["/reviewOn"]
        );
        assert_eq!(
            pointers(&check(day(10), day(12), Some(day(10)))),
            ["/endsOn", "/reviewOn"]
        );
    }

    proptest! {
        #[test]
        fn a_term_without_fault_is_in_order(starts in 0..1000, review in 0..1000, ends in 0..1000) {
            let good = check(day(starts), day(review), Some(day(ends))).is_empty();
            prop_assert_eq!(good, starts < review && review <= ends);
        }

        #[test]
        fn less_is_more_than_nothing_and_less_than_the_rate(rate in 0..20_000, reduced in 0..20_000) {
            let offered = Payment { kind: Some(PaymentKind::Paid), pence: Some(Pence(rate)), ..Payment::default() };
            let wrong = check_choice(&offered, PaymentChoice::AcceptReduced, Some(Pence(reduced)));
            prop_assert_eq!(wrong.is_none(), 0 < reduced && reduced < rate);
            for choice in [PaymentChoice::Accept, PaymentChoice::Decline, PaymentChoice::Donate] {
                prop_assert!(check_choice(&offered, choice, Some(Pence(reduced))).is_some());
                prop_assert!(check_choice(&offered, choice, None).is_none());
            }
        }
    }
}
