//! The vocabulary that all resources share: identifiers, limited text, choices, and JSON columns.
//!
//! A value that exists is valid: its limits are checked when it is parsed, and the same limits stand
//! in its OpenAPI schema.

mod choices;
mod day;
mod folded;
mod ids;
mod order;
mod shortened;
mod stored;
mod text;
mod words;

pub use day::{begins, day_of};
pub use folded::Folded;
pub use order::in_order;
pub use shortened::shortened;
pub use stored::Stored;
pub use text::{
    Address, CertificateEnding, EmailAddress, Issuer, ItemCode, Label, Language, Line, LongProse,
    Month, OdsCode, PartName, Pence, PersonName, Postcode, Prose, Reason, RouteCode, SignaturePath,
    Subject, Telephone, Title,
};
pub use words::{DayPart, Mode, Perspective, Weekday};

pub use ids::hyphenated;

pub(crate) use choices::choices;
pub(crate) use ids::id;
