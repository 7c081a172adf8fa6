//! What callers see of an enrolment, and what they send.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::entity::{Constituency, EnrolmentId, EnrolmentStatus, Model};
use crate::http::{Change, Versioned};
use crate::involvement_routes::codes::MEMBER;
use crate::partners::PartnerId;
use crate::values::{OdsCode, RouteCode};

/// That a partner is involved by a route, from a day to a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who is enrolled.
    pub partner_id: PartnerId,
    /// The code of the route; `GET /v1/involvement-routes` says what it is called.
    #[schema(value_type = RouteCode)]
    pub route: String,
    /// Where it is.
    pub status: EnrolmentStatus,
    /// Its first day.
    pub started_on: Option<NaiveDate>,
    /// Its last day.
    pub ended_on: Option<NaiveDate>,
    /// The constituency of a member.
    pub constituency: Option<Constituency>,
}

impl From<Model> for Enrolment {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            route,
            status,
            started_on,
            ended_on,
            detail,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            route,
            status,
            started_on,
            ended_on,
            constituency: detail.map(|detail| detail.0),
        }
    }
}

impl Versioned for Enrolment {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/enrolments/{}", self.id)
    }
}

/// A route to be enrolled in.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "route": "volunteer" }))]
#[validate(schema(function = fits_route))]
pub struct NewEnrolment {
    /// The code of a route that the organisation offers today: `GET /v1/involvement-routes` lists them.
    pub route: RouteCode,
    /// The constituency; members have one, and nobody else.
    #[validate(nested)]
    pub constituency: Option<Constituency>,
}

fn fits_route(new: &NewEnrolment) -> Result<(), ValidationError> {
    let message = match (new.route.as_str() == MEMBER, &new.constituency) {
        (true, None) => "a member belongs to a constituency",
        (true, Some(_)) | (false, None) => return Ok(()),
        (false, Some(_)) => "only members belong to a constituency",
    };
    let mut error = ValidationError::new("constituency").with_message(Cow::Borrowed(message));
    error.add_param(Cow::Borrowed("pointer"), &"/constituency");
    Err(error)
}

/// A change of an enrolment.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "startedOn": "2026-11-01" }))]
pub struct EnrolmentChanges {
    /// Its first day, once it is active: not in the future, and not after its last day.
    #[serde(default)]
    #[schema(value_type = NaiveDate, required = false)]
    pub started_on: Change<NaiveDate>,
    /// The constituency of a member.
    #[serde(default)]
    #[schema(required = false)]
    pub constituency: Change<Constituency>,
}
