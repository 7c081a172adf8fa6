//! Partners: patient and public partners, and what belongs to each of them.

pub mod access_needs;
mod belongings;
pub mod contact_preferences;
pub mod declarations;
mod disclosures;
mod duplicates;
pub mod enrolments;
pub mod entity;
mod erasure;
mod folding;
mod history;
pub mod image_consents;
mod inputs;
mod involvement;
mod leaving;
pub mod messages;
pub mod operations;
mod payment_statements;
pub mod representatives;
mod routes;
pub(crate) mod rules;
pub mod shares;
mod step_routes;
mod steps;
mod taking_on;
mod views;

pub use belongings::TABLES as BELONGINGS;
pub use entity::{PartnerId, PartnerStatus};
pub use inputs::{NewPartner, PartnerChanges};
pub use rules::{acts_for_self, not_for_themself, over, without_nhs_number};
pub use taking_on::{hold, take_on, take_up};
pub use views::{Partner, PartnerFilter, PartnerSort, Registration};

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    routes::routes(config);
    step_routes::routes(config);
    enrolments::routes(config);
    contact_preferences::routes(config);
    access_needs::routes(config);
    declarations::routes(config);
    representatives::routes(config);
    shares::routes(config);
    messages::routes(config);
    duplicates::routes(config);
    history::routes(config);
    disclosures::routes(config);
    payment_statements::routes(config);
    involvement::routes(config);
    image_consents::routes(config);
}
