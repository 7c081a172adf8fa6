//! What callers see of an application, and how they list them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chat::{Chat, ChatRecord};
use super::entity::{ApplicationId, Column, Entity, Model};
use super::lifecycle::{Outcome, Status};
use super::people::People;
use crate::api_clients::Credentials;
use crate::http::{Sort, Versioned, digest_of};
use crate::opportunities::{ApplyMethod, OpportunityId};
use crate::partners::PartnerId;
use crate::partners::representatives::RepresentativeId;
use crate::store::Scope;
use crate::values::{Line, OdsCode, Perspective, Prose, Stored, choices};

/// An application for an opportunity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The organisation whose opportunity it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What it is for.
    pub opportunity_id: OpportunityId,
    /// The revision of the opportunity's terms under which it was sent.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// The applicant.
    pub partner_id: PartnerId,
    /// Who applied in the applicant's name, with their consent.
    pub representative_id: Option<RepresentativeId>,
    /// How it reached the team.
    pub method: ApplyMethod,
    /// Why the applicant is interested.
    pub why_interested: Option<Prose>,
    /// What the applicant brings: life counts as much as work.
    pub relevant_experience: Option<Prose>,
    /// From which side the applicant knows the service.
    pub perspective: Option<Perspective>,
    /// What the applicant needs to take part in the informal chat.
    pub support_needed: Option<Prose>,
    /// Whether the applicant can be there at the usual times.
    pub availability_confirmed: Option<bool>,
    /// Where the applicant heard of the opportunity.
    pub how_heard: Option<Line>,
    /// Interests that could conflict with the role.
    pub declarations: Option<Prose>,
    /// When the applicant consented to the use of what they wrote.
    pub consented_at: DateTime<Utc>,
    /// When it was sent.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
    /// What that means, in plain words for the applicant.
    #[schema(max_length = 200)]
    pub status_meaning: String,
    /// The informal chat.
    pub chat: Option<Chat>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Since when that stands.
    pub outcome_at: Option<DateTime<Utc>>,
    /// When feedback was offered.
    pub feedback_offered_at: Option<DateTime<Utc>>,
    /// The feedback; null if none was wanted.
    pub feedback: Option<Prose>,
    /// When the applicant withdrew.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// For the opportunity's panel only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub panel: Option<PanelPart>,
    /// Only in the answer to an application without credentials: the applicant's own, shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub credentials: Option<Credentials>,
}

/// What only the panel reads of an application.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PanelPart {
    /// Who applied.
    pub applicant: Option<ApplicantContact>,
    /// What the panel recorded about the chat.
    pub chat: Option<ChatRecord>,
}

/// The applicant, as the panel needs to know them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApplicantContact {
    /// Their name, as they prefer it.
    #[schema(max_length = 201)]
    pub name: String,
    /// The pronouns they use.
    #[schema(max_length = 60)]
    pub pronouns: Option<String>,
    /// Their e-mail address, while a chat is to be arranged or held.
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// Their telephone number, while a chat is to be arranged or held.
    #[schema(max_length = 40)]
    pub telephone: Option<String>,
    /// Their address, while a chat is to be arranged or held.
    #[schema(max_length = 1000)]
    pub postal_address: Option<String>,
}

impl Application {
    /// The application as the caller sees it: nobody sees the panel's part of their own.
    pub fn seen(row: Model, scope: &Scope, on_panel: bool, people: &People) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            opportunity_id,
            partner_id,
            revision,
            method,
            why_interested,
            relevant_experience,
            perspective,
            support_needed,
            availability_confirmed,
            how_heard,
            declarations,
            consented_at,
            submitted_at,
            chat,
            chat_record,
            outcome_at,
            feedback_offered_at,
            feedback,
            withdrawn_at,
            representative_id,
            merged_from_id: _,
            status,
        } = row;
        let panel = (on_panel && scope.partner != Some(partner_id.0)).then(|| PanelPart {
            applicant: people.applicant(partner_id, status),
            chat: chat_record.map(|stored| stored.0),
        });
        let chat = chat.map(|Stored(chat)| Chat {
            panel: people.members(&chat.panel_ids),
            ..chat
        });
        let status_meaning = status.meaning().to_owned();
        let (outcome, credentials) = (status.outcome(), None);
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            opportunity_id,
            revision,
            partner_id,
            representative_id,
            method,
            why_interested,
            relevant_experience,
            perspective,
            support_needed,
            availability_confirmed,
            how_heard,
            declarations,
            consented_at,
            submitted_at,
            status,
            status_meaning,
            chat,
            outcome,
            outcome_at,
            feedback_offered_at,
            feedback,
            withdrawn_at,
            panel,
            credentials,
        }
    }
}

impl Versioned for Application {
    fn tag(&self) -> String {
        // Names are other records', whose changes this one's version does not count.
        let members = self.chat.as_ref().map(|chat| &chat.panel);
        let applicant = self.panel.as_ref().map(|panel| &panel.applicant);
        let seen_by = if applicant.is_some() { "-panel" } else { "" };
        match (members, applicant) {
            (None, None) => self.version.to_string(),
            names => format!("{}{seen_by}~{}", self.version, short(&names)),
        }
    }

    fn location(&self) -> String {
        format!("/v1/applications/{}", self.id)
    }
}

/// A few letters that tell one content from another.
fn short(content: &impl Serialize) -> String {
    let text = serde_json::to_vec(content).unwrap_or_default();
    let digest = digest_of(&text);
    digest.iter().take(4).map(|b| format!("{b:02x}")).collect()
}

choices! {
    /// The orders of the list.
    pub enum ApplicationSort {
        /// The newest first.
        Newest,
        /// The oldest first.
        Oldest,
    }
}

impl Sort<Entity> for ApplicationSort {
    fn order(self) -> (Column, bool) {
        // Ids sort by the time at which they were made.
        (Column::Id, self == Self::Newest)
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApplicationFilter {
    /// The order; newest first without it.
    #[param(inline)]
    pub sort: Option<ApplicationSort>,
    /// Only those for this opportunity.
    #[param(inline)]
    pub opportunity_id: Option<OpportunityId>,
    /// Only those of this partner.
    #[param(inline)]
    pub partner_id: Option<PartnerId>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
