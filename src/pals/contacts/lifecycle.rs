//! The states of a contact, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where a contact stands.
    #[schema(as = PalsContactStatus)]
    pub enum Status {
        /// It has come in.
        Received,
        /// A PALS officer sees to it.
        InProgress,
        /// Whoever brought it has to say something first; the clock stands.
        AwaitingCaller,
        /// A service has to answer first.
        AwaitingService,
        /// The person concerned has to consent first; the clock stands.
        AwaitingConsent,
        /// There is an outcome.
        Resolved,
        /// Whoever brought it has the outcome.
        Closed,
        /// It was handed over, and goes on as a complaint.
        EscalatedToComplaint,
        /// It is not settled after all.
        Reopened,
    }
}

const OFFICER: &str = "a PALS officer whom it does not concern";

impl Lifecycle for Status {
    const OF: &'static str = "PALS contact";
    const FIRST: Self = Self::Received;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::Received], OFFICER),
        Step::stays("change", &[Self::InProgress], OFFICER),
        Step::stays("change", &[Self::AwaitingCaller], OFFICER),
        Step::stays("change", &[Self::AwaitingService], OFFICER),
        Step::stays("change", &[Self::AwaitingConsent], OFFICER),
        Step::stays("change", &[Self::Reopened], OFFICER),
        Step {
            verb: "start",
            from: &[Self::Received, Self::Reopened],
            to: Self::InProgress,
            needs: "an owner: whoever starts, if there is none",
        },
        Step {
            verb: "await-caller",
            from: &[Self::InProgress],
            to: Self::AwaitingCaller,
            needs: "a reason; somebody who can be asked. The clock stands",
        },
        Step {
            verb: "await-service",
            from: &[Self::InProgress],
            to: Self::AwaitingService,
            needs: "the clock runs on",
        },
        Step {
            verb: "await-consent",
            from: &[Self::InProgress],
            to: Self::AwaitingConsent,
            needs: "a reason; consent that is pending. The clock stands",
        },
        Step {
            verb: "resume",
            from: &[Self::AwaitingCaller, Self::AwaitingService],
            to: Self::InProgress,
            needs: "",
        },
        Step {
            verb: "record-consent",
            from: &[Self::InProgress, Self::AwaitingConsent],
            to: Self::InProgress,
            needs: "without consent, details of the person concerned are removed",
        },
        Step::stays("record-consent", &[Self::Received], ""),
        Step::stays("record-consent", &[Self::AwaitingCaller], ""),
        Step::stays("record-consent", &[Self::AwaitingService], ""),
        Step::stays("record-consent", &[Self::Resolved], ""),
        Step::stays("record-consent", &[Self::Closed], ""),
        Step::stays("record-consent", &[Self::EscalatedToComplaint], ""),
        Step::stays("record-consent", &[Self::Reopened], ""),
        Step {
            verb: "resolve",
            from: &[Self::InProgress],
            to: Self::Resolved,
            needs: "an outcome; consent that is not pending; no complaint, which is handed over",
        },
        Step {
            verb: "close",
            from: &[Self::Resolved],
            to: Self::Closed,
            needs: "",
        },
        Step {
            verb: "reopen",
            from: &[Self::Resolved, Self::Closed],
            to: Self::Reopened,
            needs: "a reason; the clock starts anew",
        },
        Step {
            verb: "escalate",
            from: &[
                Self::Received,
                Self::InProgress,
                Self::AwaitingCaller,
                Self::AwaitingService,
                Self::AwaitingConsent,
                Self::Resolved,
                Self::Reopened,
            ],
            to: Self::EscalatedToComplaint,
            needs: "the reference under which the complaint goes on, which is kept",
        },
    ];
}

impl Status {
    /// Those in which PALS still has something to do.
    pub const OPEN: [Self; 6] = [
        Self::Received,
        Self::InProgress,
        Self::AwaitingCaller,
        Self::AwaitingService,
        Self::AwaitingConsent,
        Self::Reopened,
    ];
}
