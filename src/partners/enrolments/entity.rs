//! The table of enrolments, and their lifecycle.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::lifecycle::{Lifecycle, Step};
use crate::partners::PartnerId;
use crate::store::record;
use crate::values::{Line, Stored, choices, id};

id!(
    /// Names an enrolment.
    EnrolmentId
);

choices! {
    /// Where an enrolment is.
    pub enum EnrolmentStatus {
        /// Asked for.
        Pending,
        /// In force.
        Active,
        /// Over.
        Ended,
        /// Refused, with an explanation given.
        Declined,
    }
}

impl Lifecycle for EnrolmentStatus {
    const OF: &'static str = "enrolment";
    const FIRST: Self = Self::Pending;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "activate",
            from: &[Self::Pending],
            to: Self::Active,
            needs: "staff",
        },
        Step {
            verb: "decline",
            from: &[Self::Pending],
            to: Self::Declined,
            needs: "staff",
        },
        Step {
            verb: "end",
            from: &[Self::Pending, Self::Active],
            to: Self::Ended,
            needs: "",
        },
    ];
}

choices! {
    /// The constituency of a member.
    pub enum ConstituencyKind {
        /// The public.
        Public,
        /// Patients, where the trust has such a constituency.
        Patient,
        /// Staff.
        Staff,
    }
}

/// What a member's enrolment says besides its dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Constituency {
    /// Which kind of constituency.
    pub kind: ConstituencyKind,
    /// Which area or class of it.
    pub area: Option<Line>,
}

/// That a partner is involved by a route, from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_enrolments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    /// The code of a route of involvement.
    pub route: String,
    pub status: EnrolmentStatus,
    pub started_on: Option<Date>,
    pub ended_on: Option<Date>,
    pub detail: Option<Stored<Constituency>>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(EnrolmentId, "enrolment", owner: Some(Column::PartnerId));
