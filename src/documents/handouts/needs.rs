//! Whether a partner can use what they are given: their recorded needs (Accessible Information Standard) against the
//! format and the way in which they get it.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::entity::HandoutChannel;
use crate::documents::entity::{DocumentFormat, Model as Document};
use crate::documents::versions::entity::Model as Version;
use crate::http::{FieldError, Problem};
use crate::partners::PartnerId;
use crate::partners::access_needs::entity::{self as access_need, Need, NeedCategory};
use crate::store::Work;

/// What meets a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// The document in this format.
    In(DocumentFormat),
    /// Any format, when it is given in this way.
    By(HandoutChannel),
}

/// What meets each need for a format. Makaton and Moon are met by nothing that is kept here: whoever brings them along
/// says so.
const MET: &[(Need, Met)] = &[
    (Need::EasyRead, Met::In(DocumentFormat::EasyRead)),
    (Need::BrailleGrade1, Met::In(DocumentFormat::Braille)),
    (Need::BrailleGrade2, Met::In(DocumentFormat::Braille)),
    (Need::LargePrint20, Met::In(DocumentFormat::LargePrint)),
    (Need::LargePrint24, Met::In(DocumentFormat::LargePrint)),
    (Need::LargePrint28, Met::In(DocumentFormat::LargePrint)),
    (Need::AudioDigital, Met::In(DocumentFormat::Audio)),
    (Need::AudioCd, Met::In(DocumentFormat::Audio)),
    (Need::AudioUsb, Met::In(DocumentFormat::Audio)),
    (Need::BslVideo, Met::In(DocumentFormat::BslVideo)),
    (
        Need::ElectronicText,
        Met::In(DocumentFormat::ElectronicText),
    ),
    (Need::Email, Met::By(HandoutChannel::Email)),
    (Need::ReadAloud, Met::By(HandoutChannel::ReadAloud)),
];

fn met_by(need: Need) -> Option<Met> {
    MET.iter()
        .find(|(one, _)| *one == need)
        .map(|(_, met)| *met)
}

/// Whether somebody with these needs can use it: one way that works for them is enough, and so is any for who has none.
fn is_usable(needs: &[Need], format: DocumentFormat, channel: HandoutChannel) -> bool {
    let meets = |need: &Need| match met_by(*need) {
        Some(Met::In(one)) => one == format,
        Some(Met::By(one)) => one == channel,
        None => false,
    };
    needs.is_empty() || needs.iter().any(meets)
}

/// The needs of a partner that a version, given in this way, does not meet, each by its name and with what would meet it.
pub(super) async fn unmet(
    work: &Work<'_>,
    partner: PartnerId,
    version: &Version,
    channel: HandoutChannel,
) -> Result<Vec<FieldError>, Problem> {
    let needs = of_partner(work, partner).await?;
    if is_usable(&needs, version.format, channel) {
        return Ok(Vec::new());
    }
    let document = work.see(version.document_id).await?;
    let unmet = needs.into_iter().map(|need| {
        let instead = instead(need, &document, version);
        let message = format!("the partner needs {need}: {instead}");
        FieldError::new("/versionId", need.word(), message)
    });
    Ok(unmet.collect())
}

/// What somebody with a need can be given instead.
fn instead(need: Need, document: &Document, version: &Version) -> String {
    let format = match met_by(need) {
        Some(Met::By(channel)) => return format!("give it by the channel {channel}"),
        None => return "say in `despite` how they get it so".to_owned(),
        Some(Met::In(format)) => format,
    };
    let mut editions = document.editions.0.iter();
    match editions.find(|one| one.format == format && one.language == version.language) {
        Some(edition) => format!("give version {}", edition.version_id),
        None => format!(
            "ask for {format} with POST /v1/documents/{}/format-requests",
            document.id
        ),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "who gives somebody a document has to know how they can read it; the operation records that it was told"
)]
async fn of_partner(work: &Work<'_>, partner: PartnerId) -> Result<Vec<Need>, Problem> {
    use sea_orm::EntityTrait;
    let needs = access_need::Entity::find()
        .filter(access_need::Column::PartnerId.eq(partner))
        .filter(access_need::Column::Category.eq(NeedCategory::SpecificInformationFormat))
        .order_by_asc(access_need::Column::Id);
    let mut needs: Vec<Need> = work.all(needs).await?.iter().map(|row| row.need).collect();
    needs.dedup();
    Ok(needs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partners::access_needs::entity::CODES;

    #[test]
    fn every_need_for_a_format_has_its_rule_once() {
        let formats = CODES
            .iter()
            .find(|(category, _)| *category == NeedCategory::SpecificInformationFormat);
        for need in formats.unwrap().1 {
            let rules = MET.iter().filter(|(one, _)| one == need).count();
            let without = matches!(need, Need::Makaton | Need::Moon);
            assert_eq!(rules, usize::from(!without), "{need}");
        }
    }

    #[test]
    fn one_way_that_works_is_enough() {
        let usable = |needs: &[Need], format| is_usable(needs, format, HandoutChannel::Post);
        assert!(usable(&[], DocumentFormat::Standard));
        assert!(!usable(&[Need::EasyRead], DocumentFormat::Standard));
        assert!(usable(&[Need::EasyRead], DocumentFormat::EasyRead));
        assert!(usable(
            &[Need::AudioCd, Need::LargePrint24],
            DocumentFormat::LargePrint
        ));
        assert!(is_usable(
            &[Need::ReadAloud],
            DocumentFormat::Standard,
            HandoutChannel::ReadAloud
        ));
        assert!(!usable(&[Need::Moon], DocumentFormat::Braille));
    }
}
