//! NHS organisations by ODS code: who belongs to whom since when, how to reach them, what they share.

pub mod entity;
pub mod hierarchy;
mod import;
pub mod operations;
mod routes;
pub mod shares;
pub mod tree;
mod views;

pub use entity::OrganisationKind;
pub use hierarchy::Hierarchy;
pub use import::Imported;
pub use routes::routes;
pub use shares::{shared_with, shares_with};
pub use tree::{Around, History, Tree};
pub use views::{Contact, Organisation, OrganisationChanges, OrganisationFilter, Unit, UnitFilter};

use crate::http::Problem;

/// The organisation at the root of the hierarchy, for platform-wide roles.
pub const ROOT: &str = "ENGLAND";
/// What an organisation is called, in problems and in the ledger.
pub const NOUN: &str = "organisation";

/// The hierarchy that comes with the program: everyone in England who takes part in the inpatient
/// Friends and Family Test. Made with `zstd --ultra -22 -c FILE.csv > src/organisations/england.csv.zst`.
pub fn bundled() -> Result<Hierarchy, Problem> {
    let bytes = zstd::decode_all(include_bytes!("england.csv.zst").as_slice());
    Hierarchy::parse(&bytes.map_err(Problem::internal)?).map_err(hierarchy::refused)
}
