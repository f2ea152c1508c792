//! One enum of refusals for every use case, each with a code that `web` turns into a sentence.

/// Defines the refusals of one use case: each has a stable code, and a sentence for the log.
macro_rules! refusals {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident $code:literal $message:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, thiserror::Error)]
        pub enum $name {
            $(#[doc = $message] $(#[$inner])* #[error($message)] $variant,)*
            /// The database failed: ours, logged once, never shown.
            #[error("the database failed")]
            Database(#[from] sea_orm::DbErr),
        }

        impl $name {
            /// The stable code in snake case.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Database(_) => "internal",
                }
            }
        }
    };
}

pub(crate) use refusals;
