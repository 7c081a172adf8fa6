//! What a role is: the description, the payment, whom to ask. Kept as JSON beside the opportunity.
//!
//! Every member may be left out, so that a draft can grow; the guards of the lifecycle say what a
//! role needs before others see it.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::values::{
    Address, DayPart, EmailAddress, Line, Pence, PersonName, Prose, Telephone, Weekday, choices,
};

choices! {
    /// Whether a role is paid.
    pub enum PaymentKind {
        /// Time is paid for, and expenses.
        Paid,
        /// Expenses are paid, time is not.
        Expenses,
        /// Neither is paid.
        Unpaid,
    }
}

choices! {
    /// What a rate is paid for.
    pub enum RateUnit {
        /// Half a day, up to four hours with the preparation.
        HalfDay,
        /// A day.
        Day,
        /// An hour.
        Hour,
        /// The task as a whole.
        Task,
    }
}

choices! {
    /// A cost that is paid back.
    pub enum ExpenseKind {
        /// Travel.
        Travel,
        /// Parking.
        Parking,
        /// Meals.
        Meals,
        /// A place to stay.
        Accommodation,
        /// Care for somebody in the meantime.
        ReplacementCare,
        /// A personal assistant.
        PersonalAssistant,
        /// Internet and telephone.
        Internet,
        /// Printing and post.
        Printing,
    }
}

choices! {
    /// How somebody may apply.
    pub enum ApplyMethod {
        /// Over the internet.
        Online,
        /// By telephone.
        Phone,
        /// By post.
        Post,
        /// With a recording.
        Video,
        /// In person.
        InPerson,
    }
}

choices! {
    /// The check by the Disclosure and Barring Service for which the role is legally eligible.
    pub enum DbsLevel {
        /// None: the usual answer for roles in meetings.
        None,
        /// Basic.
        Basic,
        /// Standard.
        Standard,
        /// Enhanced.
        Enhanced,
        /// Enhanced, with the list of people barred from work with adults.
        EnhancedWithBarredAdult,
        /// Enhanced, with the list of people barred from work with children.
        EnhancedWithBarredChild,
        /// Enhanced, with both lists.
        EnhancedWithBarredBoth,
    }
}

impl DbsLevel {
    /// Whether a check of this level tells what one of another level tells.
    pub fn covers(self, asked: Self) -> bool {
        let other_list =
            (asked, self) == (Self::EnhancedWithBarredAdult, Self::EnhancedWithBarredChild);
        self >= asked && !other_list
    }
}

choices! {
    /// What makes taking part possible, and is there without being asked for.
    pub enum AccessOffer {
        /// No steps on the way.
        StepFree,
        /// A hearing loop.
        HearingLoop,
        /// A British Sign Language interpreter.
        BslInterpreter,
        /// Captions or speech-to-text.
        Captions,
        /// Papers in Easy Read.
        EasyRead,
        /// Papers in large print.
        LargePrint,
        /// Papers printed and posted.
        PrintedPapers,
        /// A quiet room.
        QuietRoom,
        /// Breaks.
        Breaks,
        /// A carer or supporter is welcome.
        SupporterWelcome,
        /// An interpreter for other languages.
        LanguageInterpreter,
        /// Parking close by.
        Parking,
        /// The camera may stay off.
        CameraOff,
    }
}

choices! {
    /// A form in which the advertisement can be had.
    pub enum AdvertFormat {
        /// Easy Read.
        EasyRead,
        /// Large print.
        LargePrint,
        /// Braille.
        Braille,
        /// A recording.
        Audio,
        /// A film in British Sign Language.
        BslVideo,
        /// Text for a screen reader.
        ElectronicText,
        /// Another language.
        OtherLanguages,
    }
}

choices! {
    /// How freely one may talk about what one hears in the role.
    pub enum Confidentiality {
        /// Freely.
        Open,
        /// About what was said, not about who said it.
        ChathamHouse,
        /// Not at all outside the group.
        Confidential,
    }
}

/// What is paid, and for what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = fitting_rate))]
#[schema(example = json!({ "kind": "paid", "pence": 7500, "unit": "halfDay", "expensesCovered": ["travel"] }))]
pub struct Payment {
    /// Whether the role is paid; without it the terms are not settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kind: Option<PaymentKind>,
    /// The rate in pence; for paid roles only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pence: Option<Pence>,
    /// What the rate is paid for; for paid roles only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<RateUnit>,
    /// Costs that are paid back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 8)]
    pub expenses_covered: Vec<ExpenseKind>,
}

impl Payment {
    /// Whether the terms are settled: a rate, or the plain word that there is none.
    pub fn is_settled(&self) -> bool {
        match self.kind {
            Some(PaymentKind::Paid) => self.pence.is_some() && self.unit.is_some(),
            Some(PaymentKind::Expenses | PaymentKind::Unpaid) => true,
            None => false,
        }
    }
}

/// An error of a field below the object that is checked.
fn below(pointer: &'static str, code: &'static str, message: &'static str) -> ValidationError {
    let mut error = ValidationError::new(code).with_message(Cow::Borrowed(message));
    error.add_param(Cow::Borrowed("pointer"), &pointer);
    error
}

fn fitting_rate(payment: &Payment) -> Result<(), ValidationError> {
    let has_rate = payment.pence.is_some() || payment.unit.is_some();
    match payment.kind {
        Some(PaymentKind::Expenses | PaymentKind::Unpaid) if has_rate => Err(below(
            "/pence",
            "contradiction",
            "only a paid role has a rate",
        )),
        Some(PaymentKind::Unpaid) if !payment.expenses_covered.is_empty() => Err(below(
            "/expensesCovered",
            "contradiction",
            "say `expenses` where expenses are paid",
        )),
        _ => Ok(()),
    }
}

/// Whom to ask, and how; e-mail is one way among others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OpportunityContact, example = json!({ "name": "Olu Adeyemi", "telephone": "01253 300000" }))]
pub struct Contact {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<Telephone>,
    /// A number for text relay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_relay: Option<Telephone>,
    /// A postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Address>,
}

impl Contact {
    /// Whether there is a name and at least one way to reach it.
    pub fn is_reachable(&self) -> bool {
        let Self {
            name,
            email,
            telephone,
            text_relay,
            post,
        } = self;
        let ways = [
            email.is_some(),
            telephone.is_some(),
            text_relay.is_some(),
            post.is_some(),
        ];
        name.is_some() && ways.contains(&true)
    }
}

/// The description of a role, adapted to its workstream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "purpose": "Bring the experience of people with diabetes into the redesign.",
    "whatYouWillDo": ["Read the papers", "Say what works and what does not"],
    "skillsEssential": ["Listening"], "usualDays": ["tuesday"], "usualTimes": ["evening"],
    "accessSupportStatement": "Tell us what you need; we arrange and pay for it."
}))]
pub struct RoleDescription {
    /// What the role is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Prose>,
    /// What led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Prose>,
    /// What a partner does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub what_you_will_do: Vec<Line>,
    /// What a partner is not asked to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub what_you_will_not_do: Vec<Line>,
    /// The experience that is wanted; a selection criterion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experience_wanted: Option<Prose>,
    /// Skills without which the role cannot be done; a selection criterion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub skills_essential: Vec<Line>,
    /// Skills that help; a selection criterion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub skills_desirable: Vec<Line>,
    /// How long a meeting takes, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 5, maximum = 1440)]
    #[validate(range(min = 5, max = 1440, message = "from 5 to 1440"))]
    pub meeting_minutes: Option<i32>,
    /// How long the preparation of a meeting takes, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2880)]
    #[validate(range(min = 0, max = 2880, message = "from 0 to 2880"))]
    pub preparation_minutes: Option<i32>,
    /// How often one meets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Line>,
    /// The usual days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 7)]
    #[validate(length(max = 7, message = "at most 7"))]
    pub usual_days: Vec<Weekday>,
    /// The usual times of day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 3)]
    #[validate(length(max = 3, message = "at most 3"))]
    pub usual_times: Vec<DayPart>,
    /// Where one meets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Line>,
    /// The area from which people are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geography: Option<Line>,
    /// How many months the role lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 120)]
    #[validate(range(min = 1, max = 120, message = "from 1 to 120"))]
    pub term_months: Option<i32>,
    /// When the role is looked at together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 12)]
    #[validate(length(max = 12, message = "at most 12"))]
    pub review_points: Vec<Line>,
    /// Training that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Prose>,
    /// How access needs are met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_support_statement: Option<Prose>,
    /// How partners hear what came of their part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how_feedback_will_be_given: Option<Prose>,
    /// The organisation's commitment to equality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equality_statement: Option<Prose>,
    /// How freely one may talk about the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidentiality: Option<Confidentiality>,
    /// Conditions of health or circumstance that the role is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    #[validate(length(max = 20, message = "at most 20"))]
    pub conditions: Vec<Line>,
    /// The first day of the informal chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interviews_from: Option<NaiveDate>,
    /// The last day of the informal chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interviews_until: Option<NaiveDate>,
    /// Forms in which the advertisement can be had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 7)]
    #[validate(length(max = 7, message = "at most 7"))]
    pub formats: Vec<AdvertFormat>,
    /// Where the role was advertised first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<Line>,
}
