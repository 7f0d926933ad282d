//! Names for rows: no two of a report have one address, also where archives hold two members of one name.

use std::collections::{BTreeMap, BTreeSet};

use crate::escape::escape_controls;

/// Gives out addresses, each once.
#[derive(Default)]
pub(crate) struct Addresses {
    /// As documents tell them: made harmless.
    given: BTreeSet<String>,
    /// How many have asked for a name.
    asked: BTreeMap<String, usize>,
}

impl Addresses {
    /// The address itself for the first that asks for it, for others with their number behind it. Whoever asks in the same
    /// order gets the same addresses, with the names as they are or made harmless.
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
    fn no_address_is_given_twice() {
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
