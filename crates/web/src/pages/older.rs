//! Lists that go on: the newest first, a page at a time, each below a number.

use maud::{Markup, html};
use serde::Deserialize;

/// Where a list goes on.
#[derive(Deserialize)]
pub(crate) struct Older {
    /// The number below which it does; nothing at its beginning.
    pub(crate) before: Option<u64>,
}

/// Which part of a list is asked for, and where it goes on.
#[derive(Deserialize)]
pub(super) struct Part<S: Default> {
    /// Which part; the first of a page's own, if nothing is said.
    #[serde(default)]
    pub(super) show: S,
    /// The number below which it goes on; nothing at its beginning.
    pub(super) before: Option<u64>,
}

/// The number below which the next page goes on; nothing where this one, of at most so many rows, is not full.
pub(crate) fn next_page<T>(rows: &[T], most: u64, number: impl Fn(&T) -> u64) -> Option<u64> {
    rows.last().filter(|_| rows.len() as u64 == most).map(number)
}

/// The way to the next page, if there is one. `list` is the list's address up to where a parameter is added: it ends in
/// `?` or `&`.
pub(super) fn to_older(list: &str, next: Option<u64>, label: &str) -> Markup {
    html! { @if let Some(next) = next { p { a .btn.second href={ (list) "before=" (next) } { (label) } } } }
}
