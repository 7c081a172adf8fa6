//! What callers send about a claim.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::lines::{NewLine, OverrideOf, OverrideReason};
use crate::appointments::AppointmentId;
use crate::http::Change;
use crate::values::{Label, Line, Reason, Title};

/// A claim to make.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "appointmentId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "activityDate": "2026-11-20",
    "activity": "Pathway group, November",
    "lines": [
        { "expenseType": "mileageCar", "quantityTenths": 124, "from": "Home", "to": "Health centre" },
        { "expenseType": "parking", "amountPence": 320 }
    ]
}))]
pub struct NewClaim {
    /// In which role.
    pub appointment_id: AppointmentId,
    /// The day of the activity, today at the latest.
    pub activity_date: NaiveDate,
    /// What the partner did.
    pub activity: Option<Title>,
    /// How long it took with the preparation, in tenths of an hour.
    #[schema(minimum = 1, maximum = 240)]
    pub tenth_hours: Option<i32>,
    /// Under which name finance knows the partner, for staff to say. Never an account.
    pub payee_reference: Option<Label>,
    /// What is claimed.
    #[serde(default)]
    #[schema(required = false, max_items = 50)]
    pub lines: Vec<NewLine>,
}

/// A change of a claim that waits for the partner. Lines are replaced as a whole.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "activity": "Pathway group, with the visit" }))]
pub struct ClaimChanges {
    /// The day of the activity, today at the latest.
    #[serde(default)]
    #[schema(required = false, value_type = NaiveDate)]
    pub activity_date: Change<NaiveDate>,
    /// What the partner did.
    #[serde(default)]
    #[schema(required = false)]
    pub activity: Change<Option<Title>>,
    /// How long it took with the preparation, in tenths of an hour.
    #[serde(default)]
    #[schema(required = false, value_type = Option<i32>, minimum = 1, maximum = 240)]
    pub tenth_hours: Change<Option<i32>>,
    /// Under which name finance knows the partner, for staff to say.
    #[serde(default)]
    #[schema(required = false)]
    pub payee_reference: Change<Option<Label>>,
    /// What is claimed.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<NewLine>, max_items = 50)]
    pub lines: Change<Vec<NewLine>>,
}

/// What a partner declares when a claim is sent, or staff for them.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "spentByPartner": true, "notPaidElsewhere": true }))]
pub struct SubmitClaim {
    /// That the partner took part, and spent what is claimed.
    pub spent_by_partner: bool,
    /// That nobody else pays for it; for care, that no care package does.
    pub not_paid_elsewhere: bool,
    /// The answer to the last question, if there was one.
    pub answer: Option<Reason>,
}

/// A question for the partner.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "question": "Did you park for both days? The ticket says one." }))]
pub struct AskAboutClaim {
    /// What is asked.
    pub question: Reason,
}

/// That the partner was there.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "despite": "The usual bridge was closed; everyone came the long way." }))]
pub struct ConfirmClaim {
    /// Why it is right in spite of what was found; needed if anything was.
    pub despite: Option<Reason>,
}

/// That a line does without something.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "line": 1, "of": "receipt", "reason": "noneGiven" }))]
pub struct OverrideLine {
    /// Which line, counted from 0.
    #[schema(minimum = 0, maximum = 49)]
    pub line: i32,
    /// Without what.
    pub of: OverrideOf,
    /// Why.
    pub reason: OverrideReason,
}

/// That a claim is not paid.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "reason": "The meeting was cancelled, and everyone was told the day before.",
    "appealContact": "Engagement team, 01253 300000"
}))]
pub struct RejectClaim {
    /// Why, as the partner will read it.
    pub reason: Reason,
    /// Whom the partner can ask to look at it again.
    pub appeal_contact: Line,
}
