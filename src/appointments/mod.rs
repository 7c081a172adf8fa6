//! Appointments: partners in their roles, from an accepted place to the end of the term.

mod activity;
pub mod entity;
mod lifecycle;
pub mod operations;
mod routes;
mod term;
mod views;

pub use entity::AppointmentId;
pub use lifecycle::{PaymentChoice, Status};
pub use routes::routes;
pub use views::{
    Appointment, AppointmentChanges, AppointmentFilter, AppointmentSort, ChoosePayment,
    EndAppointment, NewAppointment,
};
