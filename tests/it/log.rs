//! The log: what it promises, and what it does when something fails.

/// Runs a test on both databases.
macro_rules! on_both {
    ($($(#[$about:meta])* async fn $name:ident($database:ident) $body:block)+) => {
        $(mod $name {
            use super::*;

            $(#[$about])*
            async fn claim($database: TestDatabase) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                claim(TestDatabase::new(Kind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                claim(TestDatabase::new(Kind::Postgres).await).await;
            }
        })+
    };
}

pub(crate) use on_both;

mod failing;
mod processes;
mod service;
pub(crate) mod sound;
mod starting;
mod writing;
