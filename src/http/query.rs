//! Queries that come in: filters, orders and pages. A parameter that is not known is refused.

use std::collections::BTreeSet;
use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::extract::unless_missing;
use super::page::Paging;
use super::problem::{FieldError, Problem, types};
use crate::app::State;

/// The pairs of a query string, each name once.
fn pairs(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(request.query_string()).map_err(|_| {
            Problem::new(
                &types::MALFORMED_REQUEST,
                "The query is not form-encoded UTF-8",
            )
        })?;
    // PostgreSQL cannot keep NUL in text, and no word that is searched for holds one.
    if let Some((name, _)) = pairs
        .iter()
        .find(|(name, value)| name.contains('\0') || value.contains('\0'))
    {
        let name = name.replace('\0', "");
        return Err(Problem::new(
            &types::INVALID_PARAMETER,
            format!("`{name}` holds a NUL character"),
        ));
    }
    let mut seen = BTreeSet::new();
    match pairs.iter().find(|(name, _)| !seen.insert(name.as_str())) {
        Some((name, _)) => Err(Problem::new(
            &types::REPEATED_PARAMETER,
            format!("`{name}` is given twice"),
        )),
        None => Ok(pairs),
    }
}

fn parse<F: DeserializeOwned>(pairs: &[(String, String)]) -> Result<F, Problem> {
    let text = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let from = serde_urlencoded::Deserializer::new(form_pairs(&text));
    serde_path_to_error::deserialize(from).map_err(|error| {
        // What is missing has no path.
        let text = error.inner().to_string();
        let missing = text.strip_prefix("missing field `");
        if let Some((name, _)) = missing.and_then(|rest| rest.split_once('`')) {
            let detail = format!("The parameter `{name}` is needed");
            let needed =
                FieldError::new(format!("/{name}"), "required", "this parameter is required");
            return Problem::new(&types::INVALID_PARAMETER, detail).with_errors(vec![needed]);
        }
        let name = error.path().to_string();
        let what = "see the parameter's schema";
        not_allowed(&name).with_errors(vec![FieldError::new(format!("/{name}"), "invalid", what)])
    })
}

fn form_pairs(text: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(text.as_bytes())
}

/// Refuses query parameters that the operation does not have, those given twice, and values that the
/// published schema refuses: the types behind it are more lenient about dates and numbers.
pub fn check_query(request: &HttpRequest, state: &State, route: &str) -> Result<(), Problem> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    for (name, value) in pairs(request)? {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        if !state.contract.takes(route, &name) {
            let detail = format!("`{shown}` is not a parameter of this operation");
            return Err(Problem::new(&types::UNKNOWN_PARAMETER, detail));
        }
        let errors = state.contract.refuses(route, &name, &value);
        if !errors.is_empty() {
            return Err(not_allowed(&shown).with_errors(errors));
        }
    }
    Ok(())
}

fn not_allowed(name: &str) -> Problem {
    let detail = format!("The parameter `{name}` has a value that is not allowed");
    Problem::new(&types::INVALID_PARAMETER, detail)
}

/// The query of an operation that is not a list.
pub struct Parameters<F>(pub F);

impl<F: DeserializeOwned + 'static> FromRequest for Parameters<F> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = pairs(request).and_then(|pairs| parse(&pairs));
        let request = request.clone();
        Box::pin(async move {
            match parsed {
                Ok(parameters) => Ok(Self(parameters)),
                // What is missing in the query counts only for a record that is there.
                Err(problem) => Err(unless_missing(&request, problem).await),
            }
        })
    }
}

/// The query of a list: its page, and its filter with its order.
pub struct Listing<F> {
    /// The filter and the order.
    pub filter: F,
    /// How much of the list, from where.
    pub paging: Paging,
}

impl<F: DeserializeOwned> FromRequest for Listing<F> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(listing(request))
    }
}

fn listing<F: DeserializeOwned>(request: &HttpRequest) -> Result<Listing<F>, Problem> {
    let mut pairs = pairs(request)?;
    let mut take = |name: &str| {
        let at = pairs.iter().position(|(key, _)| key == name)?;
        Some(pairs.remove(at).1)
    };
    let limit = match take("limit").map(|text| text.parse::<u64>()) {
        None => 50,
        Some(Ok(limit @ 1..=200)) => limit,
        Some(_) => {
            return Err(Problem::new(
                &types::INVALID_PARAMETER,
                "`limit` is a number from 1 to 200",
            )
            .with_errors(vec![FieldError::new("/limit", "range", "from 1 to 200")]));
        }
    };
    let after = take("after");
    pairs.sort();
    let bound_to = format!(
        "{}?{}",
        request.path(),
        serde_urlencoded::to_string(&pairs).unwrap_or_default()
    );
    Ok(Listing {
        filter: parse(&pairs)?,
        paging: Paging {
            limit,
            after,
            bound_to,
        },
    })
}
