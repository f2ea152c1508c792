//! Witnesses: what they sign, what they refuse, and what they do when something fails.

mod alone;
mod foreign;
mod served;
