//! What a Secret holds: certificates before the first NUL byte, a key after it.
#![no_main]

use core_client::credentials::{Identity, Trust};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (certificates, key) = match data.iter().position(|byte| *byte == 0) {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, data),
    };
    if let Err(error) = Trust::from_pem(certificates) {
        drop(error.to_string());
    }
    match Identity::from_pem(certificates, key) {
        Ok(identity) => drop(format!("{identity:?}")),
        Err(error) => drop(error.to_string()),
    }
});
