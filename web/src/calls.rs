//! Calls from the script: a request goes in as JSON, an answer comes out as bytes.
//!
//! The script writes a request of `len` bytes where [`request_at`] says, calls [`call`], and reads
//! the answer between [`answer_at`] and [`answer_len`]. One thread runs it all.

#![expect(
    unsafe_code,
    reason = "a function that a script calls by name has an attribute that is called unsafe"
)]

use std::cell::RefCell;

use crate::requests::Page;

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Prepares the module: what a panic says goes to the script, because nothing else of it remains.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn begin() {
    std::panic::set_hook(Box::new(|panic| crate::files::tell_broken(&panic.to_string())));
}

/// Makes room for a request and returns its place.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn request_at(len: usize) -> *mut u8 {
    REQUEST.with_borrow_mut(|request| {
        request.clear();
        request.resize(len, 0);
        request.as_mut_ptr()
    })
}

/// Answers the request; returns 1 if the answer is an error's sentence, else 0.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn call() -> u32 {
    let request = REQUEST.take();
    let answer = PAGE.with_borrow_mut(|page| page.answer(&request));
    let is_error = u32::from(answer.is_err());
    ANSWER.set(answer.unwrap_or_else(String::into_bytes));
    is_error
}

/// Returns the place of the last answer.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn answer_at() -> *const u8 {
    ANSWER.with_borrow(Vec::as_ptr)
}

/// Returns the length of the last answer, bytes.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn answer_len() -> usize {
    ANSWER.with_borrow(Vec::len)
}
