//! A caller who holds a permission: the only way from a handler to the database.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::permission::Permission;
use super::principal::Principal;
use crate::app::State;
use crate::http::{Context, Page, Problem, Sent, check_id, check_query, digest_of, types};
use crate::store::{Authority, Event, Key, Reader, Scope, Work};
use crate::values::day_of;

/// How many characters the key of a caller without a token has at the least: a UUID without hyphens.
const LEAST_ANONYMOUS_KEY: usize = 32;

/// What the frame found out about the caller.
#[derive(Clone)]
pub struct Authenticated(Rc<Result<Arc<Principal>, Problem>>);

impl From<Result<Arc<Principal>, Problem>> for Authenticated {
    fn from(found: Result<Arc<Principal>, Problem>) -> Self {
        Self(Rc::new(found))
    }
}

/// Proof that the caller holds the permission `P`, and how far it reaches.
pub struct Caller<P> {
    principal: Arc<Principal>,
    scope: Rc<Scope>,
    context: Rc<Context>,
    state: Data<State>,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::admit(request))
    }
}

impl<P: Permission> Caller<P> {
    fn admit(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request
            .app_data::<Data<State>>()
            .cloned()
            .ok_or_else(|| Problem::internal("the state is not set up"))?;
        let found = request.extensions().get::<Authenticated>().cloned();
        let found = found.ok_or_else(|| Problem::internal("the frame is not set up"))?;
        let principal = match found.0.as_ref() {
            Ok(principal) => principal.clone(),
            Err(problem) => return Err(problem.clone()),
        };
        let reach = match principal.grants.get(P::SCOPE) {
            Some(reach) => *reach,
            None if principal.is_anonymous() => {
                return Err(Problem::new(
                    &types::UNAUTHENTICATED,
                    "This operation needs an access token",
                )
                .with_header(header::WWW_AUTHENTICATE, "Bearer"));
            }
            None => {
                let challenge = format!(
                    "Bearer error=\"insufficient_scope\", scope=\"{}\"",
                    P::SCOPE
                );
                return Err(Problem::new(
                    &types::INSUFFICIENT_SCOPE,
                    format!("The permission `{}` is needed", P::SCOPE),
                )
                .with_header(header::WWW_AUTHENTICATE, challenge));
            }
        };
        let context = Context::of(request);
        let route = format!(
            "{} {}",
            request.method(),
            request.match_pattern().unwrap_or_default()
        );
        let route = context.route.get_or_init(|| route).clone();
        check_id(request)?;
        check_query(request, &state, &route)?;
        if request.method() == Method::POST
            && let Some(key) = idempotency_key(request)?
        {
            // Callers without a token share one space of keys, and answers can hold credentials.
            if principal.is_anonymous() && key.len() < LEAST_ANONYMOUS_KEY {
                let detail = "Without an access token a key has to be hard to guess: at least 32 characters, such as a UUID";
                return Err(Problem::new(&types::INVALID_IDEMPOTENCY_KEY, detail));
            }
            let seen = request.headers().get_all(header::IF_MATCH);
            let seen: Vec<&[u8]> = seen.map(header::HeaderValue::as_bytes).collect();
            let _ = context.seen_digest.set(digest_of(&seen.join(&b',')));
            let _ = context.idempotency_key.set(key);
        }
        let now = state.store.clock.now();
        let scope = Rc::new(Scope {
            reach,
            organisation: principal.organisation.clone(),
            partner: principal.partner,
            user: principal.user,
            staff: principal.roles.iter().any(|role| role.works_with_people()),
            shares: principal.shares.clone(),
            today: day_of(now),
            now,
        });
        request.extensions_mut().insert(scope.clone());
        Ok(Self {
            principal,
            scope,
            context,
            state,
            permission: PhantomData,
        })
    }

    /// Who calls.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Which records the caller reaches.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The service, for what is no record: keys, configuration, the document.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn authority(&self) -> Authority {
        let context = &self.context;
        let subject = self.principal.actor.word();
        let key = context.idempotency_key.get().map(|key| {
            let organisation = self.scope.organisation.as_deref().unwrap_or("-");
            // The same request has the same body, and was made on the same version.
            let body = context.body_digest.get().copied().unwrap_or_default();
            let seen = context.seen_digest.get().copied().unwrap_or_default();
            let body = digest_of(&[body, seen].concat());
            // The path, not its template: the same key on another record is another request.
            Key::new(organisation, &subject, &context.path, key, body)
        });
        Authority {
            actor: self.principal.actor.clone(),
            scope: (*self.scope).clone(),
            route: context.route().to_owned(),
            request_id: context.request_id.clone(),
            key,
        }
    }

    /// Reads what the caller may see.
    pub fn read(&self) -> Reader<'_> {
        self.state.store.reader(&self.scope)
    }

    /// Reads personal data: the read is recorded in the ledger before it is answered.
    pub async fn read_recorded<T, F>(&self, read: F) -> Result<T, Problem>
    where
        F: AsyncFnOnce(&Reader<'_>) -> Result<(T, Event), Problem>,
    {
        self.state
            .store
            .read_recorded(&self.authority(), read)
            .await
    }

    /// A page that is the same for everyone without a token: kept, as long as no record of this kind changes.
    pub async fn for_all<T, F>(
        &self,
        noun: &str,
        asked: String,
        list: F,
    ) -> Result<Arc<Sent>, Problem>
    where
        T: Serialize,
        F: AsyncFnOnce() -> Result<Page<T>, Problem>,
    {
        if !self.principal.is_anonymous() {
            return Ok(Arc::new(Sent::of(&list().await?)?));
        }
        let (answers, now) = (&self.state.answers, self.scope.now);
        let changes = self.state.store.database.changes().of(noun);
        if let Some(kept) = answers.get(&asked, changes, now) {
            return Ok(kept);
        }
        let sent = Arc::new(Sent::of(&list().await?)?);
        answers.keep(asked, changes, now, sent.clone());
        Ok(sent)
    }

    /// Makes a change once; see [`Store::write`](crate::store::Store::write).
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(&mut Work<'_>) -> Result<(T, Event), Problem>,
    {
        self.state.store.write(&self.authority(), work).await
    }
}

/// The Idempotency-Key, plain or as a quoted string (RFC 8941).
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut values = request.headers().get_all("idempotency-key");
    let Some(first) = values.next() else {
        return Ok(None);
    };
    let invalid = || {
        Problem::new(
            &types::INVALID_IDEMPOTENCY_KEY,
            "1 to 255 visible ASCII characters are needed",
        )
    };
    if values.next().is_some() {
        return Err(invalid());
    }
    let text = first.to_str().map_err(|_| invalid())?;
    let plain = match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').ok_or_else(invalid)?,
        None => text,
    };
    let fits =
        (1..=255).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| Some(plain.to_owned())).ok_or_else(invalid)
}
