//! The states of an agreement, and the steps between them.

use crate::lifecycle::{Lifecycle, Step};
use crate::values::choices;

choices! {
    /// Where an agreement stands.
    #[schema(as = AgreementStatus)]
    pub enum Status {
        /// It is put to the partner.
        Offered,
        /// The partner has accepted, the organisation not yet.
        AcceptedByPartner,
        /// The organisation has accepted, the partner not yet.
        AcceptedByOrganisation,
        /// Both have accepted.
        InForce,
        /// A newer one is in force.
        Superseded,
        /// One side has ended it, or the role has ended.
        Ended,
        /// The partner has declined it.
        Declined,
        /// The organisation has taken it back before it was in force.
        Withdrawn,
    }
}

choices! {
    /// By whom an agreement was ended.
    pub enum EndedBy {
        /// By the partner, who needs no reason.
        Partner,
        /// By the organisation.
        Organisation,
        /// By nobody: the role ended, and the agreement with it.
        EndOfRole,
    }
}

impl Lifecycle for Status {
    const OF: &'static str = "agreement";
    const FIRST: Self = Self::Offered;
    const STEPS: &'static [Step<Self>] = &[
        Step {
            verb: "accept",
            from: &[Self::Offered],
            to: Self::AcceptedByPartner,
            needs: "the partner",
        },
        Step {
            verb: "accept",
            from: &[Self::AcceptedByOrganisation],
            to: Self::InForce,
            needs: "the partner",
        },
        Step {
            verb: "record-acceptance",
            from: &[Self::Offered],
            to: Self::AcceptedByPartner,
            needs: "a witness",
        },
        Step {
            verb: "record-acceptance",
            from: &[Self::AcceptedByOrganisation],
            to: Self::InForce,
            needs: "a witness; another person than the one who accepted for the organisation",
        },
        Step {
            verb: "countersign",
            from: &[Self::Offered],
            to: Self::AcceptedByOrganisation,
            needs: "a member of staff, not the partner themself",
        },
        Step {
            verb: "countersign",
            from: &[Self::AcceptedByPartner],
            to: Self::InForce,
            needs: "a member of staff: not the partner themself, nor the one who recorded their acceptance",
        },
        Step {
            verb: "decline",
            from: &[Self::Offered, Self::AcceptedByOrganisation],
            to: Self::Declined,
            needs: "the partner; no reason",
        },
        Step {
            verb: "withdraw",
            from: &[
                Self::Offered,
                Self::AcceptedByPartner,
                Self::AcceptedByOrganisation,
            ],
            to: Self::Withdrawn,
            needs: "",
        },
        Step {
            verb: "supersede",
            from: &[Self::InForce],
            to: Self::Superseded,
            needs: "a newer one in force",
        },
        Step {
            verb: "end",
            from: &[Self::InForce],
            to: Self::Ended,
            needs: "a reason, unless the partner ends it; pauses a role that is active",
        },
    ];
    // It comes with the next one.
    const WITH_OTHERS: &'static [&'static str] = &["supersede"];
}

impl Status {
    /// Those of offers that wait for an answer.
    pub const OPEN: [Self; 3] = [
        Self::Offered,
        Self::AcceptedByPartner,
        Self::AcceptedByOrganisation,
    ];
}
