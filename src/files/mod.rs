//! Files: what people upload, kept apart from the database, with one row for each.
//!
//! A file streams into the place where files are kept, in constant memory, while its digest is taken and its type
//! is looked at. It becomes somebody's only with the change that names it ([`Incoming::keep`]); what no change
//! names is removed at once, or swept up later. A resource takes an [`Upload`], keeps the file in its change, and
//! answers with [`StoredFile::send`]. Whoever may see the resource's record may have its file: files have no address
//! and no permission of their own.

mod archive;
mod entity;
mod file_store;
mod incoming;
mod kinds;
mod sending;
mod sweeping;
mod upload;

/// The largest file that the published document allows, in bytes. A deployment may allow less.
pub const LARGEST: usize = 256 * 1024 * 1024;

pub use entity::{Entity as Files, FileId, Model as StoredFile, forget, forget_all, of};
pub use file_store::FileStore;
pub use incoming::Incoming;
pub use kinds::media_types;
pub use sweeping::sweep;
pub use upload::{FilePart, Upload};
