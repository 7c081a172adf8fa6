//! What callers see of an adaptation, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{AdaptationId, Model, Values};
use super::lifecycle::Status;
use crate::http::{Change, Versioned};
use crate::opportunities::role::Payment;
use crate::opportunities::{Kind, ParticipationLevel};
use crate::templates::differences::SectionDifference;
use crate::templates::entity::TemplateId;
use crate::templates::text::{Section, TemplateField};
use crate::templates::versions::TemplateVersionId;
use crate::users::UserId;
use crate::values::{Line, Mode, OdsCode, PartName, Prose, Title};
use crate::workstreams::WorkstreamId;

/// What a workstream makes of a version of a template.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Adaptation {
    /// Its id.
    pub id: AdaptationId,
    /// The organisation whose workstream it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// The workstream.
    pub workstream_id: WorkstreamId,
    /// The template.
    pub template_id: TemplateId,
    /// The version of the template on which it stands.
    pub template_version_id: TemplateVersionId,
    /// The number of that version.
    #[schema(minimum = 1)]
    pub template_number: i32,
    /// How many versions of the template have been published since.
    #[schema(minimum = 0)]
    pub versions_behind: i64,
    /// Its title.
    #[schema(value_type = Title)]
    pub title: String,
    /// What is filled in, by the name of the field.
    #[schema(value_type = std::collections::BTreeMap<PartName, Prose>)]
    pub values: Values,
    /// Its sections; the locked ones are the template's.
    #[schema(max_items = 50)]
    pub sections: Vec<Section>,
    /// When it was approved.
    pub approved_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
}

impl Adaptation {
    /// An adaptation that is so many versions behind.
    pub(super) fn of(row: Model, versions_behind: i64) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            workstream_id,
            template_id,
            template_version_id,
            template_number,
            title,
            values,
            sections,
            authors: _,
            approved_by: _,
            approved_at,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            workstream_id,
            template_id,
            template_version_id,
            template_number,
            versions_behind,
            title,
            values: values.0,
            sections: sections.0,
            approved_at,
            status,
        }
    }
}

impl Versioned for Adaptation {
    fn tag(&self) -> String {
        // What follows the tilde is about the template.
        format!("{}~{}", self.version, self.versions_behind)
    }

    fn location(&self) -> String {
        format!("/v1/adaptations/{}", self.id)
    }
}

/// An adaptation to begin: with the sections of the template's current version.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "templateId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90", "workstreamId": "0193a5b0-7b1c-7e21-9d0a-4f6d8c2b1a90",
    "title": "Role description for the diabetes group"
}))]
pub struct NewAdaptation {
    /// The template.
    pub template_id: TemplateId,
    /// The workstream.
    pub workstream_id: WorkstreamId,
    /// Its title.
    pub title: Title,
}

/// A change of an adaptation that is a draft.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "title": "Role description for the diabetes working group" }))]
pub struct AdaptationChanges {
    /// Its title.
    #[serde(default)]
    #[schema(required = false)]
    pub title: Change<Title>,
    /// What is filled in, by the name of the field: all of it.
    #[serde(default)]
    #[schema(required = false, value_type = std::collections::BTreeMap<PartName, Prose>)]
    pub values: Change<Values>,
    /// All its sections, in order. Those of the template can be changed or left out, and others added; the locked ones
    /// are given as they are.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Section>, max_items = 50)]
    #[validate(length(min = 1, max = 50, message = "from 1 to 50"))]
    pub sections: Change<Vec<Section>>,
}

/// What has changed in the template since the version on which an adaptation stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TemplateChange {
    /// The number of the version on which the adaptation stands.
    #[schema(minimum = 1)]
    pub from_number: i32,
    /// The number of the current version.
    #[schema(minimum = 1)]
    pub to_number: i32,
    /// What is new in each version in between, the oldest first.
    #[schema(max_items = 1000)]
    pub change_notes: Vec<Prose>,
    /// Fields that are new.
    #[schema(max_items = 50)]
    pub fields_added: Vec<TemplateField>,
    /// Fields that are gone.
    #[schema(max_items = 50)]
    pub fields_removed: Vec<TemplateField>,
    /// The sections that differ, line by line.
    #[schema(max_items = 100)]
    pub sections: Vec<SectionDifference>,
}

/// What an opportunity needs besides its role description. What is left out is filled in at the draft.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "title": "Patient partner for the diabetes pathway",
    "summary": "Help us to plan clinics that are closer to where people live.",
    "kind": "workingGroup", "participationLevel": "coDesign", "mode": "hybrid", "roleLevel": 3
}))]
pub struct OpportunityOfAdaptation {
    /// Its title.
    pub title: Title,
    /// What it is about, in plain English.
    pub summary: Prose,
    /// What a partner does in the role.
    pub kind: Kind,
    /// How much say partners have.
    pub participation_level: ParticipationLevel,
    /// How partners take part.
    pub mode: Mode,
    /// The town or area, as people call it.
    pub place: Option<Line>,
    /// The level of the role, from 1 to 4.
    #[schema(minimum = 1, maximum = 4)]
    #[validate(range(min = 1, max = 4, message = "from 1 to 4"))]
    pub role_level: i32,
    /// What is paid.
    #[serde(default)]
    #[schema(required = false)]
    #[validate(nested)]
    pub payment: Payment,
    /// Hours a month.
    #[schema(minimum = 1, maximum = 160)]
    #[validate(range(min = 1, max = 160, message = "from 1 to 160"))]
    pub hours_per_month: Option<i32>,
    /// How many partners are wanted; one without it.
    #[schema(minimum = 1, maximum = 1000)]
    #[validate(range(min = 1, max = 1000, message = "from 1 to 1000"))]
    pub places: Option<i32>,
    /// What partners can and cannot change.
    pub influence_statement: Option<Prose>,
    /// The member of staff who looks after the partners.
    pub named_contact_id: Option<UserId>,
    /// Until when applications are taken.
    pub closes_at: Option<DateTime<Utc>>,
    /// The first day of the role.
    pub starts_on: Option<NaiveDate>,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdaptationFilter {
    /// Only those of this template.
    pub template_id: Option<TemplateId>,
    /// Only those of this workstream.
    pub workstream_id: Option<WorkstreamId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only those whose template has moved on, or only the others.
    pub behind: Option<bool>,
}
