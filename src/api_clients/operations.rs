//! What can be done with API clients.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, QueryTrait, Set};
use uuid::Uuid;

use super::entity::{ActiveModel, ApiClientId, Column, Entity, Model, Status};
use super::scopes::Scopes;
use super::secrets::{self, Prepared, prepare_secret};
use super::views::{
    ApiClient, ApiClientChanges, ApiClientFilter, ApiClientSort, Credentials, IssuedApiClient,
    NewApiClient, SecretRotation,
};
use crate::access::permissions::{ManageApiClients, ReadApiClients};
use crate::access::{Caller, Role};
use crate::http::{Change, IfMatch, Listing, Page, Problem, types};
use crate::lifecycle::Lifecycle;
use crate::organisations;
use crate::store::{Authority, Event, Scope, Store, Work};
use crate::values::{Line, Stored};

/// One page of the organisation's clients.
pub async fn list(
    caller: &Caller<ReadApiClients>,
    listing: Listing<ApiClientFilter>,
) -> Result<Page<ApiClient>, Problem> {
    let Listing { filter, paging } = listing;
    let reader = caller.read();
    let whose = match filter.partner_id {
        Some(partner) => Column::PartnerId.eq(Uuid::from(partner)),
        None => Column::PartnerId.is_null(),
    };
    let query = reader
        .select::<Entity>()
        .filter(whose)
        .apply_if(filter.status, |query, status| {
            query.filter(Column::Status.eq(status))
        });
    let page = reader
        .page(query, &paging, filter.sort.unwrap_or(ApiClientSort::Name))
        .await?;
    Ok(page.map(ApiClient::from))
}

/// One client.
pub async fn get(caller: &Caller<ReadApiClients>, id: ApiClientId) -> Result<ApiClient, Problem> {
    caller.read().get(id).await.map(ApiClient::from)
}

/// Adds a client with its first secret.
pub async fn add(
    caller: &Caller<ManageApiClients>,
    new: NewApiClient,
) -> Result<IssuedApiClient, Problem> {
    let NewApiClient { name, scopes } = new;
    may_give(caller, scopes.list())?;
    let prepared = prepare_secret().await?;
    caller
        .write(async |work| {
            let row = work.add::<Entity>(client(work, name, scopes)).await?;
            let event = Event::of("apiClient.added", row.id);
            Ok((issue(work, row, prepared).await?, event))
        })
        .await
}

/// Changes a client that the caller has seen.
pub async fn change(
    caller: &Caller<ManageApiClients>,
    id: ApiClientId,
    seen: IfMatch,
    changes: ApiClientChanges,
) -> Result<ApiClient, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let row = work.get(id).await?;
            let ApiClientChanges { name, scopes } = changes;
            if let Change::To(scopes) = &scopes {
                let fresh = scopes
                    .list()
                    .iter()
                    .filter(|scope| !row.scopes.0.contains(scope));
                may_give(caller, fresh)?;
            }
            let partner = row.partner_id;
            let mut row = row.into_active_model();
            name.onto(&mut row.name);
            scopes
                .map(|scopes| Stored(scopes.into()))
                .onto(&mut row.scopes);
            let row = work.save::<Entity>(row, &seen).await?;
            Ok((
                row.into(),
                Event::of("apiClient.changed", id).about(partner),
            ))
        })
        .await
}

/// Gives a client a new secret; the old one works for a while longer.
pub async fn rotate_secret(
    caller: &Caller<ManageApiClients>,
    id: ApiClientId,
    seen: IfMatch,
    rotation: SecretRotation,
) -> Result<IssuedApiClient, Problem> {
    let prepared = prepare_secret().await?;
    let overlap = chrono::Duration::hours(rotation.overlap_hours.into());
    caller
        .write(async |work| {
            let row = work.get(id).await?;
            if row.status == Status::Revoked {
                return Err(Problem::new(
                    &types::RULE_NOT_MET,
                    "A revoked client gets no new secret",
                ));
            }
            if row.partner_id.is_some() {
                let detail =
                    "A partner's credentials are theirs alone: they can be revoked, not taken over";
                return Err(Problem::new(&types::RULE_NOT_MET, detail));
            }
            // Who holds the secret holds what the client may ask for.
            may_give(caller, &row.scopes.0)?;
            secrets::end(work, id, overlap).await?;
            let mut row = row.into_active_model();
            row.secret_changed_at = Set(work.now());
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("apiClient.secretRotated", id).about(row.partner_id);
            Ok((issue(work, row, prepared).await?, event))
        })
        .await
}

/// Ends a client: its secrets and its tokens are refused from the next request on.
pub async fn revoke(
    caller: &Caller<ManageApiClients>,
    id: ApiClientId,
    seen: IfMatch,
) -> Result<ApiClient, Problem> {
    caller
        .write(async |work| {
            work.changes_access().await?;
            let row = work.get(id).await?;
            let status = row.status.after("revoke")?;
            let mut row = row.into_active_model();
            row.status = Set(status);
            let row = work.step::<Entity>(row, &seen).await?;
            let event = Event::of("apiClient.revoked", id).about(row.partner_id);
            Ok((row.into(), event))
        })
        .await
}

/// The credentials of a partner, for a change of who may call as them.
pub async fn of_partner(work: &Work<'_>, partner: impl Into<Uuid>) -> Result<Vec<Model>, Problem> {
    let theirs = work
        .select::<Entity>()
        .filter(Column::PartnerId.eq(partner.into()));
    work.all(theirs).await
}

/// Revokes some clients, as part of a change of who may call; it says [`Work::changes_access`] itself.
pub async fn revoke_all(work: &mut Work<'_>, clients: Vec<Model>) -> Result<(), Problem> {
    for row in clients {
        if let Ok(status) = row.status.after("revoke") {
            let mut row = row.into_active_model();
            row.status = Set(status);
            work.step::<Entity>(row, &IfMatch::Absent).await?;
        }
    }
    Ok(())
}

/// Credentials for a partner's own records, as part of a change that makes the partner known. The
/// secret is prepared before the change, because hashing it takes time that no transaction should take.
///
/// The caller of this function says what happened (`partner.registered`); the client is among the
/// records that the change touched.
pub async fn for_partner(
    work: &mut Work<'_>,
    partner_id: impl Into<Uuid>,
    organisation: &str,
    prepared: Prepared,
) -> Result<Credentials, Problem> {
    let name = Line::parse("A partner's own credentials").map_err(Problem::internal)?;
    let row = ActiveModel {
        organisation: Set(organisation.to_owned()),
        partner_id: Set(Some(partner_id.into())),
        ..client(work, name, Scopes::of(Role::Partner))
    };
    let row = work.add::<Entity>(row).await?;
    secrets::keep(work, row.id, prepared).await
}

/// A client for an operator who has no token yet: what the command line does.
pub async fn for_operator(
    store: &Store,
    organisation: &str,
    name: Line,
    scopes: Scopes,
) -> Result<Credentials, Problem> {
    organisations::operations::must_exist(store, organisation).await?;
    let prepared = prepare_secret().await?;
    let authority = Authority::system("create-client").within(organisation);
    store
        .write(&authority, async |work| {
            let row = work.add::<Entity>(client(work, name, scopes)).await?;
            let credentials = secrets::keep(work, row.id, prepared).await?;
            Ok((credentials, Event::of("apiClient.added", row.id)))
        })
        .await
}

/// The client that an id and a secret belong to. Whether there is no such client or the secret is
/// another one takes the same time.
pub async fn authenticate(store: &Store, id: &str, secret: &str) -> Result<Option<Model>, Problem> {
    let scope = Scope::system();
    let reader = store.reader(&scope);
    // An id that is no UUID is looked for like one that nobody has.
    let id = id.parse::<ApiClientId>().unwrap_or_default();
    let client = reader
        .find(id)
        .await?
        .filter(|client| client.status == Status::Active);
    let hashes = secrets::valid(&reader, id).await?;
    let known = secrets::matches(secret, hashes).await?;
    Ok(client.filter(|_| known))
}

fn client(work: &Work<'_>, name: Line, scopes: Scopes) -> ActiveModel {
    ActiveModel {
        id: Set(ApiClientId::new()),
        name: Set(name.into()),
        scopes: Set(Stored(scopes.into())),
        partner_id: Set(None),
        status: Set(Status::FIRST),
        secret_changed_at: Set(work.now()),
        ..Default::default()
    }
}

async fn issue(
    work: &Work<'_>,
    row: Model,
    prepared: Prepared,
) -> Result<IssuedApiClient, Problem> {
    let credentials = secrets::keep(work, row.id, prepared).await?;
    Ok(IssuedApiClient {
        client: row.into(),
        credentials,
    })
}

/// Nobody gives a client what they don't hold themselves.
fn may_give<'a>(
    caller: &Caller<ManageApiClients>,
    scopes: impl IntoIterator<Item = &'a String>,
) -> Result<(), Problem> {
    let held = &caller.principal().grants;
    match scopes
        .into_iter()
        .find(|scope| !held.contains_key(scope.as_str()))
    {
        None => Ok(()),
        Some(scope) => {
            let detail = format!("The permission `{scope}` is not yours to give");
            Err(Problem::new(&types::NOT_YOURS_TO_GIVE, detail))
        }
    }
}
