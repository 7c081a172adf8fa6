//! The roles, the permissions, and which role holds which permission how far: one table.
//!
//! Source of the defaults: the table "who may do what" of the field's rules (docs/decisions/0005).

use crate::store::Reach;
use crate::values::choices;

choices! {
    /// What a person is in their organisation.
    #[schema(as = UserRole)]
    pub enum Role {
        /// Runs the engagement service of the organisation, and gives out roles.
        EngagementAdmin,
        /// Recruits and supports partners.
        EngagementOfficer,
        /// A member of staff who wants partners in a workstream.
        WorkstreamLead,
        /// Chairs a group.
        GroupChair,
        /// Patient Advice and Liaison Service.
        PalsOfficer,
        /// Collects patient stories.
        StoryLead,
        /// Authorises expenses and payments.
        FinanceApprover,
        /// Information governance: audit, subject access, erasure.
        IgLead,
        /// Brings stories and reports to the Board.
        BoardSecretary,
        /// Sees aggregates only.
        Analyst,
        /// Manages volunteers.
        VolunteerManager,
        /// A patient or public partner, for their own records.
        Partner,
        /// Anyone, without credentials.
        Public,
    }
}

impl Role {
    /// Whether it is that of a member of staff.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Partner | Self::Public)
    }

    /// Whether it is that of a member of staff who works with single people; analysts see aggregates only.
    pub const fn works_with_people(self) -> bool {
        !matches!(self, Self::Analyst | Self::Partner | Self::Public)
    }
}

/// A permission, as a type: what a handler asks its [`Caller`](super::Caller) to prove.
pub trait Permission: 'static {
    /// The scope of a token that holds it.
    const SCOPE: &'static str;
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// The scope of a token that holds the permission.
    pub scope: &'static str,
    /// What it lets one do.
    pub meaning: &'static str,
    /// Who holds it, and how far.
    pub grants: &'static [(Role, Reach)],
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $scope:literal, $meaning:literal, [$($role:ident $reach:ident),+ $(,)?];)+) => {
        /// Every permission as a type.
        pub mod permissions {
            $(
                #[doc = $meaning]
                #[derive(Clone, Copy, Debug)]
                pub struct $name;

                impl super::Permission for $name {
                    const SCOPE: &'static str = $scope;
                }

                impl std::fmt::Display for $name {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($scope)
                    }
                }
            )+
        }

        /// Who may do what.
        pub const TABLE: &[Row] = &[$(Row {
            scope: $scope,
            meaning: $meaning,
            grants: &[$((Role::$role, Reach::$reach)),+],
        }),+];
    };
}

permissions! {
    ReadSelf = "me:read", "Read who the caller is and what they may do",
        [EngagementAdmin Own, EngagementOfficer Own, WorkstreamLead Own, GroupChair Own, PalsOfficer Own,
         StoryLead Own, FinanceApprover Own, IgLead Own, BoardSecretary Own, Analyst Own,
         VolunteerManager Own, Partner Own];
    ReadPermissions = "permissions:read", "Read the table of roles and permissions",
        [EngagementAdmin Published, EngagementOfficer Published, WorkstreamLead Published,
         GroupChair Published, PalsOfficer Published, StoryLead Published, FinanceApprover Published,
         IgLead Published, BoardSecretary Published, Analyst Published, VolunteerManager Published,
         Partner Published, Public Published];

    ReadOrganisations = "organisations:read", "Read organisations, their units and how to reach them",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation,
         FinanceApprover Organisation, IgLead Organisation, BoardSecretary Organisation,
         Analyst Organisation, VolunteerManager Organisation, Partner Published, Public Published];
    ManageOrganisations = "organisations:manage", "Change how the organisation is reached, and what it shares",
        [EngagementAdmin Organisation];
    ReadOrganisationShares = "organisations:read-shares", "Read what the organisation shares with others, and others with it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, IgLead Organisation];
    ImportOrganisations = "organisations:import", "Import the hierarchy of organisations (at the root, ENGLAND)",
        [EngagementAdmin Organisation];

    ReadUsers = "users:read", "Read the organisation's users",
        [EngagementAdmin Organisation, IgLead Organisation];
    ManageUsers = "users:manage", "Add users, give and take roles",
        [EngagementAdmin Organisation];
    ConfirmUserLinks = "users:confirm-links", "Confirm that a user is a partner, as somebody else proposed; of oneself, as the partner",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    ReadApiClients = "api-clients:read", "Read the organisation's API clients",
        [EngagementAdmin Organisation, IgLead Organisation];
    ManageApiClients = "api-clients:manage", "Add, change and revoke API clients and their secrets",
        [EngagementAdmin Organisation];

    ReadPartners = "partners:read", "Read partners",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation,
         IgLead Organisation, Partner Own];
    RegisterPartners = "partners:register", "Register as a partner, or register somebody who asked for it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation,
         Partner Own, Public Published];
    ManagePartners = "partners:manage", "Change partners, their routes, preferences and declarations",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    AdmitPartners = "partners:admit", "Let partners take part, and decide on their routes of involvement",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    SuspendPartners = "partners:suspend", "Suspend partners, two people together, and end a suspension",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    RecordDeaths = "partners:record-death", "Record the death of a partner whose involvement had ended before",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    MergePartners = "partners:merge", "Find partners who are in twice, and merge them",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ProposeErasure = "partners:propose-erasure", "Propose that a partner's personal data is removed",
        [IgLead Organisation];
    ErasePartners = "partners:erase", "Remove a partner's personal data, as another person proposed",
        [EngagementAdmin Organisation, IgLead Organisation];
    ReadPartnerHistory = "partners:read-history", "Read who looked at a partner's data, and who changed it",
        [EngagementAdmin Organisation, IgLead Organisation, Partner Own];
    ReadInvolvement = "partners:read-involvement", "Read what a partner took part in, added up from the records",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    ReadDisclosures = "disclosures:read", "Read what panels wrote about a partner, what was said and agreed in one-to-ones, checks and inductions, for a partner who asks what is held about them",
        [IgLead Organisation];
    ReadAccessNeeds = "access-needs:read", "Read access needs: one's own, those of the partners whose named contact one is, or all; each read is recorded",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own, GroupChair Own,
         PalsOfficer Own, StoryLead Own, FinanceApprover Own, IgLead Own, BoardSecretary Own,
         VolunteerManager Own, Partner Own];
    ManageAccessNeeds = "access-needs:manage", "Record and review access needs",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];

    ReadInvolvementRoutes = "involvement-routes:read", "Read the routes of involvement",
        [EngagementAdmin Published, EngagementOfficer Published, WorkstreamLead Published,
         GroupChair Published, PalsOfficer Published, StoryLead Published, FinanceApprover Published,
         IgLead Published, BoardSecretary Published, Analyst Published, VolunteerManager Published,
         Partner Published, Public Published];
    ManageInvolvementRoutes = "involvement-routes:manage", "Add and end the organisation's own routes of involvement",
        [EngagementAdmin Organisation];

    ReadWorkstreams = "workstreams:read", "Read workstreams",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own,
         GroupChair Organisation, FinanceApprover Organisation, IgLead Organisation,
         BoardSecretary Organisation, Analyst Organisation, VolunteerManager Organisation];
    ManageWorkstreams = "workstreams:manage", "Add, change and close workstreams",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];

    ReadOpportunities = "opportunities:read", "Read opportunities: the published ones, or all of one's organisation",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own,
         GroupChair Organisation, FinanceApprover Organisation, IgLead Organisation,
         BoardSecretary Organisation, Analyst Organisation, VolunteerManager Organisation,
         Partner Published, Public Published];
    DraftOpportunities = "opportunities:draft", "Draft and change opportunities, and send them for review",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    ApproveOpportunities = "opportunities:approve", "Approve somebody else's opportunity",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    PublishOpportunities = "opportunities:publish", "Publish, pause, close, withdraw and archive opportunities",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    MatchPartners = "opportunities:match", "Rank partners who may want an opportunity",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];

    ReadApplications = "applications:read", "Read applications: one's own, or those whose panel one is on",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         Partner Own];
    Apply = "applications:apply", "Apply, or enter an application for somebody",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own, Public Published];
    DecideApplications = "applications:decide", "Shortlist, hold informal chats, offer places and give feedback, on the panel",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation];
    AnswerOffers = "applications:answer", "Accept or decline an offer, withdraw an application",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];

    ReadAppointments = "appointments:read", "Read appointments",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own,
         FinanceApprover Organisation, Partner Own];
    ManageAppointments = "appointments:manage", "Appoint partners, set terms and reviews",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    EndAppointments = "appointments:end", "End appointments: those of the organisation, or one's own",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    ChoosePayment = "appointments:choose-payment", "Choose whether to be paid for a role",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];

    ReadRateCards = "rate-cards:read", "Read what is paid: the rates that count, or all of one's organisation",
        [EngagementAdmin Organisation, EngagementOfficer Published, WorkstreamLead Published,
         GroupChair Published, FinanceApprover Organisation, IgLead Published, BoardSecretary Published,
         VolunteerManager Published, Partner Published];
    ManageRateCards = "rate-cards:manage", "Draft, publish and end rate cards",
        [EngagementAdmin Organisation, FinanceApprover Organisation];
    ReadClaims = "claims:read", "Read claims: one's own, those of the workstreams one leads, or all",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own,
         FinanceApprover Organisation, IgLead Organisation, Partner Own];
    SubmitClaims = "claims:submit", "Make, change, send and take back claims: one's own, or for somebody",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    QueryClaims = "claims:query", "Ask about somebody else's claim, or reject it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own,
         FinanceApprover Organisation];
    ConfirmClaims = "claims:confirm", "Confirm that a partner was there, as the convenor",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    AuthoriseClaims = "claims:authorise", "Authorise claims that somebody else confirmed",
        [FinanceApprover Organisation];
    ReadPriorApprovals = "prior-approvals:read", "Read what was agreed beforehand: one's own, those of the workstreams one leads, or all",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own,
         FinanceApprover Organisation, IgLead Organisation, Partner Own];
    RequestPriorApprovals = "prior-approvals:request", "Ask for a cost to be agreed: one's own, or for somebody",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    ApprovePriorApprovals = "prior-approvals:approve", "Agree to somebody else's cost, or decline it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    ReadPaymentStatements = "payment-statements:read", "Read what partners were paid: oneself, or anybody",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, FinanceApprover Organisation,
         Partner Own];
    ReadPaymentExports = "payment-exports:read", "Read what finance is told to pay",
        [FinanceApprover Organisation];
    MakePaymentExports = "payment-exports:make", "Make payment exports, and mark them as paid",
        [FinanceApprover Organisation];
    PauseAppointments = "appointments:pause", "Pause and resume appointments: those of the organisation, or one's own",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];

    ReadInductionChecklists = "induction-checklists:read", "Read what inductions cover",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         IgLead Organisation, VolunteerManager Organisation];
    ManageInductionChecklists = "induction-checklists:manage", "Say what inductions cover from now on",
        [EngagementAdmin Organisation];
    ReadInductions = "inductions:read", "Read inductions: one's own, those of the workstreams one leads, or all",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, IgLead Organisation, WorkstreamLead Own,
         Partner Own];
    ManageInductions = "inductions:manage", "Tick off items of inductions",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    ReadDocuments = "documents:read", "Read documents: the published ones, or all of one's organisation",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation,
         FinanceApprover Organisation, IgLead Organisation, BoardSecretary Organisation,
         Analyst Organisation, VolunteerManager Organisation, Partner Published, Public Published];
    ManageDocuments = "documents:manage", "Add documents, upload versions, and note who was asked about them",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ApproveDocuments = "documents:approve", "Approve versions of documents that somebody else uploaded",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    PublishDocuments = "documents:publish", "Publish and withdraw versions of documents",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];

    ReadInsights = "insights:read", "Read what was heard, in words that tell of nobody, and its themes",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation,
         BoardSecretary Organisation];
    ManageInsights = "insights:manage", "Add, change and withdraw insights",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation];
    ManageInsightThemes = "insights:manage-themes", "Add and retire the organisation's themes of insights",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ReadImprovements = "improvements:read", "Read what is done about what was heard",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation,
         BoardSecretary Organisation];
    ManageImprovements = "improvements:manage", "Propose and change improvements, and say how far they are: all, or those that one sees to",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    CheckImprovements = "improvements:check", "Check that what the public will read tells of nobody, if one wrote nothing of it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, IgLead Organisation];
    PublishImprovements = "improvements:publish", "Publish improvements, and take them down",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ReadYouSaidWeDid = "you-said-we-did:read", "Read what changed because people spoke",
        [EngagementAdmin Published, EngagementOfficer Published, WorkstreamLead Published,
         GroupChair Published, PalsOfficer Published, StoryLead Published, FinanceApprover Published,
         IgLead Published, BoardSecretary Published, Analyst Published, VolunteerManager Published,
         Partner Published, Public Published];
    ReadProvenance = "provenance:read", "Walk from what was said to what changed and back, within what one may see",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation,
         BoardSecretary Organisation];

    ReadReports = "reports:read", "Read reports: counts and sums, with small numbers suppressed",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, FinanceApprover Organisation,
         IgLead Organisation, BoardSecretary Organisation, Analyst Organisation,
         VolunteerManager Organisation];
    ReadCheckRequirements = "checks:read-requirements", "Read which checks roles may ask for by law",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation,
         IgLead Organisation];
    DecideCheckRequirements = "checks:decide-requirements", "Decide which checks a role may ask for by law",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ReadChecks = "checks:read", "Read checks: one's own, or those of the organisation",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation,
         Partner Own];
    ManageChecks = "checks:manage", "Ask for checks, and decide on what came of them",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation];
    ReadOneToOnes = "one-to-ones:read", "Read one-to-ones: one's own, or when those of the organisation are due; what was said is for the two only",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own, GroupChair Own,
         PalsOfficer Own, StoryLead Own, FinanceApprover Own, IgLead Own, BoardSecretary Own,
         VolunteerManager Own, Partner Own];
    PlanOneToOnes = "one-to-ones:plan", "Plan, move and cancel one-to-ones: those that one holds, or all",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own, GroupChair Own,
         PalsOfficer Own, StoryLead Own, FinanceApprover Own, IgLead Own, BoardSecretary Own,
         VolunteerManager Own];
    HoldOneToOnes = "one-to-ones:hold", "Record the one-to-ones that one held",
        [EngagementAdmin Own, EngagementOfficer Own, WorkstreamLead Own, GroupChair Own, PalsOfficer Own,
         StoryLead Own, FinanceApprover Own, IgLead Own, BoardSecretary Own, VolunteerManager Own];
    ActOnOneToOnes = "one-to-ones:act", "Agree actions in one's own one-to-ones and say that they are done; as the partner, correct what was written",
        [EngagementAdmin Own, EngagementOfficer Own, WorkstreamLead Own, GroupChair Own, PalsOfficer Own,
         StoryLead Own, FinanceApprover Own, IgLead Own, BoardSecretary Own, VolunteerManager Own,
         Partner Own];
    SetOneToOneCadence = "one-to-ones:set-cadence", "Set how often one-to-ones are held",
        [EngagementAdmin Organisation];

    JoinPeerSupport = "peer-support:join", "Join and leave the peer support network",
        [Partner Own];
    SharePeerSupport = "peer-support:share", "Share within the peer support network, as one who belongs to it",
        [Partner Own];
    ReadPeerThemes = "peer-support:read-themes", "Read the themes of the peer support network: as one of it, or those that it let out",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation,
         BoardSecretary Organisation, Analyst Organisation, VolunteerManager Organisation, Partner Own];
    CountPeerSupport = "peer-support:count", "Read how many belong to the peer support network, if they are not few",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Analyst Organisation];
    RequestFormats = "format-requests:make", "Ask for a document in a format or language that is missing",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation,
         FinanceApprover Organisation, IgLead Organisation, BoardSecretary Organisation,
         Analyst Organisation, VolunteerManager Organisation, Partner Own, Public Published];
    ReadFormatRequests = "format-requests:read", "Read requests for formats: all of one's organisation, or one's own",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];
    ManageFormatRequests = "format-requests:manage", "See to requests for formats",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ReadHandouts = "handouts:read", "Read who was given which version of a document, or what one was given oneself",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation,
         IgLead Organisation, Partner Own];
    GiveDocuments = "handouts:manage", "Record which version of a document a partner was given",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, VolunteerManager Organisation];

    ReadTemplates = "templates:read", "Read templates: all of one's organisation, or those that can be adapted",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    ManageTemplates = "templates:manage", "Add templates and versions of them",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ApproveTemplates = "templates:approve", "Approve versions of templates that somebody else wrote, and publish them",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    ReadAdaptations = "adaptations:read", "Read what workstreams make of templates",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    AdaptTemplates = "adaptations:manage", "Adapt templates to a workstream",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Own];
    ApproveAdaptations = "adaptations:approve", "Approve adaptations that others wrote",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];

    ReadAgreementTexts = "agreement-texts:read", "Read the wording of agreements: that which is put to partners, or all",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         IgLead Organisation, VolunteerManager Organisation, Partner Published];
    DraftAgreementTexts = "agreement-texts:draft", "Draft wordings of agreements",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    PublishAgreementTexts = "agreement-texts:publish", "Publish somebody else's wording of an agreement",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, IgLead Organisation];
    ReadAgreements = "agreements:read", "Read agreements: one's own, or those of the organisation",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, IgLead Organisation, Partner Own];
    ManageAgreements = "agreements:manage", "Offer and withdraw agreements, and record that a partner accepted before a witness",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    AcceptAgreements = "agreements:accept", "Accept or decline one's own agreements: members of staff can be partners too",
        [EngagementAdmin Own, EngagementOfficer Own, Partner Own];
    CountersignAgreements = "agreements:countersign", "Accept agreements for the organisation",
        [EngagementAdmin Organisation, EngagementOfficer Organisation];
    EndAgreements = "agreements:end", "End agreements: those of the organisation, or one's own",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, Partner Own];

    ReceivePalsContacts = "pals:receive", "Take in what somebody brings to PALS",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, PalsOfficer Organisation,
         StoryLead Organisation, VolunteerManager Organisation];
    ReadPalsContacts = "pals:read", "Read where PALS contacts stand, without what was said and but for those that concern oneself",
        [PalsOfficer Organisation];
    OpenPalsRecords = "pals:open", "Open what was said to PALS; the purpose is asked for, and each opening is recorded",
        [PalsOfficer Organisation];
    HandlePalsContacts = "pals:handle", "Change PALS contacts, resolve and close them, hand them over as complaints",
        [PalsOfficer Organisation];
    ReadPalsThemes = "pals:read-themes", "Read what people bring to PALS as counts, with small numbers suppressed",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation,
         BoardSecretary Organisation, Analyst Organisation, VolunteerManager Organisation];
    ReadPalsSettings = "pals:read-settings", "Read the codes and the targets of PALS",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation,
         BoardSecretary Organisation, Analyst Organisation, VolunteerManager Organisation];
    ManagePalsSettings = "pals:manage-settings", "Add and end codes of PALS, and set its targets",
        [EngagementAdmin Organisation, PalsOfficer Organisation];
    ReadComplaintReturns = "complaint-returns:read", "Read the yearly return about complaints (KO41a)",
        [PalsOfficer Organisation, IgLead Organisation];
    ManageComplaintReturns = "complaint-returns:manage", "Write the yearly return about complaints",
        [PalsOfficer Organisation];
    SubmitComplaintReturns = "complaint-returns:submit", "Submit a return about complaints that somebody else wrote",
        [PalsOfficer Organisation];

    ReadStories = "stories:read", "Read stories: those of the organisation, one's own, or what the Board may hear",
        [StoryLead Organisation, BoardSecretary Own, Partner Own];
    ManageStories = "stories:manage", "Take in stories, write versions of them, record where they went, and report back",
        [StoryLead Organisation];
    ApproveStories = "stories:approve", "Approve versions of one's own story, or ask for changes: members of staff can tell one too",
        [EngagementAdmin Own, EngagementOfficer Own, StoryLead Own, Partner Own];
    ConsentToStories = "stories:consent", "Consent to uses of one's own story, or record that a teller without an account did",
        [StoryLead Organisation, Partner Own];
    WithdrawStories = "stories:withdraw", "Take stories back, or consents to them: one's own, or in the teller's name",
        [StoryLead Organisation, Partner Own];
    ScheduleStories = "stories:schedule", "Schedule stories for the Board, and record that it has heard them",
        [BoardSecretary Organisation];
    PublishStories = "stories:publish", "Publish stories whose tellers consent to it, and take them down",
        [StoryLead Organisation];
    ReadPublishedStories = "stories:read-published", "Read published stories",
        [EngagementAdmin Published, EngagementOfficer Published, WorkstreamLead Published,
         GroupChair Published, PalsOfficer Published, StoryLead Published, FinanceApprover Published,
         IgLead Published, BoardSecretary Published, Analyst Published, VolunteerManager Published,
         Partner Published, Public Published];
    SetStoryTargets = "stories:set-targets", "Set within how many days tellers are told what changed",
        [EngagementAdmin Organisation, StoryLead Organisation];
    ReadFriendsAndFamily = "friends-and-family:read", "Read results and published tables of the Friends and Family Test: those of one's organisation and of what belongs to it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         GroupChair Organisation, PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation,
         BoardSecretary Organisation, Analyst Organisation, VolunteerManager Organisation];
    ImportFriendsAndFamily = "friends-and-family:import", "Import responses of the Friends and Family Test, for one's organisation and for what belongs to it",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, PalsOfficer Organisation];
    ReadFriendsAndFamilyRules = "friends-and-family:read-rules", "Read how the question of the Friends and Family Test is asked, and when returns are due",
        [EngagementAdmin Published, EngagementOfficer Published, WorkstreamLead Published,
         GroupChair Published, PalsOfficer Published, StoryLead Published, FinanceApprover Published,
         IgLead Published, BoardSecretary Published, Analyst Published, VolunteerManager Published,
         Partner Published, Public Published];
    RespondFriendsAndFamily = "friends-and-family:respond", "Answer the question of the Friends and Family Test, or enter an answer that somebody gave",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, PalsOfficer Organisation,
         VolunteerManager Organisation, Public Published];
    AskFriendsAndFamily = "friends-and-family:ask", "Find out whether somebody may be asked, and exclude people from being asked",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, PalsOfficer Organisation];
    ReadFriendsAndFamilyComments = "friends-and-family:read-comments", "Read what people wrote in the Friends and Family Test, without what may tell who they are",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, WorkstreamLead Organisation,
         PalsOfficer Organisation, StoryLead Organisation, IgLead Organisation];
    ModerateFriendsAndFamily = "friends-and-family:moderate", "Read comments as they were written, and see to those that cannot wait",
        [PalsOfficer Organisation];
    ManageFriendsAndFamilyReturns = "friends-and-family:manage-returns", "Begin and lock monthly returns of the Friends and Family Test",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, PalsOfficer Organisation];
    SubmitFriendsAndFamilyReturns = "friends-and-family:submit-returns", "Submit monthly returns of the Friends and Family Test that somebody else locked",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, PalsOfficer Organisation];

    ReadChanges = "changes:read", "Follow the feed of changes",
        [EngagementAdmin Organisation, EngagementOfficer Organisation, IgLead Organisation];
    ReadLedger = "ledger:read", "Read the audit view of the ledger, and verify it",
        [EngagementAdmin Organisation, IgLead Organisation];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_stands_once_and_the_public_gets_what_is_published_only() {
        let mut scopes: Vec<_> = TABLE.iter().map(|row| row.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        assert_eq!(scopes.len(), TABLE.len());
        for row in TABLE {
            for (role, reach) in row.grants {
                match role {
                    Role::Public => assert_eq!(*reach, Reach::Published, "{}", row.scope),
                    Role::Partner => assert!(*reach <= Reach::Own, "{}", row.scope),
                    _ => {}
                }
            }
        }
    }
}
