//! The wording of agreements.

mod kind;

pub use kind::AgreementKind;
