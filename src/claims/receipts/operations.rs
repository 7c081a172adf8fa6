//! What can be done with receipts.

use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};

use super::entity::{ActiveModel, ClaimReceiptId, Column, Entity};
use super::views::{ClaimReceipt, NewClaimReceipt};
use crate::access::Caller;
use crate::access::permissions::{ReadClaims, SubmitClaims};
use crate::claims::entity as claim;
use crate::claims::{ClaimId, operations as claims, steps};
use crate::files::{self, StoredFile, Upload};
use crate::http::{FieldError, IfMatch, Listing, Newest, Page, Problem, Unfiltered};
use crate::lifecycle::Lifecycle;
use crate::store::{Event, Work};
use crate::values::{Label, Stored};

/// Receipts of a claim.
const MOST: u64 = 50;

/// One page of a claim's receipts.
pub async fn list(
    caller: &Caller<ReadClaims>,
    id: ClaimId,
    listing: Listing<Unfiltered>,
) -> Result<Page<ClaimReceipt>, Problem> {
    caller
        .read_recorded(async |reader| {
            let claim = reader.get(id).await?;
            let query = reader.select::<Entity>().filter(Column::ClaimId.eq(id));
            let page = reader.page(query, &listing.paging, Newest).await?;
            let event = Event::all("claimReceipt.listed").about([claim.partner_id]);
            Ok((page.map(ClaimReceipt::from), event))
        })
        .await
}

/// One receipt, without its file.
pub async fn get(caller: &Caller<ReadClaims>, id: ClaimReceiptId) -> Result<ClaimReceipt, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let event = Event::of("claimReceipt.read", id).about([row.partner_id]);
            Ok((row.into(), event))
        })
        .await
}

/// The file of a receipt.
pub async fn content(
    caller: &Caller<ReadClaims>,
    id: ClaimReceiptId,
) -> Result<StoredFile, Problem> {
    caller
        .read_recorded(async |reader| {
            let row = reader.get(id).await?;
            let file = files::of(reader.connection(), row.file_id).await?;
            let event = Event::of("claimReceipt.downloaded", id).about([row.partner_id]);
            Ok((file, event))
        })
        .await
}

/// Adds a receipt to a claim that nobody has confirmed, and to one of its lines.
pub async fn add(
    caller: &Caller<SubmitClaims>,
    id: ClaimId,
    upload: Upload<NewClaimReceipt>,
) -> Result<ClaimReceipt, Problem> {
    let Upload { fields, file } = upload;
    let line = fields.line;
    file.settle(async |file| {
        caller
            .write(async |work| {
                let (_, claim) = claims::take(work, id).await?;
                claim.status.after("add-receipt")?;
                let theirs = work.select::<Entity>().filter(Column::ClaimId.eq(id));
                if work.count(theirs).await? >= MOST {
                    let message = "a claim has room for 50 receipts";
                    let full = FieldError::new("/file", "tooMany", message);
                    return Err(Problem::unmet("There is no room for more", vec![full]));
                }
                let (organisation, partner) = (claim.organisation.clone(), claim.partner_id);
                let kept = file.keep(work, &organisation, Some(partner)).await?;
                let row = ActiveModel {
                    id: Set(ClaimReceiptId::new()),
                    organisation: Set(organisation),
                    partner_id: Set(partner),
                    claim_id: Set(id),
                    file_id: Set(kept.id),
                    digest: Set(kept.hex()),
                    file_name: Set(kept.name),
                    media_type: Set(kept.media_type),
                    length: Set(kept.length),
                    ..Default::default()
                };
                let row = work.add::<Entity>(row).await?;
                if let Some(line) = line {
                    put_on(work, claim, &line, row.id).await?;
                }
                let event = Event::of("claimReceipt.added", row.id).about([partner]);
                Ok((row.into(), event))
            })
            .await
    })
    .await
}

/// Names the receipt on a line, and looks through the claim again if somebody waits for it.
async fn put_on(
    work: &mut Work<'_>,
    claim: claim::Model,
    line: &Label,
    receipt: ClaimReceiptId,
) -> Result<(), Problem> {
    let mut lines = claim.lines.0.clone();
    let at = line.as_str().parse::<usize>().ok();
    let Some(line) = at.and_then(|at| lines.get_mut(at)) else {
        return Err(Problem::field("/line", "unknown", "there is no such line"));
    };
    line.receipt_id = Some(receipt);
    let mut row = claim.clone().into_active_model();
    if claim.submitted_at.is_some() {
        let findings = steps::looked_through(work, &claim, &lines).await?;
        row.findings.set_if_not_equals(Stored(findings));
    }
    row.lines.set_if_not_equals(Stored(lines));
    work.step::<claim::Entity>(row, &IfMatch::Absent).await?;
    Ok(())
}
