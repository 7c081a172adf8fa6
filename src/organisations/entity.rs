//! The tables of organisations.

use sea_orm::entity::prelude::*;

use crate::values::{Stored, choices, id};

choices! {
    /// What an organisation is. One can be several: an independent hospital is a trust and its own site.
    pub enum OrganisationKind {
        /// The root, ENGLAND.
        Root,
        /// Plans and pays for services: an integrated care board, or a group of providers.
        Commissioner,
        /// Provides services: an NHS trust or an independent provider.
        Trust,
        /// A place at which a trust provides services.
        Site,
    }
}

id!(
    /// Names a ward.
    UnitId
);

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub kinds: Stored<Vec<OrganisationKind>>,
    pub email: Option<String>,
    pub telephone: Option<String>,
    pub text_relay: Option<String>,
    pub post: Option<String>,
    pub opened_on: Option<Date>,
    /// The first day on which it is no longer open.
    pub closed_on: Option<Date>,
    pub successor: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Dated links to parents: never derived from a code.
pub mod parent {
    use sea_orm::entity::prelude::*;

    /// That an organisation, in one of its kinds, belongs to another from a day to a day.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation_parents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub child: String,
        pub child_kind: super::OrganisationKind,
        /// How its name is spelt in this kind, where that is not the name of the organisation.
        pub child_name: Option<String>,
        pub parent: String,
        /// The first day; nothing if it is older than what is known here.
        pub valid_from: Option<Date>,
        /// The first day on which it no longer holds.
        pub valid_to: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Parts of a site without a code of their own: wards.
pub mod unit {
    use sea_orm::entity::prelude::*;

    /// A ward.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organisation_units")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: super::UnitId,
        pub organisation: String,
        pub kind: String,
        pub name: String,
        pub first_specialty: Option<String>,
        pub second_specialty: Option<String>,
        pub opened_on: Option<Date>,
        /// The first day on which it is no longer open.
        pub closed_on: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
