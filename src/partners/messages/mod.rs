//! Messages to a partner, waiting to be sent: thin, ids and dates only.

pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{MessageId, MessagePurpose};
pub use operations::{queue, queue_all};
pub use routes::routes;
pub use views::Message;

/// What is still sent when messages are cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sparing {
    /// Answers to what the partner sent.
    Replies,
    /// Nothing at all.
    Nothing,
}
