//! What makes a table a tenant's records, and who sees which of them.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use sea_orm::sea_query::Condition;
use sea_orm::{ActiveModelBehavior, ColumnTrait, EntityTrait, IntoActiveModel, TryIntoModel};
use uuid::Uuid;

/// How far a permission reaches for the caller who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// What is published for everyone.
    Published,
    /// The caller's own records.
    Own,
    /// The records of the caller's organisation.
    Organisation,
    /// All records: the service itself.
    System,
}

/// That an organisation lets another one read some of its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The organisation whose records they are.
    pub organisation: String,
    /// Which records, as one word.
    pub what: String,
    /// From the first of these days to the last.
    pub days: RangeInclusive<chrono::NaiveDate>,
}

/// Which records a caller reaches.
#[derive(Clone, Debug)]
pub struct Scope {
    /// How far.
    pub reach: Reach,
    /// For which organisation (ODS code); nobody's for an anonymous caller.
    pub organisation: Option<String>,
    /// The caller's own partner record.
    pub partner: Option<Uuid>,
    /// The caller's user record.
    pub user: Option<Uuid>,
    /// Whether the caller acts as a member of staff who works with single people.
    pub staff: bool,
    /// What other organisations share with the caller's. A change of it is a change of access.
    pub shares: Arc<[Shared]>,
    /// The date, for what is shared until a day.
    pub today: chrono::NaiveDate,
    /// The time, for what is published until a time.
    pub now: chrono::DateTime<chrono::Utc>,
}

impl Scope {
    /// The service itself.
    pub fn system() -> Self {
        Self {
            reach: Reach::System,
            organisation: None,
            partner: None,
            user: None,
            staff: false,
            shares: Arc::new([]),
            today: chrono::NaiveDate::MIN,
            now: chrono::DateTime::<chrono::Utc>::MIN_UTC,
        }
    }

    /// Whether both see the same rows, but for what the passing of time changes.
    pub(super) fn sees_like(&self, other: &Self) -> bool {
        let Self {
            reach,
            organisation,
            partner,
            user,
            staff,
            shares,
            today,
            now: _,
        } = self;
        (*reach, *partner, *user, *staff, *today)
            == (
                other.reach,
                other.partner,
                other.user,
                other.staff,
                other.today,
            )
            && *organisation == other.organisation
            && (Arc::ptr_eq(shares, &other.shares) || *shares == other.shares)
    }
}

/// A table of records that belong to an organisation. Written with [`record!`].
pub trait Record:
    EntityTrait<
        Model: IntoActiveModel<Self::ActiveModel> + Send + Sync,
        ActiveModel: ActiveModelBehavior + TryIntoModel<Self::Model> + Send,
    >
{
    /// What the record is called, in problems and in the ledger.
    const NOUN: &'static str;
    /// The identifier.
    const ID: Self::Column;
    /// The owning organisation.
    const ORGANISATION: Self::Column;
    /// Counts the changes, from 1.
    const VERSION: Self::Column;
    /// When it was made.
    const CREATED_AT: Self::Column;
    /// When it was last changed.
    const UPDATED_AT: Self::Column;
    /// The partner whose own record this is.
    const OWNER: Option<Self::Column>;

    /// The id of a row.
    fn id(model: &Self::Model) -> Uuid;
    /// The version of a row.
    fn version(model: &Self::Model) -> i64;

    /// The rows that anyone may read.
    fn published(_: &Scope) -> Option<Condition> {
        None
    }

    /// The rows that other organisations or people let this caller read.
    fn shared(_: &Scope) -> Option<Condition> {
        None
    }

    /// The rows that are the caller's own; without an organisation or a record of theirs, none.
    fn own(scope: &Scope) -> Option<Condition> {
        Some(Condition::all().add(Self::OWNER?.eq(scope.partner?)))
    }

    /// The ways in which the caller may read rows: one of these conditions has to hold.
    fn ways(scope: &Scope) -> Vec<Condition> {
        let others = match scope.reach {
            Reach::System => [None, None],
            _ => [Self::published(scope), Self::shared(scope)],
        };
        let mut ways: Vec<Condition> = others.into_iter().flatten().collect();
        // Who may change nothing gets there by the other ways only.
        if scope.reach != Reach::Published || ways.is_empty() {
            ways.insert(0, Self::writable(scope));
        }
        ways
    }

    /// The rows that the caller may read.
    fn visible(scope: &Scope) -> Condition {
        any_of(Self::ways(scope))
    }

    /// The rows that the caller may change.
    fn writable(scope: &Scope) -> Condition {
        let nothing = || Condition::all().add(Self::ID.is_null());
        let ours = || match &scope.organisation {
            Some(organisation) => {
                Condition::all().add(Self::ORGANISATION.eq(organisation.as_str()))
            }
            None => nothing(),
        };
        match scope.reach {
            Reach::System => Condition::all(),
            Reach::Organisation => ours(),
            Reach::Own => Self::own(scope).map_or_else(nothing, |own| ours().add(own)),
            Reach::Published => nothing(),
        }
    }
}

/// That any of these conditions holds.
pub(super) fn any_of(conditions: Vec<Condition>) -> Condition {
    let conditions = conditions.into_iter();
    conditions.fold(Condition::any(), Condition::add)
}

/// An identifier that names records of one kind.
pub trait Identifies: Copy + Display + FromStr + Into<Uuid> + From<Uuid> {
    /// The kind of record.
    type Entity: Record;
    /// What the record is called.
    const NOUN: &'static str = <Self::Entity as Record>::NOUN;
}

/// Makes an entity a [`Record`]: its id type, its noun, the column of its owner, and what else differs.
macro_rules! record {
    ($id:ty, $noun:literal, owner: $owner:expr $(, { $($more:tt)* })?) => {
        impl $crate::store::Record for Entity {
            const NOUN: &'static str = $noun;
            const ID: Column = Column::Id;
            const ORGANISATION: Column = Column::Organisation;
            const VERSION: Column = Column::Version;
            const CREATED_AT: Column = Column::CreatedAt;
            const UPDATED_AT: Column = Column::UpdatedAt;
            const OWNER: Option<Column> = $owner;

            fn id(model: &Model) -> uuid::Uuid {
                model.id.into()
            }

            fn version(model: &Model) -> i64 {
                model.version
            }

            $($($more)*)?
        }

        impl $crate::store::Identifies for $id {
            type Entity = Entity;
        }
    };
}

pub(crate) use record;
