//! The states of an appointment, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where an appointment stands.
    #[schema(as = AppointmentStatus)]
    pub enum Status {
        /// The checks that the role asks for are being made.
        PendingChecks,
        /// The partner is being inducted.
        Inducting,
        /// The partner is at work in the role.
        Active,
        /// The role rests.
        Paused,
        /// It has ended.
        Ended,
    }
}

choices! {
    /// What a partner chooses about the payment for a role. It is theirs to choose, and can be chosen anew.
    pub enum PaymentChoice {
        /// To be paid.
        Accept,
        /// To be paid less.
        AcceptReduced,
        /// Not to be paid.
        Decline,
        /// To have the payment given to somebody else.
        Donate,
    }
}

const PAID: &str = "a paid role";
const INFORMED: &str = "a paid role; information about benefits given";

impl Lifecycle for Status {
    const OF: &'static str = "appointment";
    const FIRST: Self = Self::PendingChecks;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::PendingChecks], ""),
        Step::stays("change", &[Self::Inducting], ""),
        Step::stays("change", &[Self::Active], ""),
        Step::stays("change", &[Self::Paused], ""),
        Step::stays("record-benefits-information", &[Self::PendingChecks], PAID),
        Step::stays("record-benefits-information", &[Self::Inducting], PAID),
        Step::stays("record-benefits-information", &[Self::Active], PAID),
        Step::stays("record-benefits-information", &[Self::Paused], PAID),
        Step::stays("choose-payment", &[Self::PendingChecks], INFORMED),
        Step::stays("choose-payment", &[Self::Inducting], INFORMED),
        Step::stays("choose-payment", &[Self::Active], INFORMED),
        Step::stays("choose-payment", &[Self::Paused], INFORMED),
        Step {
            verb: "start-induction",
            from: &[Self::PendingChecks],
            to: Self::Inducting,
            needs: "the checks that the role asks for are cleared",
        },
        Step {
            verb: "activate",
            from: &[Self::Inducting],
            to: Self::Active,
            needs: "every mandatory item of the induction; both agreements in force; a partner who takes part",
        },
        Step {
            verb: "pause",
            from: &[Self::Active],
            to: Self::Paused,
            needs: "no reason; comes by itself when an agreement ends",
        },
        Step {
            verb: "resume",
            from: &[Self::Paused],
            to: Self::Active,
            needs: "both agreements in force",
        },
        Step {
            verb: "end",
            from: &[
                Self::PendingChecks,
                Self::Inducting,
                Self::Active,
                Self::Paused,
            ],
            to: Self::Ended,
            needs: "a reason",
        },
    ];
}
