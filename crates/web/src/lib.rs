//! Heyi over HTTP: pages, import of rolls, administration.

// Handlers are async, whether or not there is something to wait for.
#![allow(clippy::unused_async)]

pub mod admin;
mod api;
pub mod app;
mod assets;
pub mod config;
pub mod cosign;
mod csrf;
pub mod demo;
mod files;
pub mod import;
mod limit;
pub mod listen;
mod markdown;
mod metrics;
pub mod notify;
mod pages;
mod problem;
mod record;
pub mod serve;
mod session;
pub mod signer;
mod text;
mod view;
mod what_if;
pub mod witness;

/// Parsers of what strangers send, for tests that feed them what nobody would write.
pub mod parsers {
    pub use crate::{
        admin::parse_votes as opinion_votes,
        config::parse_file as config,
        files::{form, picture},
        markdown::{MarkdownError, render as markdown},
    };
}
