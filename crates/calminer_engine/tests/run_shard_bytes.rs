//! Bytes that claim to be a shard.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::Keep;
use calminer_engine::program::compile;
use calminer_engine::result::RunSettings;
use calminer_engine::run::{RunControl, Shard, ShardError, ShardPlan, shard};
use program_support::ref20;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

fn bytes(keep: Keep) -> Vec<u8> {
    let settings = RunSettings {
        trials: 300,
        replicates: Some(1),
        keep,
        ..RunSettings::default()
    };
    let plan = ShardPlan::new(1, 1).unwrap();
    let threads = NonZeroUsize::new(1).unwrap();
    let program = compile(&ref20()).unwrap();
    shard(&program, &settings, plan, threads, &RunControl::default())
        .unwrap()
        .to_bytes()
}

/// The bytes with another header and a hash that fits.
fn with_header(bytes: &[u8], change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let mut header = serde_json::from_slice(&bytes[16..16 + length]).unwrap();
    change(&mut header);
    let header = serde_json::to_vec(&header).unwrap();
    let mut all = bytes[..12].to_vec();
    all.extend((header.len() as u32).to_le_bytes());
    all.extend(header);
    all.extend(&bytes[16 + length..bytes.len() - 32]);
    hashed(all)
}

fn hashed(mut bytes: Vec<u8>) -> Vec<u8> {
    let hash = Sha256::digest(&bytes);
    bytes.extend(hash);
    bytes
}

#[test]
fn bytes_that_were_cut_or_changed_are_refused() {
    for keep in [Keep::Samples, Keep::Sketches] {
        let good = bytes(keep);
        assert_eq!(Shard::from_bytes(&good).unwrap().to_bytes(), good);
        for place in (0..good.len()).step_by(good.len() / 40) {
            let mut bad = good.clone();
            bad[place] ^= 0x40;
            assert!(Shard::from_bytes(&bad).is_err(), "byte {place}");
            assert!(Shard::from_bytes(&good[..place]).is_err(), "{place} bytes");
        }
    }
    assert_eq!(Shard::from_bytes(b"PK\x03\x04"), Err(ShardError::Foreign));
    let mut later = bytes(Keep::Samples);
    later[8] = 2;
    assert_eq!(Shard::from_bytes(&later), Err(ShardError::Version(2)));
}

#[test]
fn headers_that_claim_what_is_not_there_are_refused() {
    let good = bytes(Keep::Samples);
    let sketched = bytes(Keep::Sketches);
    let claims = [
        ("kept", serde_json::json!(u64::MAX)),
        ("kept", serde_json::json!(0)),
        ("draws", serde_json::json!(u32::MAX)),
        ("bands", serde_json::json!(u32::MAX)),
        ("outputs", serde_json::json!(["npv"])),
        ("outputs", serde_json::json!(vec!["npv"; 10_000])),
        ("parts", serde_json::json!(vec![7; 1_000])),
        ("settings", serde_json::json!(null)),
    ];
    for (field, claim) in claims {
        for bytes in [&good, &sketched] {
            let bad = with_header(bytes, |header| header[field] = claim.clone());
            let harmless = field == "parts" && bytes == &good;
            assert_eq!(Shard::from_bytes(&bad).is_ok(), harmless, "{field}");
        }
    }
    // No figure is kept, so any number of columns fits the bytes: none of them is made.
    let empty = with_header(&good, |header| {
        header["kept"] = serde_json::json!(0);
        header["draws"] = serde_json::json!(u32::MAX);
    });
    let length = u32::from_le_bytes(empty[12..16].try_into().unwrap()) as usize;
    let empty = hashed(empty[..16 + length].to_vec());
    assert!(Shard::from_bytes(&empty).is_ok());
}

#[test]
fn sketches_with_impossible_bins_are_refused() {
    let good = bytes(Keep::Sketches);
    let length = u32::from_le_bytes(good[12..16].try_into().unwrap()) as usize;
    let mut bad = good[..good.len() - 32].to_vec();
    // The scale of the first sketch, behind 300 trials of 4 outputs and 20 draws, and the center.
    let place = 16 + length + 300 * (4 * 8 + 20 * 4) + 8;
    bad[place..place + 8].copy_from_slice(&0.3_f64.to_le_bytes());
    let bad = hashed(bad);
    assert!(matches!(
        Shard::from_bytes(&bad),
        Err(ShardError::Damaged(_))
    ));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = b"CALMSHRD\x01\x00\x00\x00".to_vec();
        bytes.extend(&tail);
        prop_assert!(Shard::from_bytes(&tail).is_err());
        prop_assert!(Shard::from_bytes(&bytes).is_err());
        prop_assert!(Shard::from_bytes(&hashed(bytes)).is_err());
    }
}
