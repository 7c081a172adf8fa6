//! The table of access needs, and the code lists.
//!
//! Four categories are those of the Accessible Information Standard (DAPB1605); the fifth is ours.
//! Equality data never goes here.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;

use crate::partners::entity::looked_after;
use crate::partners::{PartnerId, shares};
use crate::store::{Reach, Scope, record};
use crate::values::{choices, id};

id!(
    /// Names an access need.
    AccessNeedId
);

choices! {
    /// What kind of need it is.
    pub enum NeedCategory {
        /// How the person has to be contacted.
        SpecificContactMethod,
        /// In which format information has to be.
        SpecificInformationFormat,
        /// Which professional has to be there.
        CommunicationProfessional,
        /// Which support to communicate the person uses.
        CommunicationSupport,
        /// What taking part needs.
        ParticipationNeed,
    }
}

choices! {
    /// What is needed; which words go with which category, `GET /v1/access-needs/codes` lists.
    pub enum Need {
        Email, Letter, Sms, Telephone, TextRelay, ViaCarer, AudibleAlert, VisualAlert, TactileAlert,
        EasyRead, BrailleGrade1, BrailleGrade2, LargePrint20, LargePrint24, LargePrint28,
        AudioDigital, AudioCd, AudioUsb, Makaton, Moon, BslVideo, ElectronicText, ReadAloud,
        BslInterpreter, HandsOnSigning, MakatonInterpreter, SseInterpreter, VisualFrame, Advocate,
        DeafblindBlock, DeafblindManual, DeafblindHaptic, DeafblindCommunicatorGuide, Lipspeaker,
        ManualNoteTaker, SpeechToTextReporter, SightedGuide,
        LipReads, HearingAid, CommunicationDevice, BslUser, CuedSpeech, CitizenAdvocate,
        LegalAdvocate, NoteTaker, CommunicationPassport, AudioRecorder, WrittenPreferred,
        Wheelchair, HearingLoop, QuietRoom, Breaks, CarerAccompanies, LanguageInterpreter, Dietary,
        Parking, CameraOff,
    }
}

/// Which needs there are in which category (sources: DAPB1605 and the standard's code lists; the
/// formats and the needs of taking part are defaults of this service).
pub const CODES: &[(NeedCategory, &[Need])] = &[
    (
        NeedCategory::SpecificContactMethod,
        &[
            Need::Email,
            Need::Letter,
            Need::Sms,
            Need::Telephone,
            Need::TextRelay,
            Need::ViaCarer,
            Need::AudibleAlert,
            Need::VisualAlert,
            Need::TactileAlert,
        ],
    ),
    (
        NeedCategory::SpecificInformationFormat,
        &[
            Need::EasyRead,
            Need::BrailleGrade1,
            Need::BrailleGrade2,
            Need::LargePrint20,
            Need::LargePrint24,
            Need::LargePrint28,
            Need::AudioDigital,
            Need::AudioCd,
            Need::AudioUsb,
            Need::Makaton,
            Need::Moon,
            Need::BslVideo,
            Need::ElectronicText,
            Need::Email,
            Need::ReadAloud,
        ],
    ),
    (
        NeedCategory::CommunicationProfessional,
        &[
            Need::BslInterpreter,
            Need::HandsOnSigning,
            Need::MakatonInterpreter,
            Need::SseInterpreter,
            Need::VisualFrame,
            Need::Advocate,
            Need::DeafblindBlock,
            Need::DeafblindManual,
            Need::DeafblindHaptic,
            Need::DeafblindCommunicatorGuide,
            Need::Lipspeaker,
            Need::ManualNoteTaker,
            Need::SpeechToTextReporter,
            Need::SightedGuide,
        ],
    ),
    (
        NeedCategory::CommunicationSupport,
        &[
            Need::LipReads,
            Need::HearingAid,
            Need::CommunicationDevice,
            Need::BslUser,
            Need::Makaton,
            Need::DeafblindManual,
            Need::CuedSpeech,
            Need::CitizenAdvocate,
            Need::LegalAdvocate,
            Need::NoteTaker,
            Need::CommunicationPassport,
            Need::AudioRecorder,
            Need::WrittenPreferred,
        ],
    ),
    (
        NeedCategory::ParticipationNeed,
        &[
            Need::Wheelchair,
            Need::HearingLoop,
            Need::QuietRoom,
            Need::Breaks,
            Need::CarerAccompanies,
            Need::LanguageInterpreter,
            Need::Dietary,
            Need::Parking,
            Need::CameraOff,
        ],
    ),
];

/// Something that a partner needs in order to take part.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_access_needs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessNeedId,
    pub organisation: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub partner_id: PartnerId,
    pub category: NeedCategory,
    pub need: Need,
    pub detail: Option<String>,
    pub flag_prominently: bool,
    pub may_be_shared: bool,
    pub review_on: Date,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record!(AccessNeedId, "access need", owner: Some(Column::PartnerId), {
    /// Those that partners share with another organisation, and for a named contact those of the partners
    /// for whom they are there: to read, not to change.
    fn shared(scope: &Scope) -> Option<Condition> {
        let shared = shares::entity::shared_partners(scope).map(|partners| {
            let consented = Column::MayBeShared.eq(true);
            Condition::all().add(consented).add(Column::PartnerId.in_subquery(partners))
        });
        let looked_after = looked_after(scope)
            .filter(|_| scope.reach >= Reach::Own)
            .map(|partners| Column::PartnerId.in_subquery(partners));
        match (shared, looked_after) {
            (None, None) => None,
            (shared, looked_after) => {
                Some(Condition::any().add_option(shared).add_option(looked_after))
            }
        }
    }
});
