//! A paper as a page for a browser: plain, with headings, lists and names for what a reader cannot see.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, html};

use super::{Clause, Paper};
use crate::http::digest_of;

/// Large letters, dark on light, lines that are not too long; a page of its own size on paper.
const STYLE: &str = "body{font:1.125rem/1.6 Arial,Helvetica,sans-serif;color:#212b32;background:#fff;\
margin:0 auto;max-width:44rem;padding:1.5rem}\
h1{font-size:1.9rem;line-height:1.25}h2{font-size:1.35rem;margin-top:2rem;line-height:1.3}\
dl{display:grid;grid-template-columns:minmax(9rem,1fr) 2fr;gap:.4rem 1rem;margin:0}\
dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}\
figure{margin:1rem 0}svg{border-bottom:2px solid #4c6272;max-width:100%;height:auto}\
@media(max-width:36rem){dl{display:block}dd{margin-bottom:.6rem}}\
@media print{body{max-width:none;padding:0}h2{break-after:avoid}}";

/// What a browser may do with a paper's page.
pub fn policy() -> String {
    policy_of(STYLE)
}

/// What a browser may do with a page: nothing but take its style.
pub fn policy_of(style: &str) -> String {
    let digest = STANDARD.encode(digest_of(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The page of a paper.
pub fn of(paper: &Paper) -> String {
    let clauses = html! { @for clause in &paper.clauses { (shown(clause)) } };
    framed(&paper.title, STYLE, &clauses)
}

/// A page with a title, which is its heading too.
pub fn framed(title: &str, style: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (maud::PreEscaped(style)) }
            }
            body {
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    page.into_string()
}

fn shown(clause: &Clause) -> Markup {
    match clause {
        Clause::Heading(text) => html! { h2 dir="auto" { (text) } },
        Clause::Paragraph(text) => html! { p dir="auto" { (text) } },
        Clause::Points(points) => html! {
            ul { @for point in points { li dir="auto" { (point) } } }
        },
        Clause::Facts(facts) => html! {
            dl { @for (name, value) in facts { dt { (name) } dd dir="auto" { (value) } } }
        },
        Clause::Drawing { path, name } => html! {
            figure {
                svg role="img" aria-label=(format!("The signature of {name}")) width="500" height="150" viewBox="0 0 1000 300" {
                    path d=(path) fill="none" stroke="#212b32" stroke-width="5" stroke-linecap="round" stroke-linejoin="round" {}
                }
            }
        },
    }
}
