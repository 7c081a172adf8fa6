//! The codes that the service itself knows: which roles lead to which route, and who has a constituency.
//! Whether a route of such a code is offered, and under which label, is data all the same.

/// Member of the foundation trust; the only ones who belong to a constituency.
pub const MEMBER: &str = "member";
/// Patient and public partner.
pub const PPP: &str = "ppp";
/// Patient Safety Partner.
pub const PATIENT_SAFETY_PARTNER: &str = "patientSafetyPartner";
/// Governor of the foundation trust.
pub const GOVERNOR: &str = "governor";
/// Volunteer.
pub const VOLUNTEER: &str = "volunteer";
/// The peer support network: partners join it themselves, and who belongs to it is told to nobody.
pub const PEER_SUPPORT_NETWORK: &str = "peerSupportNetwork";
