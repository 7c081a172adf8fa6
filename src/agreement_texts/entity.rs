//! The table of wordings, and their states.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use super::kind::AgreementKind;
use super::sections::Section;
use crate::lifecycle::{Lifecycle, Step};
use crate::store::{Scope, record};
use crate::values::{Prose, Reason, Stored, Title, choices, id};

id!(
    /// Names a wording of an agreement.
    AgreementTextId
);

choices! {
    /// Where a wording stands.
    #[schema(as = AgreementTextStatus)]
    pub enum Status {
        /// It is being written.
        Draft,
        /// It is put to partners.
        Published,
        /// A newer one is put to partners. What was agreed on it stands until it is agreed anew.
        Superseded,
        /// It was given up before it was published.
        Withdrawn,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "wording of an agreement";
    const FIRST: Self = Self::Draft;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::Draft], ""),
        Step {
            verb: "publish",
            from: &[Self::Draft],
            to: Self::Published,
            needs: "a person who did not write it; a section about each topic of its kind",
        },
        Step {
            verb: "supersede",
            from: &[Self::Published],
            to: Self::Superseded,
            needs: "a newer revision",
        },
        Step {
            verb: "withdraw",
            from: &[Self::Draft],
            to: Self::Withdrawn,
            needs: "",
        },
    ];
    // It comes with the publication of the next one.
    const WITH_OTHERS: &'static [&'static str] = &["supersede"];
}

/// A wording of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_texts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgreementTextId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub kind: AgreementKind,
    pub revision: Option<i32>,
    pub title: Title,
    pub introduction: Option<Prose>,
    pub sections: Stored<Vec<Section>>,
    pub change_note: Option<Reason>,
    /// Everybody who wrote on it.
    pub authors: Stored<Vec<String>>,
    pub published_at: Option<DateTimeUtc>,
    pub status: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(AgreementTextId, "agreement text", owner: None, {
    /// Partners read what is put to them, and what was.
    fn published(scope: &Scope) -> Option<Condition> {
        let shown = [Status::Published, Status::Superseded];
        Some(
            Condition::all()
                .add(Column::Organisation.eq(scope.organisation.as_deref()?))
                .add(Column::Status.is_in(shown)),
        )
    }
});
