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

impl Lifecycle for Status {
    const OF: &'static str = "appointment";
    const FIRST: Self = Self::PendingChecks;
    const STEPS: &'static [Step<Self>] = &[
        Step::stays("change", &[Self::PendingChecks], ""),
        Step::stays("change", &[Self::Inducting], ""),
        Step::stays(
            "record-benefits-information",
            &[Self::PendingChecks],
            "a paid role",
        ),
        Step::stays(
            "record-benefits-information",
            &[Self::Inducting],
            "a paid role",
        ),
        Step::stays(
            "choose-payment",
            &[Self::PendingChecks],
            "a paid role; information about benefits given",
        ),
        Step::stays(
            "choose-payment",
            &[Self::Inducting],
            "a paid role; information about benefits given",
        ),
        Step {
            verb: "start-induction",
            from: &[Self::PendingChecks],
            to: Self::Inducting,
            needs: "the date of the DBS check, where the role asks for one",
        },
        Step {
            verb: "end",
            from: &[Self::PendingChecks, Self::Inducting],
            to: Self::Ended,
            needs: "a reason",
        },
    ];
}
