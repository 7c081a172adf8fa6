//! What callers see of a wording, and what they send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{AgreementTextId, Model, Status};
use super::kind::AgreementKind;
use super::sections::Section;
use crate::http::{Change, Versioned};
use crate::values::{OdsCode, Prose, Reason, Title};

/// A wording of an agreement.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgreementText {
    /// Its id.
    pub id: AgreementTextId,
    /// Whose agreement it is.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What is agreed.
    pub kind: AgreementKind,
    /// Counts the published wordings of its kind; null before it is published.
    #[schema(minimum = 1)]
    pub revision: Option<i32>,
    /// Its title.
    pub title: Title,
    /// What stands before the sections.
    pub introduction: Option<Prose>,
    /// Its sections.
    #[schema(max_items = 40)]
    pub sections: Vec<Section>,
    /// What is new, for those who agreed to the one before.
    pub change_note: Option<Reason>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub status: Status,
}

impl From<Model> for AgreementText {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            kind,
            revision,
            title,
            introduction,
            sections,
            change_note,
            authors: _,
            published_at,
            status,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            kind,
            revision,
            title,
            introduction,
            sections: sections.0,
            change_note,
            published_at,
            status,
        }
    }
}

impl Versioned for AgreementText {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/agreement-texts/{}", self.id)
    }
}

/// A wording to draft.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "kind": "confidentiality", "title": "Our confidentiality agreement",
    "introduction": "You will sometimes hear things that are not for everyone. This is how we both look after them.",
    "sections": [
        { "topic": "scope", "heading": "What this is about", "paragraphs": ["What you hear and read in your role that is not public."],
          "points": ["Anything about a person who can be recognised.", "Plans that are not settled yet."] },
        { "topic": "exceptions", "heading": "When you should tell somebody", "paragraphs": ["When somebody may come to harm, or a crime may have been committed, tell your named contact."] },
        { "topic": "papers", "heading": "Papers", "paragraphs": ["Keep them where others do not read them. We take them back and destroy them."] },
        { "topic": "socialMedia", "heading": "On the web", "paragraphs": ["Say that you are a partner, if you like. Leave out what is confidential."] },
        { "topic": "afterLeaving", "heading": "When you leave", "paragraphs": ["What was confidential stays so."] }
    ]
}))]
pub struct NewAgreementText {
    /// What is agreed.
    pub kind: AgreementKind,
    /// Its title.
    pub title: Title,
    /// What stands before the sections.
    pub introduction: Option<Prose>,
    /// Its sections. Before it is published, each topic of its kind needs one.
    #[schema(min_items = 1, max_items = 40)]
    #[validate(length(min = 1, max = 40, message = "from 1 to 40 entries"), nested)]
    pub sections: Vec<Section>,
    /// What is new, for those who agreed to the one before.
    pub change_note: Option<Reason>,
}

/// A change of a draft.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "changeNote": "Says how long you have to tell us that you cannot come." }))]
pub struct AgreementTextChanges {
    /// Its title.
    #[serde(default)]
    #[schema(required = false)]
    pub title: Change<Title>,
    /// What stands before the sections; null for nothing.
    #[serde(default)]
    #[schema(required = false)]
    pub introduction: Change<Option<Prose>>,
    /// Its sections, all of them.
    #[serde(default)]
    #[schema(required = false, value_type = Vec<Section>, min_items = 1, max_items = 40)]
    #[validate(length(min = 1, max = 40, message = "from 1 to 40 entries"))]
    pub sections: Change<Vec<Section>>,
    /// What is new; null for nothing.
    #[serde(default)]
    #[schema(required = false)]
    pub change_note: Change<Option<Reason>>,
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgreementTextFilter {
    /// Only those of this kind.
    #[param(inline)]
    pub kind: Option<AgreementKind>,
    /// Only those in this state.
    #[param(inline)]
    pub status: Option<Status>,
}
