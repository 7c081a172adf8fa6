//! Documents: guides, templates, strategies, policies and forms. A document has versions, one line of them for each
//! format and language; a public link leads to the current one, and older ones stay to be read.

pub mod entity;
mod operations;
mod routes;
mod views;

pub mod versions;

pub use entity::{DocumentFormat, DocumentId};
pub use routes::routes;
pub use views::Document;
