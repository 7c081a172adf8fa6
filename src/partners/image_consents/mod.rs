//! Consent to pictures and recordings, apart from everything else: never a condition of a role, and taken back at
//! any time.

pub mod entity;
mod operations;
mod routes;
mod views;

pub use entity::ImageConsentId;
pub use routes::routes;
pub use views::{ImageConsent, NewImageConsent};
