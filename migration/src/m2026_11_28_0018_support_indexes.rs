//! What the parts for support asked for once they were there: indexes in the order of their lists, one membership of
//! the peer support network for each partner, invitations for those who were there before it, links between a user and
//! a partner that wait for a second person, and why a document was given in spite of a need.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Uuid};

use crate::tables::{index, json_null, text_null, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

type Columns = &'static [&'static str];

const MADE: &[(&str, Columns)] = &[
    // Lists, the newest first, with what is fixed when they are asked for before it.
    (
        "document_versions",
        &["document_id", "created_at", "id", "version"],
    ),
    (
        "template_versions",
        &["template_id", "created_at", "id", "version"],
    ),
    (
        "format_requests",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "document_handouts",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "check_requirements",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "one_to_one_cadences",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "induction_checklists",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "adaptations",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "agreement_texts",
        &["organisation", "created_at", "id", "version"],
    ),
    (
        "peer_support_themes",
        &["organisation", "created_at", "id", "version"],
    ),
    // What was paid in a year, and what is claimed in a workstream.
    ("claims", &["organisation", "status", "paid_on"]),
    ("claims", &["workstream_id", "id"]),
    ("prior_approvals", &["appointment_id", "id"]),
    // Without it, a file that goes is looked for in every version.
    ("document_versions", &["file_id"]),
];

/// What the new ones begin with, and so do better.
const SUPERSEDED: &[(&str, Columns)] = &[
    ("format_requests", &["organisation", "id"]),
    ("document_handouts", &["organisation", "id"]),
    ("check_requirements", &["organisation", "id"]),
    ("induction_checklists", &["organisation", "id"]),
    ("adaptations", &["organisation", "id"]),
    ("agreement_texts", &["organisation", "id"]),
    ("peer_support_memberships", &["partner_id", "status"]),
];

/// The columns that come with this.
fn added() -> [(&'static str, ColumnDef); 2] {
    [
        // A link to a partner that waits for a second person.
        ("users", json_null("proposed_link")),
        // Why a partner was given what meets none of their needs.
        ("document_handouts", text_null("despite")),
    ]
}

const MEMBERSHIPS: &str = "peer_support_memberships";

/// Of several memberships of one partner, the one that went furthest stays, or else the oldest. There are none but by
/// hand: whoever joins holds the partner's record.
const TWICE: &str = "DELETE FROM peer_support_memberships WHERE EXISTS ( \
    SELECT 1 FROM peer_support_memberships other \
    WHERE other.partner_id = peer_support_memberships.partner_id AND other.id <> peer_support_memberships.id AND ( \
        CASE other.status WHEN 'joined' THEN 2 WHEN 'left' THEN 1 ELSE 0 END \
            > CASE peer_support_memberships.status WHEN 'joined' THEN 2 WHEN 'left' THEN 1 ELSE 0 END \
        OR CASE other.status WHEN 'joined' THEN 2 WHEN 'left' THEN 1 ELSE 0 END \
            = CASE peer_support_memberships.status WHEN 'joined' THEN 2 WHEN 'left' THEN 1 ELSE 0 END \
            AND other.id < peer_support_memberships.id))";

/// The job that invites who was active before there was anything to be invited to.
const INVITE: u128 = 0x0193_a5b0_7b1c_7e21_9d0a_4f6d_8c2b_0018;

async fn swap(
    manager: &SchemaManager<'_>,
    made: &[(&'static str, Columns)],
    dropped: &[(&'static str, Columns)],
) -> Result<(), DbErr> {
    for (table, columns) in made {
        manager.create_index(index(table, columns)).await?;
    }
    for (table, columns) in dropped {
        drop_index(
            manager,
            table,
            &format!("{table}_{}_idx", columns.join("_")),
        )
        .await?;
    }
    Ok(())
}

async fn drop_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &str,
) -> Result<(), DbErr> {
    let mut index = Index::drop();
    index.name(name).table(Alias::new(table));
    manager.drop_index(index.to_owned()).await
}

/// Puts the job in the queue, where there is anybody to invite.
async fn invite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let active = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("partners"))
        .and_where(Expr::col(Alias::new("status")).eq("active"))
        .limit(1)
        .to_owned();
    if manager.get_connection().query_one(&active).await?.is_none() {
        return Ok(());
    }
    let job = Query::insert()
        .into_table(Alias::new("jobs"))
        .columns([
            "id",
            "kind",
            "record_id",
            "due_at",
            "attempts",
            "created_at",
        ])
        .values_panic([
            Uuid::from_u128(INVITE).into(),
            "invite-partners".into(),
            Uuid::nil().to_string().into(),
            DateTimeUtc::default().into(),
            0.into(),
            DateTimeUtc::default().into(),
        ])
        .to_owned();
    manager.execute(job).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        swap(manager, MADE, SUPERSEDED).await?;
        manager.get_connection().execute_unprepared(TWICE).await?;
        manager
            .create_index(unique(MEMBERSHIPS, &["partner_id"]))
            .await?;
        for (table, column) in added() {
            let mut alter = Table::alter();
            alter.table(Alias::new(table)).add_column(column);
            manager.alter_table(alter.to_owned()).await?;
        }
        invite(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let job = Query::delete()
            .from_table(Alias::new("jobs"))
            .and_where(Expr::col(Alias::new("id")).eq(Uuid::from_u128(INVITE)))
            .to_owned();
        manager.execute(job).await?;
        for (table, column) in added() {
            let mut alter = Table::alter();
            alter
                .table(Alias::new(table))
                .drop_column(Alias::new(column.get_column_name()));
            manager.alter_table(alter.to_owned()).await?;
        }
        drop_index(
            manager,
            MEMBERSHIPS,
            "peer_support_memberships_partner_id_key",
        )
        .await?;
        swap(manager, SUPERSEDED, MADE).await
    }
}
