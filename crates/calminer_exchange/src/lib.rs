//! Files in and out: scenario files, samples, run passports, shards, plain-text tables.
//!
//! Knows no database, no window and no clock. A write is whole or not there: a temporary file in the same folder,
//! synced, then renamed over the old one.

pub mod folders;
pub mod passport;
pub mod samples;
pub mod scenario_file;
pub mod shard_file;
pub mod text;
pub mod whole;
