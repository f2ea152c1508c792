//! The database schema, one file per change.
