//! Papers: what the service writes for people to read and keep, as a page for a browser and as a tagged PDF. The
//! same paper always gives the same bytes: nothing in them comes from the time or the place of the making.

mod fonts;
mod page;
mod pdf;
mod setting;

use chrono::{DateTime, Utc};

use crate::http::Problem;

pub use page::{framed, policy, policy_of};

/// A part of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// A heading below the title.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A list of points.
    Points(Vec<String>),
    /// What is called what.
    Facts(Vec<(String, String)>),
    /// A signature that was drawn, and whose it is.
    Drawing {
        /// The lines, as SVG writes them, within 1000 by 300.
        path: String,
        /// Whose it is.
        name: String,
    },
}

/// Something to read and keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// What names it, whatever its title.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its date.
    pub at: DateTime<Utc>,
    /// What it says, in order.
    pub clauses: Vec<Clause>,
}

impl Paper {
    /// As a page and as a PDF. To set text takes some milliseconds, which no other request waits for.
    pub async fn rendered(self) -> Result<(Vec<u8>, Vec<u8>), Problem> {
        let render = move || (page::of(&self).into_bytes(), pdf::of(&self));
        let (page, pdf) = tokio::task::spawn_blocking(render)
            .await
            .map_err(Problem::internal)?;
        Ok((page, pdf.map_err(Problem::internal)?))
    }
}

#[cfg(test)]
mod tests;
