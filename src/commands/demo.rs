//! The demonstration.

use super::serve::{announce, finish};
use super::{Failure, say};
use crate::app;
use crate::config::Config;
use crate::demo::{self, Found};
use crate::store::Clock;

/// Makes the demonstration, unless it is there, and serves it.
pub async fn demo(config: Config) -> Result<(), Failure> {
    crate::telemetry::start(&config.log);
    let _held = super::backup::hold(&config)?;
    match demo::make(&config, Clock::default().now()).await? {
        Found::Nothing => {
            say("made a demonstration: the organisations of England, and invented people at work")?;
        }
        Found::Demonstration => say("the demonstration is there already; nothing was added")?,
        Found::Other => {
            let place = config.database_url.strip_prefix("sqlite://");
            return Err(Failure::Usage(format!(
                "{} holds other data, or a demonstration whose making was interrupted; set \
                 EQUAL_PARTNERS_DATA_DIR to an empty folder, or remove what is in this one",
                place.unwrap_or("the database")
            )));
        }
    }
    let running = app::start(config, Clock::default())
        .await
        .map_err(Failure::Other)?;
    announce(&running);
    say("\nTokens for the next hour; paste one into Swagger UI under Authorize, bearer:\n")?;
    for pass in demo::passes(&running.state)? {
        say(format!(
            "{} of {} ({})\n{}\n",
            pass.role, pass.organisation, pass.subject, pass.token
        ))?;
    }
    finish(running).await
}
