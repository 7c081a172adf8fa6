//! "You said, we did" as a feed (Atom, RFC 4287), for a website or a reader to follow.

use actix_web::get;
use atom_syndication::{Category, Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use chrono::{DateTime, Utc};
use sea_orm::{QueryOrder, QuerySelect};

use super::entity::Column;
use super::lifecycle::Decision;
use super::you_said::{YouSaidWeDid, YouSaidWeDidFilter, published};
use crate::access::Caller;
use crate::access::permissions::ReadYouSaidWeDid;
use crate::http::{Parameters, Problem, Shown};
use crate::values::shortened;

const ATOM: &str = "application/atom+xml; charset=utf-8";
const TITLE: &str = "You said, we did";
/// How many of the latest ones the feed has; the list has all.
const LATEST: u64 = 50;
/// Letters of a title at the most.
const LONGEST_TITLE: usize = 100;

/// Follow what changed because people spoke
///
/// The latest 50 of "You said, we did" as an Atom feed, for anyone.
#[utoipa::path(tag = "Improvements", security((), ("bearer" = [ReadYouSaidWeDid])), params(YouSaidWeDidFilter),
    responses((status = OK, description = "The feed", body = String, content_type = "application/atom+xml; charset=utf-8")))]
#[get("/v1/you-said-we-did/feed")]
pub(super) async fn follow_you_said_we_did(
    caller: Caller<ReadYouSaidWeDid>,
    asked: Parameters<YouSaidWeDidFilter>,
) -> Result<Shown, Problem> {
    let reader = caller.read();
    let latest = reader
        .all(
            published(&reader, &asked.0)
                .order_by_desc(Column::PublishedAt)
                .limit(LATEST),
        )
        .await?;
    let latest: Vec<YouSaidWeDid> = latest.into_iter().map(YouSaidWeDid::from).collect();
    let address = format!("{}/v1/you-said-we-did", caller.state().config.public_url);
    let written = feed(&address, &asked.0, &latest).to_string();
    Ok(Shown::xml(
        ATOM,
        "you-said-we-did.atom".to_owned(),
        &written,
    ))
}

fn feed(address: &str, asked: &YouSaidWeDidFilter, latest: &[YouSaidWeDid]) -> Feed {
    let filters = [
        (
            "organisation",
            asked.organisation.as_ref().map(|code| code.as_str()),
        ),
        (
            "service",
            asked.service.as_ref().map(|service| service.as_str()),
        ),
    ];
    let filters = filters
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filters)
        .finish();
    let own = match query.is_empty() {
        true => format!("{address}/feed"),
        false => format!("{address}/feed?{query}"),
    };
    let updated = latest.iter().filter_map(|one| one.published_at).max();
    Feed {
        title: Text::plain(TITLE),
        id: own.clone(),
        // Without entries it has not changed since it could have any.
        updated: fixed(updated.unwrap_or(DateTime::UNIX_EPOCH)),
        links: vec![Link {
            href: own,
            rel: "self".to_owned(),
            mime_type: Some("application/atom+xml".to_owned()),
            ..Link::default()
        }],
        lang: Some("en-GB".to_owned()),
        entries: latest.iter().map(entry).collect(),
        ..Feed::default()
    }
}

fn entry(one: &YouSaidWeDid) -> Entry {
    let at = fixed(one.published_at.unwrap_or_default());
    let first_line = one.you_said.lines().next().unwrap_or_default();
    let said = [
        Some(("You said", one.you_said.as_str())),
        one.quote
            .as_deref()
            .map(|quote| ("In somebody's own words", quote)),
        one.we_did.as_deref().map(|did| ("We did", did)),
        one.why_not
            .as_deref()
            .map(|reason| (why_not(one.decision), reason)),
        one.impact_observed
            .as_deref()
            .map(|impact| ("What came of it", impact)),
    ];
    let said: Vec<String> = said
        .into_iter()
        .flatten()
        .map(|(name, words)| format!("{name}: {words}"))
        .collect();
    Entry {
        title: Text::plain(shortened(first_line, LONGEST_TITLE)),
        id: format!("urn:uuid:{}", one.id),
        updated: at,
        published: Some(at),
        authors: vec![Person {
            name: one.organisation.clone(),
            ..Person::default()
        }],
        categories: vec![Category {
            term: one.service.clone(),
            ..Category::default()
        }],
        content: Some(Content {
            value: Some(said.join("\n\n")),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// What a reason is called.
fn why_not(decision: Decision) -> &'static str {
    match decision {
        Decision::WillPartly => "Why not all of it",
        _ => "Why not",
    }
}

fn fixed(at: DateTime<Utc>) -> FixedDateTime {
    at.fixed_offset()
}
