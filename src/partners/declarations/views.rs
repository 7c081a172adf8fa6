//! What callers see of a declaration of interest, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::entity::{DeclarationId, InterestKind, Mitigation, Model};
use crate::http::{Change, Versioned};
use crate::partners::PartnerId;
use crate::values::{OdsCode, Prose};

/// A declaration of interest.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Declaration {
    /// Its id.
    pub id: DeclarationId,
    /// The organisation that holds the partner's record.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who declares it.
    pub partner_id: PartnerId,
    /// What kind of interest it is; `nil` says that there is none.
    pub kind: InterestKind,
    /// What it is.
    #[schema(value_type = Option<Prose>)]
    pub description: Option<String>,
    /// Since when.
    pub from_date: NaiveDate,
    /// Until when; null while it lasts.
    pub to_date: Option<NaiveDate>,
    /// What is done about it.
    pub mitigation: Mitigation,
}

impl From<Model> for Declaration {
    fn from(row: Model) -> Self {
        let Model {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            kind,
            description,
            from_date,
            to_date,
            mitigation,
        } = row;
        Self {
            id,
            organisation,
            version,
            created_at,
            updated_at,
            partner_id,
            kind,
            description,
            from_date,
            to_date,
            mitigation,
        }
    }
}

impl Versioned for Declaration {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/declarations/{}", self.id)
    }
}

/// A declaration to make.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "kind": "indirect",
    "description": "My sister works for a company that sells insulin pumps.",
    "fromDate": "2024-03-01"
}))]
#[validate(schema(function = whole))]
pub struct NewDeclaration {
    /// What kind of interest it is; `nil` says that there is none.
    pub kind: InterestKind,
    /// What it is; needed unless there is none.
    pub description: Option<Prose>,
    /// Since when.
    pub from_date: NaiveDate,
    /// Until when.
    pub to_date: Option<NaiveDate>,
    /// What is done about it, for staff to say; `none` without it.
    #[serde(default = "nothing")]
    #[schema(required = false)]
    pub mitigation: Mitigation,
}

fn nothing() -> Mitigation {
    Mitigation::None
}

fn whole(new: &NewDeclaration) -> Result<(), ValidationError> {
    match (new.kind, &new.description) {
        (InterestKind::Nil, Some(_)) => {
            return Err(wrong(
                "/description",
                "nil",
                "where there is no interest, there is nothing to describe",
            ));
        }
        (InterestKind::Nil, None) | (_, Some(_)) => {}
        (_, None) => {
            return Err(wrong(
                "/description",
                "required",
                "say what the interest is",
            ));
        }
    }
    match new.to_date {
        Some(to) if to < new.from_date => Err(wrong("/toDate", "order", "not before fromDate")),
        _ => Ok(()),
    }
}

fn wrong(pointer: &'static str, code: &'static str, message: &'static str) -> ValidationError {
    let mut error = ValidationError::new(code).with_message(message.into());
    error.add_param("pointer".into(), &pointer);
    error
}

/// A change of a declaration. Another kind of interest is another declaration.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "toDate": "2026-10-31" }))]
pub struct DeclarationChanges {
    /// What the interest is.
    #[serde(default)]
    #[schema(required = false)]
    pub description: Change<Prose>,
    /// Until when; null while it lasts.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>, required = false)]
    pub to_date: Change<Option<NaiveDate>>,
    /// What is done about it, for staff to say.
    #[serde(default)]
    #[schema(required = false)]
    pub mitigation: Change<Mitigation>,
}
