//! What is told of a partner's involvement.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::partners::PartnerId;
use crate::values::{Label, Line, OdsCode, Prose, choices};

choices! {
    /// What kind of involvement it was.
    pub enum InvolvementKind {
        /// A route of involvement that was taken.
        Route,
        /// An application that was sent.
        Application,
        /// A role that was held.
        Appointment,
        /// A one-to-one that was held.
        OneToOne,
        /// An activity for which something was claimed, and somebody confirmed that the partner was there.
        Activity,
    }
}

/// One thing that a partner took part in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvolvementItem {
    /// What kind of involvement it was.
    pub kind: InvolvementKind,
    /// The record that tells of it.
    #[schema(max_length = 36)]
    pub record_id: Uuid,
    /// The activity, the title of the role, or the code of the route; null while the role is being rewritten.
    #[schema(value_type = Option<Line>)]
    pub what: Option<String>,
    /// The day, or the first one.
    pub from_date: NaiveDate,
    /// The last day; null for a single day, and while it lasts.
    pub to_date: Option<NaiveDate>,
    /// How long it took, where that is known.
    #[schema(minimum = 0)]
    pub minutes: Option<i32>,
    /// Where it stands, in the word of its record.
    #[schema(value_type = Label)]
    pub status: String,
    /// What the partner has seen change because of it; for the partner only.
    pub what_changed: Option<Prose>,
}

/// What a partner's involvement comes to.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvolvementTotals {
    /// Routes of involvement that were taken.
    #[schema(minimum = 0)]
    pub routes: i64,
    /// Applications that were sent.
    #[schema(minimum = 0)]
    pub applications: i64,
    /// Roles that were held.
    #[schema(minimum = 0)]
    pub appointments: i64,
    /// One-to-ones that were held.
    #[schema(minimum = 0)]
    pub one_to_ones: i64,
    /// Activities that were confirmed.
    #[schema(minimum = 0)]
    pub activities: i64,
    /// Minutes that are known.
    #[schema(minimum = 0)]
    pub minutes: i64,
}

impl InvolvementTotals {
    /// What some items come to.
    pub fn of(items: &[InvolvementItem]) -> Self {
        let mut totals = Self::default();
        for item in items {
            let count = match item.kind {
                InvolvementKind::Route => &mut totals.routes,
                InvolvementKind::Application => &mut totals.applications,
                InvolvementKind::Appointment => &mut totals.appointments,
                InvolvementKind::OneToOne => &mut totals.one_to_ones,
                InvolvementKind::Activity => &mut totals.activities,
            };
            *count += 1;
            totals.minutes += i64::from(item.minutes.unwrap_or_default());
        }
        totals
    }
}

/// What a partner took part in, and what it comes to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Involvement {
    /// The partner.
    pub partner_id: PartnerId,
    /// The organisation with which they are involved.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// The day on which this was added up.
    pub as_of: NaiveDate,
    /// What they took part in, the oldest first.
    #[schema(max_items = 50_000)]
    pub items: Vec<InvolvementItem>,
    /// What it comes to.
    pub totals: InvolvementTotals,
}

/// The columns of the file.
pub const COLUMNS: &[&str] = &[
    "kind",
    "recordId",
    "what",
    "fromDate",
    "toDate",
    "minutes",
    "status",
    "whatChanged",
];

impl InvolvementItem {
    /// The item as a row of the file.
    pub fn row(self) -> Vec<String> {
        let Self {
            kind,
            record_id,
            what,
            from_date,
            to_date,
            minutes,
            status,
            what_changed,
        } = self;
        vec![
            kind.word(),
            record_id.to_string(),
            what.unwrap_or_default(),
            from_date.to_string(),
            to_date.map(|day| day.to_string()).unwrap_or_default(),
            minutes.map(|count| count.to_string()).unwrap_or_default(),
            status,
            what_changed.map(String::from).unwrap_or_default(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: InvolvementKind, minutes: Option<i32>) -> InvolvementItem {
        InvolvementItem {
            kind,
            record_id: Uuid::nil(),
            what: Some("=Reader".to_owned()),
            from_date: NaiveDate::MIN,
            to_date: None,
            minutes,
            status: "held".to_owned(),
            what_changed: None,
        }
    }

    #[test]
    fn each_item_counts_once_and_minutes_add_up() {
        use InvolvementKind::{Appointment, OneToOne, Route};
        let items = [
            item(OneToOne, Some(40)),
            item(OneToOne, Some(20)),
            item(Appointment, None),
            item(Route, None),
        ];
        let totals = InvolvementTotals::of(&items);
        let expected = InvolvementTotals {
            routes: 1,
            applications: 0,
            appointments: 1,
            one_to_ones: 2,
            activities: 0,
            minutes: 60,
        };
        assert_eq!(totals, expected);
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        assert_eq!(
            item(InvolvementKind::Route, None).row().len(),
            COLUMNS.len()
        );
    }
}
