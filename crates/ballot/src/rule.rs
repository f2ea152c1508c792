//! The decision-rule engine: a rule, who may vote and what they cast give the outcome and every step.
//!
//! Pure and exact: whole numbers and fractions, nothing rounded before it is compared. The order of
//! evaluation and what each key of a rule file means: docs/rules.md.
//!
//! - [`RuleBook`] reads rule files and merges each with its parents into a [`Rule`].
//! - [`decide`] takes a [`Rule`], an [`Electorate`] and [`Ballots`] and gives a [`Report`].
//! - [`case`] reads and writes the cases that rules are tested with; [`guard`] and [`place`] know what
//!   has to be right before a vote begins; [`explain`] puts a report into words.

mod book;
pub mod case;
mod count;
mod day;
mod embedded;
pub mod explain;
mod file;
pub mod guard;
mod input;
mod measure;
mod model;
mod number;
pub mod place;
mod report;
mod round;
mod site;

pub use book::*;
pub use day::*;
pub use input::*;
pub use model::*;
pub use number::*;
pub use report::*;
pub use round::{Input, Prevailing, decide, prevailing};
pub use site::*;
