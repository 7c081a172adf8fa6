//! The items of one induction: made from a checklist, settled one by one. Pure.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lifecycle::{ItemStatus, Status};
use crate::http::Problem;
use crate::induction_checklists::{ChecklistItem, UsuallyBy};
use crate::lifecycle::Lifecycle;
use crate::users::UserId;
use crate::values::{ItemCode, Line, Reason};

/// Something that this induction covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InductionItem {
    /// Its code, once in an induction.
    pub code: ItemCode,
    /// What it is.
    pub title: Line,
    /// Whether the role becomes active only when it is done.
    pub mandatory: bool,
    /// By how many days after the start of the role it should be done.
    #[schema(minimum = 0, maximum = 730)]
    pub due_days: i32,
    /// By when it should be done.
    pub due_on: NaiveDate,
    /// Who usually sees to it.
    pub usually_by: UsuallyBy,
    /// Where it stands.
    pub status: ItemStatus,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// The member of staff who did it. Null for what the partner did, or a system.
    pub done_by_id: Option<UserId>,
    /// Why it does not apply.
    pub not_applicable_reason: Option<Reason>,
}

fn due(starts_on: NaiveDate, days: i32) -> NaiveDate {
    let days = Days::new(u64::try_from(days).unwrap_or_default());
    starts_on.checked_add_days(days).unwrap_or(starts_on)
}

impl InductionItem {
    /// An item of a checklist, for a role that starts on a day.
    pub(super) fn of(item: ChecklistItem, starts_on: NaiveDate) -> Self {
        let ChecklistItem {
            code,
            title,
            mandatory,
            due_days,
            usually_by,
        } = item;
        Self {
            due_on: due(starts_on, due_days),
            status: ItemStatus::FIRST,
            done_at: None,
            done_by_id: None,
            not_applicable_reason: None,
            code,
            title,
            mandatory,
            due_days,
            usually_by,
        }
    }

    /// The same item, for a role that starts on another day.
    pub(super) fn starting(self, starts_on: NaiveDate) -> Self {
        Self {
            due_on: due(starts_on, self.due_days),
            ..self
        }
    }

    /// The item as it is after a step, with nothing said of it yet.
    pub(super) fn after(&self, verb: &str) -> Result<Self, Problem> {
        Ok(Self {
            status: self.status.after(verb)?,
            done_at: None,
            done_by_id: None,
            not_applicable_reason: None,
            ..self.clone()
        })
    }
}

/// The earliest date of an item that is still to do.
pub(super) fn next_due(items: &[InductionItem]) -> Option<NaiveDate> {
    let open = items.iter().filter(|item| item.status == ItemStatus::ToDo);
    open.map(|item| item.due_on).min()
}

/// The step that an induction takes by itself, with its items as they are.
pub(super) fn step_of(status: Status, items: &[InductionItem]) -> Option<&'static str> {
    match (status, next_due(items)) {
        (Status::UnderWay, None) => Some("complete"),
        (Status::Complete, Some(_)) => Some("go-on"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(739_000 + number).unwrap()
    }

    fn item(due_days: i32, status: ItemStatus) -> InductionItem {
        let item = ChecklistItem {
            code: ItemCode::parse("welcome").unwrap(),
            title: Line::parse("Welcome").unwrap(),
            mandatory: true,
            due_days,
            usually_by: UsuallyBy::NamedContact,
        };
        InductionItem {
            status,
            ..InductionItem::of(item, day(0))
        }
    }

    proptest! {
        #[test]
        fn an_induction_is_complete_when_nothing_is_to_do(
            items in prop::collection::vec((0..730, prop::sample::select(ItemStatus::ALL)), 0..10),
        ) {
            let items: Vec<_> = items.into_iter().map(|(days, status)| item(days, status)).collect();
            let open = items.iter().filter(|item| item.status == ItemStatus::ToDo);
            let earliest = open.map(|item| item.due_days).min();
            prop_assert_eq!(next_due(&items), earliest.map(day));
            prop_assert_eq!(step_of(Status::UnderWay, &items).is_some(), earliest.is_none());
            prop_assert_eq!(step_of(Status::Complete, &items).is_some(), earliest.is_some());
            prop_assert_eq!(step_of(Status::Stopped, &items), None);
        }

        #[test]
        fn a_role_that_starts_later_has_its_items_later(days in 0..730, later in 0..400) {
            let moved = item(days, ItemStatus::ToDo).starting(day(later));
            prop_assert_eq!(moved.due_on, day(days + later));
            prop_assert_eq!(moved.clone().starting(day(0)), item(days, ItemStatus::ToDo));
        }
    }
}
