//! What the token endpoints answer when they refuse: the errors of RFC 6749, section 5.2.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Problem;

/// Why a token endpoint refuses (RFC 6749, section 5.2; RFC 6750, section 3.1): the standards' words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OAuthErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is not known, or its secret is another one.
    InvalidClient,
    /// The token was given to another client.
    InvalidGrant,
    /// This way to a token is not offered.
    UnsupportedGrantType,
    /// A permission that the client does not have.
    InvalidScope,
    /// The access token with which the caller came is not accepted.
    InvalidToken,
}

/// The body of an answer with status 400 or 401 from a token endpoint.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "error": "invalid_scope", "error_description": "The client does not have the permission that is asked for"
}))]
pub struct OAuthError {
    /// Why, as a word for programs.
    pub error: OAuthErrorCode,
    /// Why, in plain words. What was sent is never repeated.
    #[schema(max_length = 200)]
    pub error_description: &'static str,
}

/// A refusal on its way to the caller.
#[derive(Debug)]
pub enum Refusal {
    /// As RFC 6749 says it.
    OAuth(OAuthError, Option<&'static str>),
    /// Something that is no matter of OAuth: too many requests, a database that is away.
    Problem(Problem),
}

/// How a client shows who it is.
const BASIC: &str = "Basic realm=\"equal-partners\", charset=\"UTF-8\"";
/// The answer to an access token that is not accepted.
const BEARER: &str = "Bearer error=\"invalid_token\"";

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Refusal {
    /// A refusal with status 400.
    pub fn because(error: OAuthErrorCode, error_description: &'static str) -> Self {
        Self::OAuth(
            OAuthError {
                error,
                error_description,
            },
            None,
        )
    }

    /// The request cannot be read.
    pub fn request(description: &'static str) -> Self {
        Self::because(OAuthErrorCode::InvalidRequest, description)
    }

    /// The client is not known; which part of its credentials is wrong is not told.
    pub fn client() -> Self {
        let error = OAuthError {
            error: OAuthErrorCode::InvalidClient,
            error_description: "The client's id and secret are needed, and have to be right",
        };
        Self::OAuth(error, Some(BASIC))
    }

    /// The access token with which the caller came is not accepted.
    pub fn token() -> Self {
        let error = OAuthError {
            error: OAuthErrorCode::InvalidToken,
            error_description: "The access token is not valid",
        };
        Self::OAuth(error, Some(BEARER))
    }

    /// The answer; problems are left to the frame, which knows the address.
    pub fn answer(self) -> Result<HttpResponse, Problem> {
        let (error, challenge) = match self {
            Self::OAuth(error, challenge) => (error, challenge),
            Self::Problem(problem) => return Err(problem),
        };
        let status = match challenge {
            Some(_) => StatusCode::UNAUTHORIZED,
            None => StatusCode::BAD_REQUEST,
        };
        let mut answer = HttpResponse::build(status);
        if let Some(challenge) = challenge {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        Ok(unstored(answer.json(error)))
    }
}

/// Marks an answer as one that nobody keeps (RFC 6749, section 5.1).
pub fn unstored(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    headers.insert(header::PRAGMA, header::HeaderValue::from_static("no-cache"));
    answer
}
