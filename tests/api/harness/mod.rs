//! What the stories stand on: a service of their own, people who call it, and answers that are all
//! checked against the published document.

pub mod app;
pub mod applicants;
pub mod claims;
pub mod clients;
pub mod collector;
pub mod conformance;
pub mod database;
pub mod forms;
pub mod listening;
pub mod operations;
pub mod people;
pub mod place;
pub mod postgres;
pub mod raw;
pub mod request;
pub mod rounds;
pub mod support;

pub use app::{Person, TestApp};
pub use operations::Operation;
pub use request::Answer;

/// Tells one story on both databases: `story!(async fn a_partner_does_something(app) { … });`
macro_rules! story {
    ($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "not every story needs all that its file imports")]
            use super::*;

            async fn story($app: &$crate::harness::TestApp) $body

            #[actix_web::test]
            async fn on_sqlite() {
                let app = $crate::harness::TestApp::on_sqlite().await;
                story(&app).await;
                app.stop().await;
            }

            #[actix_web::test]
            async fn on_postgres() {
                let app = $crate::harness::TestApp::on_postgres().await;
                story(&app).await;
                app.stop().await;
            }
        }
    };
}

pub(crate) use story;
