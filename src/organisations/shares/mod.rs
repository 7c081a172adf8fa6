//! Shares: what one organisation lets another one see, from a day to a day, until it is revoked.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{OrganisationShareId, shared_with, shares_with};
pub use routes::routes;
pub use views::{NewOrganisationShare, OrganisationShare, ShareFilter};
