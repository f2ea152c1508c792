//! Signed, auditable votes.
//!
//! Without features this crate has no database, no clock and no network: it reads and writes the
//! public record of a poll, counts it, decides it, and audits it.

pub mod alternatives;
pub mod audit;
pub mod beside;
pub mod bundle;
pub mod hash;
pub mod id;
pub mod json;
pub mod key;
pub mod log;
pub mod note;
pub mod register;
pub mod roll;
pub mod rule;
pub mod signer;
pub mod state;
pub mod statement;
#[cfg(feature = "store")]
pub mod store;
pub mod tally;
pub mod what_if;
pub mod witness;
