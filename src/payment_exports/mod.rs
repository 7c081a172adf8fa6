//! Payment exports: what finance is told to pay. Every authorised claim goes out with one of them, once.

mod content;
pub mod entity;
pub mod operations;
mod routes;
mod views;

pub use entity::{PaymentExportId, Status};
pub use routes::routes;
pub use views::{MarkPaid, PaymentExport, PaymentExportFilter, PaymentExportSort, PaymentLine};
