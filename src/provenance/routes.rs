//! How provenance is reached over HTTP.

use actix_web::get;

use super::operations;
use super::prov_json::ProvDocument;
use super::views::Provenance;
use crate::access::Caller;
use crate::access::permissions::ReadProvenance;
use crate::http::{AnyId, Done, Problem, Routes};

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_provenance).service(get_prov_json);
}

/// Walk from a record to what led to it, and to what it led to
///
/// The id is that of a one-to-one, an insight or an improvement. Records that the caller may not see are counted, and
/// the walk does not go through them.
#[utoipa::path(tag = "Provenance", security(("bearer" = [ReadProvenance])),
    responses((status = OK, description = "What led to what", body = Provenance)))]
#[get("/v1/provenance/{id}")]
async fn get_provenance(
    caller: Caller<ReadProvenance>,
    id: AnyId,
) -> Result<Done<Provenance>, Problem> {
    operations::walk(&caller, id.0).await.map(Done)
}

/// Walk the same, in the words of W3C PROV
///
/// As PROV-JSON, for tools that draw and query such graphs.
#[utoipa::path(tag = "Provenance", security(("bearer" = [ReadProvenance])),
    responses((status = OK, description = "A PROV-JSON document", body = ProvDocument)))]
#[get("/v1/provenance/{id}/prov-json")]
async fn get_prov_json(
    caller: Caller<ReadProvenance>,
    id: AnyId,
) -> Result<Done<ProvDocument>, Problem> {
    operations::as_prov(&caller, id.0).await.map(Done)
}
