//! Those who ask while others are being served are served together, with the next errand to the database.
//!
//! An errand costs a message to the database and an answer, whatever it carries. Under load, many callers
//! ask for the same kind of thing at the same moment, and one errand serves them all.
//!
//! - There is no timer: who comes first is served alone and at once. Nobody waits but for those before them.
//! - Only callers whose asks are alike go together, in a lane of their own.
//! - Whoever is gone before the errand begins, is left out of it; begun, it goes on.
//! - Errands belong to the thread that the database was opened on, which outlives the threads that serve: one of
//!   these may end with its last connection, and half a message must not end with it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::trust;

/// Something that serves many at once.
pub(super) trait Serves: Send + Sync + 'static {
    /// What the asks of a lane have in common.
    type Alike: Clone + Send + Sync + 'static;
    /// What somebody asks for.
    type Ask: Send + 'static;
    /// What they get.
    type Answer: Send + 'static;

    /// Errands of a lane at once.
    fn at_once(&self) -> usize;

    /// How many of those who wait go together, one at the least.
    fn portion(&self, waiting: usize) -> usize;

    /// The answers, in the order of the asks.
    fn serve(
        &self,
        alike: Self::Alike,
        asks: Vec<Self::Ask>,
    ) -> impl Future<Output = Vec<Self::Answer>> + Send;
}

struct Waiting<S: Serves> {
    ask: S::Ask,
    answer: oneshot::Sender<S::Answer>,
}

struct Lane<S: Serves> {
    /// Tells it from other lanes.
    number: u64,
    alike: S::Alike,
    under_way: usize,
    waiting: VecDeque<Waiting<S>>,
}

struct Lanes<S: Serves> {
    last: u64,
    all: Vec<Lane<S>>,
}

/// The lanes that lead to whoever serves.
pub(super) struct Gather<S: Serves> {
    serves: S,
    home: Handle,
    lanes: Mutex<Lanes<S>>,
}

/// Whoever was to answer is gone, with the thread that it was on: what was asked for may have happened or not.
#[derive(Debug)]
pub(super) struct Lost;

/// An errand that is under way; when it is over, those who waited have theirs.
struct UnderWay<S: Serves> {
    gather: Arc<Gather<S>>,
    lane: u64,
}

impl<S: Serves> Drop for UnderWay<S> {
    fn drop(&mut self) {
        let mut lanes = self.gather.lock();
        let Some(at) = lanes.all.iter().position(|lane| lane.number == self.lane) else {
            return;
        };
        let lane = &mut lanes.all[at];
        lane.waiting.retain(|one| !one.answer.is_closed());
        if lane.waiting.is_empty() {
            lane.under_way -= 1;
            if lane.under_way == 0 {
                lanes.all.swap_remove(at);
            }
            return;
        }
        let portion = self.gather.serves.portion(lane.waiting.len());
        let portion = portion.min(lane.waiting.len());
        let together: Vec<_> = lane.waiting.drain(..portion).collect();
        let alike = lane.alike.clone();
        let next = Self {
            gather: self.gather.clone(),
            lane: self.lane,
        };
        // A runtime that ends drops what it is given, and with it the next errand, which locks again.
        drop(lanes);
        let home = self.gather.home.clone();
        home.spawn(async move { next.serve(alike, together).await });
    }
}

impl<S: Serves> UnderWay<S> {
    async fn serve(self, alike: S::Alike, together: Vec<Waiting<S>>) {
        let (asks, owed): (Vec<_>, Vec<_>) = together
            .into_iter()
            .map(|one| (one.ask, one.answer))
            .unzip();
        // Whoever waits is told when nobody waits for the database any longer; so does this.
        let serving = trust::patiently(self.gather.serves.serve(alike, asks));
        for (owed, answer) in owed.into_iter().zip(serving.await.unwrap_or_default()) {
            // Nobody may be left to hear it.
            let _ = owed.send(answer);
        }
    }
}

impl<S: Serves> Gather<S> {
    pub(super) fn to(serves: S, home: Handle) -> Arc<Self> {
        Arc::new(Self {
            serves,
            home,
            lanes: Mutex::new(Lanes {
                last: 0,
                all: Vec::new(),
            }),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Lanes<S>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for something, together with those whose asks are alike: `fits` says whether a lane's are, and
    /// `alike` what a new lane's have in common.
    pub(super) async fn ask(
        self: &Arc<Self>,
        ask: S::Ask,
        fits: impl Fn(&S::Alike) -> bool,
        alike: impl FnOnce() -> S::Alike,
    ) -> Result<S::Answer, Lost> {
        match self.queue(ask, fits, alike) {
            Admitted::Later(answer) => answer.await.map_err(|_| Lost),
            Admitted::Now(_under_way, alike, ask) => self.alone(alike, ask).await,
        }
    }

    /// Asks for something without waiting for anybody.
    pub(super) async fn alone(&self, alike: S::Alike, ask: S::Ask) -> Result<S::Answer, Lost> {
        let answers = self.serves.serve(alike, vec![ask]).await;
        answers.into_iter().next().ok_or(Lost)
    }

    /// Nobody has to wait before a lane is busy.
    fn queue(
        self: &Arc<Self>,
        ask: S::Ask,
        fits: impl Fn(&S::Alike) -> bool,
        alike: impl FnOnce() -> S::Alike,
    ) -> Admitted<S> {
        let mut lanes = self.lock();
        let Lanes { last, all } = &mut *lanes;
        let at = all.iter().position(|lane| fits(&lane.alike));
        let at = at.unwrap_or_else(|| {
            *last += 1;
            all.push(Lane {
                number: *last,
                alike: alike(),
                under_way: 0,
                waiting: VecDeque::new(),
            });
            all.len() - 1
        });
        let lane = &mut all[at];
        if lane.under_way < self.serves.at_once() {
            lane.under_way += 1;
            let under_way = UnderWay {
                gather: self.clone(),
                lane: lane.number,
            };
            return Admitted::Now(under_way, lane.alike.clone(), ask);
        }
        let (answer, later) = oneshot::channel();
        lane.waiting.push_back(Waiting { ask, answer });
        Admitted::Later(later)
    }
}

enum Admitted<S: Serves> {
    Now(UnderWay<S>, S::Alike, S::Ask),
    Later(oneshot::Receiver<S::Answer>),
}
