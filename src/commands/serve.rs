//! Serving until told to stop.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use super::{Failure, say};
use crate::app;
use crate::config::Config;
use crate::store::Clock;

/// Heads that had arrived when the service was told to stop, and that no worker has read yet, are read within this.
const HEARING: Duration = Duration::from_millis(500);
/// How long the service waits, when it was told to stop, for a moment in which it works on nothing. A worker without
/// connections ends at once, and with it the connections to the database that it opened, which others may use.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves until SIGTERM or SIGINT; everything whose head had arrived is answered first.
pub async fn serve(config: Config) -> Result<(), Failure> {
    crate::telemetry::start(&config.log);
    let _held = super::backup::hold(&config)?;
    let running = app::start(config, Clock::default())
        .await
        .map_err(Failure::Other)?;
    announce(&running);
    finish(running).await
}

/// Tells where the service listens. That nobody hears it is no reason not to serve.
pub fn announce(running: &app::Running) {
    let _ = say(format!(
        "Equal Partners listens on http://{0}\nSwagger UI: http://{0}/docs/",
        running.address
    ));
}

/// Waits for SIGTERM or SIGINT, then until every request whose head had arrived is answered.
pub async fn finish(running: app::Running) -> Result<(), Failure> {
    let database = running.state.store.database.clone();
    let handle = running.server.handle();
    let other = |error: std::io::Error| Failure::Other(error.to_string());
    let mut terminate = signal(SignalKind::terminate()).map_err(other)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(other)?;
    let state = running.state.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        state.ending.store(true, Ordering::Relaxed);
        tokio::time::sleep(state.config.drain.max(HEARING)).await;
        let idle = async {
            while !state.gate.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, idle).await;
        handle.stop(true).await;
    });
    running.server.await.map_err(other)?;
    // What they were about is found again at the next start.
    running.background.iter().for_each(JoinHandle::abort);
    let state = running.state;
    let told = tokio::task::spawn_blocking(move || state.traces.end()).await;
    told.map_err(|error| Failure::Other(error.to_string()))?;
    Ok(database.close().await?)
}
