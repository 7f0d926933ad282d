//! Unique addresses for a report's rows, also where an archive has two members of the same name.

use std::collections::{BTreeMap, BTreeSet};

use crate::escape::escape_controls;

/// The addresses given out so far. No two are equal.
#[derive(Default)]
pub(crate) struct Addresses {
    /// The addresses given out, with control characters escaped as in documents.
    given: BTreeSet<String>,
    /// How many rows have asked for each address.
    asked: BTreeMap<String, usize>,
}

impl Addresses {
    /// Returns the address itself the first time, and later the address followed by "(2 of this
    /// name)" and so on.
    ///
    /// The same sequence of addresses gets the same results, whether they were escaped before or
    /// not. So the runs of a baseline match those of a report.
    pub(crate) fn distinct(&mut self, address: &str) -> String {
        let shown = escape_controls(address);
        let number = self.asked.entry(shown.clone()).or_default();
        loop {
            *number += 1;
            let suffix = if *number == 1 { String::new() } else { format!(" ({number} of this name)") };
            if self.given.insert(format!("{shown}{suffix}")) {
                return format!("{address}{suffix}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_addresses_get_a_number() {
        let mut addresses = Addresses::default();
        let asked = ["a", "a (2 of this name)", "a", "b\n", "b\\u{a}", "a"];
        let given = asked.map(|address| addresses.distinct(address));
        let expected = [
            "a",
            "a (2 of this name)",
            "a (3 of this name)",
            "b\n",
            "b\\u{a} (2 of this name)",
            "a (4 of this name)",
        ];
        assert_eq!(given, expected);
    }
}
