//! Whether the server is well, for whoever watches it.

use axum::{Router, routing::get};

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/healthz", get(health))
}

async fn health() -> &'static str {
    "ok\n"
}
