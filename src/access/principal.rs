//! Who calls: from what a token says to what the database says of its subject now.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::permission::{Role, TABLE};
use super::revocation;
use super::token::{Claims, Verified};
use crate::api_clients::entity as clients;
use crate::app::State;
use crate::http::{Problem, types};
use crate::organisations::shares_with;
use crate::store::{Actor, Person, Reach, Reader, Scope, Shared, Store};
use crate::users::entity as users;

/// Someone who calls, and what they may do.
#[derive(Clone, Debug, Default)]
pub struct Principal {
    /// Who is remembered in the ledger.
    pub actor: Actor,
    /// The organisation for which they act.
    pub organisation: Option<String>,
    /// Their user record.
    pub user: Option<Uuid>,
    /// Their client record.
    pub client: Option<Uuid>,
    /// Their own partner record.
    pub partner: Option<Uuid>,
    /// What other organisations share with theirs.
    pub shares: Arc<[Shared]>,
    /// The roles in which they act.
    pub roles: Vec<Role>,
    /// The permissions they hold, and how far.
    pub grants: BTreeMap<&'static str, Reach>,
}

impl Principal {
    /// Someone without credentials.
    pub fn anonymous() -> Self {
        let roles = vec![Role::Public];
        Self {
            grants: grants_of(&roles),
            roles,
            ..Self::default()
        }
    }

    /// Whether there are no credentials.
    pub fn is_anonymous(&self) -> bool {
        self.organisation.is_none()
    }

    /// Under which name the caller's requests are counted; nothing for anonymous callers.
    pub fn key(&self) -> Option<String> {
        (!self.is_anonymous()).then(|| self.actor.word())
    }
}

fn grants_of(roles: &[Role]) -> BTreeMap<&'static str, Reach> {
    TABLE
        .iter()
        .filter_map(|row| {
            let held = row.grants.iter().filter(|(role, _)| roles.contains(role));
            Some((row.scope, held.map(|(_, reach)| *reach).max()?))
        })
        .collect()
}

/// What an API client may do with these scopes: as much as any role may do with them.
fn grants_of_client(scopes: &[String]) -> BTreeMap<&'static str, Reach> {
    let mut grants = grants_of(Role::ALL);
    grants.retain(|scope, _| scopes.iter().any(|held| held == scope));
    grants
}

/// The problem that a token is not believed; why is for the log only.
pub(super) fn refused(reason: &str) -> Problem {
    tracing::debug!(reason, "token refused");
    Problem::new(&types::INVALID_TOKEN, "The access token is not valid")
        .with_header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

/// Looks the token's subject up: what it may do is what the database says now.
pub(super) async fn resolve(store: &Store, verified: &Verified) -> Result<Principal, Problem> {
    let (scope, claims) = (Scope::system(), &verified.claims);
    let reader = store.reader(&scope);
    if verified.own && revocation::is_revoked(&reader, &claims.jti).await? {
        return Err(refused("revoked"));
    }
    // Only our own tokens name clients of ours: another issuer's words about them mean nothing.
    let mut principal = match verified.own && claims.sub == claims.client_id {
        true => resolve_client(&reader, claims).await?,
        false => resolve_user(&reader, verified).await?,
    };
    principal.shares = shares_with(&reader, &claims.organisation).await?;
    Ok(principal)
}

async fn resolve_user(reader: &Reader<'_>, verified: &Verified) -> Result<Principal, Problem> {
    let claims = &verified.claims;
    let issuer = if verified.own {
        users::OWN
    } else {
        claims.iss.as_str()
    };
    let known = reader
        .select::<users::Entity>()
        .filter(users::Column::Organisation.eq(claims.organisation.as_str()))
        .filter(users::Column::Issuer.eq(issuer))
        .filter(users::Column::Subject.eq(claims.sub.as_str()))
        .filter(users::Column::Status.eq(users::Status::Active));
    let known = reader.all(known).await?.into_iter().next();
    let user = known.ok_or_else(|| refused("no such user"))?;
    let acting = |role: &Role| {
        claims
            .roles
            .as_ref()
            .is_none_or(|acting| acting.contains(role))
    };
    let roles: Vec<Role> = user.roles.0.into_iter().filter(acting).collect();
    let mut grants = grants_of(&roles);
    if let Some(scope) = &claims.scope {
        grants.retain(|held, _| scope.split(' ').any(|asked| asked == *held));
    }
    Ok(Principal {
        actor: Actor {
            issuer: Some(claims.iss.clone()),
            subject: Some(claims.sub.clone()),
            client_id: Some(claims.client_id.clone()),
            person: Some(Person::User(user.id.0)),
        },
        organisation: Some(user.organisation),
        user: Some(user.id.0),
        client: None,
        partner: user.partner_id,
        shares: Arc::default(),
        roles,
        grants,
    })
}

async fn resolve_client(reader: &Reader<'_>, claims: &Claims) -> Result<Principal, Problem> {
    let id: clients::ApiClientId = claims.sub.parse().map_err(refused)?;
    let client = reader
        .find(id)
        .await?
        .filter(|client| client.status == clients::Status::Active)
        .filter(|client| client.organisation == claims.organisation)
        .ok_or_else(|| refused("no such client"))?;
    let asked = claims.scope.as_deref().unwrap_or_default();
    let mut scopes = client.scopes.0;
    scopes.retain(|scope| asked.split(' ').any(|word| word == scope));
    // A partner's own credentials hold a partner's permissions, whatever they were made with.
    let (roles, mut grants) = match client.partner_id {
        Some(_) => (vec![Role::Partner], grants_of(&[Role::Partner])),
        None => (Vec::new(), grants_of_client(&scopes)),
    };
    grants.retain(|scope, _| scopes.iter().any(|held| held == scope));
    Ok(Principal {
        actor: Actor {
            issuer: Some(claims.iss.clone()),
            subject: client
                .partner_id
                .map(|partner| format!("partner:{partner}")),
            client_id: Some(claims.client_id.clone()),
            person: client.partner_id.map(Person::Partner),
        },
        organisation: Some(client.organisation),
        user: None,
        client: Some(client.id.0),
        partner: client.partner_id,
        shares: Arc::default(),
        roles,
        grants,
    })
}

/// Finds out who sent a request. No credentials is an answer too.
pub async fn authenticate(state: &State, request: &HttpRequest) -> Result<Arc<Principal>, Problem> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    // A token in the address is never looked at: addresses are remembered in many places.
    let Some(first) = headers.next() else {
        return Ok(Arc::new(Principal::anonymous()));
    };
    if headers.next().is_some() || names_token(request.query_string()) {
        let detail = "An access token is sent once, in the Authorization header";
        return Err(Problem::new(&types::MALFORMED_REQUEST, detail)
            .with_header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_request\""));
    }
    let text = first.to_str().unwrap_or_default().trim();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    match scheme.eq_ignore_ascii_case("bearer") {
        true => state.access.principal(&state.store, token.trim()).await,
        false => {
            let detail = "This service takes access tokens: `Authorization: Bearer …`";
            Err(Problem::new(&types::UNAUTHENTICATED, detail)
                .with_header(header::WWW_AUTHENTICATE, "Bearer"))
        }
    }
}

fn names_token(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token")
}
