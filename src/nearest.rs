//! Finds the names that a mistyped one may mean, for errors that suggest them.

/// Returns the names that are nearest to a typed one, in their order; none if all are far off.
///
/// Capitals do not count. A name is near with one wrong letter in four, at most three, or if it
/// begins with what was typed.
pub(crate) fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed: Vec<char> = typed.to_lowercase().chars().collect();
    let mut near: (usize, Vec<&str>) = (usize::MAX, Vec::new());
    for name in names {
        let letters: Vec<char> = name.to_lowercase().chars().collect();
        let longer = typed.len().max(letters.len());
        let wrong = if typed.len() >= 3 && letters.starts_with(&typed) {
            1
        } else if longer - typed.len().min(letters.len()) > MOST_WRONG {
            continue;
        } else {
            wrong_letters(&typed, &letters)
        };
        if wrong > (longer / 4).clamp(1, MOST_WRONG) || wrong > near.0 {
            continue;
        }
        if wrong < near.0 {
            near = (wrong, Vec::new());
        }
        near.1.push(name);
    }
    near.1
}

/// The most wrong letters of a name that is suggested.
const MOST_WRONG: usize = 3;

/// Returns the number of letters to add, drop, replace or swap with a neighbour to get from one
/// word to the other.
fn wrong_letters(a: &[char], b: &[char]) -> usize {
    // The distances of the first letters of `a`, by the number of letters of `b`, for three rows.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for row in 1..=a.len() {
        let mut this = vec![row];
        for column in 1..=b.len() {
            let replaced = last[column - 1] + usize::from(a[row - 1] != b[column - 1]);
            let mut fewest = replaced.min(last[column] + 1).min(this[column - 1] + 1);
            if row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1] {
                fewest = fewest.min(before[column - 2] + 1);
            }
            this.push(fewest);
        }
        before = std::mem::replace(&mut last, this);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_gets_the_nearest_names_and_a_far_off_one_none() {
        let names = ["START-01", "MILE-01", "MILE-02", "WALL-01"];
        for (typed, near) in [
            ("START-1", &["START-01"][..]),
            ("SATRT-01", &["START-01"]),
            ("wall01", &["WALL-01"]),
            ("mile", &["MILE-01", "MILE-02"]),
            ("MILE-2", &["MILE-02"]),
            ("bananas", &[]),
            ("", &[]),
            ("x", &[]),
        ] {
            assert_eq!(nearest(typed, names), near, "{typed}");
        }
    }
}
