//! Who may do what, for which organisation.
//!
//! The frame finds out who calls; a handler's [`Caller`] proves that this caller holds the permission
//! that the handler names. There is no other way to the database.

mod caller;
mod keys;
mod permission;
mod principal;
mod remembered;
mod revocation;
mod token;

pub use caller::{Authenticated, Caller};
pub use keys::{Keys, PublicKey};
pub use permission::{Permission, Role, Row, TABLE, permissions};
pub use principal::{Principal, authenticate};
pub use remembered::Access;
pub use revocation::{forget_revocations, revoke};
pub use token::{AUDIENCE, Claims, LONGEST, NewToken, Refused, Verified};
