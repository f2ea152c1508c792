//! The one binary: `heyi serve | demo | admin`.

fn main() {}
