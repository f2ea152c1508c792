//! Harness shared by the integration tests.

pub mod crowd;
pub mod databases;
pub mod estate;
pub mod load;
pub mod parsers;
pub mod poll;
pub mod tablet;
