//! What belongs to a partner in other tables: what moves when two records are merged, and what goes
//! when a partner is anonymised. A new table with a `partner_id` gets its row here, and a test says so.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, Value};
use uuid::Uuid;

use super::PartnerId;
use crate::applications::entity as application;
use crate::claims;
use crate::files;
use crate::http::Problem;
use crate::peer_support::memberships::operations as memberships;
use crate::peer_support::{sessions, themes};
use crate::store::Work;
use crate::stories;

/// What happens to a table's rows when their partner is anonymised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// They are removed.
    Remove,
    /// These columns, which a person or somebody about a person has written, are emptied.
    Empty(&'static [&'static str]),
    /// They are files: their bytes go with the next sweep, and then their rows.
    GiveUp,
    /// Another rule sees to them: credentials are revoked.
    Elsewhere,
}

/// The tables whose rows belong to a partner by `partner_id`; each has `version` and `updated_at`.
pub const TABLES: &[(&str, Erasure)] = &[
    ("partner_enrolments", Erasure::Remove),
    ("partner_preferences", Erasure::Remove),
    ("partner_access_needs", Erasure::Remove),
    ("partner_declarations", Erasure::Remove),
    ("partner_representatives", Erasure::Remove),
    ("partner_shares", Erasure::Remove),
    ("messages", Erasure::Remove),
    (
        APPLICATIONS,
        Erasure::Empty(&[
            "why_interested",
            "relevant_experience",
            "perspective",
            "support_needed",
            "how_heard",
            "declarations",
            "chat",
            "chat_record",
            "feedback",
        ]),
    ),
    ("partner_image_consents", Erasure::Remove),
    ("inductions", Erasure::Remove),
    ("agreements", Erasure::Remove),
    ("appointments", Erasure::Empty(&[])),
    ("claim_receipts", Erasure::Remove),
    // Accounts are kept; what people wrote is not.
    (
        "claims",
        Erasure::Empty(&[
            "activity",
            "payee_reference",
            "particulars",
            "queries",
            "confirmed_despite",
            "reject_reason",
        ]),
    ),
    (
        "prior_approvals",
        Erasure::Empty(&["purpose", "decline_reason"]),
    ),
    ("format_requests", Erasure::Remove),
    ("document_handouts", Erasure::Remove),
    ("files", Erasure::GiveUp),
    (
        "checks",
        Erasure::Empty(&["referee_name", "referee_contact", "certificate_ending"]),
    ),
    (
        "one_to_ones",
        Erasure::Empty(&["record", "corrections", "cancel_reason"]),
    ),
    ("one_to_one_actions", Erasure::Remove),
    ("peer_support_memberships", Erasure::Remove),
    ("peer_support_contributions", Erasure::Remove),
    (
        "peer_support_sessions",
        Erasure::Empty(&["partner_id", "about", "place"]),
    ),
    ("peer_support_sign_ups", Erasure::Remove),
    ("peer_support_themes", Erasure::Empty(&["partner_id"])),
    ("peer_support_agreements", Erasure::Remove),
    ("insights", Erasure::Empty(&["partner_id"])),
    // That there was a story, and where it went, is kept; what was told is not.
    (
        "stories",
        Erasure::Empty(&[
            "title",
            "teller_name",
            "represented",
            "support_plan",
            "learning",
            "report_back",
            "end_reason",
        ]),
    ),
    (
        "story_versions",
        Erasure::Empty(&[
            "title",
            "words",
            "shown_as",
            "file_name",
            "wanted_changes",
            "approval",
        ]),
    ),
    ("story_consents", Erasure::Empty(&["witness"])),
    ("story_uses", Erasure::Empty(&[])),
    ("users", Erasure::Elsewhere),
    ("api_clients", Erasure::Elsewhere),
];

const APPLICATIONS: &str = "applications";
const PARTNER: &str = "partner_id";
const OPPORTUNITY: &str = "opportunity_id";

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

/// The opportunities for which a partner has applied.
fn applied_for(partner: PartnerId) -> SelectStatement {
    Query::select()
        .column(Alias::new(OPPORTUNITY))
        .from(Alias::new(APPLICATIONS))
        .and_where(column(PARTNER).eq(partner.0))
        .to_owned()
}

/// The duplicate's applications for what the survivor has applied for too.
pub async fn both_applied(
    work: &Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<Vec<application::Model>, Problem> {
    let opportunity = application::Column::OpportunityId;
    let twice =
        application::of_partner(duplicate).filter(opportunity.in_subquery(applied_for(survivor)));
    work.all(twice).await
}

/// Moves everything of the duplicate's to the survivor, but for the credentials. An application for
/// something that the survivor applied for too says with which record it came.
pub async fn move_all(
    work: &Work<'_>,
    survivor: PartnerId,
    duplicate: PartnerId,
) -> Result<(), Problem> {
    let mut twice = changed(APPLICATIONS, work);
    twice
        .value(Alias::new(PARTNER), survivor.0)
        .value(Alias::new("merged_from_id"), duplicate.0)
        .and_where(column(PARTNER).eq(duplicate.0))
        .and_where(column("merged_from_id").is_null())
        .and_where(column(OPPORTUNITY).in_subquery(applied_for(survivor)));
    work.transaction().await?.execute(&twice).await?;
    memberships::settle(work, survivor, duplicate).await?;
    let credentials = |erasure: &Erasure| *erasure == Erasure::Elsewhere;
    for (table, _) in TABLES.iter().filter(|(_, erasure)| !credentials(erasure)) {
        let mut update = changed(table, work);
        update
            .value(Alias::new(PARTNER), survivor.0)
            .and_where(column(PARTNER).eq(duplicate.0));
        work.transaction().await?.execute(&update).await?;
    }
    Ok(())
}

fn changed(table: &'static str, work: &Work<'_>) -> sea_orm::sea_query::UpdateStatement {
    Query::update()
        .table(Alias::new(table))
        .value(Alias::new("version"), column("version").add(1))
        .value(Alias::new("updated_at"), work.now())
        .to_owned()
}

/// Removes or empties what belongs to a partner who is anonymised.
pub async fn erase_all(work: &mut Work<'_>, partner: PartnerId) -> Result<(), Problem> {
    let theirs = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(APPLICATIONS))
        .and_where(column(PARTNER).eq(partner.0))
        .to_owned();
    let notes = Query::delete()
        .from_table(Alias::new("application_notes"))
        .and_where(column("application_id").in_subquery(theirs))
        .to_owned();
    work.transaction().await?.execute(&notes).await?;
    let theirs = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("agreements"))
        .and_where(column(PARTNER).eq(partner.0))
        .to_owned();
    let signed = Query::delete()
        .from_table(Alias::new("agreement_documents"))
        .and_where(column("agreement_id").in_subquery(theirs))
        .to_owned();
    work.transaction().await?.execute(&signed).await?;
    claims::operations::erase(work, partner).await?;
    themes::operations::erase(work, partner).await?;
    sessions::operations::erase(work, partner).await?;
    stories::erase(work, partner).await?;
    for (table, erasure) in TABLES {
        match erasure {
            Erasure::Remove => {
                let delete = Query::delete()
                    .from_table(Alias::new(*table))
                    .and_where(column(PARTNER).eq(partner.0))
                    .to_owned();
                work.transaction().await?.execute(&delete).await?;
            }
            Erasure::Empty(columns) if !columns.is_empty() => {
                let mut update = changed(table, work);
                for name in *columns {
                    update.value(Alias::new(*name), Expr::null());
                }
                update.and_where(column(PARTNER).eq(partner.0));
                work.transaction().await?.execute(&update).await?;
            }
            Erasure::GiveUp => files::forget_all(work, partner).await?,
            Erasure::Empty(_) | Erasure::Elsewhere => {}
        }
    }
    Ok(())
}

/// Removes the secrets of a partner's own clients, so that nobody comes back with them.
pub async fn erase_secrets(work: &Work<'_>, client: Uuid) -> Result<(), Problem> {
    let delete = Query::delete()
        .from_table(Alias::new("api_client_secrets"))
        .and_where(column("client_id").eq(Value::from(client)))
        .to_owned();
    work.transaction().await?.execute(&delete).await?;
    Ok(())
}
