//! What a caller puts into `X-Principal`: read without a panic, and written back as the same principal.
#![no_main]

use identity_client::principal::{MAX_INBOUND_HEADER_BYTES, Principal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for principal in
        [Principal::from_header(data, MAX_INBOUND_HEADER_BYTES), Principal::from_json(data)].into_iter().flatten()
    {
        let header = principal.to_header(usize::MAX).expect("what was read can be written");
        let again = Principal::from_header(header.as_bytes(), usize::MAX).expect("what was written can be read");
        assert_eq!(again, principal);
    }
});
