//! The particulars of an agreement: who, which role, for how long, and what is on offer. They are filled in when
//! it is put to the partner, from the records and from what staff add, and stay as they are.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::appointments::PaymentChoice;
use crate::opportunities::role::Payment;
use crate::values::{EmailAddress, Line, Pence, Prose, Telephone, Title};

/// Who supports the partner, and how they are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = can_be_reached))]
pub struct SupportContact {
    /// Their name.
    pub name: Line,
    /// Their telephone number.
    pub telephone: Option<Telephone>,
    /// Their e-mail address.
    pub email: Option<EmailAddress>,
}

fn can_be_reached(contact: &SupportContact) -> Result<(), ValidationError> {
    match contact.telephone.is_some() || contact.email.is_some() {
        true => Ok(()),
        false => {
            let message = "a telephone number or an e-mail address is needed";
            let mut error = ValidationError::new("required").with_message(message.into());
            error.add_param("pointer".into(), &"/telephone");
            Err(error)
        }
    }
}

/// What staff add for this partner in this role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnTerms {
    /// Who supports the partner.
    #[validate(nested)]
    pub support: SupportContact,
    /// How often one meets.
    pub meetings: Option<Line>,
    /// How many hours before a meeting a partner says that they cannot come.
    #[schema(minimum = 1, maximum = 336)]
    #[validate(range(min = 1, max = 336, message = "from 1 to 336 hours"))]
    pub absence_notice_hours: Option<i32>,
    /// What else is offered: training, equipment, somebody to call after a meeting.
    pub support_offered: Option<Prose>,
}

/// The particulars of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AgreementParticulars)]
pub struct Particulars {
    /// The organisation, by its name.
    #[schema(max_length = 500)]
    pub organisation_name: String,
    /// The partner, by their name.
    #[schema(max_length = 500)]
    pub partner_name: String,
    /// The role.
    #[schema(value_type = Title)]
    pub role: String,
    /// The first day of the term.
    pub starts_on: NaiveDate,
    /// The last day of the term; null for one without an end.
    pub ends_on: Option<NaiveDate>,
    /// When the two look at it together.
    pub review_on: NaiveDate,
    /// What is paid for the role.
    pub payment: Payment,
    /// What the partner had chosen about it. They can choose anew at any time.
    pub payment_choice: Option<PaymentChoice>,
    /// What the partner accepts in place of the rate, in pence.
    pub reduced_pence: Option<Pence>,
    /// What was added for this partner in this role.
    pub terms: OwnTerms,
}
