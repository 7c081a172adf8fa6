//! The peer support network: partners among themselves.
//!
//! What is shared here is for the people who belong to the network now. Nobody who works for the organisation
//! reads it, whatever their role, and no API client: the records are filtered by membership, not by how far a
//! permission reaches. The ledger tells of it to nobody: its entries belong to no organisation and name no
//! actor (`Event::unseen`), and the figures of the service count no single operation of it. Staff see how
//! many belong, unless they are few, and the themes that the network let out, without authors.

pub mod contributions;
pub mod memberships;
pub mod sessions;
pub mod themes;
mod words;

pub use memberships::INVITE;
pub use memberships::operations::invite;
pub use words::{Experience, PeerTopic};

use crate::http::Routes;

/// Registers the routes.
pub fn routes(config: &mut Routes<'_>) {
    memberships::routes(config);
    contributions::routes(config);
    sessions::routes(config);
    themes::routes(config);
}
