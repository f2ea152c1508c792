//! Deliberation: what is talked over before a vote, and what follows it.
//!
//! Without features this crate has no database, no clock and no network: it takes values and gives
//! values.

pub mod lifecycle;
pub mod opinion;
pub mod rights;
pub mod settings;
pub mod words;
