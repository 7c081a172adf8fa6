//! What repeats an opportunity's fields so that it can be found: its panel, its tags, its words.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use uuid::Uuid;

use super::entity::{Model, panel, tag};
use crate::http::Problem;
use crate::store::Work;
use crate::values::choices;

choices! {
    /// What opportunities are counted by.
    pub enum Facet {
        /// The topics, in small letters.
        Topic,
        /// The place, in small letters.
        Place,
        /// How partners take part.
        Mode,
        /// Whether the role is paid.
        Payment,
        /// What makes taking part possible.
        Access,
        /// The perspectives that are wanted.
        Perspective,
        /// What a partner does.
        Kind,
        /// The level of the role.
        RoleLevel,
        /// The organisation.
        Organisation,
    }
}

/// A topic or place as it is compared: two spellings of one word are one.
pub fn folded(text: &str) -> String {
    text.split_whitespace()
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The values of each facet, each once.
fn tags(row: &Model) -> BTreeSet<(Facet, String)> {
    let one = |facet, value: String| BTreeSet::from([(facet, value)]);
    let mut tags = BTreeSet::new();
    tags.extend(
        row.topics
            .0
            .iter()
            .map(|topic| (Facet::Topic, folded(topic.as_str()))),
    );
    tags.extend(
        row.access
            .0
            .iter()
            .map(|offer| (Facet::Access, offer.word())),
    );
    tags.extend(
        row.perspectives_wanted
            .0
            .iter()
            .map(|side| (Facet::Perspective, side.word())),
    );
    tags.extend(row.place.iter().map(|place| (Facet::Place, folded(place))));
    tags.extend(row.payment_kind.map(|kind| (Facet::Payment, kind.word())));
    tags.extend(one(Facet::Mode, row.mode.word()));
    tags.extend(one(Facet::Kind, row.kind.word()));
    tags.extend(one(Facet::RoleLevel, row.role_level.to_string()));
    tags.extend(one(Facet::Organisation, row.organisation.clone()));
    tags
}

/// The words under which it is found.
fn words(row: &Model) -> String {
    let role = &row.role.0;
    let topics = row.topics.0.iter().map(crate::values::Label::as_str);
    let prose = [&role.purpose, &role.background, &role.experience_wanted]
        .into_iter()
        .flatten();
    let lines = [
        &role.what_you_will_do,
        &role.skills_essential,
        &role.skills_desirable,
        &role.conditions,
    ];
    let single = [
        row.title.as_str(),
        row.summary.as_str(),
        row.place.as_deref().unwrap_or_default(),
    ];
    single
        .into_iter()
        .chain(topics)
        .chain(prose.map(crate::values::Prose::as_str))
        .chain(lines.into_iter().flatten().map(crate::values::Line::as_str))
        .chain(row.influence_statement.as_deref())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Brings panel, tags and words up to date after a change.
#[expect(
    clippy::disallowed_methods,
    reason = "side tables without a tenant of their own"
)]
pub async fn refresh(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let transaction = work.transaction().await?;
    tag::Entity::delete_many()
        .filter(tag::Column::OpportunityId.eq(row.id))
        .exec(transaction)
        .await?;
    let tags = tags(row)
        .into_iter()
        .map(|(facet, value)| tag::ActiveModel {
            facet: Set(facet.word()),
            value: Set(value),
            opportunity_id: Set(row.id),
        });
    tag::Entity::insert_many(tags)
        .exec_without_returning(transaction)
        .await?;
    seat(work, row).await?;
    work.index(row.id, &words(row)).await
}

/// Brings the panel up to date.
#[expect(
    clippy::disallowed_methods,
    reason = "a side table without a tenant of its own"
)]
pub async fn seat(work: &Work<'_>, row: &Model) -> Result<(), Problem> {
    let transaction = work.transaction().await?;
    panel::Entity::delete_many()
        .filter(panel::Column::OpportunityId.eq(row.id))
        .exec(transaction)
        .await?;
    let members = row.panel.0.iter().map(|user| panel::ActiveModel {
        opportunity_id: Set(row.id),
        user_id: Set(*user),
    });
    if !row.panel.0.is_empty() {
        panel::Entity::insert_many(members)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// Whether a user is on the panel of an opportunity.
#[expect(
    clippy::disallowed_methods,
    reason = "a side table without a tenant of its own"
)]
pub async fn on_panel(
    connection: &impl ConnectionTrait,
    opportunity: Uuid,
    user: Uuid,
) -> Result<bool, Problem> {
    let membership = panel::Entity::find()
        .filter(panel::Column::OpportunityId.eq(opportunity))
        .filter(panel::Column::UserId.eq(user));
    Ok(membership.count(connection).await? > 0)
}
