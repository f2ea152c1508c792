//! Signed, auditable votes.
//!
//! Without features this crate has no database, no clock and no network: it reads and writes the
//! public record of a poll, counts it, decides it, and audits it.

pub mod rule;
