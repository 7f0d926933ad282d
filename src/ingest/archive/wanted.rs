//! Which members of an archive are read: those that the user named, or all.

use std::cmp::Ordering;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::escape::escape_controls;

/// How a member is related to those that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// It contains none of them, and none contains it.
    Unrelated,
    /// It is an archive around one of them.
    Encloses,
    /// It is one of them.
    Target,
    /// It is inside one of them, or all are asked for.
    Inside,
}

/// The full names of the members to read; none if all are. No name is inside another.
pub(super) struct Wanted<'a> {
    /// In the [`order`] that a name and what is inside it are neighbours in.
    names: Vec<&'a str>,
    /// Whether each is told of: it was found, or an archive around it could not be read.
    told: Vec<AtomicBool>,
}

impl<'a> Wanted<'a> {
    /// Makes the list of some names.
    pub(super) fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let mut names: Vec<&str> = names.collect();
        names.sort_by(|one, other| order(one, other));
        names.dedup();
        let told = names.iter().map(|_| AtomicBool::new(false)).collect();
        Self { names, told }
    }

    /// Returns whether all members are read.
    pub(super) fn is_all(&self) -> bool {
        self.names.is_empty()
    }

    /// Returns the only name; `None` if there are several, or all members are read.
    pub(super) fn only(&self) -> Option<&'a str> {
        if let [name] = self.names[..] { Some(name) } else { None }
    }

    /// Returns how a member is related to the names, by its name or by its escaped name as printed.
    pub(super) fn relation(&self, member: &str) -> Relation {
        if self.is_all() {
            return Relation::Inside;
        }
        match self.relation_as_is(member) {
            Relation::Unrelated => self.relation_as_is(&escape_controls(member)),
            relation => relation,
        }
    }

    fn relation_as_is(&self, member: &str) -> Relation {
        let next = self.names.partition_point(|name| order(name, member) != Ordering::Greater);
        let before = next.checked_sub(1).map(|at| self.names[at]);
        if before == Some(member) {
            self.told[next - 1].store(true, Relaxed);
            Relation::Target
        } else if before.is_some_and(|name| is_inside(member, name)) {
            Relation::Inside
        } else if self.names.get(next).is_some_and(|name| is_inside(name, member)) {
            Relation::Encloses
        } else {
            Relation::Unrelated
        }
    }

    /// Notes that an archive could not be read; its own row tells of the names inside it. `None` is
    /// the outermost.
    pub(super) fn unread(&self, archive: Option<&str>) {
        let inside = |name: &str| archive.is_none_or(|archive| is_inside(name, archive));
        let from = archive.map_or(0, |archive| {
            self.names.partition_point(|name| order(name, archive) != Ordering::Greater)
        });
        let names = self.names[from..].iter().take_while(|name| inside(name));
        names.zip(&self.told[from..]).for_each(|(_, told)| told.store(true, Relaxed));
    }

    /// Returns the names of which nothing was told.
    pub(super) fn untold(&self) -> impl Iterator<Item = &'a str> {
        let names = self.names.iter().zip(&self.told);
        names.filter(|(_, told)| !told.load(Relaxed)).map(|(name, _)| *name)
    }
}

/// Returns whether a name is that of something inside an archive.
fn is_inside(name: &str, archive: &str) -> bool {
    name.strip_prefix(archive).is_some_and(|rest| rest.starts_with('!'))
}

/// Compares two names so that nothing sorts between an archive and what is inside it.
fn order(one: &str, other: &str) -> Ordering {
    fn bytes(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().map(|byte| if byte == b'!' { 0 } else { byte })
    }
    bytes(one).cmp(bytes(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_related_to_one_of_many_names() {
        let names = ["a", "a b", "b.zip!in/x.fit", "b.zip!y.fit", "b", "c!d!e"];
        let wanted = Wanted::new(names.into_iter());
        let of = |relation, members: &[&str]| {
            for member in members {
                assert_eq!(wanted.relation(member), relation, "{member}");
            }
        };
        of(Relation::Inside, &["a!b", "a!!", "a b!c", "b!zip", "c!d!e!f"]);
        of(Relation::Encloses, &["b.zip", "c", "c!d"]);
        of(Relation::Unrelated, &["", "a c", "aa", "b.zi", "b.zip!in", "b.zip!z", "c!", "d", "!a"]);
        assert_eq!(wanted.untold().count(), names.len());
        of(Relation::Target, &["a", "b"]);
        wanted.unread(Some("b.zip"));
        assert_eq!(wanted.untold().collect::<Vec<_>>(), ["a b", "c!d!e"]);
        wanted.unread(None);
        assert_eq!(wanted.untold().count(), 0);
        assert_eq!(Wanted::new([].into_iter()).relation("x"), Relation::Inside);
    }

    #[test]
    fn a_name_as_printed_is_found() {
        let wanted = Wanted::new(["a\\u{7}b"].into_iter());
        let relations = ["a\u{7}b", "a\u{7}b!c"].map(|member| wanted.relation(member));
        assert!(relations.contains(&Relation::Target), "{relations:?} {}", escape_controls("a\u{7}b"));
    }
}
