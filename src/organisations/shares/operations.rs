//! What can be done with shares.

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};

use super::entity::{ActiveModel, Column, Entity, Model, OrganisationShareId};
use super::views::{NewOrganisationShare, OrganisationShare, ShareFilter};
use crate::access::Caller;
use crate::access::permissions::{ManageOrganisations, ReadOrganisationShares};
use crate::http::{IfMatch, Listing, Newest, Page, Problem};
use crate::lifecycle::Lifecycle;
use crate::organisations::NOUN;
use crate::organisations::operations::{exists, named, own};
use crate::store::{Event, Record};
use crate::values::OdsCode;

/// The shares that an organisation makes or benefits from.
fn of(code: &OdsCode) -> Condition {
    Condition::any()
        .add(Column::Organisation.eq(code.as_str()))
        .add(Column::WithOrganisation.eq(code.as_str()))
}

/// One page of an organisation's shares that the caller may see.
pub async fn list(
    caller: &Caller<ReadOrganisationShares>,
    code: &OdsCode,
    listing: Listing<ShareFilter>,
) -> Result<Page<OrganisationShare>, Problem> {
    if !exists(&caller.state().store, code).await? {
        return Err(Problem::not_found(NOUN));
    }
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let query = reader
        .select::<Entity>()
        .filter(of(code))
        .apply_if(filter.what, |query, what| {
            query.filter(Column::What.eq(what))
        });
    let page = reader.page(query, &paging, Newest).await?;
    Ok(page.map(OrganisationShare::from))
}

/// One share.
pub async fn get(
    caller: &Caller<ReadOrganisationShares>,
    code: &OdsCode,
    id: OrganisationShareId,
) -> Result<OrganisationShare, Problem> {
    let row = caller.read().get(id).await?;
    let parties = [row.organisation.as_str(), row.with_organisation.as_str()];
    match parties.contains(&code.as_str()) {
        true => Ok(row.into()),
        false => Err(Problem::not_found(Entity::NOUN)),
    }
}

/// Adds a share in the caller's own organisation.
pub async fn add(
    caller: &Caller<ManageOrganisations>,
    code: &OdsCode,
    new: NewOrganisationShare,
) -> Result<OrganisationShare, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            own(work.authority(), code)?;
            let NewOrganisationShare {
                with_organisation,
                what,
                purpose,
                starts_on,
                ends_on,
            } = new;
            named(work, "/withOrganisation", &with_organisation).await?;
            if with_organisation == *code {
                return Err(Problem::field(
                    "/withOrganisation",
                    "same",
                    "another organisation",
                ));
            }
            let row = ActiveModel {
                id: Set(OrganisationShareId::new()),
                with_organisation: Set(with_organisation.into()),
                what: Set(what),
                purpose: Set(purpose.into()),
                starts_on: Set(starts_on),
                ends_on: Set(ends_on),
                revoked_at: Set(None),
                ..Default::default()
            };
            let row = work.add::<Entity>(row).await?;
            Ok((row.clone().into(), Event::of("share.added", row.id)))
        })
        .await
}

/// Takes a share back, at once.
pub async fn revoke(
    caller: &Caller<ManageOrganisations>,
    code: &OdsCode,
    id: OrganisationShareId,
    seen: IfMatch,
) -> Result<OrganisationShare, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let row: Model = work.get(id).await?;
            if row.organisation != code.as_str() {
                return Err(Problem::not_found(Entity::NOUN));
            }
            row.status().after("revoke")?;
            let mut row = row.into_active_model();
            row.revoked_at = Set(Some(work.now()));
            let row = work.step::<Entity>(row, &seen).await?;
            Ok((row.into(), Event::of("share.revoked", id)))
        })
        .await
}
