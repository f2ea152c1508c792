//! The decision-rule engine.
