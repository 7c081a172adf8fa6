//! What callers see of a possible duplicate.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::partners::entity::{Model, PartnerId, PartnerStatus};
use crate::values::{PersonName, choices};

choices! {
    /// What two records have in common.
    pub enum Likeness {
        /// The e-mail address.
        Email,
        /// The telephone number.
        Telephone,
        /// The name and the postcode.
        NameAndPostcode,
    }
}

/// A record that may be of the same person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Duplicate {
    /// Its id.
    pub id: PartnerId,
    /// The given name in it.
    #[schema(value_type = PersonName)]
    pub given_name: String,
    /// The family name in it.
    #[schema(value_type = PersonName)]
    pub family_name: String,
    /// Its state.
    pub status: PartnerStatus,
    /// What it has in common with the partner asked about.
    #[schema(max_items = 3)]
    pub likenesses: Vec<Likeness>,
}

impl Duplicate {
    /// The candidate, compared with the partner asked about.
    pub fn of(partner: &Model, candidate: Model) -> Self {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let likenesses = [
            (
                same(&partner.match_email, &candidate.match_email),
                Likeness::Email,
            ),
            (
                same(&partner.match_telephone, &candidate.match_telephone),
                Likeness::Telephone,
            ),
            (
                same(&partner.match_person, &candidate.match_person),
                Likeness::NameAndPostcode,
            ),
        ];
        Self {
            id: candidate.id,
            given_name: candidate.given_name,
            family_name: candidate.family_name,
            status: candidate.status,
            likenesses: likenesses
                .into_iter()
                .filter(|(is, _)| *is)
                .map(|(_, one)| one)
                .collect(),
        }
    }
}
