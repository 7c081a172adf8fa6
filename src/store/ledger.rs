//! One append-only table behind the audit view, the change feed and everything that needs order.
//!
//! Writers only add rows, so they never wait for one another for the sake of the chain, which the
//! sequencer makes afterwards (`chain.rs`). Triggers in the database refuse any later change.
//! An entry holds who, what, which record and the names of fields, never personal values.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::Set;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use super::Authority;
use crate::http::Problem;

/// The rows of the ledger.
pub mod entry {
    use sea_orm::entity::prelude::*;
    use serde::Serialize;

    /// A row of the ledger.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
    #[sea_orm(table_name = "ledger_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub seq: Option<i64>,
        pub organisation: Option<String>,
        pub kind: String,
        pub action: String,
        pub record: String,
        pub record_id: Option<String>,
        pub record_version: Option<i64>,
        pub touched: String,
        pub issuer: Option<String>,
        pub subject: Option<String>,
        pub client_id: Option<String>,
        pub purpose: Option<String>,
        pub route: String,
        pub request_id: String,
        pub occurred_at: DateTimeUtc,
        #[serde(skip)]
        pub previous_hash: Option<Vec<u8>>,
        #[serde(skip)]
        pub hash: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which partners an entry is about.
pub mod subject {
    use sea_orm::entity::prelude::*;

    /// A partner that an entry is about.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_subjects")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub partner_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub entry_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// Who vouches for the subject; nothing for anonymous callers and the service itself.
    pub issuer: Option<String>,
    /// The person, as the issuer knows them.
    pub subject: Option<String>,
    /// The API client.
    pub client_id: Option<String>,
    /// The record by which the person is known here, whatever the name of the issuer was at the time.
    pub person: Option<Person>,
}

/// A person who acts, by their record here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// A user.
    User(Uuid),
    /// A partner with credentials of their own.
    Partner(Uuid),
}

/// What stands before a user's id in the place of a subject.
const USER: &str = "user:";

/// The subject under which the ledger keeps a user: their id, which tells nobody who they were once
/// their record is emptied. The ledger itself can never be.
pub fn subject_of(user: Uuid) -> String {
    format!("{USER}{user}")
}

/// The user whom a subject of the ledger names.
pub fn user_of(subject: Option<&str>) -> Option<Uuid> {
    subject?.strip_prefix(USER)?.parse().ok()
}

impl Actor {
    /// The actor as one word, the same for the same person.
    pub fn word(&self) -> String {
        let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        match (self.person, &self.subject) {
            (Some(Person::User(id) | Person::Partner(id)), _) => format!("person {id}"),
            (None, Some(_)) => format!("{} {}", part(&self.issuer), part(&self.subject)),
            (None, None) => format!("client {}", part(&self.client_id)),
        }
    }

    /// Issuer and subject as the ledger keeps them: of a user, nothing but their id here.
    fn kept(&self) -> (Option<String>, Option<String>) {
        match self.person {
            Some(Person::User(id)) => (None, Some(subject_of(id))),
            _ => (self.issuer.clone(), self.subject.clone()),
        }
    }
}

/// What happened: every write has to return one.
#[derive(Clone, Debug)]
pub struct Event {
    action: &'static str,
    record_id: Option<String>,
    organisation: Option<String>,
    partners: BTreeSet<Uuid>,
    purpose: Option<String>,
    kind: Kind,
    unseen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Write,
    Access,
}

impl Event {
    /// Something that happened to a record: `partner.changed`, in the past tense.
    pub fn of(action: &'static str, id: impl std::fmt::Display) -> Self {
        Self {
            record_id: Some(id.to_string()),
            ..Self::all(action)
        }
    }

    /// Something that concerns no single record: `partner.listed`.
    pub fn all(action: &'static str) -> Self {
        Self {
            action,
            record_id: None,
            organisation: None,
            partners: BTreeSet::new(),
            purpose: None,
            kind: Kind::Write,
            unseen: false,
        }
    }

    /// The partners whose data was changed or read; they can see the entry.
    pub fn about(mut self, partners: impl IntoIterator<Item = impl Into<Uuid>>) -> Self {
        self.partners.extend(partners.into_iter().map(Into::into));
        self
    }

    /// The organisation whose ledger it belongs in, where that isn't the caller's.
    pub fn within(mut self, organisation: impl Into<String>) -> Self {
        self.organisation = Some(organisation.into());
        self
    }

    /// Why, in the caller's words.
    pub fn because(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// Something that the ledger keeps, and tells nobody: it belongs to no organisation's view, names no actor
    /// and no request, and is about no partner. The chain holds it like any other entry.
    pub fn unseen(self) -> Self {
        Self {
            partners: BTreeSet::new(),
            organisation: None,
            purpose: None,
            unseen: true,
            ..self
        }
    }

    pub(super) fn into_access(mut self) -> Self {
        self.kind = Kind::Access;
        self
    }
}

/// A record that a change touched, with the names of its changed fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Touched {
    /// What kind of record.
    pub record: &'static str,
    /// Which one, by its id or code.
    pub id: String,
    /// Its version after the change.
    pub version: i64,
    /// The fields that changed; empty for a new record.
    pub fields: Vec<String>,
}

/// The rows of an entry: written in the transaction of what they tell about.
pub(super) fn entry_of(
    authority: &Authority,
    now: DateTime<Utc>,
    event: Event,
    touched: &[Touched],
) -> Result<(entry::ActiveModel, Vec<subject::ActiveModel>), Problem> {
    let id = Uuid::now_v7();
    let (issuer, subject) = authority.actor.kept();
    let record = event.action.split('.').next().unwrap_or_default();
    let version = touched
        .iter()
        .find(|one| Some(&one.id) == event.record_id.as_ref())
        .map(|one| one.version);
    let unseen = event.unseen;
    let shown = |text: Option<String>| text.filter(|_| !unseen);
    let entry = entry::ActiveModel {
        id: Set(id),
        seq: Set(None),
        organisation: Set(event
            .organisation
            .or_else(|| shown(authority.scope.organisation.clone()))),
        kind: Set(if event.kind == Kind::Write {
            "write"
        } else {
            "access"
        }
        .to_owned()),
        action: Set(event.action.to_owned()),
        record: Set(record.to_owned()),
        record_id: Set(event.record_id),
        record_version: Set(version),
        touched: Set(serde_json::to_string(touched).map_err(Problem::internal)?),
        issuer: Set(shown(issuer)),
        subject: Set(shown(subject)),
        client_id: Set(shown(authority.actor.client_id.clone())),
        purpose: Set(event.purpose),
        route: Set(authority.route.clone()),
        request_id: Set(match unseen {
            true => Uuid::new_v4().to_string(),
            false => authority.request_id.clone(),
        }),
        occurred_at: Set(now),
        previous_hash: Set(None),
        hash: Set(None),
    };
    let subjects = event.partners.into_iter();
    let subjects = subjects.map(|partner_id| subject::ActiveModel {
        partner_id: Set(partner_id),
        entry_id: Set(id),
    });
    Ok((entry, subjects.collect()))
}
