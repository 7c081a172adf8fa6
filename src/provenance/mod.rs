//! Provenance: what led to what, from what somebody said to what changed because of it, and back.

pub mod entity;
mod kinds;
mod links;
mod operations;
mod prov_json;
mod routes;
mod views;

pub use entity::{LinkKind, NodeKind};
pub use kinds::{must_be_there, why_not_quoted, why_not_told};
pub use links::{Node, link, links_between, links_between_one};
pub use routes::routes;
pub use views::Provenance;
