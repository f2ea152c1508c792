//! The auditor's tool.

fn main() {}
