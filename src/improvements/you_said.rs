//! What the public is told: "You said, we did".

use actix_web::get;
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, QueryFilter, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entity::{Column, Entity, ImprovementId, Model};
use super::lifecycle::{Decision, Publication, Status};
use crate::access::Caller;
use crate::access::permissions::ReadYouSaidWeDid;
use crate::http::{Listed, Listing, Page, PageQuery, Problem, Sort};
use crate::store::{Reader, Written};
use crate::values::{Label, OdsCode, Prose};

/// What people said, and what the organisation did about it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct YouSaidWeDid {
    /// Its id.
    pub id: ImprovementId,
    /// The organisation that answers.
    #[schema(value_type = OdsCode)]
    pub organisation: String,
    /// What people said.
    #[schema(value_type = Prose)]
    pub you_said: String,
    /// In somebody's own words.
    #[schema(value_type = Option<Prose>)]
    pub quote: Option<String>,
    /// What is decided about it.
    pub decision: Decision,
    /// What was done, or will be.
    #[schema(value_type = Option<Prose>)]
    pub we_did: Option<String>,
    /// Why it will not be done, or not all of it.
    #[schema(value_type = Option<Prose>)]
    pub why_not: Option<String>,
    /// What was seen to come of it.
    #[schema(value_type = Option<Prose>)]
    pub impact_observed: Option<String>,
    /// The service that it is about.
    #[schema(value_type = Label)]
    pub service: String,
    /// How far the work is.
    pub status: Status,
    /// Since when it is public.
    pub published_at: Option<DateTime<Utc>>,
}

impl From<Model> for YouSaidWeDid {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            organisation: row.organisation,
            you_said: row.you_said,
            quote: row.quote,
            decision: row.decision,
            we_did: row.we_did,
            why_not: row.why_not,
            impact_observed: row.impact_observed,
            service: row.service,
            status: row.status,
            published_at: row.published_at,
        }
    }
}

/// The order: what was published last comes first.
#[derive(Clone, Copy, Debug)]
struct LastPublished;

impl Sort<Entity> for LastPublished {
    fn order(self) -> (Column, bool) {
        (Column::PublishedAt, true)
    }
}

/// What to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct YouSaidWeDidFilter {
    /// Only what this organisation did.
    #[param(inline)]
    pub organisation: Option<OdsCode>,
    /// Only what is about this service.
    #[param(inline)]
    pub service: Option<Label>,
}

/// List what changed because people spoke
///
/// "You said, we did", for anyone: what organisations have published, the latest first.
#[utoipa::path(tag = "Improvements", security((), ("bearer" = [ReadYouSaidWeDid])), params(PageQuery, YouSaidWeDidFilter),
    responses((status = OK, description = "A page of what changed", body = Page<YouSaidWeDid>)))]
#[get("/v1/you-said-we-did")]
pub(super) async fn list_you_said_we_did(
    caller: Caller<ReadYouSaidWeDid>,
    listing: Listing<YouSaidWeDidFilter>,
) -> Result<Listed<Written<Entity, YouSaidWeDid>>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = published(&reader, &filter);
    let page = reader.written_page(query, &paging, LastPublished).await?;
    Ok(Listed(page))
}

/// What is public of what was asked for, the latest first.
pub(super) fn published(reader: &Reader<'_>, asked: &YouSaidWeDidFilter) -> Select<Entity> {
    reader
        .select::<Entity>()
        .filter(Column::Publication.eq(Publication::Published))
        .apply_if(asked.organisation.as_ref(), |query, organisation| {
            query.filter(Column::Organisation.eq(organisation.as_str()))
        })
        .apply_if(asked.service.as_ref(), |query, service| {
            query.filter(Column::Service.eq(service.as_str()))
        })
}
