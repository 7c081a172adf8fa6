//! What callers see of an action, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{ActionOwner, Column, Entity, Model, OneToOneActionId, Status};
use crate::http::{Sort, Versioned};
use crate::one_to_ones::OneToOneId;
use crate::partners::PartnerId;
use crate::users::UserId;
use crate::values::{Line, OdsCode, choices};

/// Something that was agreed in a one-to-one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OneToOneAction {
    /// Its id.
    pub id: OneToOneActionId,
    /// The organisation for which the partner is in the role.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was agreed.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// In which one-to-one.
    pub one_to_one_id: OneToOneId,
    /// The partner.
    pub partner_id: PartnerId,
    /// The member of staff who supports them.
    pub supporter_id: UserId,
    /// What is to be done.
    #[schema(value_type = Line)]
    pub what: String,
    /// Which of the two does it.
    pub owner: ActionOwner,
    /// Until when.
    pub due_on: NaiveDate,
    /// The day on which it was done.
    pub done_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for OneToOneAction {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            one_to_one_id,
            partner_id,
            supporter_id,
            what,
            owner,
            due_on,
            done_on,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            one_to_one_id,
            partner_id,
            supporter_id,
            what,
            owner,
            due_on,
            done_on,
            status,
        }
    }
}

impl Versioned for OneToOneAction {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/one-to-one-actions/{}", self.id)
    }
}

/// Something that the two agree to do.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAgreedAction {
    /// What is to be done.
    pub what: Line,
    /// Which of the two does it.
    pub owner: ActionOwner,
    /// Until when.
    pub due_on: NaiveDate,
}

/// Something that the two agreed to do, after the one-to-one was recorded.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "oneToOneId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90",
    "what": "Ask for the papers in large print", "owner": "supporter", "dueOn": "2027-03-15"
}))]
pub struct NewOneToOneAction {
    /// In which one-to-one, which was held.
    pub one_to_one_id: OneToOneId,
    /// What is to be done.
    pub what: Line,
    /// Which of the two does it.
    pub owner: ActionOwner,
    /// Until when.
    pub due_on: NaiveDate,
}

choices! {
    /// The orders of the list.
    pub enum OneToOneActionSort {
        /// The newest first.
        Newest,
        /// By the day until which they are to be done.
        Due,
    }
}

impl Sort<Entity> for OneToOneActionSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Newest => (Column::Id, true),
            Self::Due => (Column::DueOn, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OneToOneActionFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<OneToOneActionSort>,
    /// Only those of this one-to-one.
    #[param(inline)]
    pub one_to_one_id: Option<OneToOneId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those that are due before this day.
    pub due_before: Option<NaiveDate>,
}
