//! Access needs, in the categories of the Accessible Information Standard (DAPB1605) and one of our own.
//!
//! Every read of them is remembered with its purpose, and the partner can see it.

pub mod entity;
mod inputs;
mod operations;
mod routes;
mod views;

pub use entity::AccessNeedId;
pub use inputs::{AccessNeedChanges, NewAccessNeed};
pub use routes::routes;
pub use views::{AccessNeed, ReadPurpose};
