//! Unique addresses for a report's rows, also where an archive has two members of the same name.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::escape::escape_controls;
use crate::history::Entry;

/// What follows the number of a repeated address.
const OF_THIS_NAME: &str = " of this name)";

/// The addresses given out so far. No two are equal.
#[derive(Default)]
pub(crate) struct Addresses {
    /// Each address given out, with control characters escaped as in documents, and the number that
    /// was given last to a row that asked for it.
    given: BTreeMap<String, usize>,
}

impl Addresses {
    /// Returns the number of an address among its equals: 1 for the first. [`numbered`] makes a
    /// unique address of both.
    ///
    /// The same sequence of addresses gets the same results, whether they were escaped before or
    /// not. So the runs of a baseline match those of a report.
    pub(crate) fn number(&mut self, address: &str) -> usize {
        let shown = escape_controls(address);
        let btree_map::Entry::Occupied(given) = self.given.entry(shown.clone()) else {
            self.given.insert(shown, 1);
            return 1;
        };
        let mut number = given.get() + 1;
        while self.given.contains_key(&numbered(shown.clone(), number)) {
            number += 1;
        }
        self.given.insert(numbered(shown.clone(), number), 1);
        self.given.insert(shown, number);
        number
    }

    /// Returns an address that no other row has: itself the first time, and later followed by
    /// "(2 of this name)" and so on.
    pub(crate) fn distinct(&mut self, address: &str) -> String {
        numbered(address.to_owned(), self.number(address))
    }
}

/// Returns the unique address of each entry.
pub(crate) fn unique_addresses(entries: &[Entry]) -> Vec<String> {
    entries.iter().zip(numbers(entries)).map(|(entry, number)| numbered(entry.address(), number)).collect()
}

/// Returns an address followed by "(2 of this name)" and so on; the first one as it is.
pub(super) fn numbered(address: String, number: usize) -> String {
    if number == 1 { address } else { format!("{address} ({number}{OF_THIS_NAME}") }
}

/// Returns the number of each entry among those of the same address, as [`Addresses`] gives it.
///
/// Nearly all addresses occur once. So only those whose hash repeats are kept, and those that might
/// equal a numbered one.
pub(super) fn numbers(entries: &[Entry]) -> Vec<usize> {
    let key = |entry: &Entry| {
        let address = entry.address();
        (FixedState::with_seed(0).hash_one(escape_controls(&address)), address.ends_with(OF_THIS_NAME))
    };
    let keys: Vec<(u64, bool)> = entries.iter().map(key).collect();
    let mut sorted: Vec<u64> = keys.iter().map(|(hash, _)| *hash).collect();
    sorted.sort_unstable();
    let repeats = |hash: &u64| {
        sorted.partition_point(|other| other <= hash) - sorted.partition_point(|other| other < hash) > 1
    };
    let mut unique = Addresses::default();
    let number = |(entry, (hash, looks_numbered)): (&Entry, &(u64, bool))| {
        if *looks_numbered || repeats(hash) { unique.number(&entry.address()) } else { 1 }
    };
    entries.iter().zip(&keys).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Outcome;
    use crate::ingest::Failure;

    fn entries(paths: &[&str]) -> Vec<Entry> {
        let outcome = || Outcome::Unreadable(Failure::not_an_activity(String::new()));
        paths.iter().map(|path| Entry::new(std::path::Path::new(path), outcome())).collect()
    }

    #[test]
    fn repeated_addresses_get_a_number() {
        let mut addresses = Addresses::default();
        let asked = ["a", "a (2 of this name)", "a", "b\n", "b\\u{a}", "a", "a (3 of this name)"];
        let given = asked.map(|address| addresses.distinct(address));
        let expected = [
            "a",
            "a (2 of this name)",
            "a (3 of this name)",
            "b\n",
            "b\\u{a} (2 of this name)",
            "a (4 of this name)",
            "a (3 of this name) (2 of this name)",
        ];
        assert_eq!(given, expected);
        assert_eq!(numbers(&entries(&asked)), [1, 1, 3, 1, 2, 4, 2]);
    }

    #[test]
    fn an_address_that_occurs_once_has_no_number() {
        assert_eq!(numbers(&entries(&["a", "b", "a (2 of this name)"])), [1, 1, 1]);
        assert_eq!(numbers(&entries(&["a", "b", "a", "a (2 of this name)"])), [1, 1, 2, 2]);
    }
}
