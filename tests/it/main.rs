//! Integration tests, in one binary so that they share one PostgreSQL cluster.

#![allow(clippy::unwrap_used)] // a test that cannot go on says so by panicking

mod console;
mod estate;
mod log;
mod operations;
mod parsers;
mod signer;
mod web;
mod witness;
