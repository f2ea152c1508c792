//! Heyi over HTTP: pages, import of rolls, administration.
