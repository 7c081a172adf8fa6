//! What callers see of an access need.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{AccessNeedId, Column, Entity, Model, Need, NeedCategory};
use crate::http::{Sort, Versioned};
use crate::partners::PartnerId;
use crate::values::{OdsCode, Prose, choices};

/// Something that a partner needs in order to take part.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessNeed {
    /// Its id.
    pub id: AccessNeedId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whose need it is.
    pub partner_id: PartnerId,
    /// What kind of need it is.
    pub category: NeedCategory,
    /// What is needed.
    pub need: Need,
    /// More about it: the language of an interpreter, a kind of food.
    #[schema(value_type = Option<Prose>)]
    pub detail: Option<String>,
    /// Whether it is to be shown wherever the partner's name is.
    pub flag_prominently: bool,
    /// Whether the partner lets it be seen by an organisation with which they share their record.
    pub may_be_shared: bool,
    /// When the partner is asked again whether it still holds.
    pub review_on: NaiveDate,
}

impl From<Model> for AccessNeed {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            category,
            need,
            detail,
            flag_prominently,
            may_be_shared,
            review_on,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            category,
            need,
            detail,
            flag_prominently,
            may_be_shared,
            review_on,
        }
    }
}

impl Versioned for AccessNeed {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/access-needs/{}", self.id)
    }
}

choices! {
    /// For what access needs are read.
    pub enum ReadPurpose {
        /// To support the partner.
        Support,
        /// To prepare a meeting or an informal chat.
        Meeting,
        /// To send something in a way that the partner can use.
        Message,
        /// To ask whether they still hold.
        Review,
        /// To answer the partner's request to see what is held about them.
        SubjectAccess,
    }
}

/// For what they are read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NeedsOfPartner {
    /// For what they are read; it is remembered, and the partner can see it. Without it: `support`.
    #[param(inline)]
    pub purpose: Option<ReadPurpose>,
}

choices! {
    /// The orders of the list.
    pub enum NeedSort {
        /// Those to be reviewed first.
        ReviewOn,
        /// The newest first.
        Newest,
    }
}

impl Sort<Entity> for NeedSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::ReviewOn => (Column::ReviewOn, false),
            Self::Newest => (Column::CreatedAt, true),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NeedFilter {
    /// The order; those to be reviewed first without it.
    #[param(inline)]
    pub sort: Option<NeedSort>,
    /// For what they are read; it is remembered, and the partners can see it. Without it: `review`.
    #[param(inline)]
    pub purpose: Option<ReadPurpose>,
    /// Only those to be reviewed before this day.
    pub review_before: Option<NaiveDate>,
    /// Only those of this kind.
    #[param(inline)]
    pub category: Option<NeedCategory>,
    /// Only this need.
    #[param(inline)]
    pub need: Option<Need>,
}
