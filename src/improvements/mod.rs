//! Improvements: "You said, we did". What people said, what the organisation decided about it and why, who sees to
//! it, and what came of it; told in public once a second person has looked at it.

pub mod entity;
mod feed;
mod inputs;
mod lifecycle;
pub mod operations;
mod publishing;
mod routes;
mod step_routes;
mod views;
mod you_said;

pub use entity::{ImprovementId, answered_insights};
pub use inputs::{ImprovementChanges, NewImprovement};
pub use lifecycle::{Decision, Publication, Status};
pub use publishing::settle;
pub use routes::routes;
pub use views::{Improvement, ImprovementFilter};
pub use you_said::YouSaidWeDid;
