//! Deliberation: what is talked over before a vote, and what follows it.
//!
//! Without features this crate has no database, no clock and no network: it takes values and gives
//! values.

pub mod action;
pub mod discussion;
pub mod lifecycle;
pub mod matter;
pub mod mediation;
pub mod meeting;
pub mod motion;
pub mod notice;
pub mod objection;
pub mod opinion;
pub mod people;
pub mod rights;
pub mod search;
pub mod settings;
#[cfg(feature = "store")]
pub mod store;
pub mod survey;
pub mod words;
