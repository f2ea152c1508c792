//! Where polls are kept: the logs with their sequencers, and the database below them.
//!
//! What can change a result is a statement in a log; everything else that is stored of a log is derived from its entries
//! and checked against them at start.

pub mod acts;
pub mod asking;
pub mod backup;
mod codes;
pub mod contact;
mod database;
pub mod devices;
pub mod erasure;
pub mod estate;
pub mod events;
mod fault;
pub mod fresh;
pub mod hall;
mod home;
pub mod ids;
mod key_file;
pub mod letters;
mod log;
pub mod outbox;
pub mod own;
pub mod paper;
pub mod place;
pub mod polls;
pub mod proxies;
mod refusal;
pub mod register;
pub mod remind;
pub mod retention;
mod sequencer;
pub mod session;
pub mod signer;
pub mod sitting;
pub mod staff;
pub mod survey;
mod tables;
pub mod witness;

pub use self::fault::Faults;
#[cfg(feature = "faults")]
pub use self::fault::{Fault, Point};
pub use database::{Database, OpenError, WriteError};
pub use key_file::{KeyFile, KeyFileError};
pub use log::{
    Clock, Contradiction, CosignatureError, Head, Inspected, Log, Logs, NewPoll, ReadError, StartError, Tile,
    Uncosigned, WatermarkError,
};
pub(crate) use log::{News, NewsOf};
pub use sequencer::{Made, Moment, Outage, Refusal, Stored, Submission, SubmitError, Writes};

/// How many rows one INSERT takes: databases limit the parameters of a statement.
const PAGE: usize = 500;
