#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| firstmile_fuzz::fit(bytes));
