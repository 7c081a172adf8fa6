//! Pictures: figures for people who would rather look, as SVG or as a page with the same figures in a table.
//!
//! A picture is made of what its report answers as JSON, so the two never differ. Nothing in it is told by colour
//! alone, and its description says in words what it shows.

mod draw;

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use maud::{PreEscaped, html};

pub use draw::{Bar, Drawing, Point};

use crate::http::{Problem, Shown, preferred, types};
use crate::papers;

/// The media type of a picture alone.
const SVG: &str = "image/svg+xml";
/// The media type of a picture with its table.
const PAGE: &str = "text/html; charset=utf-8";

/// Large letters, dark on light; a table with lines, in a window of any width.
const STYLE: &str = "body{font:1.125rem/1.6 Arial,Helvetica,sans-serif;color:#212b32;background:#fff;\
margin:0 auto;max-width:64rem;padding:1.5rem}\
h1{font-size:1.9rem;line-height:1.25}figure{margin:1rem 0}svg{max-width:100%;height:auto}\
main{overflow-x:auto}table{border-collapse:collapse}caption{text-align:left;margin-bottom:1rem}\
th,td{text-align:right;padding:.3rem .8rem;border-bottom:1px solid #4c6272}\
th:first-child{text-align:left}thead th{vertical-align:bottom}";

/// A picture, the words for it, and its table.
#[derive(Debug)]
pub struct Picture {
    /// Names it, and its file: words of this service and days.
    pub name: String,
    /// What it is of.
    pub title: String,
    /// What it shows, in words.
    pub description: String,
    /// The names of the table's columns.
    pub columns: Vec<String>,
    /// The rows of the table.
    pub rows: Vec<Vec<String>>,
    /// What is drawn.
    pub drawing: Drawing,
}

impl Picture {
    /// The picture as a whole: with its title and description, for those who hear it.
    fn svg(&self) -> Result<String, Problem> {
        let drawn = draw::svg(&self.drawing).map_err(Problem::internal)?;
        let (title, description) = (
            format!("{}-title", self.name),
            format!("{}-description", self.name),
        );
        let words = html! {
            title id=(title) { (self.title) }
            desc id=(description) { (self.description) }
        };
        let named =
            format!("<svg role=\"img\" aria-labelledby=\"{title} {description}\" lang=\"en-GB\" ");
        let (_, rest) = drawn
            .split_once("<svg ")
            .ok_or_else(|| Problem::internal("a drawing without a beginning"))?;
        let (attributes, content) = rest
            .split_once('>')
            .ok_or_else(|| Problem::internal("a drawing without content"))?;
        Ok(format!(
            "{named}{attributes}>{}{content}",
            words.into_string()
        ))
    }

    /// A page with the picture and its table.
    fn page(&self) -> Result<String, Problem> {
        let svg = self.svg()?;
        let content = html! {
            figure { (PreEscaped(svg)) }
            table {
                caption { (self.description) }
                thead { tr { @for column in &self.columns { th scope="col" { (column) } } } }
                tbody {
                    @for row in &self.rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        };
        Ok(papers::framed(&self.title, STYLE, &content))
    }

    fn shown(&self, media_type: &str) -> Result<Shown, Problem> {
        match media_type {
            SVG => {
                let name = format!("{}.svg", self.name);
                Ok(Shown::xml(SVG, name, &self.svg()?))
            }
            _ => {
                let page = self.page()?.into_bytes();
                Ok(Shown::page(&self.name, page, papers::policy_of(STYLE)))
            }
        }
    }
}

impl Responder for Picture {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let Some(media_type) = preferred(request.headers(), &[SVG, PAGE]) else {
            let detail = "The picture is image/svg+xml, or text/html with its table";
            return HttpResponse::from_error(Problem::new(&types::NOT_ACCEPTABLE, detail));
        };
        match self.shown(media_type) {
            Ok(shown) => shown.respond_to(request),
            Err(problem) => HttpResponse::from_error(problem),
        }
    }
}

#[cfg(test)]
mod tests;
