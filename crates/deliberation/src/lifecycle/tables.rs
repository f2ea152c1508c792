//! What may follow what: the tables, as data.
//!
//! A row says: verb, states it starts from, state it leads to, who, what it needs, what it records. What is not here is
//! refused.

mod after;
mod before;
mod talk;

pub use after::*;
pub use before::*;
pub use talk::*;

/// Defines the states of one kind of thing and its table.
macro_rules! lifecycle {
    (
        $(#[$doc:meta])* $name:ident: $kind:ident { $($state:ident $code:literal $meaning:literal),* $(,)? }
        $($verb:ident [$($from:ident),*] => $to:ident, [$($who:expr),+], [$($need:ident),*], [$($record:ident),*];)+
    ) => {
        $crate::words::words! { $(#[$doc])* $name { $($state $code $meaning),* } }

        impl $crate::lifecycle::Lifecycle for $name {
            const KIND: $crate::lifecycle::Kind = $crate::lifecycle::Kind::$kind;
            const STATES: &'static [Self] = Self::ALL;
            const TABLE: &'static [$crate::lifecycle::Transition<Self>] = &[$(
                $crate::lifecycle::Transition {
                    verb: $crate::lifecycle::Verb::$verb,
                    from: &[$(Self::$from),*],
                    to: lifecycle!(@to $to),
                    who: &[$($who),+],
                    needs: &[$($crate::lifecycle::Need::$need),*],
                    records: &[$($crate::lifecycle::Record::$record),*],
                },
            )+];
        }
    };
    (@to same) => { $crate::lifecycle::To::Same };
    (@to $state:ident) => { $crate::lifecycle::To::State(Self::$state) };
}

use lifecycle;
