//! What callers see of an opportunity.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entity::{Kind, Model, OpportunityId, ParticipationLevel};
use super::plain_english::{self, Readability};
use super::role::{AccessOffer, ApplyMethod, Contact, DbsLevel, Payment, RoleDescription};
use super::status::Status;
use crate::http::Versioned;
use crate::templates::adaptations::AdaptationId;
use crate::templates::versions::TemplateVersionId;
use crate::users::UserId;
use crate::values::{Label, Line, Mode, OdsCode, Perspective, Prose, Reason, Title};
use crate::workstreams::WorkstreamId;

/// A role for patient and public partners. `staff` is there for the organisation's own staff only.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Opportunity {
    /// Its id.
    pub id: OpportunityId,
    /// The organisation that offers it.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The workstream that wants partners.
    pub workstream_id: WorkstreamId,
    /// Its title.
    #[schema(value_type = Title)]
    pub title: String,
    /// What it is about, in plain English.
    #[schema(value_type = Prose)]
    pub summary: String,
    /// How hard the summary is to read.
    pub readability: Readability,
    /// What a partner does in the role.
    pub kind: Kind,
    /// How much say partners have.
    pub participation_level: ParticipationLevel,
    /// How partners take part.
    pub mode: Mode,
    /// The town or area, as people call it.
    #[schema(value_type = Option<Line>)]
    pub place: Option<String>,
    /// What it is about, in a few words.
    #[schema(max_items = 20)]
    pub topics: Vec<Label>,
    /// From which sides people are wanted.
    #[schema(max_items = 9)]
    pub perspectives_wanted: Vec<Perspective>,
    /// What makes taking part possible, and is there without being asked for.
    #[schema(max_items = 13)]
    pub access: Vec<AccessOffer>,
    /// The level of the role: 1 open engagement, 2 a single event, 3 a working group, 4 strategic.
    #[schema(minimum = 1, maximum = 4)]
    pub role_level: i32,
    /// What is paid.
    pub payment: Payment,
    /// Hours a month.
    #[schema(minimum = 1, maximum = 160)]
    pub hours_per_month: Option<i32>,
    /// How many partners are wanted.
    #[schema(minimum = 1, maximum = 1000)]
    pub places: i32,
    /// The role description.
    pub role: RoleDescription,
    /// How somebody may apply.
    #[schema(max_items = 5)]
    pub apply_methods: Vec<ApplyMethod>,
    /// Whom to ask.
    pub contact: Contact,
    /// What partners can and cannot change.
    #[schema(value_type = Option<Prose>)]
    pub influence_statement: Option<String>,
    /// The check by the Disclosure and Barring Service that is needed.
    pub dbs_level: DbsLevel,
    /// From when applications are taken.
    pub opens_at: Option<DateTime<Utc>>,
    /// Until when applications are taken.
    pub closes_at: Option<DateTime<Utc>>,
    /// The first day of the role.
    pub starts_on: Option<NaiveDate>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When it stopped taking applications.
    pub closed_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    #[schema(value_type = Option<Reason>)]
    pub withdrawal_reason: Option<String>,
    /// Counts the terms (pay, hours, selection criteria) on which people apply.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// Where it is between a draft and its end.
    pub status: Status,
    /// What only the organisation's staff read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub staff: Option<StaffMatters>,
}

/// What only the organisation's staff read of an opportunity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffMatters {
    /// Who drafted it, by issuer and subject; somebody else approves it.
    #[schema(max_length = 1000)]
    pub author: String,
    /// Who wrote something of it since it was last published; none of them approves or publishes it.
    #[schema(max_items = 1000, value_type = Vec<Line>)]
    pub authors: Vec<String>,
    /// Who approved it.
    #[schema(max_length = 1000)]
    pub approved_by: Option<String>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// Where the money comes from.
    #[schema(value_type = Option<Line>)]
    pub budget_code: Option<String>,
    /// The member of staff who looks after the partners.
    pub named_contact_id: Option<UserId>,
    /// The users who read the applications and decide.
    #[schema(max_items = 50)]
    pub panel: Vec<UserId>,
    /// Notes for colleagues.
    #[schema(value_type = Option<Prose>)]
    pub internal_notes: Option<String>,
    /// The adaptation of a template that its role description was made of.
    pub adaptation_id: Option<AdaptationId>,
    /// The version of the template on which that stood.
    pub template_version_id: Option<TemplateVersionId>,
}

impl Opportunity {
    /// The opportunity at a time, as staff or as everyone else sees it.
    pub fn seen(row: Model, now: DateTime<Utc>, by_staff: bool) -> Self {
        let status = row.status_at(now);
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            workstream_id,
            title,
            summary,
            kind,
            participation_level,
            mode,
            place,
            topics,
            perspectives_wanted,
            access,
            role_level,
            payment_kind: _,
            payment,
            hours_per_month,
            places,
            role,
            apply_methods,
            contact,
            influence_statement,
            named_contact_id,
            budget_code,
            internal_notes,
            panel,
            dbs_level,
            opens_at,
            closes_at,
            starts_on,
            author,
            authors,
            approved_by,
            approved_at,
            published_at,
            closed_at,
            withdrawal_reason,
            revision,
            adaptation_id,
            template_version_id,
            status: _,
        } = row;
        let matters = StaffMatters {
            author,
            authors: authors.0,
            approved_by,
            approved_at,
            budget_code,
            named_contact_id,
            panel: panel.0,
            internal_notes,
            adaptation_id,
            template_version_id,
        };
        Self {
            readability: plain_english::measure(&summary),
            topics: topics.0,
            perspectives_wanted: perspectives_wanted.0,
            access: access.0,
            payment: payment.0,
            role: role.0,
            apply_methods: apply_methods.0,
            contact: contact.0,
            staff: by_staff.then_some(matters),
            id,
            organisation,
            version,
            created_at,
            updated_at,
            workstream_id,
            title,
            summary,
            kind,
            participation_level,
            mode,
            place,
            role_level,
            hours_per_month,
            places,
            influence_statement,
            dbs_level,
            opens_at,
            closes_at,
            starts_on,
            published_at,
            closed_at,
            withdrawal_reason,
            revision,
            status,
        }
    }
}

impl Versioned for Opportunity {
    /// The version; what depends on the caller or on the clock follows after a hyphen.
    fn tag(&self) -> String {
        let by_the_clock = self.status == Status::Closed && self.closed_at.is_none();
        let public = if self.staff.is_none() { "-public" } else { "" };
        format!(
            "{}{public}{}",
            self.version,
            if by_the_clock { "-closed" } else { "" }
        )
    }

    fn location(&self) -> String {
        format!("/v1/opportunities/{}", self.id)
    }
}
