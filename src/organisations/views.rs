//! What callers see of organisations, and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::entity::{Column, Entity, Model, OrganisationKind, UnitId, parent, unit};
use crate::http::{Change, Sort, Versioned};
use crate::values::{Address, EmailAddress, Line, OdsCode, Telephone, choices};

/// An NHS organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Its ODS code.
    #[schema(value_type = OdsCode)]
    pub code: String,
    /// Counts its changes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was added here.
    pub created_at: DateTime<Utc>,
    /// When it was last changed here.
    pub updated_at: DateTime<Utc>,
    /// Its name as published.
    #[schema(value_type = Line)]
    pub name: String,
    /// What it is.
    #[schema(max_items = 4)]
    pub kinds: Vec<OrganisationKind>,
    /// To whom it belongs, and belonged.
    #[schema(max_items = 1000)]
    pub parents: Vec<Parent>,
    /// How to reach its engagement team.
    pub contact: Contact,
    /// Its first day, where known.
    pub opened_on: Option<NaiveDate>,
    /// The first day on which it is no longer open. It stays readable.
    pub closed_on: Option<NaiveDate>,
    /// The organisation that took over.
    #[schema(value_type = Option<OdsCode>)]
    pub successor: Option<String>,
}

/// That an organisation belongs to another from a day to a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Parent {
    /// The organisation above.
    #[schema(value_type = OdsCode)]
    pub code: String,
    /// In which of its kinds the child belongs to it. An independent hospital belongs to a group as a
    /// trust, and to itself as a site.
    pub child_kind: OrganisationKind,
    /// How the child's name is published in this kind, where that is not its `name`.
    #[schema(value_type = Option<Line>)]
    pub child_name: Option<String>,
    /// The first day; null where it is older than what is known here.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer holds; null while it holds.
    pub valid_to: Option<NaiveDate>,
}

/// How to reach an engagement team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// By e-mail.
    #[schema(value_type = Option<EmailAddress>)]
    pub email: Option<String>,
    /// By telephone.
    #[schema(value_type = Option<Telephone>)]
    pub telephone: Option<String>,
    /// By text relay, for people who cannot hear or speak on the telephone.
    #[schema(value_type = Option<Telephone>)]
    pub text_relay: Option<String>,
    /// By post.
    #[schema(value_type = Option<Address>)]
    pub post: Option<String>,
}

impl From<parent::Model> for Parent {
    fn from(row: parent::Model) -> Self {
        let parent::Model {
            id: _,
            child: _,
            child_kind,
            child_name,
            parent,
            valid_from,
            valid_to,
        } = row;
        Self {
            code: parent,
            child_kind,
            child_name,
            valid_from,
            valid_to,
        }
    }
}

impl Organisation {
    /// The organisation with its links to parents, the oldest first.
    pub(super) fn of(row: Model, mut links: Vec<parent::Model>) -> Self {
        links.sort_by_key(|link| (link.valid_from, link.child_kind, link.id));
        let Model {
            code,
            name,
            kinds,
            email,
            telephone,
            text_relay,
            post,
            opened_on,
            closed_on,
            successor,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            code,
            version,
            created_at,
            updated_at,
            name,
            kinds: kinds.0,
            parents: links.into_iter().map(Parent::from).collect(),
            contact: Contact {
                email,
                telephone,
                text_relay,
                post,
            },
            opened_on,
            closed_on,
            successor,
        }
    }
}

impl Versioned for Organisation {
    fn tag(&self) -> String {
        self.version.to_string()
    }

    fn location(&self) -> String {
        format!("/v1/organisations/{}", self.code)
    }
}

/// A change of an organisation. Codes, names and parents come by import.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "contact": { "email": "involvement@example.nhs.uk", "telephone": "01253 300000",
    "textRelay": "18001 01253 300000", "post": "Patient involvement\nBlackpool Victoria Hospital\nFY3 8NR" } }))]
pub struct OrganisationChanges {
    /// How to reach its engagement team.
    #[serde(default)]
    #[schema(required = false)]
    pub contact: Change<ContactChanges>,
}

/// A change of how to reach an engagement team; null takes a way away.
#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactChanges {
    /// By e-mail.
    #[serde(default)]
    #[schema(required = false)]
    pub email: Change<Option<EmailAddress>>,
    /// By telephone.
    #[serde(default)]
    #[schema(required = false)]
    pub telephone: Change<Option<Telephone>>,
    /// By text relay, for people who cannot hear or speak on the telephone.
    #[serde(default)]
    #[schema(required = false)]
    pub text_relay: Change<Option<Telephone>>,
    /// By post.
    #[serde(default)]
    #[schema(required = false)]
    pub post: Change<Option<Address>>,
}

choices! {
    /// The orders of the list.
    pub enum OrganisationSort {
        /// By name.
        Name,
        /// By code.
        Code,
    }
}

impl Sort<Entity> for OrganisationSort {
    fn order(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::Name, false),
            Self::Code => (Column::Code, false),
        }
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganisationFilter {
    /// The order; by name without it.
    #[param(inline)]
    pub sort: Option<OrganisationSort>,
    /// Only organisations of this kind.
    #[param(inline)]
    pub kind: Option<OrganisationKind>,
    /// Only those directly below this organisation, on the day of `openOn` or today.
    #[param(inline)]
    pub parent: Option<OdsCode>,
    /// Only those whose name has this part, in capital or small letters.
    #[param(inline)]
    pub q: Option<Line>,
    /// Only those open on this day. Without it, closed ones are listed too.
    pub open_on: Option<NaiveDate>,
}

/// A part of a site that has no code of its own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unit {
    /// Its id, here.
    pub id: UnitId,
    /// The site that it is part of.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// What it is.
    #[schema(max_length = 20, example = "ward")]
    pub kind: String,
    /// Its name as published.
    #[schema(value_type = Line)]
    pub name: String,
    /// What it is for, as the national collections name it.
    #[schema(value_type = Option<Line>)]
    pub first_specialty: Option<String>,
    /// What else it is for.
    #[schema(value_type = Option<Line>)]
    pub second_specialty: Option<String>,
    /// Its first day, where known.
    pub opened_on: Option<NaiveDate>,
    /// The first day on which it is no longer open.
    pub closed_on: Option<NaiveDate>,
}

impl From<unit::Model> for Unit {
    fn from(row: unit::Model) -> Self {
        let unit::Model {
            id,
            organisation,
            kind,
            name,
            first_specialty,
            second_specialty,
            opened_on,
            closed_on,
        } = row;
        Self {
            id,
            organisation,
            kind,
            name,
            first_specialty,
            second_specialty,
            opened_on,
            closed_on,
        }
    }
}

/// The one order of wards.
#[derive(Clone, Copy)]
pub(super) struct ByName;

impl Sort<unit::Entity> for ByName {
    fn order(self) -> (unit::Column, bool) {
        (unit::Column::Name, false)
    }
}

/// Which wards to list, by name.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitFilter {
    /// Only those whose name has this part, in capital or small letters.
    #[param(inline)]
    pub q: Option<Line>,
    /// Only those open on this day. Without it, closed ones are listed too.
    pub open_on: Option<NaiveDate>,
}

/// Organisations and wards, one ward a row, in UTF-8 with a header. The codes are ODS codes. Two more columns may follow:
/// `first_specialty,second_specialty`.
#[derive(ToSchema)]
#[schema(value_type = String, max_length = 8_388_608, example = "icb_code,icb_name,trust_code,trust_name,site_code,site_name,ward_name\nQE1,LANCASHIRE AND SOUTH CUMBRIA ICB,RXL,BLACKPOOL TEACHING HOSPITALS NHS FOUNDATION TRUST,RXL01,BLACKPOOL VICTORIA HOSPITAL - RXL01,AMU1\n")]
#[expect(dead_code, reason = "it stands for the file in the document")]
pub struct HierarchyFile(String);
