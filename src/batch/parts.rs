//! Activities that the user named one by one: `all.gpx#2`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::{PieceResult, entry};
use crate::escape::escape_controls;
use crate::history::{Entry, Outcome};
use crate::ingest::archive::Visited;
use crate::ingest::{Failure, Part, Source};

/// Keeps only the activities that the user named, where they named some.
pub(super) fn keep_named(source: &Source, part: &mut Visited<PieceResult>) {
    // Of each member, the activities wanted and those not seen yet; "" is the whole file.
    let mut numbered: BTreeMap<&str, (BTreeSet<usize>, BTreeSet<usize>)> = BTreeMap::new();
    for Part { member, activity } in &source.parts {
        if let Some(number) = activity {
            let (wanted, unseen) = numbered.entry(member.as_deref().unwrap_or_default()).or_default();
            wanted.insert(*number);
            unseen.insert(*number);
        }
    }
    if numbered.is_empty() {
        return;
    }
    let is_whole = numbered.contains_key("");
    for entries in part.results.iter_mut().map(PieceResult::entries_mut) {
        entries.retain(|entry| {
            let member = entry.member.as_deref().filter(|_| !is_whole).unwrap_or_default();
            let is_read = entry.identity().is_some();
            let is_as_is = numbered.contains_key(member);
            let name = if is_as_is { Cow::Borrowed(member) } else { Cow::Owned(escape_controls(member)) };
            match numbered.get_mut(&*name) {
                Some((wanted, unseen)) if is_read => {
                    unseen.remove(&entry.activity);
                    return wanted.contains(&entry.activity);
                }
                // What could not be read has its row, which tells of everything in it too.
                Some((_, unseen)) => unseen.clear(),
                None if !is_read => {
                    let inside = if member.is_empty() { String::new() } else { format!("{member}!") };
                    let from = (Bound::Included(&inside[..]), Bound::Unbounded);
                    let members = numbered.range_mut::<str, _>(from);
                    let members = members.take_while(|(name, _)| name.starts_with(&inside));
                    members.for_each(|(_, (_, unseen))| unseen.clear());
                }
                None => {}
            }
            true
        });
    }
    for (member, (_, unseen)) in numbered {
        part.results.extend(unseen.into_iter().map(|number| {
            let failure = Failure::not_an_activity(format!("no activity {number} in the file"));
            let member = (!member.is_empty()).then(|| member.to_owned());
            let row = entry(source.path.as_path(), member, Outcome::Unreadable(failure));
            PieceResult::Read(vec![Entry { activity: number, ..row }])
        }));
    }
}
