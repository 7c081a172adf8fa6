//! What is measured: the operations, and what each of them may cost.

use clap::ValueEnum;

use crate::database::Engine;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum)]
pub enum Operation {
    /// One workstream, by a random id
    Get,
    /// A page of 50 workstreams, anywhere in the list
    List,
    /// The same, of those that are active: nine of ten
    ListActive,
    /// The same, of those that one person leads: one of a hundred
    ListByLead,
    /// A new workstream, with an Idempotency-Key, durable when answered
    Create,
    /// A change of a workstream, with If-Match, durable when answered
    Change,
    /// The first page of the published opportunities, without a token
    Published,
    /// OPTIONS, the least that there is, without a token
    Anonymous,
    /// OPTIONS with a token that was seen before: the service looks at it before it looks at the address
    Authenticated,
}

impl Operation {
    /// All of them, in the order of the tables.
    pub const ALL: &'static [Self] = &[
        Self::Get,
        Self::List,
        Self::ListActive,
        Self::ListByLead,
        Self::Create,
        Self::Change,
        Self::Published,
        Self::Anonymous,
        Self::Authenticated,
    ];

    /// The word for `--only`, and for files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::ListActive => "list-active",
            Self::ListByLead => "list-by-lead",
            Self::Create => "create",
            Self::Change => "change",
            Self::Published => "published",
            Self::Anonymous => "anonymous",
            Self::Authenticated => "authenticated",
        }
    }

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get one",
            Self::List => "list of 50",
            Self::ListActive => "list of 50, `status=active`",
            Self::ListByLead => "list of 50, `leadId=…`",
            Self::Create => "create with a key",
            Self::Change => "change with `If-Match`",
            Self::Published => "published opportunities, anonymous",
            Self::Anonymous => "`OPTIONS` without a token",
            Self::Authenticated => "`OPTIONS` with a known token",
        }
    }

    /// Whether it writes, so that the ledger has to be waited for.
    pub fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Change)
    }

    /// Whether it is sent without a token.
    pub fn is_anonymous(self) -> bool {
        matches!(self, Self::Published | Self::Anonymous)
    }

    /// Whether the floors with a database have it.
    pub fn has_limit(self) -> bool {
        !matches!(
            self,
            Self::Published | Self::Anonymous | Self::Authenticated
        )
    }

    /// The status of its answer.
    pub fn status(self) -> u16 {
        match self {
            Self::Create => 201,
            Self::Anonymous | Self::Authenticated => 204,
            _ => 200,
        }
    }

    /// What is targeted with a database.
    pub fn target(self, engine: Engine) -> Option<Target> {
        let (_, sqlite, postgres) = TARGETS.iter().find(|(operation, ..)| *operation == self)?;
        Some(match engine {
            Engine::Sqlite => *sqlite,
            Engine::Postgres => *postgres,
        })
    }
}

/// What an operation may cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// So many times the hand-written limit.
    OfLimit(f64),
    /// So many times a constant answer.
    OfConstant(f64),
    /// So many times the service's own other operation.
    Of(Operation, f64),
    /// So many µs more than the service's own other operation.
    Over(Operation, f64),
}

use Target::{Of, OfConstant, OfLimit, Over};

/// What issue and design ask for: operation, SQLite, PostgreSQL.
const TARGETS: &[(Operation, Target, Target)] = &[
    (Operation::Get, OfLimit(1.6), OfLimit(1.3)),
    (Operation::List, OfLimit(2.0), OfLimit(1.6)),
    (Operation::ListActive, OfLimit(2.0), OfLimit(1.6)),
    (Operation::ListByLead, OfLimit(2.0), OfLimit(1.6)),
    (Operation::Create, OfLimit(4.0), OfLimit(3.0)),
    (
        Operation::Change,
        Of(Operation::Create, 1.3),
        Of(Operation::Create, 1.3),
    ),
    (Operation::Published, OfConstant(3.0), OfConstant(3.0)),
    (
        Operation::Authenticated,
        Over(Operation::Anonymous, 2.0),
        Over(Operation::Anonymous, 2.0),
    ),
];
